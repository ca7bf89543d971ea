"""The event log, its deliveries, background jobs, idempotency keys and number counters."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .ids import new_id


class Event(models.Model):
    """One fact, written in the transaction of the change it tells of; never changed after."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=64, blank=True)
    unit_id = models.UUIDField(null=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    payload = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "sequence"], name="event_sequence_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "id"], name="event_kind"),
            models.Index(fields=["actor_id", "id"], name="event_actor"),
        ]


class Delivery(models.Model):
    """An event still owed to one listener; the row goes when the listener is done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    listener = models.CharField(max_length=48)
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    subject_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dead = models.BooleanField(default=False)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listener", "subject_id", "sequence"], name="delivery_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(dead=False)),
            models.Index(fields=["id"], name="delivery_dead", condition=Q(dead=True)),
        ]


class Job(models.Model):
    """Background work asked for once: an import, an export, a rebuild."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=48)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default="waiting")
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    result = models.JSONField(default=dict)
    last_error = models.TextField(blank=True)
    actor_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="job_due", condition=Q(state="waiting")),
            models.Index(fields=["actor_id", "-id"], name="job_asked"),
        ]


class PeriodicRun(models.Model):
    """When a recurring task is due next; claimed by one worker at a time."""

    name = models.CharField(primary_key=True, max_length=64)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    last_started_at = models.DateTimeField(null=True)
    last_ended_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)


class IdempotencyKey(models.Model):
    """A request that was already answered, with its answer, so that a replay changes nothing."""

    scope = models.CharField(max_length=96)
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once"),
        ]
        indexes = [models.Index(fields=["at"], name="idempotency_at")]


class NumberCounter(models.Model):
    """The last number given out for a prefix and day, where the database has no sequences."""

    day = models.CharField(primary_key=True, max_length=24)
    last = models.PositiveBigIntegerField(default=0)


class Unreadable(models.Model):
    """Something that arrived and could not be read, kept whole for a person to look at."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=48)
    reason = models.CharField(max_length=64)
    detail = models.TextField(blank=True)
    body = models.BinaryField()
    arrived_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-id"], name="unreadable_open", condition=Q(settled_at=None)),
        ]


class Switch(models.Model):
    """Something a person turned on or off, and who did it last."""

    name = models.CharField(primary_key=True, max_length=64)
    on = models.BooleanField()
    turned_at = models.DateTimeField()
    turned_by = models.CharField(max_length=64, blank=True)


class PolicyValue(models.Model):
    """A value that the operator gave a policy, from a moment on."""

    code = models.CharField(max_length=64)
    value = models.JSONField()
    since = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["code", "-since"], name="policy_code_since")]
