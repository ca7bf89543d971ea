"""What tickets do when facts arrive from the rooms below; each is safe to run twice."""

from __future__ import annotations

import contextlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.interactions import queries as interactions
from sunline.kernel.errors import Conflict, NotFound, SunlineError
from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.routing import queries as routing_queries
from sunline.routing import services as routing
from sunline.routing.types import Ties
from sunline.staff.queries import unit_tree
from sunline.staff.types import system_viewer

from . import services
from .models import Ticket
from .queries import by_interaction, dispatch_traits, wanted
from .services.changing import SUBJECT
from .types import FINAL, EscalationReason, Kind, Registration, State

# What puts an order in a unit's line.
_SENT = frozenset(
    f"ticket.{step}@1"
    for step in ("dispatched", "redispatched", "finally_dispatched", "transferred", "corrected")
)
_REPLACEABLE = frozenset({State.AWAITING_ACCEPTANCE, State.IN_HANDLING})


def on_message_received(event: Event, now: datetime) -> None:
    """Register a ticket for a customer's mail, or add the mail to the ticket of its thread."""
    message_id = UUID(event.payload["message_id"])
    arrival = interactions.arrival_of(message_id)
    if arrival is None or arrival.automatic or arrival.channel != "email":
        return
    existing = by_interaction(arrival.interaction_id)
    if existing is not None:
        if not _already_added(existing, message_id):
            services.add_message(system_viewer(), existing, message_id=message_id, now=now)
        return
    services.register(
        system_viewer(),
        Registration(
            kind=Kind.ENQUIRY,
            title=arrival.subject[:255],
            description=arrival.text or arrival.subject or "-",
            channel=arrival.channel,
            home_unit_id=arrival.home_unit_id,
            customer_id=arrival.customer_id,
            interaction_id=arrival.interaction_id,
            contact=arrival.address,
            tier=arrival.tier,
        ),
        now=now,
    )


def _already_added(ticket_id: UUID, message_id: UUID) -> bool:
    return Event.objects.filter(
        subject_id=ticket_id, kind="ticket.message_added@1", payload__message=str(message_id)
    ).exists()


def on_registered(event: Event, now: datetime) -> None:
    """Send a new ticket on by rule when a rule says so; else a dispatcher decides.

    A complaint's case is opened after that.
    """
    _send_on(event, now)
    services.renew_by_rule(event.subject_id, now=now)


def on_case(event: Event, now: datetime) -> None:
    """Grade and score a complaint anew when something about its ticket changed."""
    services.renew_by_rule(event.subject_id, now=now)


def on_limit_missed(event: Event, now: datetime) -> None:
    """Bring a complaint up the ladder when one of its limits was missed."""
    if event.payload["subject_kind"] == SUBJECT:
        ticket_id = UUID(event.payload["subject_id"])
        services.escalate_by_rule(
            ticket_id, EscalationReason.LIMIT_MISSED, now=now, source=event.subject_id
        )


def _send_on(event: Event, now: datetime) -> None:
    ticket = Ticket.objects.filter(id=event.subject_id).first()
    # What was dispatched before came back, and a person decides.
    if ticket is None or ticket.state != State.AWAITING_DISPATCH or ticket.dispatched_at:
        return
    traits = dispatch_traits(ticket)
    queue = routing.choose_queue(traits, unit_tree().path(ticket.home_unit_id), now=now)
    if queue is not None and queue.automatic:
        services.dispatch(
            system_viewer(), ticket.id, unit_id=queue.unit_id, now=now, version=ticket.version
        )


def on_owed(event: Event, now: datetime) -> None:
    """Compute what is owed for late work when its facts changed; call off visits that ended."""
    services.reckon(event.subject_id, now=now)
    services.call_off_by_rule(event.subject_id, now=now)


def on_grant_decided(event: Event, now: datetime) -> None:
    """Bring a proposal in line with the decision on its grant."""
    services.follow_grant(UUID(event.payload["grant"]), now=now)


def on_kin(event: Event, now: datetime) -> None:
    """Find what a new ticket, or one with another topic, repeats or copies."""
    services.find_repeat(event.subject_id, now=now)
    services.find_copies(event.subject_id, now=now)


