"""The one timeline of all channels: interactions, their messages and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from sunline.kernel import masking
from sunline.kernel.paging import page
from sunline.kernel.prepared import PreparedIn
from sunline.kernel.types import Page
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import files, permissions
from ..errors import UnknownInteraction, UnknownMessage
from ..models import Attachment, Interaction, Message
from ..rules import for_colleagues, plain_subject
from ..types import Direction, Status

SNIPPET = 160


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file of a message; `refused` tells why its content was not kept."""

    id: UUID
    name: str
    content_type: str
    size: int
    refused: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """One thing said; `trimmed` is the body without quoted history."""

    id: UUID
    interaction_id: UUID
    direction: str
    author: str
    subject: str
    body: str
    trimmed: str
    automatic: str
    at: datetime
    attachments: tuple[AttachmentView, ...] = ()
    sending: str = ""  # `types.OutgoingState`, for messages that go out
    sending_error: str = ""
    has_source: bool = False


@dataclass(frozen=True, slots=True)
class InteractionView:
    """One contact on the timeline; the address is masked."""

    id: UUID
    number: str
    channel: str
    direction: str
    status: str
    customer_id: UUID | None
    subscriber_id: UUID | None
    address: str
    party_name: str
    subject: str
    snippet: str
    topic_id: UUID | None
    topic: str
    topic_en: str
    wrap_up: str
    home_unit_id: UUID
    agent_no: str
    thread_key: str
    started_at: datetime
    ended_at: datetime | None
    messages: int = 0
    files: int = 0
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def reply_to(self) -> str:
        """The address in full, for services that answer; never for a page."""
        return self.raw.get("address", "")


@dataclass(frozen=True, slots=True)
class ArrivedMessage:
    """An inbound message with its contact, in full: for services, never for a page."""

    message_id: UUID
    interaction_id: UUID
    channel: str
    automatic: str
    subject: str
    text: str
    address: str
    party_name: str
    home_unit_id: UUID
    customer_id: UUID | None
    subscriber_id: UUID | None
    tier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file: where it lies and the headers it must be served with."""

    name: str
    content_type: str
    size: int
    path: Path
    headers: Mapping[str, str]


def masked(address: str) -> str:
    """Return a phone number or mail address as people see it."""
    return masking.email(address) if "@" in address else masking.phone(address)


def visible(viewer: Viewer) -> QuerySet[Interaction]:
    """Return the interactions the viewer may see."""
    paths = viewer.paths(permissions.VIEW.code)
    rows = Interaction.objects.all()
    if not paths:
        return rows.none()
    tree = staff.unit_tree()
    within = tree.ids_below(paths)
    return rows if len(within) == len(tree.rows) else rows.filter(home_unit_id__in=within)


def _rows(rows: QuerySet[Interaction]) -> QuerySet[Interaction]:
    return rows.annotate(
        topic_name=F("topic__name"),
        topic_name_en=F("topic__name_en"),
        agent_no=F("agent__staff_no"),
    )


def views(rows: Sequence[Interaction]) -> list[InteractionView]:
    """Return interactions with the start of their first message; two further statements."""
    wanted = [row.id for row in rows]
    first: dict[UUID, str] = {}
    count: dict[UUID, int] = defaultdict(int)
    found = Message.objects.filter(interaction_id__in=wanted).order_by("id")
    for interaction_id, text in found.values_list("interaction_id", "trimmed"):
        first.setdefault(interaction_id, for_colleagues(text)[:SNIPPET])
        count[interaction_id] += 1
    kept: dict[UUID, int] = defaultdict(int)
    held = Attachment.objects.filter(message__interaction_id__in=wanted)
    for interaction_id in held.values_list("message__interaction_id", flat=True):
        kept[interaction_id] += 1
    return [_view(row, first.get(row.id, ""), count[row.id], kept[row.id]) for row in rows]


def _view(row: Interaction, snippet: str, messages: int, kept: int) -> InteractionView:
    return InteractionView(
        id=row.id,
        number=row.number,
        channel=row.channel,
        direction=row.direction,
        status=row.status,
        customer_id=row.customer_id,
        subscriber_id=row.subscriber_id,
        address=masked(row.address),
        party_name=masking.name(row.party_name),
        subject=row.subject,
        snippet=snippet,
        topic_id=row.topic_id,
        topic=getattr(row, "topic_name", None) or "",
        topic_en=getattr(row, "topic_name_en", None) or "",
        wrap_up=row.wrap_up,
        home_unit_id=row.home_unit_id,
        agent_no=getattr(row, "agent_no", None) or "",
        thread_key=row.thread_key,
        started_at=row.started_at,
        ended_at=row.ended_at,
        messages=messages,
        files=kept,
        raw={"address": row.address, "party_name": row.party_name},
    )


def timeline(
    customer_id: UUID, *, viewer: Viewer, cursor: str | None = None, limit: int = 25
) -> Page[InteractionView]:
    """Return a customer's contacts on all channels, newest first, as far as the viewer may see."""
    rows = _rows(visible(viewer).filter(customer_id=customer_id))
    return _paged(rows, cursor, limit)


