"""Public holidays from kept libraries: mainland China with its make-up days, and other countries.

The Chinese list is published each November for the year to come; until the library is renewed a
year can be missing, which `book` reports. Both libraries compute offline.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import chinese_calendar
import holidays

from .ports import HolidayList
from .rules.week import YearOfDays


class MainlandChina:
    """Holidays and 调休 make-up days as the State Council sets them."""

    def year(self, year: int) -> YearOfDays | None:
        """Return the year's days, or None when the library does not hold the year yet."""
        off: dict[date, str] = {}
        working: set[date] = set()
        day, last = date(year, 1, 1), date(year, 12, 31)
        try:
            while day <= last:
                is_off, name = chinese_calendar.get_holiday_detail(day)
                if is_off and name:
                    off[day] = str(name)
                elif not is_off and day.isoweekday() > 5:
                    working.add(day)
                day += timedelta(days=1)
        except NotImplementedError:
            return None
        return YearOfDays(off, frozenset(working))


class Country:
    """Holidays of another country or one of its parts: "GB", "GB-ENG", "US-NY"."""

    def __init__(self, code: str) -> None:
        country, _, part = code.partition("-")
        self._country, self._part = country, part or None

    def year(self, year: int) -> YearOfDays | None:
        """Return the year's public holidays."""
        found = holidays.country_holidays(self._country, subdiv=self._part, years=year)
        if not found:
            return None
        return YearOfDays({day: str(name) for day, name in found.items() if day.year == year})


class NoHolidays:
    """No list: only weekends and single days count."""

    def year(self, year: int) -> YearOfDays | None:
        """Return an empty year."""
        return YearOfDays()


@cache
def holiday_list(code: str) -> HolidayList:
    """Return the list for "CN", another country, or none."""
    if not code:
        return NoHolidays()
    return MainlandChina() if code == "CN" else Country(code)


def is_known(code: str) -> bool:
    """Return whether a holiday list exists for the code."""
    if code in {"", "CN"}:
        return True
    country, _, part = code.partition("-")
    supported = holidays.list_supported_countries()
    return country in supported and (not part or part in supported[country])


@cache
def year_of_days(code: str, year: int) -> YearOfDays | None:
    """Return a list's year, read once per process."""
    return holiday_list(code).year(year)
