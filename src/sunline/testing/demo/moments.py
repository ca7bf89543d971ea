"""When things happen: by hour and weekday, at month's ends, and on the day of the outage."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from .sizes import DAYS

ZONE = ZoneInfo("Asia/Shanghai")
# Calls by hour of the day, 0 to 23: a peak before noon, one after the siesta, one in the evening.
HOURS = (3, 2, 1, 1, 1, 2, 6, 18, 52, 86, 92, 74, 48, 56, 72, 78, 74, 62, 54, 64, 66, 46, 24, 9)
WEEKDAYS = (112, 104, 100, 98, 102, 90, 82)
OUTAGE_CITY = "fs"
OUTAGE_DAYS_AGO = 23
OUTAGE_HOURS = (19, 20, 21, 22)


@dataclass(frozen=True, slots=True)
class Outage:
    """One evening on which a cable cut left part of a city without broadband."""

    city: str
    begins: datetime
    ends: datetime


def outage(now: datetime) -> Outage:
    """Return the outage of the period."""
    day = now.astimezone(ZONE).date() - timedelta(days=OUTAGE_DAYS_AGO)
    begins = datetime.combine(day, time(OUTAGE_HOURS[0], 12), ZONE)
    return Outage(OUTAGE_CITY, begins, begins + timedelta(hours=3, minutes=25))


def day_weight(day: date) -> float:
    """Return how busy a day is: Mondays, month's ends and the days when bills go out."""
    weight = float(WEEKDAYS[day.weekday()])
    if day.day <= 3:
        weight *= 1.45  # bills
    elif (day + timedelta(days=3)).month != day.month:
        weight *= 1.3  # accounts are topped up before the new month
    return weight


class Calendar:
    """Draws moments of the last days up to now."""

    def __init__(self, now: datetime, rng: random.Random) -> None:
        self._now, self._rng = now, rng
        today = now.astimezone(ZONE).date()
        self._days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
        share = (now.astimezone(ZONE).hour + 1) / 24
        weights = [day_weight(day) for day in self._days]
        weights[-1] *= share  # today is not over
        self._day_sums = list(accumulate(weights))
        self._hour_sums = list(accumulate(HOURS))

    def moment(self) -> datetime:
        """Return a moment of the past 90 days."""
        rng = self._rng
        while True:
            day = self._days[bisect(self._day_sums, rng.random() * self._day_sums[-1])]
            hour = bisect(self._hour_sums, rng.random() * self._hour_sums[-1])
            at = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
            if at < self._now - timedelta(minutes=5):
                return at

    def moments(self, count: int) -> Iterator[datetime]:
        """Return as many moments, oldest first."""
        return iter(sorted(self.moment() for _ in range(count)))


def working(at: datetime, rng: random.Random) -> datetime:
    """Return the moment, or for night hours one of the next morning, when people act."""
    local = at.astimezone(ZONE)
    if 8 <= local.hour < 21:
        return at
    day = local.date() + timedelta(days=1 if local.hour >= 21 else 0)
    return datetime.combine(day, time(8, rng.randrange(5, 59), rng.randrange(60)), ZONE)