def recent(
    viewer: Viewer,
    *,
    channel: str = "",
    status: str = "",
    since: datetime | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[InteractionView]:
    """Return the latest contacts the viewer may see; set-aside ones only when asked for."""
    rows = visible(viewer)
    if channel:
        rows = rows.filter(channel=channel)
    rows = rows.filter(status=status) if status else rows.exclude(status=Status.ASIDE)
    if since:
        rows = rows.filter(started_at__gte=since)
    return _paged(_rows(rows), cursor, limit)


def _paged(rows: QuerySet[Interaction], cursor: str | None, limit: int) -> Page[InteractionView]:
    found = page(rows, order=("-started_at", "-id"), cursor=cursor, limit=limit)
    return Page(views(found.items), next=found.next, previous=found.previous)


def interaction_for(viewer: Viewer, interaction_id: UUID) -> InteractionView:
    """Return a contact the viewer may see; raise NotFound for any other."""
    row = _rows(visible(viewer).filter(id=interaction_id)).first()
    if row is None:
        raise UnknownInteraction
    return views([row])[0]


def interaction_of_work(interaction_id: UUID) -> InteractionView:
    """Return a contact for a room above that has already decided who may see it."""
    row = _rows(Interaction.objects.filter(id=interaction_id)).first()
    if row is None:
        raise UnknownInteraction
    return views([row])[0]


def ended_in(homes: Collection[UUID], since: datetime, until: datetime) -> list[UUID]:
    """Return inbound contacts of home units that began in a time and are wrapped up, by id."""
    rows = Interaction.objects.filter(
        home_unit_id__in=homes, started_at__gte=since, started_at__lte=until,
        status=Status.ENDED, direction=Direction.INBOUND, imported=False,
    )  # fmt: skip
    return list(rows.order_by("id").values_list("id", flat=True)[:5_000])


def by_thread_key(thread_key: str) -> list[UUID]:
    """Return the ids of the interactions of a ticket number, newest first."""
    rows = Interaction.objects.filter(thread_key=thread_key).order_by("-started_at", "-id")
    return list(rows.values_list("id", flat=True)[:50])


def messages_of(
    interaction_ids: UUID | Collection[UUID], *, viewer: Viewer | None = None
) -> list[MessageView]:
    """Return the messages of one or several contacts, oldest first, with files and sending state.

    With a viewer, raises NotFound for a contact they may not see; without one the caller has
    already decided.
    """
    wanted = {interaction_ids} if isinstance(interaction_ids, UUID) else set(interaction_ids)
    if viewer is not None and visible(viewer).filter(id__in=wanted).count() != len(wanted):
        raise UnknownInteraction
    return _messages(OF_CONTACTS.rows(wanted))


def message_for_work(message_id: UUID) -> MessageView:
    """Return one message for a room above that has decided who may see it."""
    found = _messages(BY_ID.rows([message_id]))
    if not found:
        raise UnknownMessage
    return found[0]


def arrival_of(message_id: UUID) -> ArrivedMessage | None:
    """Return what a room above needs to act on an inbound message, or None when there is none."""
    row = (
        Message.objects.filter(id=message_id)
        .select_related("interaction")
        .annotate(tier=F("interaction__customer__tier"))
        .first()
    )
    if row is None:
        return None
    whole = row.interaction
    return ArrivedMessage(
        message_id=row.id,
        interaction_id=whole.id,
        channel=whole.channel,
        automatic=row.automatic,
        subject=plain_subject(row.subject),
        text=for_colleagues(row.trimmed or row.body),
        address=whole.address,
        party_name=whole.party_name,
        home_unit_id=whole.home_unit_id,
        customer_id=whole.customer_id,
        subscriber_id=whole.subscriber_id,
        tier=getattr(row, "tier", None) or "",
        at=row.at,
    )


SPOKEN = (
    "id",
    "interaction_id",
    "direction",
    "author_label",
    "subject",
    "body",
    "trimmed",
    "automatic",
    "at",
    "source_sha256",
    "outgoing__state",
    "outgoing__last_error",
)
KEPT = ("id", "name", "content_type", "size", "refused")


def _spoken(rows: QuerySet[Message]) -> Any:
    """Return messages, oldest first, each as often as it has files and at least once."""
    files = [f"attachments__{name}" for name in KEPT]
    return rows.order_by("id", "attachments__id").values_list(*SPOKEN, *files)


OF_CONTACTS = PreparedIn(lambda ids: _spoken(Message.objects.filter(interaction_id__in=ids)))
BY_ID = PreparedIn(lambda ids: _spoken(Message.objects.filter(id__in=ids)))


def _messages(rows: Iterable[tuple[Any, ...]]) -> list[MessageView]:
    """Return the messages of the rows of `_spoken`."""
    found = []
    for _, several in groupby(rows, key=itemgetter(0)):
        held = list(several)
        said = dict(zip(SPOKEN, held[0], strict=False))
        files = [row[len(SPOKEN) :] for row in held]
        found.append(
            MessageView(
                id=said["id"],
                interaction_id=said["interaction_id"],
                direction=said["direction"],
                author=said["author_label"],
                subject=said["subject"],
                body=for_colleagues(said["body"]),
                trimmed=for_colleagues(said["trimmed"]),
                automatic=said["automatic"],
                at=said["at"],
                attachments=tuple(AttachmentView(*file) for file in files if file[0]),
                sending=said["outgoing__state"] or "",
                sending_error=said["outgoing__last_error"] or "",
                has_source=bool(said["source_sha256"]),
            )
        )
    return found


def attachment_for(viewer: Viewer, attachment_id: UUID) -> StoredFile:
    """Return a kept file the viewer may see; raise NotFound for any other and for refused ones."""
    row = (
        Attachment.objects.filter(
            Q(message__interaction__in=visible(viewer)), id=attachment_id, refused=""
        )
        .exclude(sha256="")
        .first()
    )
    if row is None:
        raise UnknownMessage
    return stored_file(row.name, row.content_type, row.size, row.sha256)


def stored_file(name: str, content_type: str, size: int, sha256: str) -> StoredFile:
    """Return a kept file as it is handed out; who may see it is the caller's to say."""
    headers = files.answer_headers(name, content_type)
    return StoredFile(name, content_type, size, files.path_of(sha256), headers)


def source_for(viewer: Viewer, message_id: UUID) -> StoredFile:
    """Return the original of a message as it arrived, for download only; raise NotFound."""
    row = Message.objects.filter(Q(interaction__in=visible(viewer)), id=message_id).first()
    if row is None or not row.source_sha256:
        raise UnknownMessage
    path = files.path_of(row.source_sha256)
    headers = files.answer_headers(f"{row.id}.eml", "application/octet-stream")
    return StoredFile(f"{row.id}.eml", "message/rfc822", path.stat().st_size, path, headers)
