"""Interactions on every channel, their messages and attachments, and the mailboxes they use."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id

from .types import Direction, OutgoingState, Security, Status


class Mailbox(models.Model):
    """A mailbox as it was configured between two dates; changing it closes one row, opens another.

    `code` stays the same over the years; secrets are encrypted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32)
    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    address = models.CharField(max_length=254)
    sender_name = models.CharField(max_length=64, blank=True)
    imap_host = models.CharField(max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=16, choices=Security, default=Security.TLS)
    imap_user = models.CharField(max_length=254, blank=True)
    imap_password = EncryptedField(blank=True, default="")
    folder = models.CharField(max_length=128, default="INBOX")
    done_folder = models.CharField(max_length=128, blank=True)  # read mails go here when set
    smtp_host = models.CharField(max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(default=465)
    smtp_security = models.CharField(max_length=16, choices=Security, default=Security.TLS)
    smtp_user = models.CharField(max_length=254, blank=True)
    smtp_password = EncryptedField(blank=True, default="")
    most_per_hour = models.PositiveIntegerField(default=30)  # from one sender, before set aside
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    configured_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(until=None), name="mailbox_once"),
            models.UniqueConstraint(
                fields=["address"], condition=Q(until=None), name="mailbox_address_once"
            ),
        ]


class MailboxProgress(models.Model):
    """How far a mailbox has been read, and how the last attempt went."""

    code = models.CharField(primary_key=True, max_length=32)
    uid_validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=32, blank=True)  # a code of `types.MailboxTrouble`
    detail = models.CharField(max_length=255, blank=True)
    trouble_since = models.DateTimeField(null=True)


class Interaction(models.Model):
    """A service contact (服务接触) on one channel, from first word to wrap-up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)
    channel = models.CharField(max_length=16)  # a value of `types.ChannelKind`
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.INBOUND)
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    subscriber = models.ForeignKey(
        "customers.Subscriber", models.SET_NULL, null=True, related_name="+"
    )
    address = EncryptedField(blank=True, default="")  # the other side's number or mail address
    address_index = models.CharField(max_length=48, blank=True)
    party_name = EncryptedField(blank=True, default="")  # as the other side gave it
    subject = models.CharField(max_length=255, blank=True)
    topic = models.ForeignKey(
        "knowledge.Topic", models.PROTECT, null=True, related_name="+", db_index=False
    )
    wrap_up = models.CharField(max_length=32, blank=True)  # a value of `types.WrapUp`
    home_unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey("staff.Account", models.SET_NULL, null=True, related_name="+")
    mailbox_code = models.CharField(max_length=32, blank=True)
    thread_key = models.CharField(max_length=255, blank=True)  # a ticket's number, a session's id
    external_id = models.CharField(max_length=64, blank=True)
    imported = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=~Q(external_id=""),
                name="interaction_once",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-started_at"], name="interaction_customer"),
            models.Index(fields=["home_unit", "-started_at"], name="interaction_home"),
            models.Index(fields=["address_index", "-started_at"], name="interaction_address"),
            models.Index(
                fields=["thread_key"], name="interaction_thread", condition=~Q(thread_key="")
            ),
            models.Index(fields=["-started_at", "-id"], name="interaction_started"),
        ]


class Message(models.Model):
    """One thing said or sent in an interaction, in or out.

    `automatic` names why a message was set aside (`types.Automatic`); it is empty for people's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=8, choices=Direction)
    author_label = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)
    trimmed = models.TextField(blank=True)  # the body without quoted history
    headers = models.JSONField(default=dict)
    external_id = models.CharField(max_length=128, blank=True)  # `rules.external_key`
    digest = models.CharField(max_length=64, blank=True)  # of what was said, to tell replays apart
    automatic = models.CharField(max_length=16, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)  # the original as it arrived
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="message_once"
            ),
        ]
        indexes = [
            models.Index(fields=["interaction", "id"], name="message_interaction"),
            models.Index(fields=["-id"], name="message_aside", condition=~Q(automatic="")),
        ]


class Attachment(models.Model):
    """A file that came or went with a message, stored under its content's hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=128)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    refused = models.CharField(max_length=32, blank=True)  # `types.RefusedFile`: why not kept


class Outgoing(models.Model):
    """A message owed to the outside, with a stable key so that sending twice shows as one.

    `unknown` means that a crash or a lost connection left the outcome open: a person decides.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.OneToOneField(Message, models.CASCADE, related_name="outgoing")
    channel = models.CharField(max_length=16)
    mailbox_code = models.CharField(max_length=32, blank=True)
    to = EncryptedField()
    key = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=16, choices=OutgoingState, default=OutgoingState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outgoing_due",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                fields=["-id"],
                name="outgoing_unsettled",
                condition=Q(state__in=["failed", "unknown"]),
            ),
        ]
