"""Outages and planned works: where, how long, who is affected, and what each was told."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sunline.kernel.ids import new_id

from ..types import OutageCause, OutageState, ToldState
from .ticket import Ticket


class Outage(models.Model):
    """A service that is down for many (大面积故障), now or by plan; its ticket leads the repair.

    `products` are codes of `types.Product`; `round` counts the estimates told to customers.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="outage")
    state = models.CharField(max_length=12, choices=OutageState, default=OutageState.OPEN)
    cause = models.CharField(max_length=16, choices=OutageCause)
    products = models.JSONField(default=list)
    planned = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    estimated_end_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    text = models.CharField(max_length=300)  # what customers are told now
    round = models.PositiveSmallIntegerField(default=0)
    subscribers = models.PositiveIntegerField(null=True)  # of the area, as far as known
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    announce_at = models.DateTimeField(null=True)  # of planned works
    announced_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # or called off
    closed_by = models.UUIDField(null=True)
    swept_at = models.DateTimeField(null=True)  # up to when contacts were looked through
    job = models.UUIDField(null=True)  # the latest work on all who are linked

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(estimated_end_at__gt=F("started_at")), name="outage_span"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="outage_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="outage_state"),
            models.Index(
                fields=["started_at"],
                name="outage_live",
                condition=Q(state__in=[OutageState.PLANNED, OutageState.OPEN]),
            ),
        ]


class OutageArea(models.Model):
    """A unit whole, or a code in it; `names` are places that its callers name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outage = models.ForeignKey(Outage, models.CASCADE, related_name="areas")
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=32, blank=True)
    names = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outage", "unit", "code"], name="outage_area_once"),
        ]


class OutageEstimate(models.Model):
    """When an outage was expected to end, as told at a moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outage = models.ForeignKey(Outage, models.CASCADE, related_name="estimates")
    estimated_end_at = models.DateTimeField()
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)


class OutageLink(models.Model):
    """A ticket, or a contact without one, that belongs to an outage.

    `who` tells one customer from another: the customer's id, else an index of the address.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outage = models.ForeignKey(Outage, models.CASCADE, related_name="links", db_index=False)
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, related_name="outage_links", db_index=False
    )
    interaction = models.ForeignKey(
        "interactions.Interaction", models.CASCADE, null=True, related_name="+", db_index=False
    )
    subscriber = models.ForeignKey(
        "customers.Subscriber", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    who = models.CharField(max_length=48)
    by_rule = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)  # codes of `types.WhyLinked`
    score = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()  # of the contact
    linked_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # when the end of the outage reached it
    error = models.CharField(max_length=255, blank=True)  # why its ticket was not answered

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(left_at=None) & ~Q(ticket=None),
                name="ticket_in_one_outage",
            ),
            models.UniqueConstraint(
                fields=["interaction"],
                condition=Q(left_at=None) & ~Q(interaction=None),
                name="contact_in_one_outage",
            ),
            models.CheckConstraint(
                condition=Q(ticket=None, interaction__isnull=False)
                | Q(ticket__isnull=False, interaction=None),
                name="outage_link_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["outage", "id"], name="outage_link"),
            models.Index(fields=["ticket", "outage"], name="outage_link_ticket"),
            models.Index(
                fields=["outage", "subscriber", "id"],
                name="outage_link_line",
                condition=~Q(subscriber=None),
            ),
        ]


class OutageText(models.Model):
    """What one customer was told in one round: at the start, for an estimate, at the end.

    A customer with several contacts is told once a round.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outage = models.ForeignKey(Outage, models.CASCADE, related_name="texts", db_index=False)
    link = models.ForeignKey(OutageLink, models.CASCADE, related_name="texts")
    who = models.CharField(max_length=48)
    round = models.CharField(max_length=12)  # open, close, or update- and a number
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=ToldState)
    message_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outage", "who", "round"], name="told_once_a_round"),
        ]
        indexes = [models.Index(fields=["outage", "round", "state"], name="outage_told")]
