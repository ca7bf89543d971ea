"""What a ticket goes through: notes, holds, stays with units, and links to other tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from .ticket import Ticket


class Note(models.Model):
    """Something a person wrote on a ticket: an internal note, a reply, an answer, a reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="notes")
    sequence = models.PositiveIntegerField()  # of the event it belongs to
    kind = models.CharField(max_length=16, default="internal")
    text = models.TextField()
    author_id = models.UUIDField(null=True)
    author_label = models.CharField(max_length=64, blank=True)
    public = models.BooleanField(default=False)  # may the customer read it
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="note_ticket")]


class Hold(models.Model):
    """A stretch in which a ticket rests (挂起), with its reason and author."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="holds")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32)
    resumes_to = models.CharField(max_length=24)
    by = models.UUIDField(null=True)
    review_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(until=None), name="one_hold"),
        ]


class Handling(models.Model):
    """One stay of a ticket with a unit: from dispatch to reply, return or withdrawal."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="handlings")
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    handler = models.ForeignKey("staff.Account", models.SET_NULL, null=True, related_name="+")
    dispatched_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)  # replied, returned, withdrawn, …
    reason = models.CharField(max_length=32, blank=True)
    final = models.BooleanField(default=False)  # dispatched with the final say: no return

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at=None), name="one_open_handling"
            ),
        ]


class Relation(models.Model):
    """Two tickets that belong together, and how."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)  # related, repeats, part_of
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="relation_once"),
            models.CheckConstraint(
                condition=~Q(ticket=models.F("other")), name="not_related_to_itself"
            ),
        ]
