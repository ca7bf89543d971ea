"""The frame of every verb: lock, see, permit, decide, write, record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from sunline.kernel import crash, log, rows
from sunline.kernel.errors import Conflict, NotFound
from sunline.kernel.prepared import Prepared
from sunline.kernel.types import Subject
from sunline.knowledge import queries as knowledge
from sunline.sla import services as sla
from sunline.sla.types import CALLBACK
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from ..access import may_see, path_for
from ..errors import Changed, Taken, WrongState
from ..events import TicketFact
from ..models import Handling, Note, Ticket
from ..rules.clocks import open_clocks
from ..rules.lifecycle import TABLE, Move, Verb, allowed
from ..types import State, TicketRef

SUBJECT = "ticket"
# An open ticket without a running clock still comes up for a look after this time.
ATTENTION = timedelta(hours=72)
# Columns that no verb changes after registration.
_FIXED = frozenset({"id", "number", "registered_at", "registered_by", "client_id", "external_id"})
NAMES = [field.attname for field in Ticket._meta.concrete_fields]
CHANGING = [name for name in NAMES if name not in _FIXED]
LOCKED = Prepared(
    lambda: (
        # No key changes, so a row that only names the ticket need not wait for whoever holds it.
        Ticket.objects.select_for_update(no_key=True)
        .filter(id="00000000-0000-0000-0000-000000000000")
        .values_list(*NAMES)
    )
)


class Change:
    """One ticket under change by one viewer: its row is locked until the change is written."""

    def __init__(self, ticket: Ticket, move: Move, viewer: Viewer, now: datetime) -> None:
        self.ticket, self.move, self.viewer, self.now = ticket, move, viewer, now
        self._facts: list[log.Entry] = []
        self._notes: list[Note] = []
        self._before = {name: getattr(ticket, name) for name in CHANGING}
        self.reclassified = False  # do the limits have to be chosen anew
        # When somebody has to look again, where clocks do not say so.
        self.due_at: datetime | None = None

    def record(self, fact: type[TicketFact], **details: Any) -> None:
        """Add a fact about the ticket as it is now; each counts the version up by one."""
        ticket = self.ticket
        ticket.version += 1
        entry = fact(
            home=ticket.home_unit_id,
            unit=ticket.unit_id,
            handler=ticket.handler_id,
            state=str(ticket.state),
            **details,
        )
        subject = Subject(SUBJECT, ticket.id)
        self._facts.append(log.Entry(subject, ticket.version, entry, self.viewer.actor, self.now))

    def note(self, text: str, kind: str, *, public: bool = False) -> None:
        """Keep a text that belongs to the fact recorded last."""
        if not text:
            return
        actor = self.viewer.actor
        self._notes.append(
            Note(
                ticket_id=self.ticket.id,
                sequence=self.ticket.version,
                kind=kind,
                text=text,
                public=public,
                author_id=actor.id,
                author_label=actor.label,
                at=self.now,
            )
        )

    def go(self, state: State) -> None:
        """Put the ticket into a state."""
        self.ticket.state = state

    def write(self) -> None:
        """Write the row, its notes, its facts with what is owed to listeners, and the clocks."""
        ticket = self.ticket
        self._clocks()
        ticket.updated_at = self.now
        before = self._before
        changed = [name for name in CHANGING if getattr(ticket, name) != before[name]]
        batch = rows.Batch()
        rows.update(ticket, changed, batch)
        batch.insert(self._notes)
        log.write(self._facts, batch)
        batch.send()

    def _clocks(self) -> None:
        ticket, move = self.ticket, self.move
        if move.stops:
            sla.stop(ticket.id, purposes=move.stops, now=self.now)
        if move.pauses:
            sla.pause(ticket.id, reason=str(move.verb), by=self.viewer.actor.id, now=self.now)
        if move.resumes:
            sla.resume(ticket.id, now=self.now)
        if move.starts:
            self.restart_clocks(move.starts)
        if self.reclassified:
            self._replan_clocks()
        if ticket.closed_at is not None:
            if self._before["closed_at"] is None and ticket.state != State.MERGED:
                sla.stop(ticket.id, purposes=[CALLBACK], now=self.now)
            ticket.next_due_at = None
        elif self.due_at is not None:
            ticket.next_due_at = self.due_at
        elif move.stops or move.pauses or move.resumes or move.starts or self.reclassified:
            ticket.next_due_at = sla.next_due(ticket.id) or self.now + ATTENTION

    def restart_clocks(self, purposes: Sequence[str]) -> None:
        """Begin clocks anew; statutory ones run on from when the matter was received."""
        ticket = self.ticket
        sla.restart(
            {**traits_of(ticket), "tier": tier_of(ticket)},
            subject=Subject(SUBJECT, ticket.id),
            purposes=purposes,
            unit_path=unit_tree().path(ticket.home_unit_id),
            rural=ticket.customer is not None and ticket.customer.rural,
            received_at=ticket.registered_at,
            now=self.now,
            unit_id=ticket.unit_id,
        )

    def _replan_clocks(self) -> None:
        """Choose the limits anew by what the ticket is now; legal ones never come later."""
        ticket = self.ticket
        sla.reclassify(
            {**traits_of(ticket), "tier": tier_of(ticket)},
            subject=Subject(SUBJECT, ticket.id),
            starts=open_clocks(ticket.state, ticket.registered_at, ticket.dispatched_at),
            unit_path=unit_tree().path(ticket.home_unit_id),
            rural=ticket.customer is not None and ticket.customer.rural,
            received_at=ticket.registered_at,
            by=self.viewer.actor,
            now=self.now,
            unit_id=ticket.unit_id,
        )

    def ref(self) -> TicketRef:
        """Return the ticket as it stands now."""
        ticket = self.ticket
        return TicketRef(ticket.id, ticket.number, str(ticket.state), ticket.version)


def traits_of(ticket: Ticket) -> dict[str, str]:
    """Return what limits and dispatch rules match on."""
    topic = knowledge.topics().get(ticket.topic_id) if ticket.topic_id else None
    return {
        "topic": topic.code if topic else "",
        "kind": str(ticket.kind),
        "urgency": str(ticket.urgency),
        "severity": ticket.severity,
        "complexity": ticket.complexity,
        "channel": ticket.channel,
    }


def tier_of(ticket: Ticket) -> str:
    """Return the grade of the ticket's customer, ordinary when nobody is known."""
    return str(ticket.customer.tier) if ticket.customer is not None else "ordinary"


