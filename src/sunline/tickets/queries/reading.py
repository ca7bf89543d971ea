"""One ticket and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from sunline.interactions import queries as interactions
from sunline.kernel import masking
from sunline.kernel.errors import NotFound
from sunline.kernel.models import Event
from sunline.kernel.prepared import Prepared
from sunline.kernel.types import SYSTEM, Actor
from sunline.knowledge import queries as knowledge
from sunline.sla import queries as sla
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from ..access import may_see_row, path_for
from ..models import Note, Relation, Ticket
from ..rules import letters
from ..rules.fieldwork import kinds_for
from ..rules.lifecycle import TABLE, Verb, verbs_in
from ..types import TicketRef, TimelineEntry
from .orders import has_pack
from .situation import NEEDS, Situation, situation

NAMED = frozenset({"home_unit", "unit", "topic"})


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as its page shows it; the customer's data is masked."""

    id: UUID
    number: str
    version: int
    state: str
    kind: str
    urgency: str
    severity: str
    complexity: str
    scope: str
    reporting_type: str
    feedback: str
    truth: str
    truth_at: datetime | None
    truth_by: str
    priority: int
    priority_why: list[list[Any]]
    title: str
    description: str
    channel: str
    topic_id: UUID | None
    topic: str
    topic_version: int
    details: dict[str, str]
    customer_id: UUID | None
    customer: str
    tier: str
    subscriber_id: UUID | None
    interaction_id: UUID | None
    contact: str
    home_unit_id: UUID
    home_unit: str
    unit_id: UUID | None
    unit: str
    owner_id: UUID | None
    handler_id: UUID | None
    handler: str
    result: str
    answer: str
    rating: int | None
    returns: int
    redispatches: int
    chases: int
    external_id: str
    client_id: UUID | None
    registered_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    replied_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    next_due_at: datetime | None

    def ref(self) -> TicketRef:
        """Return the short form that verbs return."""
        return TicketRef(self.id, self.number, self.state, self.version)


def ticket_for(viewer: Viewer, number_or_id: str | UUID) -> TicketView:
    """Return a ticket the viewer may see; raises NotFound for any other."""
    ticket_id = number_or_id if isinstance(number_or_id, UUID) else _uuid(number_or_id)
    found = BY_ID.rows(ticket_id) if ticket_id else BY_NUMBER.rows(str(number_or_id)[:24])
    row = dict(zip(COLUMNS, found[0], strict=True)) if found else None
    if row is None or not may_see_row(viewer, row):
        raise NotFound()
    return to_view(row)


def id_of(viewer: Viewer, number: str) -> UUID:
    """Return the id of a ticket the viewer may see; raises NotFound for any other."""
    found = IDS.rows(number[:24])
    row = dict(zip(SEEN_BY, found[0], strict=True)) if found else None
    if row is None or not may_see_row(viewer, row):
        raise NotFound()
    ticket_id: UUID = row["id"]
    return ticket_id


def _uuid(text: str) -> UUID | None:
    """Return the id that a text spells, or None when it is a number."""
    try:
        return UUID(text)
    except ValueError:
        return None


JOINED = {
    "customer": "customer__party__name",
    "tier": "customer__tier",
    "handler": "handler__staff_no",
}
# The names of units and topics are known in this process; all else comes with the row.
OWN = [name for name in TicketView.__dataclass_fields__ if name not in {*JOINED, *NAMED}]
COLUMNS = [*OWN, *JOINED]
NOTHING = "00000000-0000-0000-0000-000000000000"
BY_ID = Prepared(lambda: Ticket.objects.filter(id=NOTHING).values_list(*OWN, *JOINED.values()))
BY_NUMBER = Prepared(lambda: Ticket.objects.filter(number="").values_list(*OWN, *JOINED.values()))
SEEN_BY = ["id", "client_id", "handler_id", "home_unit_id", "unit_id"]
IDS = Prepared(lambda: Ticket.objects.filter(number="").values_list(*SEEN_BY))


def to_view(row: dict[str, Any]) -> TicketView:
    """Return the masked view of a row with its joined names."""
    tree = unit_tree()
    home, unit = tree.get(row["home_unit_id"]), tree.get(row["unit_id"])
    topic = knowledge.topics().get(row["topic_id"])
    contact = row["contact"]
    mask = masking.email if "@" in contact else masking.phone
    shown = {
        **row,
        "contact": mask(contact) if contact else "",
        "customer": masking.name(row["customer"]) if row["customer"] else "",
        "tier": row["tier"] or "",
        "topic": topic.name if topic else "",
        "handler": row["handler"] or "",
        "home_unit": home.name if home else "",
        "unit": unit.name if unit else "",
    }
    return TicketView(**shown)


def by_interaction(interaction_id: UUID) -> UUID | None:
    """Return the newest ticket that came from an interaction, for the system's own use."""
    return (
        Ticket.objects.filter(interaction_id=interaction_id)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )


