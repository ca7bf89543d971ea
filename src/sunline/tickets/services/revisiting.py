"""The revisit (回访): calls at different hours, what was heard, and closing by rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext, override

from sunline.interactions import queries as interactions
from sunline.interactions import services as sending
from sunline.kernel.errors import Conflict, Invalid, NotFound, Problem, SunlineError, unknown_choice
from sunline.kernel.policies import OUT_OF_RANGE
from sunline.staff.types import Viewer, system_viewer

from .. import events, policies
from ..errors import OutsideHours
from ..models import RevisitAttempt, RevisitPlan, Ticket
from ..rules import lifecycle
from ..rules import revisit as rules
from ..rules.lifecycle import Verb
from ..types import (
    AttemptCode,
    Attitude,
    Kept,
    Outcome,
    Result,
    RevisitReason,
    RevisitStep,
    State,
    TicketRef,
)
from . import revisit_plans as plans
from .answering import back_to_work, close
from .changing import Change, changing
from .handling import text_of

PHONE = "phone"
CALLED = frozenset(AttemptCode.values) - {AttemptCode.REACHED}
MOST_PER_RUN = 200


def record_revisit(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    outcome: str,
    note: str = "",
    score: int | None = None,
    promise_kept: str = "",
    attitude: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Record what the customer said of the answer (回访): closed with a result, or back to work.

    Raises SameHandler for whoever handled the ticket, RevisitOwed when the answer owes a call that
    has not taken place. The customer's own low score turns into a revisit instead of a closing.
    """
    _check_heard(outcome, score, promise_kept, attitude)
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.REVISIT, now=now, version=version) as change:
        ticket, by = change.ticket, plans.by_whom(change)
        plans.check_not_handler(change)
        owed = plans.open_plan(ticket, now)
        ticket.rating = score if score is not None else ticket.rating
        if by == plans.CUSTOMER and _is_unhappy(owed, outcome, score):
            plans.require(change, owed, RevisitReason.UNSATISFIED)
            change.note(note, "revisit")
            return change.ref()
        plans.check_may_close(ticket, owed, by, outcome, score)
        if by == plans.CALL and outcome in rules.HEARD:
            _try(change, owed, AttemptCode.REACHED, PHONE, None)
        plans.end(
            change,
            how=plans.RULE if by != plans.CALL and outcome == Outcome.NOT_REACHED else by,
            outcome=outcome,
            score=score,
            promise_kept=promise_kept,
            attitude=attitude,
        )
        change.record(events.Revisited, outcome=outcome, score=score)
        change.note(note, "revisit")
        result = lifecycle.RESULT_OF_OUTCOME.get(outcome)
        if result is not None:
            close(change, result)
        else:
            back_to_work(change)
    return change.ref()


def _check_heard(outcome: str, score: int | None, promise_kept: str, attitude: str) -> None:
    problems = []
    if outcome not in Outcome.values:
        problems.append(unknown_choice("outcome"))
    if score is not None and not 1 <= score <= 10:
        problems.append(Problem("score", "out_of_range", OUT_OF_RANGE, {"least": 1, "most": 10}))
    if promise_kept and promise_kept not in Kept.values:
        problems.append(unknown_choice("promise_kept"))
    if attitude and attitude not in Attitude.values:
        problems.append(unknown_choice("attitude"))
    if problems:
        raise Invalid(problems)


def _is_unhappy(owed: RevisitPlan, outcome: str, score: int | None) -> bool:
    low = score is not None and score < rules.SATISFIED_FROM
    return low and outcome == Outcome.ACCEPTED and not owed.required


