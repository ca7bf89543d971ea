"""Finding what a new ticket repeats or copies, and what people say of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer, system_viewer

from .. import events, policies
from ..errors import NothingOpen
from ..models import Relation, Repeat, Suspicion, Ticket
from ..queries.kin import neighbours
from ..rules import kin
from ..rules.lifecycle import Verb
from ..types import FINAL, RelationKind, RepeatCause, State, TicketRef
from .changing import changing
from .turns import take_turn

NOT_SUSPECTED = _("This ticket is not suspected of being a duplicate of that one.")


def find_repeat(ticket_id: UUID, *, now: datetime) -> None:
    """Link a ticket to the matter it repeats (重复投诉), if it does; safe to run twice.

    Tickets that are found in another order than they came end in the same chain with the same
    numbers.
    """
    with transaction.atomic():
        ticket = Ticket.objects.filter(id=ticket_id).first()
        if ticket is None or ticket.topic_id is None or _is_part(ticket_id):
            return
        _take_turn(ticket)
        if Repeat.objects.filter(ticket_id=ticket_id).exists():
            return
        window, level = policies.REPEAT_WINDOW.at(now), policies.REPEAT_LEVEL.at(now)
        topic = _code(ticket.topic_id)
        before = (ticket.registered_at, ticket.id)
        earlier = [
            kin.Earlier(row.id, _code(row.topic_id), row.registered_at)
            for row in neighbours(ticket, since=ticket.registered_at - timedelta(days=window))
            if (row.registered_at, row.id) < before and row.state != State.MERGED
        ]
        found = kin.repeated(
            topic, ticket.registered_at, earlier, level=level, window=timedelta(days=window)
        )
        if found is not None:
            _link(ticket, found.id, kin.branch(topic, level), window, now)


def _link(ticket: Ticket, previous: UUID, branch: str, window: int, now: datetime) -> None:
    """Write the repeat, and take those along that had this ticket for their root."""
    above = Repeat.objects.filter(ticket_id=previous).values_list("root_id", flat=True).first()
    root = above or previous
    with changing(system_viewer(), ticket.id, Verb.NOTE, now=now) as change:
        Repeat.objects.create(
            ticket_id=ticket.id,
            previous_id=previous,
            root_id=root,
            seq=0,
            topic_branch=branch[:96],
            window_days=window,
            found_at=now,
        )
        Repeat.objects.filter(root_id=ticket.id).update(root_id=root)
        seq = _renumber(root, ticket.id)
        change.record(events.RepeatFound, root=root, seq=seq)


def _renumber(root: UUID, wanted: UUID) -> int:
    """Number a chain by when its tickets were registered; return the number of one of them."""
    rows = Repeat.objects.filter(root_id=root).order_by("ticket__registered_at", "ticket_id")
    number = 0
    for seq, row in enumerate(rows, start=kin.ROOT_SEQ + 1):
        if row.seq != seq:
            Repeat.objects.filter(ticket_id=row.ticket_id).update(seq=seq)
        number = seq if row.ticket_id == wanted else number
    return number


def find_copies(ticket_id: UUID, *, now: datetime) -> None:
    """Suspect a new ticket of being one that is open already; safe to run twice."""
    ticket = Ticket.objects.filter(id=ticket_id).first()
    if ticket is None or ticket.state in FINAL or _is_part(ticket_id):
        return
    since = now - timedelta(days=policies.COPY_WINDOW.at(now))
    before = (ticket.registered_at, ticket.id)
    others = [
        row
        for row in neighbours(ticket, since=since, closed_at=None)
        if (row.registered_at, row.id) < before and not _is_part(row.id, of=ticket_id)
    ]
    found = kin.alike(
        f"{ticket.title}\n{ticket.description}",
        [(row.id, f"{row.title}\n{row.description}") for row in others],
        least=policies.COPY_LIKENESS.at(now),
    )
    known = set(Suspicion.objects.filter(ticket_id=ticket_id).values_list("other_id", flat=True))
    fresh = [(other, likeness) for other, likeness in found[:3] if other not in known]
    if not fresh:
        return
    with changing(system_viewer(), ticket_id, Verb.NOTE, now=now) as change:
        for other, likeness in fresh:
            _made, created = Suspicion.objects.get_or_create(
                ticket_id=ticket_id, other_id=other, defaults={"likeness": likeness, "at": now}
            )
            if created:
                change.record(events.CopySuspected, other=other, likeness=round(likeness, 3))


def _is_part(ticket_id: UUID, of: UUID | None = None) -> bool:
    """Return whether a ticket was split off from another one, or from a certain one."""
    rows = Relation.objects.filter(ticket_id=ticket_id, kind=RelationKind.PART_OF)
    return (rows.filter(other_id=of) if of else rows).exists()


def _code(topic_id: UUID | None) -> str:
    topic = knowledge.topics().get(topic_id)
    return topic.code if topic else ""


def _take_turn(ticket: Ticket) -> None:
    """Let the tickets of one customer, line or contact be looked at one after the other."""
    whose = (ticket.customer_id, ticket.subscriber_id, ticket.contact_index)
    take_turn(*(f"repeat:{one}" for one in whose if one))


def tell_repeat_cause(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    cause: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Say why the customer had to come back; a later word replaces the earlier one."""
    if cause not in RepeatCause.values:
        raise Invalid([unknown_choice("cause")])
    with changing(viewer, ticket_id, Verb.TELL_REPEAT_CAUSE, now=now, version=version) as change:
        told = Repeat.objects.filter(ticket_id=ticket_id).update(
            cause=cause, cause_by=viewer.actor.id, cause_at=now
        )
        if not told:
            raise NothingOpen(number=change.ticket.number)
        change.record(events.RepeatCauseTold, cause=cause)
        change.note(note.strip(), "repeat")
    return change.ref()


def not_duplicate(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    other_number: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Say that two tickets are two matters; they are not suspected of being one again."""
    with changing(viewer, ticket_id, Verb.NOT_DUPLICATE, now=now, version=version) as change:
        open_ones = Suspicion.objects.filter(Q(ticket_id=ticket_id), dismissed_at=None)
        row = open_ones.filter(other__number=other_number.strip()[:24]).first()
        if row is None:
            raise Invalid([Problem("other_number", "not_suspected", NOT_SUSPECTED)])
        row.dismissed_by, row.dismissed_at = viewer.actor.id, now
        row.save(update_fields=["dismissed_by", "dismissed_at"])
        change.record(events.NotDuplicate, other=row.other_id)
    return change.ref()