def allowed_verbs(viewer: Viewer, ticket: TicketView, around: Situation | None = None) -> list[str]:
    """Return the verbs the viewer may use on the ticket now, in the table's order.

    What stands around it is read when a verb asks for it, unless the caller has done so.
    """
    row = Ticket(
        id=ticket.id,
        home_unit_id=ticket.home_unit_id,
        unit_id=ticket.unit_id,
        client_id=ticket.client_id,
    )
    assisting = None
    if around is not None:
        assisting = [work.unit_id for work in around.joint_works if not work.cancelled_at]
    found = []
    for verb in verbs_in(ticket.state):
        move = TABLE[verb]
        if not viewer.may(move.permission, path_for(viewer, move, row, assisting)):
            continue
        if verb in NEEDS:
            around = around or situation(ticket.id)
            if not NEEDS[verb](around, viewer):
                continue
        if verb in {Verb.REVISIT, Verb.TRY_REVISIT} and viewer.actor.id == ticket.handler_id:
            continue
        if verb is Verb.ACCEPT and _is_anothers(ticket, viewer):
            continue
        if verb is Verb.OPEN_FIELD and not kinds_for(ticket.kind):
            continue
        if verb in ABOUT_ORDERS and not has_pack(ticket.topic_id):
            continue
        if verb in ABOUT_DATA and ticket.subscriber_id is None:
            continue
        if verb not in BY_RULE:
            found.append(str(verb))
    return found


# Verbs that only rules and messages do, those of topics about orders and agreements, and those
# about the data use of a service number.
BY_RULE = frozenset({Verb.ADD_MESSAGE, Verb.RECKON, Verb.OPEN_OUTAGE})
ABOUT_ORDERS = frozenset({Verb.CANCEL_UNSOLICITED, Verb.PROPOSE_WAIVER})
ABOUT_DATA = frozenset({Verb.EXPLAIN_DATA, Verb.SEND_DATA_SHEET})


def _is_anothers(ticket: TicketView, viewer: Viewer) -> bool:
    """Return whether the order was given to another person than the one who looks."""
    is_person = viewer.actor.kind == Actor.PERSON
    return is_person and ticket.handler_id not in (None, viewer.actor.id)


EVENTS = ["at", "kind", "actor_kind", "actor_label", "sequence", "payload"]
HISTORY = Prepared(
    lambda: Event.objects.filter(subject_id=NOTHING).order_by("sequence").values_list(*EVENTS)
)
NOTES = Prepared(
    lambda: (
        Note.objects.filter(ticket_id=NOTHING)
        .order_by("id")
        .values_list("sequence", "text", "public")
    )
)


def timeline(
    viewer: Viewer, ticket: TicketView | UUID, *, public: bool = False
) -> list[TimelineEntry]:
    """Return everything that happened to a ticket the viewer may see, oldest first.

    Facts, notes and messages stand in one line; clock facts come from the clocks themselves.
    With `public`, only what the customer may read.
    """
    if isinstance(ticket, UUID):
        ticket = ticket_for(viewer, ticket)
    notes: dict[int, list[tuple[str, bool]]] = {}
    for sequence, text, readable in NOTES.rows(ticket.id):
        if readable or not public:
            notes.setdefault(sequence, []).append((text, readable))
    entries = []
    for at, kind, actor_kind, actor, sequence, payload in HISTORY.rows(ticket.id):
        written = notes.get(sequence, ())
        entries.append(
            TimelineEntry(
                at=at,
                kind=kind.partition("@")[0],
                actor_kind=actor_kind,
                actor=actor,
                sequence=sequence,
                text="\n\n".join(text for text, _ in written),
                public=any(readable for _, readable in written),
                data=payload,
            )
        )
    if not public:
        # An answer stands on the line once, not again as the mail that carries it.
        said = {(entry.at, entry.text) for entry in entries if entry.public}
        sent = _messages(ticket.interaction_id)
        entries += [entry for entry in sent if (entry.at, entry.text) not in said]
        entries += _clocks(ticket.id)
    entries.sort(key=lambda entry: (entry.at, entry.sequence))
    return entries


def _messages(interaction: UUID | None) -> list[TimelineEntry]:
    if interaction is None:
        return []
    return [
        TimelineEntry(
            at=message.at,
            kind=f"message.{message.direction}",
            actor_kind=_speaker(message),
            actor=message.author,
            sequence=0,
            text=letters.words(message.trimmed or message.body),
            public=True,
            data={"attachments": message.attachments, "message_id": str(message.id)},
        )
        for message in interactions.messages_of(interaction)
    ]


def _speaker(message: interactions.MessageView) -> str:
    if message.direction == "inbound":
        return Actor.SUBSCRIBER
    return Actor.SYSTEM if message.author == SYSTEM.label else Actor.PERSON


def _clocks(ticket_id: UUID) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            at=at,
            kind="clock.breached",
            actor_kind="system",
            actor="",
            sequence=0,
            data={"purpose": purpose},
        )
        for purpose, at in sla.breaches_of(ticket_id)
    ]


def related(viewer: Viewer, ticket_id: UUID) -> list[dict[str, str]]:
    """Return the tickets linked to one, in either direction, that the viewer may see as well."""
    found = []
    either = Q(ticket_id=ticket_id) | Q(other_id=ticket_id)
    for row in Relation.objects.filter(either).select_related("ticket", "other"):
        other = row.other if row.ticket_id == ticket_id else row.ticket
        if not may_see_row(viewer, other.__dict__):
            continue
        found.append({"number": other.number, "title": other.title, "kind": row.kind})
    return found
