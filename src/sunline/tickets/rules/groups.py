"""When many complaints of one topic and area are more than chance (群体投诉)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sunline.kernel.rules import poisson_tail

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The densest stretch of arrivals: how many, from the first to the last of them."""

    count: int
    since: datetime
    until: datetime


def is_improbable(count: int, rate: float, *, least: int, at_most: float) -> bool:
    """Return whether so many at the usual rate call for an alarm."""
    return count >= least and poisson_tail(count, rate) < at_most


def densest(moments: Sequence[datetime], window: timedelta) -> Window | None:
    """Return the window that holds the most moments, the earliest of equals; None without any.

    Both edges belong to it. The order of the moments does not matter, so that facts which come
    late or twice lead to the same result.
    """
    ordered, best, first = sorted(moments), None, 0
    for last, until in enumerate(ordered):
        while until - ordered[first] > window:
            first += 1
        count = last - first + 1
        if best is None or count > best.count:
            best = Window(count, ordered[first], until)
    return best


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the moment's hour in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def same_hours(hour: datetime, weeks: int) -> list[datetime]:
    """Return the same hour of the week in each of the weeks before, the latest first."""
    return [hour - WEEK * back for back in range(1, weeks + 1)]


def weeks_known(first: datetime, now: datetime, most: int) -> int:
    """Return how many whole weeks have been counted, at most so many."""
    return max(0, min(most, (now - first) // WEEK))


def usual_rate(
    until: datetime,
    window: timedelta,
    counts: Mapping[datetime, int],
    *,
    weeks: int,
    floor: float,
) -> float:
    """Return how many are usual in the window that ends then: the mean of the same hours before.

    Each hour weighs by the part of the window that lies in it. `counts` is by hour (UTC); hours
    that are missing had none. Never below the floor, which is per window.
    """
    if weeks <= 0:
        return floor
    rate, hour = 0.0, hour_of(until - window)
    while hour < until:
        part = (min(until, hour + HOUR) - max(until - window, hour)) / HOUR
        mean = sum(counts.get(one, 0) for one in same_hours(hour, weeks)) / weeks
        rate += part * mean
        hour += HOUR
    return max(floor, rate)
