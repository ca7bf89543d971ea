"""Shift logs and hourly bulletins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from .types import Shift


class ShiftLog(models.Model):
    """What one shift hands to the next (交接班), signed by both floor managers.

    `facts` is what the system knew when it was last filled in, by section.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    shift = models.CharField(max_length=8, choices=Shift)
    facts = models.JSONField(default=dict)
    notes = models.TextField(blank=True)
    remark = models.TextField(blank=True)  # of who takes over
    opened_at = models.DateTimeField()
    filled_at = models.DateTimeField()
    out_by = models.UUIDField(null=True)
    out_label = models.CharField(max_length=64, blank=True)
    out_at = models.DateTimeField(null=True)
    in_by = models.UUIDField(null=True)
    in_label = models.CharField(max_length=64, blank=True)
    in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "day", "shift"], name="shift_log_once"),
            models.CheckConstraint(
                condition=Q(in_by=None) | ~Q(in_by=models.F("out_by")), name="shift_two_signers"
            ),
            models.CheckConstraint(
                condition=Q(in_at=None) | Q(out_at__isnull=False), name="shift_out_before_in"
            ),
        ]


class Bulletin(models.Model):
    """What happened in one hour (通报), as figures and as the text people paste.

    `hour` is when the hour began.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    hour = models.DateTimeField()
    figures = models.JSONField()
    cause = models.CharField(max_length=200, blank=True)
    measures = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)  # a staff number; blank: by the clock

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "hour"], name="bulletin_once"),
        ]
