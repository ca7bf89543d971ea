"""Appeals (申诉) that hang on complaints, and what operators' quarterly figures are made of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id

from ..types import AppealCategory, AppealResult, AppealState, Door
from .ticket import Ticket


class Appeal(models.Model):
    """A customer's matter as one door brought it; several doors meet on one ticket.

    `due_at` is the next moment to keep; it is null when the appeal ended or the door is at work.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="appeals")
    door = models.CharField(max_length=16, choices=Door)
    number = models.CharField(max_length=64)  # the door's own
    category = models.CharField(max_length=16, choices=AppealCategory)
    state = models.CharField(max_length=16, choices=AppealState, default=AppealState.RECEIVED)
    claim = models.TextField()
    name = EncryptedField(blank=True, default="")
    phone = EncryptedField(blank=True, default="")
    address = EncryptedField(blank=True, default="")
    postcode = models.CharField(max_length=16, blank=True)
    event_on = models.DateField()
    first_complaint_at = models.DateTimeField(null=True)
    operator_answer_due = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # the operator's answer to the complaint
    user_satisfied = models.BooleanField(null=True)
    received_at = models.DateTimeField()
    bypassing = models.BooleanField(default=False)  # 越级: told apart, never held against anybody
    accept_due = models.DateTimeField(null=True)  # the centre's, to accept or refuse
    accepted_at = models.DateTimeField(null=True)
    although = models.JSONField(default=list)  # bars that the centre passed over
    reason = models.CharField(max_length=24, blank=True)  # of a refusal or a return
    material_at = models.DateTimeField(null=True)
    reply_due = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)
    return_until = models.DateTimeField(null=True)
    mediation_at = models.DateTimeField(null=True)
    end_due = models.DateTimeField(null=True)  # the centre's answer to the user
    agreement_signed_on = models.DateField(null=True)
    agreement = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # yuan agreed
    result = models.CharField(max_length=16, choices=AppealResult, blank=True)
    solved = models.BooleanField(null=True)  # as the door heard from the user
    satisfied = models.BooleanField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["door", "number"], name="appeal_number_once"),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="appeal_ticket"),
            models.Index(fields=["state", "-id"], name="appeal_state"),
            models.Index(fields=["received_at"], name="appeal_received"),
            models.Index(fields=["due_at"], name="appeal_due", condition=~Q(due_at=None)),
        ]


class AppealCount(models.Model):
    """What the ministry or an operator reported for a month or a quarter; read from files.

    `since` is the first day of the stretch, `months` is 1 or 3; users as at its end.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operator = models.CharField(max_length=64)
    since = models.DateField()
    months = models.PositiveSmallIntegerField(default=3)
    service = models.PositiveIntegerField()
    network = models.PositiveIntegerField()
    charges = models.PositiveIntegerField()
    users = models.PositiveBigIntegerField()
    place = models.PositiveIntegerField(default=0)  # the order in which files name operators
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator", "since"], name="appeal_count_once"),
            models.CheckConstraint(condition=Q(months__in=[1, 3]), name="appeal_count_months"),
        ]
        indexes = [models.Index(fields=["since"], name="appeal_count_since")]
