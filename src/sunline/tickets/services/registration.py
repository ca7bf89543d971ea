"""Registering tickets, one at a time or many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.customers import queries as customers
from sunline.kernel import crash, crypto, ids, log, rows
from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice
from sunline.kernel.loading import no_collection
from sunline.kernel.types import Actor, Subject
from sunline.sla import services as sla
from sunline.sla.types import PlannedClock
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import events, permissions
from ..errors import ExternalTaken, UnitClosed
from ..models import Note, Ticket
from ..rules.classification import Weights
from ..types import Complexity, Kind, Registration, Scope, State, TicketRef, Urgency
from ..weights import weights_at
from .changing import ATTENTION, SUBJECT, traits_of
from .classing import classes_of, detail_problems, kept_details, topic_problem
from .indexing import index_rows

MOST_TITLE = 255
LATEST_ENTRY = timedelta(days=30)  # how long after the customer asked a ticket may be entered
NOT_ENTERED_IN_TIME = _("The customer asked within the last 30 days, not later than now.")
MOST_TEXT = 100_000
MOST_AREA = 32
CHOICES = {
    "kind": frozenset(Kind.values),
    "urgency": frozenset(Urgency.values),
    "complexity": frozenset(Complexity.values),
    "scope": frozenset(Scope.values),
}
PURPOSES = ("accept", "first_response", "resolve", "legal_answer")


def register(viewer: Viewer, registration: Registration, *, now: datetime) -> TicketRef:
    """Register one ticket with its clocks, its fact and what is owed to listeners.

    Raises Invalid for unusable fields, Refused without the permission for the home unit,
    ExternalTaken when the client has used the outside number before.
    """
    return register_many(viewer, [registration], now=now)[0]


def register_many(
    viewer: Viewer,
    registrations: Sequence[Registration],
    *,
    now: datetime,
    checked: bool = False,
) -> list[TicketRef]:
    """Register tickets in a few statements; all or none.

    With `checked` the caller has asked `check` about each of them.
    """
    problems = [] if checked else [found for item in registrations for found in check(item, now)]
    if problems:
        raise Invalid(problems)
    for item in registrations:
        _permit(viewer, item)
    _check_customers(viewer, registrations)
    try:
        with transaction.atomic(), no_collection() if len(registrations) > 1 else nullcontext():
            refs = _write(viewer, registrations, now)
            crash.after_commit("register: after commit")
            crash.point("register: before commit")
            return refs
    except IntegrityError as error:
        if "ticket_external_once" in str(error) or "external_id" in str(error):
            raise ExternalTaken(external_id=registrations[0].external_id) from error
        raise


def check(item: Registration, now: datetime) -> list[Problem]:
    """Return what is wrong with the fields of a registration."""
    problems = []
    if not item.description.strip():
        problems.append(required("description"))
    if len(item.title) > MOST_TITLE:
        problems.append(too_long("title", MOST_TITLE))
    if len(item.description) > MOST_TEXT:
        problems.append(too_long("description", MOST_TEXT))
    if len(item.external_id) > 64:
        problems.append(too_long("external_id", 64))
    if len(item.area_code) > MOST_AREA:
        problems.append(too_long("area_code", MOST_AREA))
    for name, choices in CHOICES.items():
        if getattr(item, name) not in choices:
            problems.append(unknown_choice(name))
    problems += topic_problem(item.topic_id, now)
    if item.details is not None and not problems:
        problems += detail_problems(item.topic_id, item.details)
    if item.asked_at is not None and not now - LATEST_ENTRY <= item.asked_at <= now:
        problems.append(Problem("asked_at", "out_of_range", NOT_ENTERED_IN_TIME))
    return problems


def _permit(viewer: Viewer, item: Registration) -> None:
    """Ask whether the viewer may register for the home unit."""
    if item.home_unit_id is None or unit_tree().get(item.home_unit_id) is None:
        raise UnitClosed([Problem("home_unit", "unknown", UnitClosed.text)])
    if viewer.actor.kind == Actor.SUBSCRIBER:
        return  # everybody may register a matter of their own
    viewer.require(permissions.REGISTER.code, unit_tree().path(item.home_unit_id))


def _check_customers(viewer: Viewer, items: Sequence[Registration]) -> None:
    """Raise Invalid for customers beyond the viewer's reach: a ticket shows whose it is."""
    named = {item.customer_id for item in items if item.customer_id is not None}
    lines = {item.subscriber_id for item in items if item.subscriber_id is not None}
    if viewer.all_powerful or not (named or lines):
        return
    owners = customers.owners_of(lines) if lines else {}
    known = customers.within_reach(
        viewer, named | set(owners.values()), permission=permissions.REGISTER.code
    )
    problems = []
    for item in items:
        owner = owners.get(item.subscriber_id) if item.subscriber_id else item.customer_id
        if item.customer_id and item.customer_id not in known:
            problems.append(unknown_choice("customer_id"))
        elif item.subscriber_id and (owner not in known or owner != (item.customer_id or owner)):
            problems.append(unknown_choice("subscriber_id"))
    if problems:
        raise Invalid(problems)


