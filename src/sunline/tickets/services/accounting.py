"""Matters that take long: kept on account and answered in stages (挂账跟踪, 阶段性答复)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.staff.types import Viewer

from .. import events, policies
from ..errors import NothingOpen
from ..models import LongTerm
from ..rules.lifecycle import Verb
from ..types import LongTermReason, State, TicketRef
from .answering import tell_customer
from .changing import changing, end_handling
from .handling import text_of

NOT_IN_TIME = _("The next word to the customer comes within %(days)s days from now.")


def keep_on_account(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    text: str,
    next_at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Keep a matter on account (挂账) with a first stage answer; all clocks but the stage's end."""
    text = text_of(text)
    if reason not in LongTermReason.values:
        raise Invalid([unknown_choice("reason")])
    following = _next(next_at, now)
    with changing(viewer, ticket_id, Verb.KEEP_ON_ACCOUNT, now=now, version=version) as change:
        ticket = change.ticket
        end_handling(ticket, "replied", now)
        LongTerm.objects.create(ticket=ticket, reason=reason, since=now, next_at=following)
        ticket.answer = text
        change.go(State.LONG_TERM)
        change.due_at = following
        change.record(events.KeptOnAccount, reason=reason, next_at=following)
        change.note(text, "stage", public=True)
        tell_customer(change, text)
    return change.ref()


def answer_stage(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    text: str,
    next_at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Tell the customer how far the matter has got, and when they hear from us next."""
    text = text_of(text)
    following = _next(next_at, now)
    with changing(viewer, ticket_id, Verb.ANSWER_STAGE, now=now, version=version) as change:
        kept = LongTerm.objects.filter(ticket_id=ticket_id, until=None).first()
        if kept is None:
            raise NothingOpen(number=change.ticket.number)
        kept.stages, kept.next_at = kept.stages + 1, following
        kept.save(update_fields=["stages", "next_at"])
        change.due_at = following
        change.record(events.StageAnswered, stage=kept.stages, next_at=following)
        change.note(text, "stage", public=True)
        tell_customer(change, text)
    return change.ref()


def take_off_account(
    viewer: Viewer, ticket_id: UUID, *, note: str = "", now: datetime, version: int | None = None
) -> TicketRef:
    """Put a long-term matter back to work because it can be settled now."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.TAKE_OFF_ACCOUNT, now=now, version=version) as change:
        LongTerm.objects.filter(ticket_id=ticket_id, until=None).update(until=now)
        change.ticket.unit_id = change.ticket.handler_id = None
        change.go(State.AWAITING_DISPATCH)
        change.record(events.TakenOffAccount)
        change.note(note, "dispatch")
    return change.ref()


def _next(wanted: datetime | None, now: datetime) -> datetime:
    """Return when the customer hears next; raise Invalid for a moment past or too far away."""
    days = policies.STAGE_DAYS.at(now)
    latest = now + timedelta(days=days)
    if wanted is not None and not now < wanted <= latest:
        raise Invalid([Problem("next_at", "out_of_range", NOT_IN_TIME, {"days": days})])
    return wanted or latest