def on_arrival(event: Event, now: datetime) -> None:
    """Link a new ticket to the outage it belongs to; else count it in its area.

    There many of one topic raise a group complaint.
    """
    if not services.link_by_rule(event.subject_id, now=now):
        services.watch(event.subject_id, now=now)


def on_outage(event: Event, now: datetime) -> None:
    """Draw in what came before the outage was known."""
    services.draw_in(UUID(event.payload["outage"]), now=now)


def on_wrapped_up(event: Event, now: datetime) -> None:
    """Link a contact that became no ticket to the outage it belongs to."""
    services.link_contact(UUID(event.payload["interaction_id"]), now=now)


def on_group_raised(event: Event, now: datetime) -> None:
    """Draw the arrivals of a group complaint in."""
    services.take_members(UUID(event.payload["group"]), now=now)


def on_dispatched(event: Event, now: datetime) -> None:
    """Put the order in its unit's line, where a free person with the skills will get it."""
    ticket = Ticket.objects.filter(id=event.subject_id).first()
    if ticket is None or ticket.state != State.AWAITING_ACCEPTANCE or ticket.unit_id is None:
        return
    excluded = event.payload.get("not_handler")
    asked = wanted(ticket)
    routing.requeue(
        subject=Subject(SUBJECT, ticket.id),
        traits=asked.traits,
        home_path=asked.home_path,
        unit_id=ticket.unit_id,
        priority=ticket.priority,
        due_at=ticket.next_due_at,
        not_account=UUID(excluded) if excluded else None,
        ties=Ties(asked.last_account, asked.manager_account),
        now=now,
    )
    if ticket.handler_id is not None:
        _give(ticket.id, ticket.handler_id, now)


def on_way(event: Event, now: datetime) -> None:
    """Keep the line of waiting work in step with the ticket's way through units."""
    if event.kind in _SENT:
        on_dispatched(event, now)
    elif event.kind in {"ticket.accepted@1", "ticket.assigned@1"}:
        _taken(event, now)
    else:
        routing.end(event.subject_id, now=now)


def _taken(event: Event, now: datetime) -> None:
    """Count an order that a person took or was assigned by hand as theirs, while it still is."""
    handler = event.payload.get("handler")
    ticket = _locked(event.subject_id)
    if handler and ticket is not None and ticket.handler_id == UUID(handler):
        _give(event.subject_id, UUID(handler), now)


def _give(ticket_id: UUID, person: UUID, now: datetime) -> None:
    """Count the order as the person's; one that has left the line meanwhile is left alone."""
    with contextlib.suppress(SunlineError), transaction.atomic():
        routing.give(ticket_id, person, viewer=system_viewer(), now=now)


def on_work_given(event: Event, now: datetime) -> None:
    """Name the person whom routing gave the order to; a ticket that moved on is left alone.

    A rule only names somebody where nobody is named; a person's word replaces who was. What was
    given on meanwhile is left alone too: the later fact decides.
    """
    if event.payload.get("subject_kind") != SUBJECT:
        return
    ticket_id, person = UUID(event.payload["subject_id"]), UUID(event.payload["account_id"])
    by_rule = event.payload.get("given_by", "rule") == "rule"
    ticket = _locked(ticket_id)
    if ticket is None or ticket.state in FINAL or ticket.handler_id == person:
        return
    if ticket.handler_id is not None and (by_rule or ticket.state not in _REPLACEABLE):
        return
    held = routing_queries.why(ticket_id)
    if held is None or held.given_to != person:
        return
    try:
        services.assign(
            system_viewer(),
            ticket_id,
            handler_id=person,
            by="rule" if by_rule else "person",
            now=now,
        )
    except (Conflict, NotFound):
        return  # it was accepted or withdrawn meanwhile


def on_clock_warned(event: Event, now: datetime) -> None:
    """Tell the people who are to know that a ticket's limit runs short or was missed."""
    payload = event.payload
    services.warn(
        Subject(payload["subject_kind"], UUID(payload["subject_id"])),
        clock_id=event.subject_id,
        rung=payload["percent"],
        tell_at=datetime.fromisoformat(payload["tell_at"]),
        now=now,
    )


def _locked(ticket_id: UUID) -> Ticket | None:
    """Return the ticket's row, held: naming a handler here and in routing takes turns by it."""
    return Ticket.objects.select_for_update(no_key=True).filter(id=ticket_id).first()