def try_revisit(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    code: str,
    channel: str = PHONE,
    call_at: datetime | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Record a call in which the customer was not asked; enough of them end the calling.

    Raises OutsideHours at an hour at which customers are not called, SameHandler for whoever
    handled the ticket. Who refuses to be asked is not called again.
    """
    if code not in CALLED:
        raise Invalid([unknown_choice("code")])
    if code == AttemptCode.CALL_LATER and (call_at is None or call_at <= now):
        raise Invalid([unknown_choice("call_at")])
    note = text_of(note, "note", needed=False)
    hours = plans.hours(now)
    with changing(viewer, ticket_id, Verb.TRY_REVISIT, now=now, version=version) as change:
        plans.check_not_handler(change)
        if not hours.allow(now):
            raise OutsideHours(opens=hours.opens, closes=hours.closes)
        owed = plans.open_plan(change.ticket, now)
        attempt = _try(change, owed, code, channel, call_at)
        if code == AttemptCode.REFUSED:
            change.record(events.RevisitTried, code=code, attempts=owed.attempts)
            change.note(note, "revisit")
            plans.end(change, how=plans.CALL, outcome=code)
            close(change, Result.NOT_REACHED)
            return change.ref()
        _next(owed, attempt, now)
        change.due_at = owed.due_at
        change.record(events.RevisitTried, code=code, attempts=owed.attempts, next_at=owed.due_at)
        change.note(note, "revisit")
        most = policies.REVISIT_ATTEMPTS.at(now)
        if owed.step == RevisitStep.CALLING and rules.is_over(code, owed.attempts, most):
            _give_up(change, owed)
    return change.ref()


def _try(
    change: Change, owed: RevisitPlan, code: str, channel: str, call_at: datetime | None
) -> RevisitAttempt:
    now = change.now
    tried = list(owed.tries.filter(counts=True).values_list("at", flat=True))
    counted = rules.counts(now, tried, plans.hours(now))
    attempt = RevisitAttempt.objects.create(
        plan=owed,
        at=now,
        by=change.viewer.actor.id,
        by_label=change.viewer.actor.label[:64],
        channel=channel[:16],
        code=code,
        counts=counted,
        call_at=call_at,
    )
    owed.attempts += counted
    owed.save(update_fields=["attempts"])
    return attempt


def _next(owed: RevisitPlan, attempt: RevisitAttempt, now: datetime) -> None:
    """Set when to call next: when the customer asked to be called, or another part of the day."""
    hours = plans.hours(now)
    tried = list(owed.tries.filter(counts=True).values_list("at", flat=True))
    earliest = attempt.call_at or now + hours.gap
    owed.due_at = rules.next_call(earliest, () if attempt.call_at else tried, hours)
    owed.save(update_fields=["due_at"])


def _give_up(change: Change, owed: RevisitPlan) -> None:
    """Stop calling, and ask in writing where a channel to the customer exists."""
    now = change.now
    owed.step, owed.fallback_at = RevisitStep.FALLBACK, now
    owed.fallback_channel = _written(change)
    owed.due_at = now + timedelta(hours=policies.REVISIT_FALLBACK.at(now))
    owed.save(update_fields=["step", "fallback_at", "fallback_channel", "due_at"])
    change.due_at = owed.due_at
    change.record(events.RevisitGivenUp, attempts=owed.attempts, channel=owed.fallback_channel)


def _written(change: Change) -> str:
    """Owe the customer a message in neutral words; return its channel, blank when none exists."""
    ticket = change.ticket
    channel = "email" if "@" in ticket.contact else "sms"
    if not ticket.contact or not interactions.can_send_by(channel):
        return ""
    with override(settings.LANGUAGE_CODE):
        body = gettext(
            "We tried to call you about your request %(number)s. Is the matter solved? Please tell "
            "us at %(link)s, whatever your opinion is. Sunline Telecom Hotline"
        ) % {"number": ticket.number, "link": f"{settings.PUBLIC_URL}/portal/track"}
    try:
        with transaction.atomic():
            _send(ticket, channel, body, change.now)
    except SunlineError:
        return ""
    return channel


def _send(ticket: Ticket, channel: str, body: str, now: datetime) -> None:
    key = f"revisit-{ticket.id}-{ticket.version}"
    contact = ticket.interaction_id
    if contact is None:
        contact = sending.open_contact(
            channel=channel,
            viewer=system_viewer(),
            now=now,
            address=ticket.contact,
            customer_id=ticket.customer_id,
            home_unit_id=ticket.home_unit_id,
            direction="outbound",
            subject=ticket.number,
            external_id=key,
        ).interaction_id
    sending.send(
        contact,
        body=body,
        subject=f"[{ticket.number}]",
        to=ticket.contact,
        viewer=system_viewer(),
        now=now,
        key=key,
        channel=channel,
    )


def close_by_rule(now: datetime) -> int:
    """Close what nobody said a word on in time, as not reached; return how many.

    That is an answer that needs no revisit after the window, or one whose customer was neither
    reached by calls nor answered in writing. None of them counts as accepted.
    """
    window = now - timedelta(days=policies.REVISIT_WINDOW.at(now))
    ended = 0
    for ticket_id in _silent(now, window):
        try:
            record_revisit(system_viewer(), ticket_id, outcome=Outcome.NOT_REACHED, now=now)
            ended += 1
        except (Conflict, NotFound):
            continue  # somebody was quicker
    return ended


def _silent(now: datetime, window: datetime) -> Iterator[UUID]:
    plan = RevisitPlan.objects.filter(ticket_id=OuterRef("id"), ended_at=None)
    over = Q(step=RevisitStep.FALLBACK, due_at__lte=now) | Q(step=RevisitStep.NOT_NEEDED)
    waiting = Ticket.objects.filter(state=State.AWAITING_REVISIT, closed_at=None)
    given_up = waiting.filter(Exists(plan.filter(step=RevisitStep.FALLBACK, due_at__lte=now)))
    quiet = waiting.filter(Exists(plan.filter(over)), answered_at__lte=window)
    yield from list(given_up.values_list("id", flat=True)[:MOST_PER_RUN])
    yield from list(quiet.values_list("id", flat=True)[:MOST_PER_RUN])


def plan_missing(now: datetime) -> int:
    """Make the plans of answers that came without one, as imported ones do; return how many."""
    plan = RevisitPlan.objects.filter(ticket_id=OuterRef("id"), ended_at=None)
    waiting = Ticket.objects.filter(state=State.AWAITING_REVISIT, closed_at=None)
    made = 0
    for ticket_id in list(waiting.exclude(Exists(plan)).values_list("id", flat=True)[:500]):
        with transaction.atomic():
            row = Ticket.objects.select_for_update().get(id=ticket_id)
            if row.state == State.AWAITING_REVISIT:
                plans.open_plan(row, now)
                made += 1
    return made
