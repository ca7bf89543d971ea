"""Reviews of tickets that went wrong, and the measures that follow from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from ..types import MeasureKind, ReviewState


class Review(models.Model):
    """What is learnt from one ticket (复盘); there is one at most for each.

    `version` counts the changes: it is the number of the last event and the guard against two
    people changing the same review at once. `unit` is the responsible one when the review fell due.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=ReviewState, default=ReviewState.OWED)
    reasons = models.JSONField(default=list)
    home_unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    owner_id = models.UUIDField(null=True)
    owner_label = models.CharField(max_length=64, blank=True)
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when its being overdue was told
    started_at = models.DateTimeField(null=True)
    whys = models.JSONField(default=list)
    bones = models.JSONField(default=dict)  # what was found under each head of the fishbone
    cause = models.CharField(max_length=64, blank=True)
    conclusion = models.TextField(blank=True)
    writer_id = models.UUIDField(null=True)
    writer_label = models.CharField(max_length=64, blank=True)
    handed_in_at = models.DateTimeField(null=True)
    checker_id = models.UUIDField(null=True)
    checker_label = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True)
    check_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checker_id=None) | ~Q(checker_id=models.F("writer_id")),
                name="review_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="review_unit"),
            models.Index(fields=["home_unit", "-id"], name="review_home"),
            models.Index(
                fields=["due_at"], name="review_due", condition=~Q(state=ReviewState.DONE)
            ),
        ]


class Measure(models.Model):
    """What somebody will do so that it does not happen again (改进措施); overdue after `due_on`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(Review, models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=16, choices=MeasureKind)
    text = models.TextField()
    owner_id = models.UUIDField()
    owner_label = models.CharField(max_length=64)
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True)
    set_at = models.DateTimeField()
    set_label = models.CharField(max_length=64)
    done_at = models.DateTimeField(null=True)
    done_label = models.CharField(max_length=64, blank=True)
    done_note = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="measure_open", condition=Q(done_at=None)),
            models.Index(fields=["owner_id"], name="measure_owner", condition=Q(done_at=None)),
        ]
