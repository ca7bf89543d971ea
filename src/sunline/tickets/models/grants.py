"""What was granted to customers, the approvals asked for, and who stands in for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sunline.kernel.ids import new_id

from ..types import GrantAction, GrantState
from .ticket import Ticket


class Grant(models.Model):
    """Something granted to a customer, or asked for where the own authority does not reach.

    `amount` is in the action's unit and null until it is in effect; `role` and `most` say by whose
    limit, `cause` why an approval was needed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="grants")
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    action = models.CharField(max_length=24, choices=GrantAction)
    asked = models.DecimalField(max_digits=9, decimal_places=2)
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    tier = models.CharField(max_length=16)
    basis = models.CharField(max_length=48, blank=True)
    note = models.TextField(blank=True)
    proposal_id = models.UUIDField(null=True)  # what it carries out, so that it is done once
    state = models.CharField(max_length=16, choices=GrantState)
    cause = models.CharField(max_length=16, blank=True)
    role = models.CharField(max_length=32, blank=True)
    most = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64)
    at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True)
    sampled = models.BooleanField(default=False)
    verdict = models.CharField(max_length=16, blank=True)
    remark = models.TextField(blank=True)
    checked_by = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal_id"],
                condition=Q(state__in=[GrantState.WAITING, GrantState.GRANTED])
                & ~Q(proposal_id=None),
                name="grant_proposal_once",
            ),
            models.CheckConstraint(condition=Q(asked__gte=0), name="grant_not_negative"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__lte=F("asked")), name="grant_not_above_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="grant_unit"),
            models.Index(fields=["by", "granted_at"], name="grant_by"),
            models.Index(fields=["customer", "granted_at"], name="grant_customer"),
            models.Index(
                fields=["-id"], name="grant_unchecked", condition=Q(sampled=True, checked_at=None)
            ),
        ]


class Approval(models.Model):
    """A decision asked of others, level by level; `kind` and `subject_id` say of what.

    `chain` are the roles asked in order, as they stood when it was asked; `place` is whose turn it
    is. `due_at` is when it goes on by itself, null once the last level has been warned.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24)
    subject_id = models.UUIDField(unique=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="approvals")
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    chain = models.JSONField()
    place = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=32)  # chain[place]
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["role", "unit", "id"], name="approval_open", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["due_at"],
                name="approval_due",
                condition=Q(ended_at=None) & ~Q(due_at=None),
            ),
        ]


class ApprovalStep(models.Model):
    """What became of an approval at one level; `for_label` is whom the decider stood in for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    approval = models.ForeignKey(Approval, models.CASCADE, related_name="steps")
    role = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)
    for_label = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()


class Delegate(models.Model):
    """Somebody who decides approvals for another person from one moment to another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    of = models.ForeignKey("staff.Account", models.CASCADE, related_name="+", db_index=False)
    to = models.ForeignKey("staff.Account", models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    note = models.CharField(max_length=255, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(of=F("to")), name="delegate_of_another"),
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="delegate_in_order"),
        ]
        indexes = [
            models.Index(fields=["to", "until"], name="delegate_to", condition=Q(ended_at=None)),
        ]
