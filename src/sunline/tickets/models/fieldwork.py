"""Field work orders (外线工单), their files, and how many visits a window of a day has room for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id

from ..types import FieldKind, FieldState, Window
from ..types.fieldwork import FIELD_OPEN
from .ticket import Ticket


class AppointmentSlot(models.Model):
    """How many visits a unit makes in a window of a day, and how many are booked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    window = models.CharField(max_length=16, choices=Window)
    capacity = models.PositiveSmallIntegerField()
    booked = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "day", "window"], name="slot_once"),
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="slot_not_over"),
        ]


class FieldOrder(models.Model):
    """What an engineer goes out for on a ticket: to install, to move or to repair.

    `number` is what the customer follows it by, without a sign-in; it tells nothing of the person.
    `promised_at` is the end of the promised limit as it stood when the order was opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="field_orders", db_index=False)
    number = models.CharField(max_length=12)
    kind = models.CharField(max_length=16, choices=FieldKind)
    state = models.CharField(max_length=16, choices=FieldState)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    engineer = models.ForeignKey(
        "staff.Account", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    slot = models.ForeignKey(
        AppointmentSlot, models.PROTECT, null=True, related_name="orders", db_index=False
    )
    day = models.DateField(null=True)  # of the slot, so that lists sort by it
    area_code = models.CharField(max_length=32, blank=True, default="")
    address = EncryptedField(blank=True, default="")
    rural = models.BooleanField(default=False)
    promised_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=24, blank=True)
    late_reason = models.CharField(max_length=24, blank=True)
    moved = models.PositiveSmallIntegerField(default=0)  # how often the appointment was moved
    parts = models.CharField(max_length=500, blank=True)
    signed = EncryptedField(blank=True, default="")  # the name the customer confirmed with

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="field_number_once"),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state__in=FIELD_OPEN), name="one_open_field_order"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="field_ticket"),
            models.Index(fields=["unit", "-id"], name="field_unit"),
            models.Index(fields=["state", "-id"], name="field_state"),
            models.Index(fields=["day", "-id"], name="field_day"),
            models.Index(
                fields=["engineer", "-id"], name="field_engineer", condition=~Q(engineer=None)
            ),
        ]


class FieldFile(models.Model):
    """A photo taken at a visit: its name, what it is, its bytes and their SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(FieldOrder, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=128)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "sha256"], name="field_file_once"),
        ]