@contextmanager
def changing(
    viewer: Viewer, ticket_id: UUID, verb: Verb, *, now: datetime, version: int | None = None
) -> Iterator[Change]:
    """Lock a ticket for one verb and write what the body decides, all in one transaction.

    Raises NotFound if the viewer may not know of it, Refused without the permission, WrongState if
    the table does not allow the verb, Changed if `version` is no longer the ticket's.
    """
    move = TABLE[verb]
    with transaction.atomic():
        found = LOCKED.rows(ticket_id)
        ticket = Ticket.from_db("default", NAMES, found[0]) if found else None
        if ticket is None or not may_see(viewer, ticket):
            raise NotFound()
        if not viewer.may(move.permission):
            viewer.require(move.permission)
        viewer.require(move.permission, path_for(viewer, move, ticket))
        if version is not None and version != ticket.version:
            last = log.last_entry(ticket.id)
            raise Changed(number=ticket.number, by=last.actor_label if last else "")
        if not allowed(verb, ticket.state):
            raise _refusal(ticket, verb, viewer)
        change = Change(ticket, move, viewer, now)
        yield change
        change.write()
        crash.after_commit("verb: after commit")
        crash.point("verb: before commit")


def lock(ticket_id: UUID) -> None:
    """Hold a ticket's row until the caller's transaction ends, before rows of rooms below."""
    LOCKED.rows(ticket_id)


def _refusal(ticket: Ticket, verb: Verb, viewer: Viewer) -> Conflict:
    """Return why the verb is not possible now, naming who was first when that is the reason."""
    if verb is Verb.ACCEPT and ticket.state == State.IN_HANDLING and ticket.handler is not None:
        return Taken(number=ticket.number, by=ticket.handler.staff_no)
    return WrongState(number=ticket.number, state=State(ticket.state).label)


def end_handling(ticket: Ticket, outcome: str, now: datetime, reason: str = "") -> None:
    """End the ticket's present stay with a unit, if it has one."""
    Handling.objects.filter(ticket_id=ticket.id, ended_at=None).update(
        ended_at=now, outcome=outcome, reason=reason
    )


def begin_handling(ticket: Ticket, unit_id: UUID, now: datetime) -> None:
    """Begin a stay with a unit, ending any stay before it."""
    end_handling(ticket, "moved", now)
    Handling.objects.create(
        ticket=ticket, unit_id=unit_id, handler_id=ticket.handler_id, dispatched_at=now
    )


def last_handler(ticket: Ticket) -> UUID | None:
    """Return who handled the ticket in its last ended stay, None when nobody has."""
    return (
        Handling.objects.filter(ticket_id=ticket.id)
        .exclude(ended_at=None)
        .order_by("-id")
        .values_list("handler_id", flat=True)
        .first()
    )
