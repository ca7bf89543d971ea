"""Tickets that belong together: repeats of one matter, and near copies."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sunline.kernel.ids import new_id

from .ticket import Ticket


class Repeat(models.Model):
    """A ticket that comes back to an earlier matter of the same customer (重复投诉).

    `previous` is the ticket it repeats, `root` where the chain began; the root itself is number 1.
    """

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="repeat_of"
    )
    previous = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    root = models.ForeignKey(Ticket, models.CASCADE, related_name="repeats", db_index=False)
    seq = models.PositiveSmallIntegerField()
    topic_branch = models.CharField(max_length=96)
    window_days = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()
    cause = models.CharField(max_length=24, blank=True)
    cause_by = models.UUIDField(null=True)
    cause_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(ticket=F("root")), name="repeat_not_of_itself"),
        ]
        indexes = [
            models.Index(fields=["root", "ticket"], name="repeat_root"),
            models.Index(fields=["cause_at"], name="repeat_cause", condition=~Q(cause="")),
        ]


class Suspicion(models.Model):
    """Two open tickets of one customer that read alike (可能重复), until a person has decided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="suspicions", db_index=False)
    other = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    likeness = models.FloatField()
    at = models.DateTimeField()
    dismissed_by = models.UUIDField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other"], name="suspicion_once"),
            models.CheckConstraint(condition=~Q(ticket=F("other")), name="suspicion_of_another"),
        ]
