"""Working hours as tables that answer by binary search, built a year at a time when first needed.

`worked(t)` is the working time from a fixed origin up to `t`; `at(w)` is its inverse. Everything
else in this folder is subtraction and addition of these two.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from threading import Lock
from typing import Protocol
from zoneinfo import ZoneInfo

from .instants import DAY, EPOCH_ORDINAL, SECOND, from_us, local_minute

# Start and end of a working period in minutes of the local day, 0 to 1440.
Period = tuple[int, int]
PeriodsOf = Callable[[date], Sequence[Period]]
# A calendar that offers no working time for this long will not offer any.
MOST_YEARS_AHEAD = 12
WHOLE_DAY: tuple[Period, ...] = ((0, 1440),)


class NoWorkingTime(ValueError):
    """The calendar has no working time in the years ahead, so nothing can fall due on it."""


class Hours(Protocol):
    """Working time as a function of the moment; all values in microseconds."""

    zone: ZoneInfo

    def worked(self, t: int) -> int:
        """Return the working time from the origin up to `t`; it never falls."""

    def at(self, w: int) -> int:
        """Return the first moment at which `worked` reaches `w`."""

    def close_of_day(self, day: int, n: int) -> int:
        """Return when the n-th working day after the local day (an ordinal) ends."""

    def close_after(self, t: int) -> int:
        """Return the first end of a working day at or after `t`."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The working periods of some whole years, oldest first."""

    first_year: int
    last_year: int
    covers_from: int
    covers_until: int
    starts: list[int]
    ends: list[int]
    before: list[int]  # working time up to each start
    low: int  # working time at covers_from
    high: int  # working time at covers_until
    days: list[int]  # ordinals of the working days
    closes: list[int]  # when each of them ends


class WorkingHours:
    """Hours given by the periods of each day; a lunch break is a gap between two periods."""

    def __init__(self, zone: ZoneInfo, periods_of: PeriodsOf) -> None:
        self.zone = zone
        self._periods_of = periods_of
        self._lock = Lock()
        self._table: _Table | None = None

    def worked(self, t: int) -> int:
        """Return the working time from the origin up to `t`."""
        table = self._covering(t)
        i = bisect_right(table.starts, t) - 1
        if i < 0:
            return table.low
        return table.before[i] + min(t, table.ends[i]) - table.starts[i]

    def at(self, w: int) -> int:
        """Return the first moment at which `worked` reaches `w`."""
        table = self._table or self._covering(0)
        while w > table.high:
            table = self._extend(table, +1)
        while w <= table.low and table.first_year > 1971:
            table = self._extend(table, -1)
        i = bisect_left(table.before, w) - 1
        if i < 0:
            return table.covers_from
        return table.starts[i] + w - table.before[i]

    def close_of_day(self, day: int, n: int) -> int:
        """Return when the n-th working day after the local day (an ordinal) ends."""
        moment = (day - EPOCH_ORDINAL) * DAY
        table = self._covering(moment - DAY)
        self._covering(moment + 2 * DAY)
        table = self._table or table
        i = bisect_right(table.days, day) + n - 1
        while i >= len(table.closes):
            table = self._extend(table, +1)
        return table.closes[i]

    def close_after(self, t: int) -> int:
        """Return the first end of a working day at or after `t`."""
        table = self._covering(t)
        i = bisect_left(table.closes, t)
        while i >= len(table.closes):
            table = self._extend(table, +1)
        return table.closes[i]

    def _covering(self, t: int) -> _Table:
        """Return a table that covers the moment, building years as needed."""
        table = self._table
        if table is not None and table.covers_from <= t < table.covers_until:
            return table
        if table is None:
            with self._lock:
                if self._table is None:
                    self._table = self._first(from_us(t).astimezone(self.zone).year)
                table = self._table
        while t >= table.covers_until:
            table = self._extend(table, +1, endless=True)
        while t < table.covers_from:
            table = self._extend(table, -1)
        return table

    def _first(self, year: int) -> _Table:
        """Return the table of one year, whose beginning is the origin."""
        starts, ends, days, closes = self._year(year)
        before, high = _sums(starts, ends, 0)
        return _Table(
            year, year, self._new_year(year), self._new_year(year + 1),
            starts, ends, before, 0, high, days, closes,
        )  # fmt: skip

    def _extend(self, table: _Table, step: int, *, endless: bool = False) -> _Table:
        """Return a table with one year more at its end or its beginning."""
        with self._lock:
            current = self._table or table
            if current is not table:
                return current  # another thread has been faster
            year = table.last_year + 1 if step > 0 else table.first_year - 1
            idle = table.covers_until - (table.ends[-1] if table.ends else table.covers_from)
            if step > 0 and not endless and idle > MOST_YEARS_AHEAD * 365 * DAY:
                raise NoWorkingTime
            starts, ends, days, closes = self._year(year)
            if step > 0:
                before, high = _sums(starts, ends, table.high)
                self._table = _Table(
                    table.first_year, year, table.covers_from, self._new_year(year + 1),
                    table.starts + starts, table.ends + ends, table.before + before,
                    table.low, high, table.days + days, table.closes + closes,
                )  # fmt: skip
            else:
                low = table.low - _sums(starts, ends, 0)[1]
                before, _ = _sums(starts, ends, low)
                self._table = _Table(
                    year, table.last_year, self._new_year(year), table.covers_until,
                    starts + table.starts, ends + table.ends, before + table.before,
                    low, table.high, days + table.days, closes + table.closes,
                )  # fmt: skip
            return self._table

    def _new_year(self, year: int) -> int:
        """Return when a year begins in the zone."""
        return local_minute(date(year, 1, 1), 0, self.zone)

    def _year(self, year: int) -> tuple[list[int], list[int], list[int], list[int]]:
        """Return starts and ends of a year's periods, its working days and when they end."""
        starts: list[int] = []
        ends: list[int] = []
        days: list[int] = []
        closes: list[int] = []
        day, last = date(year, 1, 1), date(year, 12, 31)
        while day <= last:
            worked = False
            for opens, shuts in self._periods_of(day):
                start, end = (local_minute(day, minute, self.zone) for minute in (opens, shuts))
                if end > start:  # a change of clocks can swallow a short period
                    starts.append(start)
                    ends.append(end)
                    worked = True
            if worked:
                days.append(day.toordinal())
                closes.append(_last_second(ends[-1], self.zone))
            day += timedelta(days=1)
        return starts, ends, days, closes


