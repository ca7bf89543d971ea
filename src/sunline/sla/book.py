"""The calendars and limits of this operator as one value, kept in the process for some seconds.

Holidays come from the kept lists; a year that a list does not hold is worked by its weekends and
single days alone, and is said so in the log and in `health_notes`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sunline.kernel.caching import Kept

from .holiday_lists import year_of_days
from .models import Calendar, CalendarDay, Limit, Profile
from .rules import choose
from .rules.due import Allowance
from .rules.hours import Hours, Period, RoundTheClock, WorkingHours, round_the_clock
from .rules.instants import from_us, to_us
from .rules.week import YearOfDays, periods_from, periods_of
from .types import PlannedClock

logger = logging.getLogger(__name__)
# Traits have few values; a caller that invents them must not fill the memory.
MOST_REMEMBERED = 4096
NOTHING_KNOWN = YearOfDays()
STATUTORY = frozenset({Profile.Jurisdiction.LAW, Profile.Jurisdiction.PROVINCE})


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar ready for arithmetic."""

    code: str
    name: str
    name_en: str
    holidays: str
    hours: Hours
    overrides: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)

    def exceptions(self, first: date, last: date) -> tuple[list[date], list[date], list[int]]:
        """Return days off, weekends worked and unknown years, after `first` up to `last`."""
        off: list[date] = []
        worked: list[date] = []
        missing: list[int] = []
        if isinstance(self.hours, RoundTheClock):
            return off, worked, missing
        for year in range(first.year, last.year + 1):
            known = year_of_days(self.holidays, year)
            if known is None:
                missing.append(year)
                continue
            off += [day for day in known.off if first < day <= last and day not in self.overrides]
            worked += [day for day in known.working if first < day <= last]
        for day, periods in self.overrides.items():
            if first < day <= last:
                (worked if periods else off).append(day)
        return sorted(off), sorted(set(worked)), missing


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A dated limit with where it comes from."""

    rule: choose.Rule
    code: str
    profile: str
    profile_name: str
    profile_name_en: str
    jurisdiction: str
    source: str
    source_en: str
    confirmed: bool
    calendar: CalendarRow
    mean: int | None = None  # in the unit of the allowance

    @property
    def mean_allowance(self) -> Allowance | None:
        """What the mean of all such matters may be, or None when only the most is set."""
        return None if self.mean is None else Allowance(self.mean, self.rule.allowance.unit)

    @property
    def since(self) -> date:
        """The first day it holds, in the calendar's zone."""
        return from_us(self.rule.since).astimezone(self.calendar.hours.zone).date()

    @property
    def until(self) -> date | None:
        """The first day it no longer holds, or None while nothing replaces it."""
        if self.rule.until is None:
            return None
        return from_us(self.rule.until).astimezone(self.calendar.hours.zone).date()


class Book:
    """All calendars and limits at one moment."""

    def __init__(self, calendars: Mapping[str, CalendarRow], limits: Sequence[LimitRow]) -> None:
        self.calendars = calendars
        self._limits = {row.rule.id: row for row in limits}
        self.active: tuple[choose.Rule, ...] = ()
        self._fitting: dict[object, tuple[choose.Rule, ...]] = {}

    def limit(self, limit_id: UUID) -> LimitRow:
        """Return a limit of any date; KeyError when it is newer than the book."""
        return self._limits[limit_id]

    def limits(self) -> list[LimitRow]:
        """Return all limits of all profiles and dates."""
        return list(self._limits.values())

    def plan(
        self,
        traits: Mapping[str, str],
        purposes: Sequence[str] | None,
        unit_path: str,
        rural: bool,
        now: datetime,
    ) -> list[PlannedClock]:
        """Return the clocks to start now for a subject with these traits."""
        return choose.plan(self.rules_for(traits, purposes, unit_path, rural), now)

    def rules_for(
        self,
        traits: Mapping[str, str],
        purposes: Sequence[str] | None,
        unit_path: str,
        rural: bool,
    ) -> tuple[choose.Rule, ...]:
        """Return the limits of any date that apply to a subject with these traits."""
        asked = None if purposes is None else tuple(purposes)
        key = (frozenset(traits.items()), asked, unit_path, rural)
        rules = self._fitting.get(key)
        if rules is None:
            known = {**traits, "rural": "yes" if rural else "no"}
            rules = choose.fitting(self.active, known, unit_path, asked)
            if len(self._fitting) >= MOST_REMEMBERED:
                self._fitting.clear()
            self._fitting[key] = rules
        return rules


