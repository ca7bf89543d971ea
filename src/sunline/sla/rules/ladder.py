"""The rungs on which people are told of a clock: warnings, overdue, badly overdue, supervision.

A rung is named by the share it stands for out of the box; the shares of the last two are set by
the operator, their names stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .due import Stretch, merged, warning_us
from .hours import Hours
from .instants import from_us, to_us

HALF, NEAR, OVERDUE, SEVERE, SUPERVISED = 50, 80, 100, 150, 200


@dataclass(frozen=True, slots=True)
class Ladder:
    """At which share of a limit, in percent, each rung is reached; the last two can be set."""

    severe: int = SEVERE
    supervised: int = SUPERVISED

    def rungs(self) -> tuple[tuple[int, int], ...]:
        """Return (rung, share) in order; supervision never comes before badly overdue."""
        return (
            (HALF, HALF),
            (NEAR, NEAR),
            (OVERDUE, OVERDUE),
            (SEVERE, self.severe),
            (SUPERVISED, max(self.severe, self.supervised)),
        )


PLAIN = Ladder()


def next_rung(
    told: int,
    start: datetime,
    due: datetime,
    hours: Hours,
    pauses: Iterable[Stretch] = (),
    ladder: Ladder = PLAIN,
) -> tuple[int, datetime] | None:
    """Return the next rung and when it comes, or None when the last one was told."""
    following = next((each for each in ladder.rungs() if each[0] > told), None)
    if following is None:
        return None
    rung, share = following
    return rung, from_us(warning_us(share, to_us(start), to_us(due), hours, merged(pauses)))


def reached(
    now: datetime,
    start: datetime,
    due: datetime,
    hours: Hours,
    pauses: Iterable[Stretch] = (),
    ladder: Ladder = PLAIN,
) -> int:
    """Return the highest rung that is behind, 0 before the first; its own moment is not behind."""
    begin, end, at, joined = to_us(start), to_us(due), to_us(now), merged(pauses)
    behind = [
        rung for rung, share in ladder.rungs() if warning_us(share, begin, end, hours, joined) < at
    ]
    return max(behind, default=0)
