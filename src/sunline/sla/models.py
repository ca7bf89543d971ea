"""Calendars, dated limits and the clocks that run against them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sunline.kernel.ids import new_id


class Calendar(models.Model):
    """Working periods of a week in a time zone; holidays come from a kept list and overrides.

    `week` maps ISO weekday 1–7 to periods: {"1": [["08:30", "12:00"], ["13:30", "17:30"]]}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)
    time_zone = models.CharField(max_length=48, default="Asia/Shanghai")
    week = models.JSONField(default=dict)
    holidays = models.CharField(max_length=16, blank=True)  # "CN", another country, or none
    round_the_clock = models.BooleanField(default=False)


class CalendarDay(models.Model):
    """A day that differs from the rule: a holiday, or a make-up working day (调休)."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    day = models.DateField()
    periods = models.JSONField(default=list)  # empty: no work
    reason = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once"),
        ]


class Profile(models.Model):
    """A source of limits: national law, a province, the operator's promise, the demo."""

    class Jurisdiction(models.TextChoices):
        """Whose limit it is; law is added to and never replaced."""

        LAW = "law"
        PROVINCE = "province"
        PROMISE = "promise"
        DEMO = "demo"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)
    jurisdiction = models.CharField(max_length=16, choices=Jurisdiction)
    unit_path = models.CharField(max_length=96, default="/")  # where it applies
    active = models.BooleanField(default=True)


class Limit(models.Model):
    """One dated limit of a profile: for what, how long, on which calendar."""

    class Unit(models.TextChoices):
        """What the amount counts."""

        MINUTES = "minutes"  # working minutes of the calendar
        WORKING_DAYS = "working_days"
        DAYS = "days"  # natural days

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="limits")
    code = models.CharField(max_length=48)
    purpose = models.CharField(max_length=24)
    # Which subjects it applies to, e.g. {"kind": ["complaint"], "urgency": ["urgent"]}.
    applies = models.JSONField(default=dict)
    amount = models.PositiveIntegerField()
    # What the mean of all such matters may be, in the same unit; null when only the most is set.
    mean_amount = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, choices=Unit, default=Unit.MINUTES)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+")
    pausable = models.BooleanField(default=True)
    source = models.CharField(max_length=128, blank=True)
    source_en = models.CharField(max_length=128, blank=True)
    confirmed = models.BooleanField(default=True)  # false: shown as "to be confirmed"
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "code", "since"], name="limit_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="limit_amount"),
            models.CheckConstraint(
                condition=Q(mean_amount=None) | Q(mean_amount__gt=0, mean_amount__lte=F("amount")),
                name="limit_mean",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="limit_dates"
            ),
        ]


class Clock(models.Model):
    """A limit running against a subject: when it started, when it falls due, when it ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    purpose = models.CharField(max_length=24)
    # Null for a moment that a person promised: it is fixed and depends on no limit.
    limit = models.ForeignKey(
        Limit, models.PROTECT, related_name="+", db_index=False, null=True, blank=True
    )
    others = models.JSONField(default=list)  # ids of the limits that were weighed and are later
    unit_id = models.UUIDField(null=True)  # whose clock, for an OLA
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    extended = models.PositiveIntegerField(default=0)  # minutes added by extensions
    warn_at = models.DateTimeField(null=True)  # when the next rung comes, null when none
    warned = models.PositiveSmallIntegerField(default=0)  # the last rung told: 50 to 200
    paused_at = models.DateTimeField(null=True)
    # Has it ever been paused: most clocks have not, and then nobody needs to look for pauses.
    held = models.BooleanField(default=False)
    altered = models.BooleanField(default=False)  # has it changes to tell of
    stopped_at = models.DateTimeField(null=True)
    # Why it ended without being met or missed by the work: see `types.STOP_TEXT`; else blank.
    stop_reason = models.CharField(max_length=24, blank=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id"], name="clock_subject"),
            models.Index(
                fields=["warn_at"],
                name="clock_warn",
                condition=Q(stopped_at=None) & Q(paused_at=None) & ~Q(warn_at=None),
            ),
        ]


class Pause(models.Model):
    """A stretch in which a clock did not run, with its reason and author."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32)
    by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(until=None), name="one_open_pause"
            ),
        ]


class ClockChange(models.Model):
    """A change of a clock by a person's decision: extended, or replaced by other demands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=64, blank=True)
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)


class Notice(models.Model):
    """A rung of a clock that a person, or those who lead a unit, were to be told of."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="+")
    rung = models.PositiveSmallIntegerField()
    target = models.CharField(max_length=80)  # for whom, in one word, so that each is told once
    account_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    role = models.CharField(max_length=32, blank=True)
    label = models.CharField(max_length=64)  # the number of the matter, as people name it
    tell_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "rung", "target"], name="notice_once"),
        ]
        indexes = [
            models.Index(
                fields=["account_id", "tell_at"], name="notice_account", condition=Q(seen_at=None)
            ),
            models.Index(
                fields=["unit_id", "tell_at"], name="notice_unit", condition=Q(seen_at=None)
            ),
        ]
