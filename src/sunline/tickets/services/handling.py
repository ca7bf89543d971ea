"""The way of an order through a unit: dispatch, accept, reply, check, return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice
from sunline.kernel.types import Actor
from sunline.staff.queries import account_row, unit_tree
from sunline.staff.types import Viewer

from .. import events, permissions, policies
from ..errors import FinalOrder, Given, ReturnTooLate, SameHandler, TooManyReturns, UnitClosed
from ..models import Handling, Ticket
from ..rules.lifecycle import Verb
from ..types import ReturnReason, SendBackReason, State, TicketRef
from . import checks
from .changing import Change, begin_handling, changing, end_handling, last_handler
from .parts import check_works

MOST_NOTE = 20_000


def text_of(value: str, field: str = "text", *, needed: bool = True) -> str:
    """Return a person's text without surrounding blanks; raise Invalid if missing or too long."""
    value = value.replace("\x00", "").strip()
    if needed and not value:
        raise Invalid([required(field)])
    if len(value) > MOST_NOTE:
        raise Invalid([too_long(field, MOST_NOTE)])
    return value


def dispatch(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID,
    handler_id: UUID | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Send a ticket to a unit (派单); its OLA clock runs from this moment, not from acceptance.

    Raises TooManyReturns for one that came back so often that only the final dispatcher decides.
    """
    note = text_of(note, "note", needed=False)
    check_unit(unit_id)
    with changing(viewer, ticket_id, Verb.DISPATCH, now=now, version=version) as change:
        ticket = change.ticket
        if ticket.returns >= policies.RETURN_CAP.at(now):
            raise TooManyReturns(number=ticket.number, times=ticket.returns)
        ticket.unit_id, ticket.handler_id = unit_id, person_of(handler_id)
        ticket.dispatched_at = now
        begin_handling(ticket, unit_id, now)
        change.go(State.AWAITING_ACCEPTANCE)
        change.record(events.Dispatched)
        change.note(note, "dispatch")
    return change.ref()


def check_unit(unit_id: UUID) -> None:
    """Raise UnitClosed for a unit that work cannot be sent to."""
    unit = unit_tree().get(unit_id)
    if unit is None or unit.closed:
        raise UnitClosed([Problem("unit_id", "unknown", UnitClosed.text)])


def person_of(handler_id: UUID | None) -> UUID | None:
    """Return the id of somebody who works here; raise Invalid for anybody else."""
    if handler_id is not None and account_row(handler_id) is None:
        raise Invalid([unknown_choice("handler")])
    return handler_id


def check_reach(viewer: Viewer, handler_id: UUID, unit_id: UUID | None) -> None:
    """Raise Invalid for a person beyond the ticket's unit and the viewer's own reach.

    Whoever is given a ticket may read it, so a ticket is not handed to another city this way.
    """
    row, tree = account_row(handler_id), unit_tree()
    theirs = tree.path(row.unit_id) if row else ""
    own = tree.path(unit_id)
    if not (own and theirs.startswith(own)) and not viewer.may(permissions.ASSIGN.code, theirs):
        raise Invalid([unknown_choice("handler_id")])


def accept(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Take an order (签收); a ticket not yet dispatched is taken for the viewer's own unit.

    Raises Taken when another person accepted it first, Given when it is meant for another.
    """
    with changing(viewer, ticket_id, Verb.ACCEPT, now=now, version=None) as change:
        take(change, version)
    return change.ref()


def take(change: Change, version: int | None = None) -> None:
    """Make the viewer the handler of a ticket that is under change."""
    ticket, viewer, now = change.ticket, change.viewer, change.now
    person = viewer.actor.id if viewer.actor.kind == Actor.PERSON else None
    if ticket.handler_id is not None and person is not None and ticket.handler_id != person:
        holder = account_row(ticket.handler_id)
        raise Given(number=ticket.number, by=holder.staff_no if holder else "")
    if ticket.redispatches and person is not None and person == last_handler(ticket):
        raise SameHandler(number=ticket.number)
    if ticket.unit_id is None:
        ticket.unit_id = viewer.unit_id or ticket.home_unit_id
        ticket.dispatched_at = now
        begin_handling(ticket, ticket.unit_id, now)
    ticket.handler_id, ticket.accepted_at = person, now
    Handling.objects.filter(ticket_id=ticket.id, ended_at=None).update(
        accepted_at=now, handler_id=person
    )
    change.go(State.IN_HANDLING)
    change.record(events.Accepted)


def reply(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Give the unit's reply to the dispatcher (回单); it is not the answer to the customer."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.REPLY, now=now, version=version) as change:
        check_works(change.ticket)
        change.ticket.replied_at = now
        end_handling(change.ticket, "replied", now)
        change.go(State.AWAITING_CHECK)
        change.record(events.Replied)
        change.note(text, "reply")
    return change.ref()


def approve(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    checked: Sequence[str] = (),
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Pass the unit's reply as fit for the customer (审核通过); `checked` are the questions passed.

    Raises ChecksOpen unless every question in force for the ticket was passed.
    """
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.APPROVE, now=now, version=version) as change:
        checks.check_passed(change, checked)
        change.go(State.AWAITING_ANSWER)
        change.record(events.Approved)
        checks.keep(change, passed=checked)
        change.note(note, "check")
    return change.ref()


def send_back(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    failed: Sequence[str] = (),
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Send an unfit reply back to the unit that gave it (驳回); `failed` are the questions."""
    if reason not in SendBackReason.values:
        raise Invalid([unknown_choice("reason")])
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.SEND_BACK, now=now, version=version) as change:
        ticket = change.ticket
        if ticket.unit_id is not None:
            begin_handling(ticket, ticket.unit_id, now)
        change.go(State.IN_HANDLING)
        change.record(events.SentBack, reason=reason)
        checks.keep(change, passed=(), failed=failed)
        change.note(note, "check")
    return change.ref()


def return_order(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Give an order back to the dispatcher (退单).

    Raises FinalOrder, ReturnTooLate beyond the window, TooManyReturns beyond the cap.
    """
    if reason not in ReturnReason.values:
        raise Invalid([unknown_choice("reason")])
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.RETURN, now=now, version=version) as change:
        ticket = change.ticket
        _check_return(ticket, now)
        ticket.returns += 1
        end_handling(ticket, "returned", now, reason)
        ticket.unit_id = ticket.handler_id = None
        change.go(State.AWAITING_DISPATCH)
        change.record(events.Returned, reason=reason)
        change.note(note, "return")
    return change.ref()


def _check_return(ticket: Ticket, now: datetime) -> None:
    """Raise unless the order may still be given back."""
    stay = Handling.objects.filter(ticket_id=ticket.id, ended_at=None).first()
    if stay is not None and stay.final:
        raise FinalOrder(number=ticket.number)
    window = timedelta(minutes=policies.RETURN_WINDOW.at(now))
    if stay is not None and now > stay.dispatched_at + window:
        raise ReturnTooLate(number=ticket.number, hours=round(window.total_seconds() / 3600, 1))
    if ticket.returns >= policies.RETURN_CAP.at(now):
        raise TooManyReturns(number=ticket.number, times=ticket.returns)


def assign(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    handler_id: UUID,
    by: str = "person",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Give a ticket to a person, who need not have asked for it; they still accept it."""
    person_of(handler_id)
    with changing(viewer, ticket_id, Verb.ASSIGN, now=now, version=version) as change:
        check_reach(viewer, handler_id, change.ticket.unit_id)
        change.ticket.handler_id = handler_id
        Handling.objects.filter(ticket_id=ticket_id, ended_at=None).update(handler_id=handler_id)
        change.record(events.Assigned, by=by)
    return change.ref()
