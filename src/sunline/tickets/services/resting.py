"""Holding, resuming, and waiting for the customer; none of it moves a legal clock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.staff.types import Viewer

from .. import events
from ..models import Hold
from ..rules.lifecycle import Verb
from ..types import HoldReason, State, TicketRef
from .answering import tell_customer
from .changing import changing
from .handling import text_of


def hold(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    note: str = "",
    review_at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Put a ticket on hold (挂起) for a reason, until somebody resumes it."""
    if reason not in HoldReason.values:
        raise Invalid([unknown_choice("reason")])
    if review_at is not None and review_at <= now:
        raise Invalid([Problem("review_at", "past", _("This moment has passed."))])
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.HOLD, now=now, version=version) as change:
        Hold.objects.create(
            ticket=change.ticket,
            since=now,
            reason=reason,
            resumes_to=State.IN_HANDLING,
            by=viewer.actor.id,
            review_at=review_at,
        )
        change.go(State.ON_HOLD)
        change.record(events.Held, reason=reason, review_at=review_at)
        change.note(note, "hold")
    return change.ref()


def resume(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Go on with a ticket that rested (解挂)."""
    with changing(viewer, ticket_id, Verb.RESUME, now=now, version=version) as change:
        Hold.objects.filter(ticket_id=ticket_id, until=None).update(until=now)
        change.go(State.IN_HANDLING)
        change.record(events.Resumed)
    return change.ref()


def ask_customer(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Ask the customer for something and wait for it; the question goes out on their channel."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.ASK_CUSTOMER, now=now, version=version) as change:
        Hold.objects.create(
            ticket=change.ticket,
            since=now,
            reason="customer",
            resumes_to=State.IN_HANDLING,
            by=viewer.actor.id,
        )
        change.go(State.AWAITING_CUSTOMER)
        change.record(events.CustomerAsked)
        change.note(text, "question", public=True)
        tell_customer(change, text)
    return change.ref()
