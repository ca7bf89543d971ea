"""The revisits of the past: owed, tried, asked in writing, and what customers said."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sunline.kernel.ids import id_at
from sunline.kernel.loading import load
from sunline.tickets.models import RevisitAttempt, RevisitPlan, Ticket
from sunline.tickets.rules.revisit import next_call, reason_for
from sunline.tickets.services.revisit_plans import hours
from sunline.tickets.types import RevisitStep, State

MOST = 20_000
SHARE = 0.1
MISSED = ("no_answer", "no_answer", "busy", "call_later")


def remember(people: Iterable[tuple[UUID, str]], *, now: datetime, rng: random.Random) -> int:
    """Write a plan for each past answer, with calls by the revisit callers given."""
    callers = list(people)
    answered = Ticket.objects.exclude(answered_at=None).filter(revisits=None).order_by("-id")[:MOST]
    plans, tries = [], []
    for index, ticket in enumerate(answered):
        plan = _plan(ticket, now)
        plans.append(plan)
        if plan.required and callers:
            tries += _calls(plan, ticket, index, callers, now, rng)
    load(plans)
    load(tries)
    return len(plans)


def _plan(ticket: Ticket, now: datetime) -> RevisitPlan:
    at = ticket.answered_at
    assert at is not None
    reason = reason_for(
        ticket.id,
        severity=ticket.severity,
        urgency=ticket.urgency,
        channel=ticket.channel,
        redispatches=ticket.redispatches,
        share=SHARE,
    )
    plan = RevisitPlan(
        id=id_at(at),
        ticket_id=ticket.id,
        answer=ticket.version,
        required=bool(reason),
        reason=reason,
        step=RevisitStep.CALLING if reason else RevisitStep.NOT_NEEDED,
        made_at=at,
        due_at=next_call(at + timedelta(hours=24), (), hours(now)) if reason else None,
    )
    for name, value in (_ended(ticket) if ticket.closed_at else {}).items():
        setattr(plan, name, value)
    return plan


def _ended(ticket: Ticket) -> dict[str, Any]:
    heard = ticket.result in {"accepted", "explained", "settled"}
    return {
        "step": RevisitStep.DONE,
        "ended_at": ticket.closed_at,
        "ended_how": ("customer" if ticket.rating else "call") if heard else "rule",
        "outcome": ticket.result,
        "score": ticket.rating,
    }


def _calls(
    plan: RevisitPlan,
    ticket: Ticket,
    index: int,
    callers: list[tuple[UUID, str]],
    now: datetime,
    rng: random.Random,
) -> list[RevisitAttempt]:
    """Return the calls of a plan; open ones are left at every stage in turn."""
    is_open = ticket.state == State.AWAITING_REVISIT
    missed = index % 4 if is_open else (3 if plan.outcome == "not_reached" else index % 3)
    by, label = callers[index % len(callers)]
    at = plan.made_at + timedelta(hours=1)
    found: list[RevisitAttempt] = []
    end = ticket.closed_at or now
    for _one in range(missed):
        at = next_call(at, [row.at for row in found], hours(now))
        if at >= end:
            break
        found.append(_try(plan, at, by, label, rng.choice(MISSED)))
        at += timedelta(hours=3)
    if not is_open and plan.ended_how == "call" and plan.ended_at is not None:
        found.append(_try(plan, plan.ended_at, by, label, "reached"))
        plan.score = plan.score or rng.choices((4, 6, 8, 9, 10), (3, 7, 25, 35, 30))[0]
        plan.promise_kept = rng.choices(("yes", "no", "none"), (60, 6, 34))[0]
        plan.attitude = rng.choices(("good", "fair", "poor"), (84, 13, 3))[0]
        plan.ended_by = by
    plan.attempts = len(found)
    if is_open and found:
        plan.due_at = next_call(
            found[-1].at + timedelta(hours=3), [row.at for row in found], hours(now)
        )
    if is_open and len(found) >= 3:
        plan.step, plan.fallback_at = RevisitStep.FALLBACK, found[-1].at
        plan.fallback_channel = "email" if "@" in ticket.contact else ""
        plan.due_at = found[-1].at + timedelta(hours=72)
    return found


def _try(plan: RevisitPlan, at: datetime, by: UUID, label: str, code: str) -> RevisitAttempt:
    return RevisitAttempt(
        id=id_at(at), plan_id=plan.id, at=at, by=by, by_label=label, channel="phone", code=code
    )
