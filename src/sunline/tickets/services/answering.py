"""The answer to the customer, the revisit after it, and every way a ticket ends."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext, override

from sunline.interactions import services as interactions
from sunline.kernel.errors import Invalid, unknown_choice
from sunline.kernel.types import Actor
from sunline.staff.types import Viewer

from .. import events
from ..models import Handling, Hold, RevisitPlan
from ..rules import letters, lifecycle
from ..rules.lifecycle import Verb
from ..types import Outcome, RefuseReason, Result, State, TicketRef, WithdrawReason
from ..weights import weights_at
from . import revisit_plans as plans
from .changing import Change, begin_handling, changing, end_handling
from .classing import derive
from .handling import check_unit, text_of
from .parts import check_split_off, check_works


def tell_customer(change: Change, text: str) -> None:
    """Send a text to the customer on the channel they wrote on, if it is one we can write on."""
    ticket = change.ticket
    if ticket.interaction_id is None or ticket.channel != "email" or not ticket.contact:
        return
    interactions.send(
        ticket.interaction_id,
        body=letters.signed(text, signature_of(change.viewer)),
        subject=f"[{ticket.number}] {ticket.title}",
        to=ticket.contact,
        # The verb's own permission covers telling the customer about it.
        viewer=Viewer(change.viewer.actor, all_powerful=True),
        now=change.now,
        key=f"ticket-{ticket.id}-{ticket.version}",
    )


def signature_of(viewer: Viewer) -> str:
    """Return the line that tells who answers: a staff number, never a name; blank for systems."""
    if viewer.actor.kind != Actor.PERSON:
        return ""
    with override(settings.LANGUAGE_CODE):
        text = gettext("Sunline Telecom Hotline, staff number %(no)s")
    return text % {"no": viewer.actor.label}


def answer(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    text: str,
    silently: bool = False,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Give the customer the checked answer (答复客户); the legal and promised clocks stop.

    With `silently` the caller tells the customer in another way.
    """
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.ANSWER, now=now, version=version) as change:
        check_split_off(change.ticket, now)
        give_answer(change, text, silently=silently)
    return change.ref()


def finish_at_once(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    text: str,
    accepted: bool = False,
    silently: bool = False,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Answer in the contact itself (即时办结): the same states in one act.

    With `accepted` the customer has said on the spot that it is solved, which closes the ticket
    unless the answer owes a revisit. With `silently` the caller tells the customer in another way.
    """
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.FINISH, now=now, version=version) as change:
        ticket = change.ticket
        check_works(ticket)
        check_split_off(ticket, now)
        if ticket.unit_id is None:
            ticket.unit_id = viewer.unit_id or ticket.home_unit_id
            begin_handling(ticket, ticket.unit_id, now)
        if ticket.handler_id is None and viewer.actor.kind == Actor.PERSON:
            ticket.handler_id = viewer.actor.id
        ticket.dispatched_at = ticket.dispatched_at or now
        ticket.accepted_at = ticket.accepted_at or now
        ticket.replied_at = now
        end_handling(ticket, "replied", now)
        owed = give_answer(change, text, at_once=True, silently=silently)
        # Whoever handled a matter does not also say for the customer that it is solved.
        if accepted and not owed.required:
            plans.end(change, how=plans.CUSTOMER, outcome=Outcome.ACCEPTED)
            close(change, Result.ACCEPTED)
    return change.ref()


def give_answer(
    change: Change, text: str, *, at_once: bool = False, silently: bool = False
) -> RevisitPlan:
    """Put the answer on the ticket and send it; what is left is to ask whether it helped."""
    change.ticket.answered_at = change.now
    change.ticket.answer = text
    change.go(State.AWAITING_REVISIT)
    change.record(events.Answered, at_once=at_once)
    change.note(text, "answer", public=True)
    if not silently:
        tell_customer(change, text)
    return plans.plan(change)


def close(change: Change, result: Result) -> None:
    """Close an answered ticket with a result."""
    change.ticket.result = result
    change.ticket.closed_at = change.now
    change.go(State.CLOSED)
    change.record(events.Closed, result=str(result))


def redispatch(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Send an answered ticket back to work (重派), to somebody other than its last handler."""
    note = text_of(note, "note", needed=False)
    if unit_id is not None:
        check_unit(unit_id)
    with changing(viewer, ticket_id, Verb.REDISPATCH, now=now, version=version) as change:
        if unit_id is not None:
            change.ticket.unit_id = unit_id
        back_to_work(change)
        change.note(note, "dispatch")
    return change.ref()


def back_to_work(change: Change) -> None:
    """Reopen the work: the unit gets it again, its last handler does not."""
    ticket = change.ticket
    last = ticket.handler_id
    ticket.handler_id = None
    ticket.redispatches += 1
    derive(ticket, (str(ticket.kind), ticket.topic_id), weights_at(change.now))
    plans.end(change, how="reopened", outcome=Outcome.UNSOLVED)
    change.move = lifecycle.TABLE[Verb.REDISPATCH]
    change.go(lifecycle.after_revisit(Outcome.UNSOLVED, ticket.unit_id is not None))
    if ticket.unit_id is not None:
        ticket.dispatched_at = change.now
        begin_handling(ticket, ticket.unit_id, change.now)
    change.record(events.Redispatched, not_handler=last)


def withdraw(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Withdraw a ticket (撤单); it stays as history with the result 撤诉."""
    if reason not in WithdrawReason.values:
        raise Invalid([unknown_choice("reason")])
    with changing(viewer, ticket_id, Verb.WITHDRAW, now=now, version=version) as change:
        plans.check_none_owed(change)
        plans.end(change, how="withdrawn", outcome="withdrawn")
        _end_unanswered(change, State.WITHDRAWN, Result.WITHDRAWN)
        change.record(events.Withdrawn, reason=reason)
        change.note(text_of(note, "note", needed=False), "withdraw")
    return change.ref()


def refuse(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Not take a request on (不予受理), with the reason the customer is told."""
    if reason not in RefuseReason.values:
        raise Invalid([unknown_choice("reason")])
    with changing(viewer, ticket_id, Verb.REFUSE, now=now, version=version) as change:
        _end_unanswered(change, State.REFUSED, Result.REFUSED)
        change.record(events.NotAccepted, reason=reason)
        change.note(text_of(note, "note", needed=False), "refuse")
    return change.ref()


def _end_unanswered(change: Change, state: State, result: Result) -> None:
    ticket, now = change.ticket, change.now
    end_handling(ticket, "withdrawn", now)
    Hold.objects.filter(ticket_id=ticket.id, until=None).update(until=now)
    ticket.result, ticket.closed_at = result, now
    change.go(state)


def handlers_of(ticket_id: UUID) -> list[UUID]:
    """Return everybody who has handled the ticket."""
    return [
        person
        for person in Handling.objects.filter(ticket_id=ticket_id)
        .exclude(handler_id=None)
        .values_list("handler_id", flat=True)
        if person is not None
    ]
