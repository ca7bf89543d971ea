"""The plan that follows each answer: is a revisit owed, why, when to call, and how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from sunline.kernel.types import Actor

from .. import events, policies
from ..errors import RevisitOwed, SameHandler
from ..models import Complaint, Handling, Merge, RevisitPlan, Ticket
from ..rules import revisit as rules
from ..types import Grade, RevisitReason, RevisitStep, Urgency
from .changing import Change

CALL, CUSTOMER, RULE = "call", "customer", "rule"


def hours(now: datetime) -> rules.Hours:
    """Return the hours in which customers may be called, as the policies have them."""
    return rules.Hours(
        policies.REVISIT_OPENS.at(now),
        policies.REVISIT_CLOSES.at(now),
        timedelta(hours=policies.REVISIT_GAP.at(now)),
        ZoneInfo(settings.TIME_ZONE),
    )


def plan(change: Change) -> RevisitPlan:
    """Decide whether the answer just given is followed by a revisit, and when to call."""
    made = _plan(change.ticket, change.now, answer=change.ticket.version)
    if made.required:
        change.due_at = made.due_at
        change.record(events.RevisitPlanned, reason=made.reason, due_at=made.due_at)
    return made


def _plan(ticket: Ticket, now: datetime, *, answer: int) -> RevisitPlan:
    reason = reason_of(ticket, now)
    first = (ticket.answered_at or now) + timedelta(hours=policies.REVISIT_AFTER.at(now))
    return RevisitPlan.objects.create(
        ticket=ticket,
        answer=answer,
        required=bool(reason),
        reason=reason,
        step=RevisitStep.CALLING if reason else RevisitStep.NOT_NEEDED,
        made_at=now,
        due_at=rules.next_call(first, (), hours(now)) if reason else None,
    )


def reason_of(ticket: Ticket, now: datetime) -> str:
    """Return why the ticket owes a revisit, blank when it does not.

    What was merged into it counts with it, so that a grave matter is not lost in a light one.
    """
    grade = Complaint.objects.filter(ticket_id=ticket.id).values_list("grade", flat=True).first()
    reason = rules.reason_for(
        ticket.id,
        severity="major" if grade == Grade.MAJOR else ticket.severity,
        urgency=Urgency.URGENT if grade == Grade.URGENT else ticket.urgency,
        channel=ticket.channel,
        redispatches=ticket.redispatches,
        share=policies.REVISIT_SHARE.at(now) / 100,
    )
    if reason in ("", RevisitReason.SAMPLE):
        severe = Q(ticket__severity__in={rules.GRAVE, *rules.SEVERE})
        grave = severe | Q(ticket__urgency=Urgency.URGENT)
        merged = Merge.objects.filter(grave, into_id=ticket.id, undone_at=None)
        return RevisitReason.MAJOR if merged.exists() else reason
    return reason


def open_plan(ticket: Ticket, now: datetime) -> RevisitPlan:
    """Return the plan of the present answer, made now for one answered before plans were kept."""
    found = RevisitPlan.objects.filter(ticket_id=ticket.id, ended_at=None).first()
    if found is None:
        return _plan(ticket, now, answer=ticket.version)
    if not found.required and (reason := reason_of(ticket, now)):
        _owe(found, reason, now)  # the case has grown graver since the answer
    return found


def require(change: Change, owed: RevisitPlan, reason: RevisitReason) -> None:
    """Owe a revisit that was not owed before, because of what was heard since."""
    _owe(owed, reason, change.now)
    change.due_at = owed.due_at
    change.record(events.RevisitPlanned, reason=owed.reason, due_at=owed.due_at)


def _owe(owed: RevisitPlan, reason: str, now: datetime) -> None:
    owed.required, owed.reason, owed.step = True, reason, RevisitStep.CALLING
    owed.due_at = rules.next_call(now, (), hours(now))
    owed.save(update_fields=["required", "reason", "step", "due_at"])


def by_whom(change: Change) -> str:
    """Return who speaks: a person who asked the customer, or the customer by the system."""
    return CALL if change.viewer.actor.kind == Actor.PERSON else CUSTOMER


def check_not_handler(change: Change) -> None:
    """Raise SameHandler for a person who has handled the ticket: nobody judges their own work."""
    actor = change.viewer.actor
    if actor.kind != Actor.PERSON:
        return
    stays = Handling.objects.filter(ticket_id=change.ticket.id, handler_id=actor.id)
    if actor.id == change.ticket.handler_id or stays.exists():
        raise SameHandler(number=change.ticket.number)


def check_may_close(
    ticket: Ticket, owed: RevisitPlan, by: str, outcome: str, score: int | None
) -> None:
    """Raise RevisitOwed unless the outcome ends the matter."""
    ends = rules.may_close(
        required=owed.required,
        reason=owed.reason,
        step=owed.step,
        by=by,
        outcome=outcome,
        low=score is not None and score < rules.SATISFIED_FROM,
    )
    if not ends:
        raise RevisitOwed(number=ticket.number)


def check_none_owed(change: Change) -> None:
    """Raise RevisitOwed when an answer that owes a revisit would be ended in another way."""
    plan = RevisitPlan.objects.filter(ticket_id=change.ticket.id, ended_at=None, required=True)
    if plan.exists():
        raise RevisitOwed(number=change.ticket.number)


def end(change: Change, *, how: str, outcome: str, **heard: Any) -> None:
    """End the open plan, if there is one, with what was heard."""
    RevisitPlan.objects.filter(ticket_id=change.ticket.id, ended_at=None).update(
        step=RevisitStep.DONE,
        ended_at=change.now,
        ended_how=how,
        ended_by=change.viewer.actor.id if how == CALL else None,
        outcome=outcome,
        **heard,
    )
