"""Lists for people who look after things: set aside, unsettled, unreadable, mailboxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sunline.kernel.models import Unreadable
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import permissions
from ..errors import UnknownMessage
from ..models import Mailbox, MailboxProgress, Message, Outgoing
from ..rules import for_colleagues
from ..types import ChannelKind, MailboxSettings, OutgoingState
from .timeline import SNIPPET, masked


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that nobody was bothered with, and why."""

    id: UUID
    interaction_id: UUID
    number: str
    address: str
    subject: str
    snippet: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An outgoing message that failed or whose outcome is unknown."""

    id: UUID
    interaction_id: UUID
    message_id: UUID
    number: str
    to: str
    subject: str
    state: str
    attempts: int
    last_error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UnreadableView:
    """Something that arrived and could not be read."""

    id: UUID
    source: str
    reason: str
    detail: str
    size: int
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class MailboxView:
    """A mailbox in use, without its secrets, and how it is doing."""

    settings: MailboxSettings
    id: UUID
    since: datetime
    connected_at: datetime | None
    read_at: datetime | None
    trouble: str
    detail: str
    trouble_since: datetime | None


def _home_ids(viewer: Viewer, permission: str) -> list[UUID]:
    return staff.unit_tree().ids_below(viewer.paths(permission) or {"-"})


def set_aside(viewer: Viewer, *, cursor: str | None = None, limit: int = 25) -> Page[SetAside]:
    """Return the messages set aside where the viewer looks after them, newest first."""
    rows = (
        Message.objects.exclude(automatic="")
        .filter(interaction__home_unit_id__in=_home_ids(viewer, permissions.SETTLE_UNREADABLE.code))
        .select_related("interaction")
    )
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    items = [
        SetAside(
            row.id,
            row.interaction_id,
            row.interaction.number,
            masked(row.interaction.address),
            row.subject,
            for_colleagues(row.trimmed)[:SNIPPET],
            row.automatic,
            row.at,
        )
        for row in found.items
    ]
    return Page(items, next=found.next, previous=found.previous)


def outgoing_unsettled(
    viewer: Viewer, *, cursor: str | None = None, limit: int = 25
) -> Page[Unsettled]:
    """Return outgoing messages that wait for a person's decision, newest first."""
    rows = Outgoing.objects.filter(
        state__in=[OutgoingState.FAILED, OutgoingState.UNKNOWN],
        message__interaction__home_unit_id__in=_home_ids(viewer, permissions.SEND.code),
    ).select_related("message__interaction")
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    items = [
        Unsettled(
            row.id,
            row.message.interaction_id,
            row.message_id,
            row.message.interaction.number,
            masked(row.to),
            row.message.subject,
            row.state,
            row.attempts,
            row.last_error,
            row.message.at,
        )
        for row in found.items
    ]
    return Page(items, next=found.next, previous=found.previous)


def unreadable_rows(viewer: Viewer) -> QuerySet[Unreadable]:
    """Return what could not be read where the viewer looks after it: by the mailbox it came to.

    What came by no mailbox belongs to those who hold the permission for all units.
    """
    viewer.require(permissions.SETTLE_UNREADABLE.code)
    units = _home_ids(viewer, permissions.SETTLE_UNREADABLE.code)
    if len(units) == len(staff.unit_tree().rows):
        return Unreadable.objects.all()
    codes = Mailbox.objects.filter(unit_id__in=units).values_list("code", flat=True)
    return Unreadable.objects.filter(
        source__in=[f"{ChannelKind.EMAIL}:{code}"[:48] for code in codes]
    )


def unreadable_items(
    viewer: Viewer, *, cursor: str | None = None, limit: int = 25
) -> Page[UnreadableView]:
    """Return what arrived and could not be read and nobody has settled, newest first."""
    rows = unreadable_rows(viewer).filter(settled_at=None)
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    items = [
        UnreadableView(row.id, row.source, row.reason, row.detail, len(row.body), row.arrived_at)
        for row in found.items
    ]
    return Page(items, next=found.next, previous=found.previous)


def unreadable_body(viewer: Viewer, item_id: UUID) -> bytes:
    """Return the whole of something that could not be read; raise NotFound."""
    row = unreadable_rows(viewer).filter(id=item_id).first()
    if row is None:
        raise UnknownMessage
    return bytes(row.body)


def mailbox_settings() -> list[MailboxSettings]:
    """Return the mailboxes in use with their secrets, for the programs that read and send."""
    progress = {row.code: row for row in MailboxProgress.objects.all()}
    rows = Mailbox.objects.filter(until=None).order_by("code")
    return [_settings(row, progress.get(row.code), secret=True) for row in rows]


def mailbox_views(viewer: Viewer) -> list[MailboxView]:
    """Return the mailboxes the viewer may set up, without secrets."""
    progress = {row.code: row for row in MailboxProgress.objects.all()}
    found = []
    rows = Mailbox.objects.filter(
        until=None, unit_id__in=_home_ids(viewer, permissions.CONFIGURE.code)
    )
    for row in rows.order_by("code"):
        state = progress.get(row.code)
        found.append(
            MailboxView(
                _settings(row, state, secret=False),
                row.id,
                row.since,
                state.connected_at if state else None,
                state.read_at if state else None,
                state.trouble if state else "",
                state.detail if state else "",
                state.trouble_since if state else None,
            )
        )
    return found


def _settings(row: Mailbox, state: MailboxProgress | None, *, secret: bool) -> MailboxSettings:
    return MailboxSettings(
        code=row.code,
        unit_id=row.unit_id,
        address=row.address,
        sender_name=row.sender_name,
        imap_host=row.imap_host,
        imap_port=row.imap_port,
        imap_security=row.imap_security,
        imap_user=row.imap_user,
        imap_password=row.imap_password if secret else "",
        folder=row.folder,
        done_folder=row.done_folder,
        smtp_host=row.smtp_host,
        smtp_port=row.smtp_port,
        smtp_security=row.smtp_security,
        smtp_user=row.smtp_user,
        smtp_password=row.smtp_password if secret else "",
        most_per_hour=row.most_per_hour,
        last_uid=state.last_uid if state else 0,
        uid_validity=state.uid_validity if state else 0,
        read_at=state.read_at if state else None,
    )
