"""Work shared between units and people: joint handling, pressure, extensions, handovers, merges."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from .ticket import Ticket


class JointWork(models.Model):
    """Another unit's part in a ticket: it assists (协办) or is asked for a fact (协查).

    The unit that leads (主办) stays responsible; the ticket does not move.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="joint_works")
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    task = models.TextField()
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    accepted_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    replied_by = models.UUIDField(null=True)
    replied_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "unit"],
                condition=Q(replied_at=None) & Q(cancelled_at=None),
                name="one_open_joint_work",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "asked_at"],
                name="joint_open",
                condition=Q(replied_at=None) & Q(cancelled_at=None),
            ),
        ]


class Pressure(models.Model):
    """An urge (催办) to a unit, or a supervision (督办) that asks for a report by a moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="pressures")
    kind = models.CharField(max_length=12)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=24, blank=True)  # what made the rule supervise by itself
    text = models.TextField(blank=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    report_due_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.UUIDField(null=True)
    report = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(kind="supervise") & Q(reported_at=None),
                name="one_open_supervision",
            ),
        ]


class Extension(models.Model):
    """A request for more time (延期申请), before expiry, with the customer's recorded consent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="extensions")
    hours = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=24)
    consent = models.TextField()  # how and when the customer agreed
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(granted=None) | Q(granted=True),
                name="one_extension",
            ),
        ]


class LongTerm(models.Model):
    """A stretch in which a matter that takes long is kept on account (挂账跟踪)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="long_terms")
    reason = models.CharField(max_length=24)
    since = models.DateTimeField()
    next_at = models.DateTimeField()  # when the customer is told of the next stage
    stages = models.PositiveSmallIntegerField(default=1)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(until=None), name="one_open_long_term"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="long_term_next", condition=Q(until=None)),
        ]


class Handover(models.Model):
    """First-contact ownership (首问负责) offered to somebody else; it passes when accepted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="handovers")
    giver = models.UUIDField(null=True)
    taker = models.ForeignKey("staff.Account", models.CASCADE, related_name="+")
    note = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(accepted_at=None) & Q(declined_at=None),
                name="one_open_handover",
            ),
        ]


class Merge(models.Model):
    """A ticket that was merged into another (并单), with what is needed to undo it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Ticket, models.CASCADE, related_name="merged")
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    before = models.JSONField()  # the columns that merging changed, as they were
    undone_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(undone_at=None), name="one_open_merge"
            ),
            models.CheckConstraint(
                condition=~Q(ticket=models.F("into")), name="not_merged_into_itself"
            ),
        ]


class Judgement(models.Model):
    """One stage of deciding whether a unit is responsible (定责): 初判, 申辩, 复核, 终审."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="judgements")
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12)
    at_fault = models.BooleanField()
    cause = models.CharField(max_length=24, blank=True)
    text = models.TextField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "stage"], name="judgement_stage_once"),
        ]
        indexes = [models.Index(fields=["unit", "at"], name="judgement_unit")]


class OrderScore(models.Model):
    """How good an order was, in the eyes of the unit that had to work with it (上道工序评分)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="order_scores")
    of_unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    by_unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    faults = models.JSONField(default=list)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "by_unit"], name="order_scored_once"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="order_score_1_to_5"),
        ]
        indexes = [models.Index(fields=["of_unit", "at"], name="order_score_unit")]
