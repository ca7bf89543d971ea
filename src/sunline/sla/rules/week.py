"""A week of working periods, holidays, make-up days (调休) and single overrides: who wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .hours import Period

# A make-up day is worked like an ordinary weekday, whatever the week says of Saturdays.
WEEKDAYS = range(1, 6)


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """What a country's list says of one year."""

    off: Mapping[date, str] = field(default_factory=dict)  # holiday and its name
    working: frozenset[date] = frozenset()  # weekends that are worked


def minutes_of(text: str) -> int:
    """Return minutes of the day for "HH:MM", up to "24:00"; ValueError for anything else."""
    hour, colon, minute = text.partition(":")
    if not (colon and len(hour) == 2 and len(minute) == 2 and (hour + minute).isdecimal()):
        raise ValueError(text)
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise ValueError(text)
    return total


def periods_from(rows: Sequence[Sequence[str]]) -> tuple[Period, ...]:
    """Return periods read from pairs of "HH:MM"; ValueError when reversed or overlapping."""
    periods = tuple((minutes_of(start), minutes_of(end)) for start, end in rows)
    previous = 0
    for opens, shuts in periods:
        if opens < previous or shuts <= opens:
            raise ValueError(f"{opens}-{shuts}")
        previous = shuts
    return periods


def periods_of(
    day: date,
    week: Mapping[int, tuple[Period, ...]],
    year: YearOfDays,
    overrides: Mapping[date, tuple[Period, ...]],
) -> tuple[Period, ...]:
    """Return a day's periods: an override first, then holidays and make-up days, then the week."""
    if day in overrides:
        return overrides[day]
    if day in year.off:
        return ()
    if day in year.working:
        return next((week[weekday] for weekday in WEEKDAYS if week.get(weekday)), ())
    return week.get(day.isoweekday(), ())
