"""Taking over tickets of the past: in any state, with their history, without deliveries.

Imports and the demo's seed come this way. Nothing here reacts to what happened long ago: no
message goes out, no listener runs; only clocks that still run are started from where they began.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from types import SimpleNamespace
from typing import Any, cast

from django.db import transaction

from sunline.customers import queries as customers
from sunline.kernel import crypto, ids, rows
from sunline.kernel.errors import Invalid
from sunline.kernel.ids import id_at, local_day
from sunline.kernel.loading import load
from sunline.kernel.models import Event
from sunline.kernel.types import SYSTEM, Actor, Subject
from sunline.sla import services as sla
from sunline.staff.queries import unit_tree

from .. import events
from ..models import Handling, Hold, Note, Ticket
from ..rules.classification import Weights
from ..types import State, TicketRef
from ..weights import weights_at
from .changing import ATTENTION, SUBJECT, traits_of
from .classing import classes_of
from .indexing import index_rows
from .past import MOMENTS, HistoricalTicket, PastFact, PastHold, PastStay, check_past

BATCH = 5000
# What stops each clock: the first of these moments that the ticket has reached.
STOPPED_BY = {
    "accept": ("accepted_at", "answered_at", "closed_at"),
    "first_response": ("accepted_at", "answered_at", "closed_at"),
    "resolve": ("answered_at", "closed_at"),
    "legal_answer": ("answered_at", "closed_at"),
    "ola": ("replied_at", "answered_at", "closed_at"),
}


def import_many(
    items: Sequence[HistoricalTicket],
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    past_clocks: bool = False,
) -> list[TicketRef]:
    """Write past tickets with their history in multi-row statements; return them in order.

    Each batch of some thousands is one transaction. Raises Invalid when one cannot be used.
    With `past_clocks` stopped clocks are written as well as running ones.
    """
    found: list[TicketRef] = []
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        problems = [problem for item in batch for problem in check_past(item, now=now)]
        if problems:
            raise Invalid(problems)
        found += write_checked(batch, now=now, actor=actor, past_clocks=past_clocks)
    return found


@transaction.atomic
def write_checked(
    items: Sequence[HistoricalTicket], *, now: datetime, actor: Actor, past_clocks: bool = False
) -> list[TicketRef]:
    """Write a batch of past tickets in which `check_past` found nothing; return them in order."""
    unnumbered = [item.registered_at for item in items if not item.number]
    numbers = ids.numbers_by_day("T", unnumbered)
    tickets: list[Ticket] = []
    history: list[SimpleNamespace] = []
    notes: list[Note] = []
    clocks: list[Any] = []
    weights = weights_at(now)
    for item in items:
        number = item.number or next(numbers[local_day(item.registered_at)])
        ticket = _ticket(item, number, weights)
        if past_clocks or item.closed_at is None:
            own = _clocks(item, ticket, now, past_clocks)
            clocks += own
            ticket.next_due_at = _next_due(ticket, own)
        _history(item, ticket, actor, now, history, notes)
        tickets.append(ticket)
    pairs = list(zip(items, tickets, strict=True))
    load(tickets, Ticket)
    load(clocks)
    load([_stay(stay, ticket) for item, ticket in pairs for stay in item.stays], Handling)
    load([_hold(hold, ticket) for item, ticket in pairs for hold in item.holds])
    load(notes)
    load(history, Event)
    batch = rows.Batch()
    index_rows(tickets, batch)
    batch.send()
    for item, ticket in pairs:
        if ticket.state in {State.ON_HOLD, State.AWAITING_CUSTOMER} and item.holds:
            last = item.holds[-1]
            sla.pause(ticket.id, reason="hold", by=last.by, now=last.since)
    return [TicketRef(row.id, row.number, str(row.state), row.version) for row in tickets]


def _ticket(item: HistoricalTicket, number: str, weights: Weights) -> Ticket:
    """Return what the ticket's row holds; it stands for an instance, which takes longer to make."""
    moments = [item.registered_at, *(fact.at for fact in item.facts)]
    moments += [moment for name in MOMENTS if (moment := getattr(item, name))]
    contact = item.contact
    row = SimpleNamespace(
        id=item.id or id_at(item.registered_at),
        number=number,
        state=item.state,
        kind=item.kind,
        urgency=item.urgency,
        severity=item.severity,
        complexity=item.complexity,
        scope=item.scope,
        details=item.details,
        **classes_of(item, weights, item.redispatches),
        title=item.title.strip() or item.description.strip().splitlines()[0][:80],
        description=item.description,
        topic_id=item.topic_id,
        channel=item.channel,
        customer_id=item.customer_id,
        subscriber_id=item.subscriber_id,
        interaction_id=item.interaction_id,
        contact=contact,
        contact_index=crypto.blind_index(customers.normal_address(contact), "contact"),
        home_unit_id=item.home_unit_id,
        unit_id=item.unit_id,
        handler_id=item.handler_id,
        registered_by=item.registered_by,
        owner_id=item.registered_by,
        entered_at=None,
        external_id=item.external_id,
        client_id=item.source_id,
        result=item.result,
        answer=item.answer,
        rating=item.rating,
        truth=item.truth,
        truth_at=item.truth_at,
        truth_by=item.truth_by,
        returns=item.returns,
        redispatches=item.redispatches,
        chases=item.chases,
        imported=True,
        registered_at=item.registered_at,
        dispatched_at=item.dispatched_at,
        accepted_at=item.accepted_at,
        replied_at=item.replied_at,
        answered_at=item.answered_at,
        closed_at=item.closed_at,
        updated_at=max(moments),
        next_due_at=None,
    )
    return cast(Ticket, row)


