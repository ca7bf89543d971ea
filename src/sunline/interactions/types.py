"""The words of an interaction, and the values that channels and callers pass in and get back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ChannelKind(TextChoices):
    """The ways people reach us and we reach them."""

    PHONE = "phone", _("Phone")
    IVR = "ivr", _("Voice menu")
    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("Portal")
    WECHAT = "wechat", _("WeChat")
    WEBCHAT = "webchat", _("Web chat")
    APP = "app", _("App")
    HALL = "hall", _("Service hall")
    FIELD = "field", _("Field visit")
    PAPER = "paper", _("Letter")
    REGULATOR = "regulator", _("Regulator")
    SOCIAL = "social", _("Social media")
    API = "api", _("Partner system")


class Direction(TextChoices):
    """Who spoke to whom."""

    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")


class Status(TextChoices):
    """Where an interaction stands."""

    OPEN = "open", _("Open")
    ENDED = "ended", _("Wrapped up")
    ASIDE = "aside", _("Set aside")


class WrapUp(TextChoices):
    """How a contact ended (服务小结)."""

    SOLVED = "solved", _("Solved at once")
    EXPLAINED = "explained", _("Explained")
    TICKET = "ticket", _("Ticket registered")
    SELF_SERVICE = "self_service", _("Done by self-service")
    TRANSFERRED = "transferred", _("Transferred")
    CALL_BACK = "call_back", _("Call back promised")
    DROPPED = "dropped", _("Connection lost")
    SILENT = "silent", _("Nobody spoke")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    NUISANCE = "nuisance", _("Nuisance")
    REACHED = "reached", _("Customer reached")
    NOT_REACHED = "not_reached", _("Customer not reached")


class Automatic(TextChoices):
    """Why a message was set aside: no person is known to wait for an answer to it."""

    AUTO_REPLY = "auto_reply", _("Automatic reply")
    BOUNCE = "bounce", _("Delivery report")
    BULK = "bulk", _("Bulk mail")
    LOOP = "loop", _("Our own mail came back")
    CAPPED = "capped", _("Too many from one sender")


class RefusedFile(TextChoices):
    """Why an attachment was not kept."""

    TOO_BIG = "too_big", _("The file is too big")
    TOO_MANY = "too_many", _("There are too many files")
    KIND = "kind", _("Files of this kind are not accepted")
    MISMATCH = "mismatch", _("The content does not fit the file's name")
    EMPTY = "empty", _("The file is empty")
    BROKEN = "broken", _("The file arrived damaged")
    EXPIRED = "expired", _("Deleted when its time was over")


class OutgoingState(TextChoices):
    """Where a message is on its way out."""

    WAITING = "waiting", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    UNKNOWN = "unknown", _("Outcome unknown")
    DROPPED = "dropped", _("Given up")


class Security(TextChoices):
    """How a connection to a mail server is protected."""

    TLS = "tls", _("TLS")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("No encryption")


class MailboxTrouble(TextChoices):
    """What stands between us and a mailbox."""

    UNREACHABLE = "unreachable", _("The mail server cannot be reached")
    TLS = "tls", _("The server's certificate or encryption is not acceptable")
    CREDENTIALS = "credentials", _("The server refuses the user name or password")
    FOLDER = "folder", _("The folder does not exist")
    PROTOCOL = "protocol", _("The server answers in an unexpected way")
    DATABASE = "database", _("Mail cannot be stored at the moment")


@dataclass(frozen=True, slots=True)
class File:
    """A file as it arrived; `refused` is set by a channel that could not take it whole."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    refused: str = ""
    size: int = 0  # bytes, when the content was not taken


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that reached us on a channel, parsed but not yet judged or stored.

    `external_id` is the channel's own id of it (a Message-ID); with `channel` it makes `receive`
    safe to repeat. `at` is when it was said; `references` are ids of earlier messages, nearest
    first; `source` is the original whole.
    """

    channel: str
    address: str
    body: str
    external_id: str
    at: datetime
    subject: str = ""
    trimmed: str = ""
    name: str = ""
    thread_key: str = ""
    references: tuple[str, ...] = ()
    headers: Mapping[str, object] = field(default_factory=dict)
    attachments: tuple[File, ...] = ()
    automatic: str = ""
    bounced: str = ""  # the external id of our message that could not be delivered
    customer_id: UUID | None = None
    subscriber_id: UUID | None = None
    home_unit_id: UUID | None = None
    mailbox_code: str = ""
    source: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an arrival; `created` tells whether it opened a new interaction."""

    interaction_id: UUID
    message_id: UUID
    created: bool = False
    duplicate: bool = False
    automatic: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A past interaction as an import or the demo brings it."""

    channel: str
    at: datetime
    home_unit_id: UUID
    address: str = ""
    direction: str = Direction.INBOUND.value
    subject: str = ""
    body: str = ""
    customer_id: UUID | None = None
    subscriber_id: UUID | None = None
    topic_id: UUID | None = None
    agent_id: UUID | None = None
    agent_label: str = ""
    wrap_up: str = WrapUp.SOLVED.value
    ended_at: datetime | None = None
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way out, with everything a channel needs to carry it."""

    outgoing_id: UUID
    channel: str
    to: str
    subject: str
    body: str
    headers: Mapping[str, object]
    external_id: str
    at: datetime
    mailbox_code: str = ""
    attempts: int = 1
    files: tuple[File, ...] = ()


class Carried(StrEnum):
    """How handing a parcel over went."""

    SENT = "sent"
    LATER = "later"  # known not to have gone out; worth another attempt
    REFUSED = "refused"  # known not to have gone out; another attempt is useless
    UNKNOWN = "unknown"
    LOST = "lost"  # another worker holds it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one parcel."""

    outgoing_id: UUID
    carried: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """A mailbox as an administrator describes it. Empty passwords keep the stored ones."""

    code: str
    unit_id: UUID
    address: str
    sender_name: str = ""
    imap_host: str = ""
    imap_port: int = 993
    imap_security: str = Security.TLS.value
    imap_user: str = ""
    imap_password: str = field(default="", repr=False)
    folder: str = "INBOX"
    done_folder: str = ""
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: str = Security.TLS.value
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    most_per_hour: int = 30
    last_uid: int = 0
    uid_validity: int = 0
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailboxCheck:
    """One step of trying a mailbox: which, whether it went well, and the trouble's code if not."""

    step: str  # imap or smtp
    ok: bool
    trouble: str = ""
    detail: str = ""
