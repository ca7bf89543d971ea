"""What connected systems left with us: their documents, subscriptions and specifications."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id


class ClientDocument(models.Model):
    """A ticket as a connected system described it, kept as it was sent.

    `kind` and `severity` are what we understood then: while the ticket still has them, the
    system's own words are given back; once somebody corrects them, ours are.
    """

    ticket = models.OneToOneField(
        "tickets.Ticket", models.CASCADE, primary_key=True, related_name="+"
    )
    client_id = models.UUIDField()
    version = models.CharField(max_length=2)  # v4 or v5: the words the document is written in
    ticket_type = models.TextField()
    kind = models.CharField(max_length=16)
    severity = models.TextField()
    priority = models.TextField(blank=True)
    document = models.JSONField(default=dict)
    reason_version = models.PositiveIntegerField(default=0)  # of the status the reason belongs to
    deleted_version = models.PositiveIntegerField(default=0)  # withdrawn by DELETE: not shown
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["client_id", "ticket"], name="document_client"),
            models.Index(fields=["ticket_type"], name="document_type"),
        ]


class Specification(models.Model):
    """A trouble ticket specification (TMF621 v5): what a kind of ticket should carry."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    document = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["client_id", "-id"], name="specification_client")]


class HubSubscription(models.Model):
    """A connected system's address that is told of events; ended ones stay for the record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    api = models.CharField(max_length=16)  # tmf621
    version = models.CharField(max_length=2)
    client_id = models.UUIDField()
    unit_path = models.CharField(max_length=96)
    callback = models.TextField()
    query = models.TextField(blank=True)
    digest = models.CharField(max_length=64)  # of callback and query: one of each a client
    secret = EncryptedField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client_id", "api", "version", "digest"],
                condition=Q(ended_at=None),
                name="subscription_once",
            ),
        ]
        indexes = [models.Index(fields=["api", "ended_at"], name="subscription_api")]


class HubDelivery(models.Model):
    """An event still owed to a subscription; the row goes when the other side has taken it.

    Only the first row of a (subscription, subject) pair is sent, so that each system sees the
    changes of one ticket in their order.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(HubSubscription, models.CASCADE, related_name="+")
    subject_id = models.UUIDField()
    order = models.PositiveBigIntegerField()
    event_id = models.UUIDField()
    event_type = models.CharField(max_length=64)
    body = models.TextField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dead = models.BooleanField(default=False)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "event_id", "event_type"], name="hub_delivery_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="hub_delivery_due", condition=Q(dead=False)),
            models.Index(fields=["subscription", "subject_id", "order"], name="hub_delivery_order"),
            models.Index(fields=["id"], name="hub_delivery_dead", condition=Q(dead=True)),
        ]
