"""Queues, presence, and the work that waits in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from .types import AbsenceReason, GivenBy, PresenceState, Strategy


class Queue(models.Model):
    """A line of waiting work for the people of one unit, with the skills it asks for.

    `role` narrows it to the holders of one role; blank takes everybody with the skills.
    `automatic` means that its work is given out by rule; else people take it themselves.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, blank=True)
    strategy = models.CharField(
        max_length=16, choices=Strategy, default=Strategy.LEAST_LOADED.value
    )
    # Who is asked before the strategy decides, in this order: codes of `Preference`.
    preferences = models.JSONField(default=list)
    # After each so many minutes of waiting the least levels fall by one; after `waive_minutes`
    # no skill is asked for any more. Null: never.
    relax_minutes = models.PositiveIntegerField(null=True, blank=True)
    waive_minutes = models.PositiveIntegerField(null=True, blank=True)
    automatic = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class QueueSkill(models.Model):
    """A skill and the least level that a queue's work asks for."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="skills")
    skill = models.ForeignKey("staff.Skill", models.CASCADE, related_name="+")
    least_level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "skill"], name="queue_skill_once"),
            models.CheckConstraint(
                condition=Q(least_level__range=(1, 5)), name="queue_skill_level_1_to_5"
            ),
        ]


class DispatchRule(models.Model):
    """Which queue work goes to: the first active rule, by rank, whose conditions all match.

    `conditions` e.g. {"kind": ["fault"], "topic": ["broadband."], "home": ["/hq/gd/gz/"]}.
    `automatic` means that the work goes to the queue's unit at once; else a dispatcher decides.
    A changed rule is a new row; `replaces` names the one it follows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=64)
    rank = models.PositiveIntegerField()
    conditions = models.JSONField(default=dict)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+")
    automatic = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    replaces = models.UUIDField(null=True)
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="dispatch_rule_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """A person's state at work (示闲, 示忙, 小休, 整理) and how much they can hold.

    `load` is the weight of the open work given to the person; a piece weighs 1 unless its channel
    says otherwise. `calendar` is the code of the working hours outside which nothing is given;
    blank stands for no hours of one's own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField("staff.Account", models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=16, choices=PresenceState, default=PresenceState.OFFLINE.value
    )
    reason = models.CharField(max_length=32, blank=True)
    since = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField(default=8)
    load = models.PositiveSmallIntegerField(default=0)
    last_given_at = models.DateTimeField(null=True)
    calendar = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["account"], name="presence_on", condition=~Q(state=PresenceState.OFFLINE)
            ),
        ]


class Absence(models.Model):
    """A person is away between two moments (leave, illness, training); nothing is given then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("staff.Account", models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=16, choices=AbsenceReason)
    entered_by = models.UUIDField(null=True)
    entered_label = models.CharField(max_length=64, blank=True)
    entered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since")), name="absence_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["until"], name="absence_ahead", condition=Q(cancelled_at=None)),
        ]


class ChannelLimit(models.Model):
    """What a piece of a channel's work weighs, and how many a person holds at most.

    Without a person it is everybody's; a person's own row goes before it. `most` null: no limit
    but the person's capacity.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("staff.Account", models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=16)
    weight = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=Q(account=None), name="channel_limit_once"
            ),
            models.UniqueConstraint(
                fields=["account", "channel"],
                condition=~Q(account=None),
                name="person_channel_limit_once",
            ),
            models.CheckConstraint(
                condition=Q(weight__range=(1, 20)), name="channel_weight_1_to_20"
            ),
        ]


class QueueItem(models.Model):
    """A piece of waiting work, or one that was given to a person.

    `reason` tells by codes why the person got it; `version` numbers the item's facts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    priority = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    not_account = models.UUIDField(null=True)  # who must not get it (a failed revisit's handler)
    # Whose it would be by preference: who had the customer last, and the account manager.
    last_account = models.UUIDField(null=True)
    manager_account = models.UUIDField(null=True)
    channel = models.CharField(max_length=16, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)  # as it was when it was put in line
    waiting_since = models.DateTimeField()
    given_to = models.ForeignKey(
        "staff.Account", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    given_at = models.DateTimeField(null=True)
    given_by = models.CharField(max_length=16, choices=GivenBy, blank=True)
    reason = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=Q(ended_at=None), name="one_open_queue_item"
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "-priority", "due_at"],
                name="queue_waiting",
                condition=Q(ended_at=None) & Q(given_to=None),
            ),
            models.Index(fields=["given_to"], name="queue_given", condition=Q(ended_at=None)),
        ]
