"""What is common, rising, typical and hard in a week."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sunline.kernel.rules import poisson_tail

# A topic without history counts as if this many were usual in a week.
FLOOR = 0.5
# What a ticket's troubles weigh when hard ones are sought; a day of waiting weighs one.
CAME_BACK, RETURNED, MORE_UNITS = 10, 6, 4


@dataclass(frozen=True, slots=True)
class Rise:
    """A matter that rose: how many, how many are usual, and how probable that is by chance."""

    code: str
    count: int
    usual: float
    chance: float
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hardness:
    """How hard a ticket was, with what made it so."""

    id: UUID
    points: int
    redispatches: int
    returns: int
    units: int
    days: int


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def branch(code: str, level: int) -> str:
    """Return the code of a topic cut to so many levels."""
    return ".".join(code.split(".")[:level])


def together(counts: Iterable[tuple[str, int]], level: int) -> dict[str, int]:
    """Return the counts of topics summed up to a level."""
    found: dict[str, int] = {}
    for code, count in counts:
        top = branch(code, level)
        found[top] = found.get(top, 0) + count
    return found


def common(counts: Mapping[str, int], *, most: int, least: int) -> list[tuple[str, int]]:
    """Return the matters with most tickets, the most frequent first."""
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [(code, count) for code, count in ranked if count >= least][:most]


def rising(
    counts: Mapping[str, int],
    before: Sequence[Mapping[str, int]],
    *,
    most: int,
    least: int,
    chance: float,
) -> list[Rise]:
    """Return the matters that came more often than chance allows at their usual rate.

    Usual is the mean of the weeks before; the steepest rise comes first.
    """
    found = []
    for code, count in counts.items():
        weeks = tuple(week.get(code, 0) for week in before)
        usual = max(sum(weeks) / len(weeks) if weeks else 0.0, FLOOR)
        probable = poisson_tail(count, usual)
        if count >= least and count > usual and probable < chance:
            found.append(Rise(code, count, round(usual, 2), probable, weeks))
    found.sort(key=lambda one: (-one.count / one.usual, one.code))
    return found[:most]


def hardness(
    ticket_id: UUID,
    *,
    redispatches: int,
    returns: int,
    units: int,
    registered_at: datetime,
    closed_at: datetime | None,
    until: datetime,
) -> Hardness:
    """Return how hard a ticket was up to the end of a week."""
    days = max((min(closed_at or until, until) - registered_at).days, 0)
    more = max(units - 1, 0)
    points = CAME_BACK * redispatches + RETURNED * returns + MORE_UNITS * more + days
    return Hardness(ticket_id, points, redispatches, returns, units, days)


def hardest(cases: Iterable[Hardness], *, most: int) -> list[Hardness]:
    """Return the hardest tickets; one that nothing made hard is none."""
    ranked = sorted(cases, key=lambda one: (-one.points, str(one.id)))
    return [one for one in ranked if one.points > 0][:most]


def middle(cases: Sequence[tuple[UUID, timedelta]], without: Collection[UUID]) -> UUID | None:
    """Return the ticket that took a middling time: it stands for the others."""
    ranked = sorted(
        (case for case in cases if case[0] not in without), key=lambda one: (one[1], str(one[0]))
    )
    return ranked[len(ranked) // 2][0] if ranked else None
