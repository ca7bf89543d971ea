"""One act on many tickets: what was asked, and what became of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from .ticket import Ticket


class BulkAct(models.Model):
    """An act that a person asked for on many tickets at once; its id is the background job's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.CharField(max_length=32)
    values = models.JSONField(default=dict)
    by = models.ForeignKey("staff.Account", models.CASCADE, related_name="+")
    at = models.DateTimeField()
    total = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="bulk_act_by")]


class BulkLine(models.Model):
    """One ticket of a bulk act: waiting, done, or refused with the code and the words."""

    bulk = models.ForeignKey(BulkAct, models.CASCADE, related_name="lines")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8, blank=True)  # blank while it waits, done, refused
    code = models.CharField(max_length=64, blank=True)
    text = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "ticket"], name="bulk_line_once"),
        ]
        indexes = [
            models.Index(fields=["bulk", "id"], name="bulk_waiting", condition=Q(outcome="")),
        ]
