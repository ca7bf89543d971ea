"""What becomes of statutory clocks when a matter is classified anew: never anything later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..types import LEGAL_ANSWER, PlannedClock


@dataclass(frozen=True, slots=True)
class Running:
    """A statutory clock that runs: its key, purpose, limit and due moment."""

    key: UUID
    purpose: str
    limit_id: UUID
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which clocks another limit replaces, which lapse, and which begin."""

    replaced: tuple[UUID, ...] = ()
    lapsed: tuple[UUID, ...] = ()
    starts: tuple[PlannedClock, ...] = ()


def settle(running: Sequence[Running], demanded: Sequence[PlannedClock]) -> Outcome:
    """Return what changes when law and province now demand `demanded`, from the receipt on.

    A clock whose limit still applies runs on. One whose limit no longer does is replaced by a
    demand of its purpose that falls due no later; a later demand does not begin beside it. Without
    such a demand it lapses only when nothing statutory is demanded any more, and never when it is
    the answer owed to a complaint: calling a complaint something else does not take that away.
    """
    wanted = {plan.limit_id for plan in demanded}
    replaced, lapsed, kept = [], [], []
    for clock in running:
        sooner = any(
            plan.purpose == clock.purpose and plan.due_at <= clock.due_at for plan in demanded
        )
        if clock.limit_id in wanted:
            kept.append(clock)
        elif sooner:
            replaced.append(clock.key)
        elif demanded or clock.purpose == LEGAL_ANSWER:
            kept.append(clock)
        else:
            lapsed.append(clock.key)
    held = {clock.limit_id for clock in kept}
    starts = [
        plan
        for plan in demanded
        if plan.limit_id not in held
        and not any(old.purpose == plan.purpose and old.due_at <= plan.due_at for old in kept)
    ]
    return Outcome(tuple(replaced), tuple(lapsed), tuple(starts))
