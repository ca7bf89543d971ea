"""Group complaints: what arrived where, the usual rate, the case, its members and notices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from .outages import Outage
from .ticket import Ticket


class GroupCase(models.Model):
    """A group complaint (批量投诉): its parent case, and why it was raised.

    `rate` is how many were usual in the window, `chance` how probable so many were.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="group_case")
    topic = models.ForeignKey("knowledge.Topic", models.PROTECT, related_name="+")
    area = models.CharField(max_length=48)  # `unit:` and a unit's id, or `code:` and an area code
    since = models.DateTimeField()
    until = models.DateTimeField()
    count = models.PositiveIntegerField()
    rate = models.FloatField()
    chance = models.FloatField()
    found_at = models.DateTimeField()
    last_at = models.DateTimeField()  # of the latest member that was found by the rule
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer_job = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "area"], condition=Q(ended_at=None), name="one_open_group"
            ),
        ]


class GroupMember(models.Model):
    """A ticket that belongs to a group complaint, and what became of it in the batch."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(GroupCase, models.CASCADE, related_name="members", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="groups", db_index=False)
    by_rule = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_error = models.CharField(max_length=255, blank=True)
    revisit_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(left_at=None), name="member_of_one_group"
            ),
        ]
        indexes = [models.Index(fields=["group", "id"], name="group_member")]


class Notice(models.Model):
    """What callers hear or readers see about a group complaint or an outage while it is valid."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(GroupCase, models.CASCADE, null=True, related_name="notices")
    outage = models.ForeignKey(Outage, models.CASCADE, null=True, related_name="notices")
    place = models.CharField(max_length=8)  # `types.NoticePlace`
    text = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "place"], condition=Q(ended_at=None), name="one_notice_a_place"
            ),
            models.UniqueConstraint(
                fields=["outage", "place"], condition=Q(ended_at=None), name="one_notice_of_outage"
            ),
            models.CheckConstraint(
                condition=Q(group=None, outage__isnull=False) | Q(group__isnull=False, outage=None),
                name="notice_of_one",
            ),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="notice_span"),
        ]
        indexes = [
            models.Index(fields=["until"], name="notice_valid", condition=Q(ended_at=None)),
        ]

    @property
    def ticket(self) -> Ticket:
        """The parent case of what it tells of."""
        about = self.group or self.outage
        assert about is not None  # a constraint of the table
        return about.ticket


class GroupText(models.Model):
    """A short message owed to one member; `no_channel` until a channel for it is set up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(GroupMember, models.CASCADE, related_name="texts")
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=12)  # `types.TextState`
    message_id = models.UUIDField(null=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()


class AreaWatch(models.Model):
    """The turn that arrivals of one topic and area take, and since when they are counted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.ForeignKey("knowledge.Topic", models.CASCADE, related_name="+", db_index=False)
    area = models.CharField(max_length=48)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "area"], name="area_watch_once"),
        ]


class Arrival(models.Model):
    """A fault or complaint of the last days, once for each area it counts in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    watch = models.ForeignKey(AreaWatch, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey(GroupCase, models.SET_NULL, null=True, related_name="arrivals")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "watch"], name="arrival_once"),
        ]
        indexes = [
            models.Index(fields=["watch", "at"], name="arrival_watch"),
            models.Index(fields=["at"], name="arrival_at"),
        ]


class HourCount(models.Model):
    """How many arrived in an hour (UTC): the history that the usual rate is taken from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    watch = models.ForeignKey(AreaWatch, models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "hour"], name="hour_count_once"),
        ]
