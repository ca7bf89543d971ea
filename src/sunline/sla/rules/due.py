"""When a limit falls due, how much of it is used, what is left, and when to warn.

Three ways of counting (decision and law practice in `docs/reference/limits.md`):

- minutes: working time of the calendar, from the moment itself;
- working days: the day of receipt does not count; due when the n-th working day after it closes;
- natural days: the day of receipt does not count; due with the last second of the n-th day after
  it, holidays or not. The Civil Code (Arts. 200 to 204) would let a term that ends on a holiday
  run on to the next working day; the clock does not use that grace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .hours import Hours, local_ordinal_us, round_the_clock
from .instants import MICROSECOND, MINUTE, from_us, to_us

MINUTES, WORKING_DAYS, DAYS = "minutes", "working_days", "days"

# A stretch that does not count, [since, until).
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long a limit gives: an amount of minutes, working days or natural days."""

    amount: int
    unit: str = MINUTES


def basis(allowance: Allowance, hours: Hours) -> Hours:
    """Return the hours in which a limit's use is measured: natural days run round the clock."""
    return round_the_clock(hours.zone) if allowance.unit == DAYS else hours


def due_at(
    start: datetime,
    allowance: Allowance,
    hours: Hours,
    pauses: Iterable[Stretch] = (),
    extra: int = 0,
) -> datetime:
    """Return when the allowance, begun at `start`, is used up; pauses do not count.

    `extra` is an extension in minutes of the limit's own time; one of days ends with a day still.
    """
    return from_us(due_us(to_us(start), allowance, hours, merged(pauses), extra))


def due_us(
    start: int,
    allowance: Allowance,
    hours: Hours,
    pauses: Sequence[tuple[int, int]] = (),
    extra: int = 0,
) -> int:
    """Return the same in microseconds; pauses are merged and in order."""
    if allowance.unit == MINUTES:
        wanted = hours.worked(start) + (allowance.amount + extra) * MINUTE
        return max(start, _after_pauses(wanted, start, hours, pauses))
    counted = round_the_clock(hours.zone) if allowance.unit == DAYS else hours
    plain = counted.close_of_day(local_ordinal_us(start, hours.zone), allowance.amount)
    if not (pauses or extra):
        return plain
    moved = _after_pauses(counted.worked(plain) + extra * MINUTE, start, counted, pauses)
    return plain if moved <= plain else counted.close_after(moved)


def _after_pauses(wanted: int, start: int, hours: Hours, pauses: Sequence[tuple[int, int]]) -> int:
    """Return when the wanted working time is reached if the pauses add theirs to it."""
    due = hours.at(wanted)
    for since, until in pauses:
        if since >= due:
            break
        since, until = max(since, start), max(until, start)
        lost = hours.worked(until) - hours.worked(since)
        if lost:
            wanted += lost
            due = hours.at(wanted)
    return due


def elapsed(
    start: datetime, end: datetime, hours: Hours, pauses: Iterable[Stretch] = ()
) -> timedelta:
    """Return the working time between two moments without the pauses; zero when reversed."""
    return elapsed_us(to_us(start), to_us(end), hours, merged(pauses)) * MICROSECOND


def elapsed_us(start: int, end: int, hours: Hours, pauses: Sequence[tuple[int, int]] = ()) -> int:
    """Return the same in microseconds; pauses are merged and in order."""
    if end <= start:
        return 0
    worked = hours.worked(end) - hours.worked(start)
    for since, until in pauses:
        since, until = max(since, start), min(until, end)
        if until > since:
            worked -= hours.worked(until) - hours.worked(since)
    return worked


def remaining(
    now: datetime,
    start: datetime,
    allowance: Allowance,
    hours: Hours,
    pauses: Iterable[Stretch] = (),
) -> timedelta:
    """Return the working time left until due; negative by the working time overdue."""
    due, at = due_us(to_us(start), allowance, hours, merged(pauses)), to_us(now)
    counted = basis(allowance, hours)
    return (counted.worked(due) - counted.worked(at)) * MICROSECOND


def percent_used(
    now: datetime, start: datetime, due: datetime, hours: Hours, pauses: Iterable[Stretch] = ()
) -> int:
    """Return the share of the limit that is used, rounded down; over 100 when overdue."""
    merged_pauses = merged(pauses)
    total = elapsed_us(to_us(start), to_us(due), hours, merged_pauses)
    used = elapsed_us(to_us(start), to_us(now), hours, merged_pauses)
    if total <= 0:
        return 100 if now >= due else 0
    return used * 100 // total


def warning_us(
    percent: int,
    start: int,
    due: int,
    hours: Hours,
    pauses: Sequence[tuple[int, int]] = (),
) -> int:
    """Return when a share of the limit will be used, if no further pause comes.

    A share over 100 comes after the due moment, by the same count of time.
    """
    if percent == 100:
        return due
    total = elapsed_us(start, due, hours, pauses)
    if percent > 100:
        return max(due, hours.at(hours.worked(due) + total * (percent - 100) // 100))
    wanted = hours.worked(start) + total * percent // 100
    return min(due, max(start, _after_pauses(wanted, start, hours, pauses)))


def merged(pauses: Iterable[Stretch]) -> list[tuple[int, int]]:
    """Return the pauses in microseconds, in order, with overlaps joined and empty ones left out."""
    found: list[tuple[int, int]] = []
    for since, until in sorted((to_us(since), to_us(until)) for since, until in pauses):
        if until <= since:
            continue
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    return found
