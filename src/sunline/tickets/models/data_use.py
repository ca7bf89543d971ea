"""Explanations of data use that were made for customers."""

from __future__ import annotations

from django.db import models

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id

from ..types import DataPeriod, SheetChannel
from .ticket import Ticket


class DataSheet(models.Model):
    """Where a number's data went, as it was explained on a ticket: the evidence kept.

    `figures` is JSON by service, day and hour, without addresses. `table` is the version of the
    table of addresses it rests on, 0 for none. Amounts are bytes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="data_sheets")
    subscriber_id = models.UUIDField()
    period = models.CharField(max_length=16, choices=DataPeriod)
    since = models.DateField()
    until = models.DateField()  # the first day after it
    table = models.PositiveIntegerField(default=0)
    total = models.PositiveBigIntegerField()
    figures = EncryptedField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=8, choices=SheetChannel, blank=True)
    message_id = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by_label = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="data_sheet_ticket")]