class RoundTheClock:
    """Hours that never stop; every day is a working day that ends with its last second."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._ends: dict[int, int] = {}

    def worked(self, t: int) -> int:
        """Return `t`: all time counts."""
        return t

    def at(self, w: int) -> int:
        """Return `w`: all time counts."""
        return w

    def close_of_day(self, day: int, n: int) -> int:
        """Return the last second of the n-th day after the local day (an ordinal)."""
        wanted = day + n
        end = self._ends.get(wanted)
        if end is None:
            midnight = local_minute(date.fromordinal(wanted), 1440, self.zone)
            end = self._ends[wanted] = midnight - SECOND
        return end

    def close_after(self, t: int) -> int:
        """Return the first end of a day at or after `t`."""
        day = local_ordinal(from_us(t), self.zone)
        end = self.close_of_day(day, 0)
        return end if end >= t else self.close_of_day(day, 1)


@cache
def round_the_clock(zone: ZoneInfo) -> RoundTheClock:
    """Return the hours of natural time in a zone, one value for all who ask."""
    return RoundTheClock(zone)


def local_ordinal(moment: datetime, zone: ZoneInfo) -> int:
    """Return the local day of a moment as an ordinal."""
    return moment.astimezone(zone).toordinal()


def local_ordinal_us(t: int, zone: ZoneInfo) -> int:
    """Return the local day of a moment in microseconds as an ordinal."""
    return local_ordinal(from_us(t), zone)


def _sums(starts: list[int], ends: list[int], origin: int) -> tuple[list[int], int]:
    """Return the working time up to each start, and up to the last end."""
    before = []
    for start, end in zip(starts, ends, strict=True):
        before.append(origin)
        origin += end - start
    return before, origin


def _last_second(end: int, zone: ZoneInfo) -> int:
    """Return the end of a working day; midnight is written as the day's own last second."""
    local = from_us(end).astimezone(zone)
    return end - SECOND if (local.hour, local.minute, local.second) == (0, 0, 0) else end


__all__ = [
    "WHOLE_DAY",
    "Hours",
    "NoWorkingTime",
    "Period",
    "PeriodsOf",
    "RoundTheClock",
    "WorkingHours",
    "local_ordinal",
    "local_ordinal_us",
    "round_the_clock",
]
