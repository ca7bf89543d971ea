"""Counts that are kept as facts happen, and the lists of what a week brought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from .types import WeekKind, WeekState


class DayCount(models.Model):
    """How often something happened on a day among the customers of a home unit, by one cut."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField()
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=32)
    cut = models.CharField(max_length=32, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "measure", "cut"], name="day_count_once"
            ),
        ]


class Counted(models.Model):
    """An event that has been counted, so that a delivery made twice counts once."""

    event_id = models.UUIDField(primary_key=True)
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["day"], name="counted_day")]


class WeekList(models.Model):
    """What a week brought in a unit and below: common, rising, typical and hard (共性热点典型难点).

    `week` is its Monday; `version` counts the changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    week = models.DateField()
    state = models.CharField(max_length=12, choices=WeekState, default=WeekState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)  # none while only people have added to it
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "week"], name="week_list_once"),
        ]


class WeekEntry(models.Model):
    """One line of a week's list: a topic or a ticket; computed unless `added_by` says who."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list = models.ForeignKey(WeekList, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12, choices=WeekKind)
    place = models.PositiveSmallIntegerField(default=0)
    topic = models.ForeignKey(
        "knowledge.Topic", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ticket = models.ForeignKey(
        "tickets.Ticket", models.CASCADE, null=True, related_name="+", db_index=False
    )
    figures = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    comment_by = models.CharField(max_length=64, blank=True)
    added_by = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(topic=None, ticket__isnull=False) | Q(topic__isnull=False, ticket=None),
                name="week_entry_of_one",
            ),
            models.UniqueConstraint(
                fields=["list", "kind", "topic"],
                condition=Q(ticket=None),
                name="week_topic_once",
            ),
            models.UniqueConstraint(
                fields=["list", "kind", "ticket"],
                condition=Q(topic=None),
                name="week_ticket_once",
            ),
        ]