def _load() -> Book:
    overrides: dict[UUID, dict[date, tuple[Period, ...]]] = {}
    for day in CalendarDay.objects.all():
        overrides.setdefault(day.calendar_id, {})[day.day] = periods_from(day.periods)
    calendars = {
        row.id: CalendarRow(
            row.code,
            row.name,
            row.name_en,
            row.holidays,
            _hours(row, overrides.get(row.id, {})),
            overrides.get(row.id, {}),
        )
        for row in Calendar.objects.all()
    }
    profiles = {profile.id: profile for profile in Profile.objects.all()}
    limits = [
        _limit(row, profiles[row.profile_id], calendars[row.calendar_id])
        for row in Limit.objects.order_by("id")
    ]
    book = Book({row.code: row for row in calendars.values()}, limits)
    active = {profile.code for profile in profiles.values() if profile.active}
    book.active = tuple(row.rule for row in limits if row.profile in active)
    return book


def _limit(row: Limit, profile: Profile, calendar: CalendarRow) -> LimitRow:
    """Return a limit joined with its profile and calendar."""
    zone = calendar.hours.zone
    rule = choose.Rule(
        id=row.id,
        purpose=row.purpose,
        applies=tuple((key, frozenset(values)) for key, values in row.applies.items()),
        allowance=Allowance(row.amount, row.unit),
        hours=calendar.hours,
        pausable=row.pausable,
        since=_midnight(row.since, zone),
        until=None if row.until is None else _midnight(row.until, zone),
        unit_path=profile.unit_path,
        statutory=profile.jurisdiction in STATUTORY,
    )
    return LimitRow(
        rule, row.code, profile.code, profile.name, profile.name_en, profile.jurisdiction,
        row.source, row.source_en, row.confirmed, calendar, row.mean_amount,
    )  # fmt: skip


def _midnight(day: date, zone: ZoneInfo) -> int:
    return to_us(datetime.combine(day, time(0), tzinfo=zone))


# Tables of hours cost milliseconds to build and depend on nothing but these values, so they are
# shared by all books of the process.
Week = tuple[tuple[int, tuple[Period, ...]], ...]
Overrides = tuple[tuple[date, tuple[Period, ...]], ...]


def _hours(row: Calendar, overrides: Mapping[date, tuple[Period, ...]]) -> Hours:
    """Return the hours of a calendar row."""
    if row.round_the_clock:
        return round_the_clock(ZoneInfo(row.time_zone))
    week = tuple(sorted((int(day), periods_from(rows)) for day, rows in row.week.items()))
    return _shared(row.time_zone, row.holidays, week, tuple(sorted(overrides.items())))


@lru_cache(maxsize=64)
def _shared(zone: str, holidays: str, week: Week, overrides: Overrides) -> WorkingHours:
    by_day, single = dict(week), dict(overrides)

    def day_periods(day: date) -> tuple[Period, ...]:
        known = _year(holidays, day.year)
        return periods_of(day, by_day, known, single)

    return WorkingHours(ZoneInfo(zone), day_periods)


@cache
def _year(holidays: str, year: int) -> YearOfDays:
    """Return a list's year; a missing one is worked by weekends and logged once per process."""
    known = year_of_days(holidays, year)
    if known is None:
        logger.warning(
            "holidays are not known: weekends and single days are used",
            extra={"holidays": holidays, "year": year},
        )
    return known or NOTHING_KNOWN


def missing_years(now: datetime, calendars: Mapping[str, CalendarRow]) -> list[tuple[str, int]]:
    """Return (holiday list, year) for this year and the next where the list holds nothing."""
    codes = sorted({row.holidays for row in calendars.values() if row.holidays})
    year = now.astimezone(UTC).year
    return [
        (code, wanted)
        for code in codes
        for wanted in (year, year + 1)
        if year_of_days(code, wanted) is None
    ]


_kept: Kept[Book] = Kept(_load)


def book() -> Book:
    """Return the calendars and limits, at most ten seconds old."""
    return _kept.get()


def forget() -> None:
    """Read calendars and limits anew at the next question, and again after the commit."""
    _kept.forget()