def _history(
    item: HistoricalTicket,
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    history: list[SimpleNamespace],
    notes: list[Note],
) -> None:
    """Add the ticket's facts and texts; the import itself stands at its own moment among them."""
    facts = sorted(item.facts, key=lambda step: step.at)
    taken_over = PastFact(
        at=item.imported_at or now,
        fact=events.Imported,
        state=item.state,
        actor=actor,
        unit_id=item.unit_id,
        handler_id=item.handler_id,
    )
    earlier = item.imported_at is not None and item.imported_at <= item.registered_at
    steps = [taken_over, *facts] if earlier else [*facts, taken_over]
    for sequence, step in enumerate(steps, start=1):
        history.append(_event(step, ticket, sequence))
        if step.text:
            notes.append(_note(step, ticket, sequence))
    ticket.version = len(steps)


def _event(step: PastFact, ticket: Ticket, sequence: int) -> SimpleNamespace:
    """Return what a row of the log holds; making model instances of them all takes too long."""
    return SimpleNamespace(
        id=id_at(step.at),
        subject_kind=SUBJECT,
        subject_id=ticket.id,
        sequence=sequence,
        kind=step.fact.KIND,
        at=step.at,
        actor_kind=step.actor.kind,
        actor_id=step.actor.id,
        actor_label=step.actor.label,
        unit_id=step.actor.unit_id,
        correlation_id="",
        payload=_payload(step, ticket),
    )


def _payload(step: PastFact, ticket: Ticket) -> dict[str, Any]:
    """Return the fact's payload as `Fact.payload` makes it; ids are left to the JSON writer."""
    if not step.details:
        found: dict[str, Any] = {"home": ticket.home_unit_id, "state": str(step.state)}
        if step.unit_id:
            found["unit"] = step.unit_id
        if step.handler_id:
            found["handler"] = step.handler_id
        return found
    fact = step.fact(
        home=ticket.home_unit_id,
        unit=step.unit_id,
        handler=step.handler_id,
        state=str(step.state),
        **step.details,
    )
    return fact.payload()


def _note(step: PastFact, ticket: Ticket, sequence: int) -> Note:
    return Note(
        id=id_at(step.at),
        ticket_id=ticket.id,
        sequence=sequence,
        kind=step.note_kind,
        text=step.text,
        author_id=step.actor.id,
        author_label=step.actor.label,
        public=step.public,
        at=step.at,
    )


def _stay(stay: PastStay, ticket: Ticket) -> SimpleNamespace:
    return SimpleNamespace(
        id=id_at(stay.dispatched_at),
        ticket_id=ticket.id,
        unit_id=stay.unit_id,
        handler_id=stay.handler_id,
        dispatched_at=stay.dispatched_at,
        accepted_at=stay.accepted_at,
        ended_at=stay.ended_at,
        outcome=stay.outcome,
        reason=stay.reason,
    )


def _hold(hold: PastHold, ticket: Ticket) -> Hold:
    return Hold(
        id=id_at(hold.since),
        ticket_id=ticket.id,
        since=hold.since,
        until=hold.until,
        reason=hold.reason,
        resumes_to=State.IN_HANDLING,
        by=hold.by,
        review_at=hold.review_at,
    )


def _clocks(item: HistoricalTicket, ticket: Ticket, now: datetime, past: bool) -> list[Any]:
    """Return the ticket's clocks as they stand now; those that have stopped only when asked for."""
    path = unit_tree().path(item.home_unit_id)
    traits = {**traits_of(ticket), "tier": item.tier}
    purposes = [name for name in STOPPED_BY if name != "ola"]
    again = item.redispatches and item.dispatched_at
    if again:  # a failed answer sets the promise anew, never the law
        purposes.remove("resolve")
    plans = sla.plan_clocks(
        traits, purposes=purposes, unit_path=path, rural=item.rural, now=item.registered_at
    )
    if item.dispatched_at is not None:
        plans += sla.plan_clocks(
            traits,
            purposes=["resolve", "ola"] if again else ["ola"],
            unit_path=path,
            rural=item.rural,
            now=item.dispatched_at,
        )
    made = []
    for clock in sla.clock_rows(plans, Subject(SUBJECT, ticket.id)):
        stopped = next(
            (moment for name in STOPPED_BY[clock.purpose] if (moment := getattr(item, name))), None
        )
        if stopped is not None and not past:
            continue
        clock.stopped_at = stopped
        if (stopped or now) > clock.due_at:
            # Missed long ago: it is shown as such, and nobody is warned of it any more.
            clock.breached_at, clock.warned = clock.due_at, 100
        if stopped is not None or clock.breached_at is not None:
            clock.warn_at = None
        made.append(clock)
    return made


def _next_due(ticket: Ticket, clocks: Sequence[Any]) -> datetime | None:
    if ticket.closed_at is not None:
        return None
    running = [clock.due_at for clock in clocks if clock.stopped_at is None]
    return min(running, default=ticket.updated_at + ATTENTION)
