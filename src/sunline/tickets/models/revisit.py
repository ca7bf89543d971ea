"""The check of a reply before the answer, and the revisit after it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from ..types import RevisitReason, RevisitStep
from .ticket import Ticket


class CheckItem(models.Model):
    """A question that a reply must pass before the customer is answered, from one day to another.

    A blank kind or topic holds for every one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32)
    text = models.CharField(max_length=160)
    text_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    topic = models.ForeignKey("knowledge.Topic", models.PROTECT, null=True, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "kind"],
                condition=Q(until=None, topic=None),
                name="one_open_check_item",
            ),
            models.UniqueConstraint(
                fields=["code", "kind", "topic"],
                condition=Q(until=None) & ~Q(topic=None),
                name="one_open_topic_check",
            ),
        ]


class CheckResult(models.Model):
    """What a checker found on one question about one reply."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="checks")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()  # of the event it belongs to
    passed = models.BooleanField()
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "sequence", "item"], name="checked_once"),
        ]


class RevisitPlan(models.Model):
    """Whether one answer is followed by a revisit, why, when to call next, and what came of it.

    `answer` is the ticket's version at the answer; `attempts` counts those at another time of day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="revisits", db_index=False)
    answer = models.PositiveIntegerField()
    required = models.BooleanField()
    reason = models.CharField(max_length=16, choices=RevisitReason, blank=True)
    step = models.CharField(max_length=12, choices=RevisitStep)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fallback_at = models.DateTimeField(null=True)
    fallback_channel = models.CharField(max_length=16, blank=True)  # blank: nothing could be sent
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=12, blank=True)  # call, customer, rule, reopened
    ended_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    promise_kept = models.CharField(max_length=8, blank=True)
    attitude = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "answer"], name="revisit_once_per_answer"),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at=None), name="one_open_revisit"
            ),
            models.CheckConstraint(
                condition=Q(required=False) | ~Q(reason=""), name="revisit_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__range=(1, 10)), name="revisit_score_1_to_10"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="revisit_due",
                condition=Q(ended_at=None) & Q(required=True),
            ),
            models.Index(fields=["made_at", "id"], name="revisit_made"),
        ]


class RevisitAttempt(models.Model):
    """One try to reach the customer; it counts unless the same part of the day was tried before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(RevisitPlan, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=16)
    code = models.CharField(max_length=16)
    counts = models.BooleanField(default=True)
    call_at = models.DateTimeField(null=True)  # when the customer asked to be called