def _write(viewer: Viewer, items: Sequence[Registration], now: datetime) -> list[TicketRef]:
    numbers = ids.numbers("T", now, len(items))
    weights = weights_at(now)
    tickets = [
        _row(viewer, item, number, now, weights)
        for item, number in zip(items, numbers, strict=True)
    ]
    clocks, notes, entries = [], [], []
    plan = _planner(now)
    for ticket, item in zip(tickets, items, strict=True):
        planned = plan(ticket, item)
        subject = Subject(SUBJECT, ticket.id)
        clocks += sla.clock_rows(planned, subject)
        ticket.next_due_at = min((clock.due_at for clock in planned), default=now + ATTENTION)
        fact = events.Registered(
            home=ticket.home_unit_id,
            state=str(ticket.state),
            kind=str(ticket.kind),
            channel=ticket.channel,
            urgency=str(ticket.urgency),
        )
        entries.append(log.Entry(subject, 1, fact, viewer.actor, now))
        if item.note:
            notes.append(_note(viewer, ticket, item.note, now))
    batch = rows.Batch()
    batch.insert(tickets)
    batch.insert(clocks)
    batch.insert(notes)
    index_rows(tickets, batch)
    log.write(entries, batch)
    batch.send()
    return [TicketRef(row.id, row.number, str(row.state), row.version) for row in tickets]


def _planner(now: datetime) -> Callable[[Ticket, Registration], list[PlannedClock]]:
    """Return what plans a ticket's clocks; tickets that are alike get the same plan."""
    made: dict[tuple[Any, ...], list[PlannedClock]] = {}
    tree = unit_tree()

    def plan(ticket: Ticket, item: Registration) -> list[PlannedClock]:
        traits = {**traits_of(ticket), "tier": item.tier}
        key = (ticket.home_unit_id, item.rural, item.asked_at, *traits.values())
        if key not in made:
            made[key] = sla.plan_clocks(
                traits,
                purposes=PURPOSES,
                unit_path=tree.path(ticket.home_unit_id),
                rural=item.rural,
                now=item.asked_at or now,
            )
        return made[key]

    return plan


def _row(
    viewer: Viewer, item: Registration, number: str, now: datetime, weights: Weights
) -> Ticket:
    title = item.title.strip() or item.description.strip().splitlines()[0][:80]
    home = item.home_unit_id
    assert home is not None  # asked for in `_permit`
    return rows.fresh(
        Ticket,
        number=number,
        state=State.AWAITING_DISPATCH,
        kind=item.kind,
        urgency=item.urgency,
        severity=item.severity,
        complexity=item.complexity,
        scope=item.scope,
        **classes_of(item, weights),
        title=title,
        description=item.description,
        topic_id=item.topic_id,
        details=kept_details(item.topic_id, item.details),
        channel=item.channel,
        customer_id=item.customer_id,
        subscriber_id=item.subscriber_id,
        interaction_id=item.interaction_id,
        contact=item.contact,
        contact_index=crypto.blind_index(customers.normal_address(item.contact), "contact"),
        area_code=item.area_code.replace("\x00", "").strip().upper(),
        home_unit_id=home,
        registered_by=viewer.actor.id,
        owner_id=viewer.actor.id if viewer.actor.kind == Actor.PERSON else None,
        client_id=viewer.actor.id if viewer.actor.kind == Actor.API_CLIENT else None,
        external_id=item.external_id,
        registered_at=item.asked_at or now,
        entered_at=now if item.asked_at else None,
        updated_at=now,
    )


def _note(viewer: Viewer, ticket: Ticket, text: str, now: datetime) -> Note:
    actor = viewer.actor
    return Note(
        ticket_id=ticket.id,
        sequence=1,
        kind="internal",
        text=text,
        author_id=actor.id,
        author_label=actor.label,
        at=now,
    )
