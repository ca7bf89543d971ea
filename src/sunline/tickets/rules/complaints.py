"""Complaint cases by rule: the derived grade, the ladder, and who may be offered how much."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ..types import EscalationReason, Flag, Grade, Level, Pressing, Severity, Signal, Upgrade

LEVELS: tuple[Level, ...] = tuple(Level)
VALUED = frozenset({"gold", "diamond"})
# What makes a case major (重大); the other codes make it urgent (紧急).
MAJOR_CODES = frozenset(
    {
        Upgrade.SEVERITY,
        Upgrade.GROUP,
        Upgrade.MEDIA,
        Upgrade.REGULATOR,
        Upgrade.INJURY,
        Upgrade.LEAK,
        Upgrade.VIP_LOSS,
        Upgrade.AMOUNT,
    }
)
# The least level that a grade or an event brings a case to.
FLOOR_OF_GRADE: Mapping[Grade, Level] = {
    Grade.ORDINARY: Level.AGENT,
    Grade.URGENT: Level.TEAM_LEADER,
    Grade.MAJOR: Level.SPECIALIST,
}
FLOOR_OF_EVENT: Mapping[EscalationReason, Level] = {
    EscalationReason.RISK: Level.SPECIALIST,
    EscalationReason.VIP: Level.TEAM_LEADER,
    EscalationReason.REGULATOR: Level.PROVINCE,
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the grade is derived from; money in yuan."""

    severity: str = Severity.GENERAL
    urgency: str = Pressing.NORMAL
    flags: Set[str] = frozenset()
    signals: Set[str] = frozenset()
    tier: str = "ordinary"
    ticket_urgency: str = "normal"
    key_account: bool = False
    asked: Decimal | None = None
    promise_broken: bool = False

    @property
    def valued(self) -> bool:
        """Whether the customer's leaving would weigh."""
        return self.tier in VALUED or self.key_account or self.ticket_urgency == "vip"


def upgrade_codes(facts: CaseFacts, *, most_amount: Decimal) -> tuple[Upgrade, ...]:
    """Return why the case is graver than ordinary, in the order of the codes."""
    found = {
        Upgrade.SEVERITY: facts.severity == Severity.MAJOR,
        Upgrade.URGENCY: facts.urgency in {Pressing.URGENT, Pressing.MOST_URGENT},
        Upgrade.REPEAT: Flag.REPEATED in facts.flags,
        Upgrade.BYPASS: Flag.BYPASSING in facts.flags,
        Upgrade.GROUP: Flag.GROUP in facts.flags,
        Upgrade.MEDIA: Signal.MEDIA in facts.signals,
        Upgrade.REGULATOR: Signal.REGULATOR in facts.signals,
        Upgrade.INJURY: Signal.INJURY in facts.signals,
        Upgrade.LEAK: Signal.LEAK in facts.signals,
        Upgrade.VIP: facts.valued,
        Upgrade.VIP_LOSS: facts.valued and Signal.LEAVING in facts.signals,
        Upgrade.AMOUNT: facts.asked is not None and facts.asked > most_amount,
        Upgrade.PROMISE: facts.promise_broken,
    }
    return tuple(code for code, holds in found.items() if holds)


def grade(codes: Set[str] | tuple[str, ...]) -> Grade:
    """Return the grade that the codes make: any major code, else any code, else ordinary."""
    if MAJOR_CODES & set(codes):
        return Grade.MAJOR
    return Grade.URGENT if codes else Grade.ORDINARY


def place(level: str) -> int:
    """Return how high a level stands, 0 for the agent."""
    return LEVELS.index(Level(level))


def target(reason: str, level: str, *, floor: str | None = None) -> Level:
    """Return where a reason brings a case that stands at a level; never lower than it stands.

    Time, a missed limit and the customer's wish bring it one rung up; risk, value and the regulator
    to a rung of their own; a grade to its `floor`.
    """
    here = place(level)
    least = floor or FLOOR_OF_EVENT.get(EscalationReason(reason))
    if least is not None:
        return LEVELS[max(here, place(least))]
    return LEVELS[min(here + 1, len(LEVELS) - 1)]


def may_go_down(level: str, to: str) -> bool:
    """Return whether a level is below the one a case stands at."""
    return place(to) < place(level)


def next_step(level: str, since: datetime, minutes: int) -> datetime | None:
    """Return when time alone brings the case up a rung, None at the top."""
    return None if level == LEVELS[-1] else since + timedelta(minutes=minutes)


def authority(base: Decimal, level: str, factors: Mapping[str, int]) -> Decimal:
    """Return how much may be offered at a level: the strategy's amount times the level's factor."""
    return base * factors.get(level, 1)
