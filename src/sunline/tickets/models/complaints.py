"""Complaints as cases: the case itself, its ladder, evidence, offers, crisis plan, and tables."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from ..types import Grade, Level, Mood, Pressing, Severity
from .ticket import Ticket


class Complaint(models.Model):
    """The case that a ticket of kind complaint is; `grade` and the score are derived, not typed.

    `first_contact_due` never lies behind an earlier limit; `step_at` is when time alone brings the
    case up the ladder.
    """

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="complaint"
    )
    severity = models.CharField(max_length=16, choices=Severity, default=Severity.GENERAL)
    urgency = models.CharField(max_length=16, choices=Pressing, default=Pressing.NORMAL)
    grade = models.CharField(max_length=16, choices=Grade, default=Grade.ORDINARY)
    codes = models.JSONField(default=list)  # why it is graver than ordinary
    repeated = models.BooleanField(default=False)
    bypassing = models.BooleanField(default=False)
    group = models.BooleanField(default=False)
    difficult = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)
    signals = models.JSONField(default=list)
    mood = models.CharField(max_length=16, choices=Mood, blank=True)
    style = models.CharField(max_length=16, blank=True)
    demand = models.CharField(max_length=16, blank=True)
    asked = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # yuan demanded
    disputed = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # yuan in dispute
    promise_kept = models.BooleanField(null=True)
    level = models.CharField(max_length=16, choices=Level, default=Level.AGENT)
    level_since = models.DateTimeField()
    unit = models.ForeignKey("staff.Unit", models.PROTECT, null=True, related_name="+")
    step_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list)  # [code, points] of the score
    segment = models.JSONField(default=dict)
    strategy = models.CharField(max_length=32, blank=True)
    strategy_by = models.UUIDField(null=True)  # who chose it by hand, if anybody
    first_contact_due = models.DateTimeField(null=True)
    cause = models.CharField(max_length=64, blank=True)
    # Until then nothing of the case is deleted, even when it is closed (evidence freeze).
    frozen_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["step_at"], name="case_step", condition=~Q(step_at=None)),
            models.Index(fields=["grade", "ticket"], name="case_grade"),
            models.Index(fields=["unit", "level"], name="case_unit"),
        ]


class Escalation(models.Model):
    """One step of a case on the ladder; `by` is empty where a rule took it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="escalations")
    level_from = models.CharField(max_length=16)
    level_to = models.CharField(max_length=16)
    reason = models.CharField(max_length=24)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    source = models.UUIDField(null=True)  # the fact a rule took it for, so that it takes it once

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="escalation_ticket")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "source"], condition=~Q(source=None), name="escalated_once"
            ),
        ]


class Evidence(models.Model):
    """What proves something in a case: a file or where it is kept, who put it down and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=24)
    reference = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    # The file itself where one was handed in: its name, what it is, its bytes and their SHA-256.
    name = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=128, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "reference"],
                condition=Q(removed_at=None),
                name="evidence_once",
            ),
        ]


class Offer(models.Model):
    """What was offered to settle, what the customer said to it, and when it was carried out."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="offers")
    kind = models.CharField(max_length=16)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)  # yuan
    text = models.TextField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    agreed_how = models.CharField(max_length=16, blank=True)
    agreed_note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(agreed=None), name="one_open_offer"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="offer_not_negative"),
        ]


class PlanStep(models.Model):
    """A step of the crisis plan on a case, as the plan stood when it was attached."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="plan_steps")
    code = models.CharField(max_length=32)
    phase = models.CharField(max_length=16)
    circle = models.CharField(max_length=24)
    name = models.CharField(max_length=128)
    name_en = models.CharField(max_length=128, blank=True)
    place = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    done_label = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "code"], name="plan_step_once"),
        ]


class CaseRow(models.Model):
    """A dated row of a table that complaints work with: cause, strategy, step, wording, skill.

    It holds from `since` on, until a later row of the same code does; a row that is `ended` takes
    the code out. What comes with the product holds where there is no row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    table = models.CharField(max_length=16)
    code = models.CharField(max_length=64)
    since = models.DateTimeField()
    ended = models.BooleanField(default=False)
    values = models.JSONField(default=dict)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "code", "since"], name="case_row_once"),
        ]
