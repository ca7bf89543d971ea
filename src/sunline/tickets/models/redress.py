"""What is proposed to be given back to customers, and orders that were undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from ..types import GrantAction, ProposalState
from .ticket import Ticket


class CompensationProposal(models.Model):
    """Something owed to a ticket's customer that a person accepts or declines.

    `amount` is null while `base`, the monthly rent or the fee, is unknown. `done_at` is null while
    the work goes on and the amount still grows; `next_at` is when it does next.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="proposals")
    action = models.CharField(max_length=24, choices=GrantAction)
    basis = models.CharField(max_length=48)
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # yuan
    days = models.PositiveIntegerField(default=0)
    base = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # yuan
    typed = models.BooleanField(default=False)  # the base is a person's word
    rural = models.BooleanField(default=False)
    limit_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=24, blank=True)  # of a waiver, or of declining
    about = models.CharField(max_length=128, blank=True)  # the agreement or order
    state = models.CharField(max_length=12, choices=ProposalState, default=ProposalState.PROPOSED)
    computed_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "action", "about"],
                condition=Q(state__in=[ProposalState.PROPOSED, ProposalState.ASKED]),
                name="one_open_proposal",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="proposal_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="proposal_ticket"),
            models.Index(fields=["state", "-id"], name="proposal_state"),
            models.Index(
                fields=["next_at"],
                name="proposal_next",
                condition=Q(state=ProposalState.PROPOSED) & ~Q(next_at=None),
            ),
        ]


class UndoneOrder(models.Model):
    """An order that a customer never made, as it stood when it was cancelled: the evidence kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="undone_orders")
    number = models.CharField(max_length=64)
    name = models.CharField(max_length=128)
    ordered_at = models.DateTimeField()
    channel = models.CharField(max_length=16, blank=True)
    staff_no = models.CharField(max_length=32, blank=True)
    confirmed = models.BooleanField()
    charged = models.DecimalField(max_digits=9, decimal_places=2)  # yuan
    refund = models.DecimalField(max_digits=9, decimal_places=2)  # yuan asked to be refunded
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="order_undone_once"),
        ]
