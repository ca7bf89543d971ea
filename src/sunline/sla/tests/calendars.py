"""Calendars for the rule tests, made without a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from sunline.sla.holiday_lists import year_of_days
from sunline.sla.rules.hours import Hours, WorkingHours, round_the_clock
from sunline.sla.rules.week import YearOfDays, periods_from, periods_of

Rows = list[list[str]]
OFFICE: Rows = [["08:30", "12:00"], ["13:30", "17:30"]]
NINE_TO_FIVE: Rows = [["09:00", "17:00"]]
NIGHT: Rows = [["00:00", "06:00"], ["22:00", "24:00"]]
WEEKDAYS, EVERY_DAY = range(1, 6), range(1, 8)

# name: zone, holidays, days, periods, single days
SHAPES: Mapping[str, tuple[str, str, range, Rows, dict[str, Rows]]] = {
    "office": ("Asia/Shanghai", "CN", WEEKDAYS, OFFICE, {}),
    "office+": (
        "Asia/Shanghai",
        "CN",
        WEEKDAYS,
        OFFICE,
        {
            "2026-10-10": [],
            "2026-11-21": [["09:00", "12:00"]],
            "2026-11-27": [["08:30", "12:00"]],
            "2027-01-01": [],
        },
    ),
    "every day": ("Asia/Shanghai", "", EVERY_DAY, [["08:00", "20:00"]], {}),
    "night": ("Asia/Shanghai", "", EVERY_DAY, NIGHT, {}),
    "saturdays": ("Asia/Shanghai", "CN", range(1, 7), OFFICE, {}),
    "london": ("Europe/London", "GB-ENG", WEEKDAYS, NINE_TO_FIVE, {}),
    "london night": ("Europe/London", "", EVERY_DAY, NIGHT, {}),
    "new york": ("America/New_York", "US", WEEKDAYS, NINE_TO_FIVE, {}),
    "new york night": ("America/New_York", "", EVERY_DAY, [["00:00", "06:00"]], {}),
    "new york gap": ("America/New_York", "", EVERY_DAY, [["02:30", "05:00"]], {}),
    "tokyo": ("Asia/Tokyo", "JP", WEEKDAYS, NINE_TO_FIVE, {}),
}


@cache
def hours(name: str) -> Hours:
    """Return hours by name; "24 h ZONE" runs round the clock."""
    if name.startswith("24 h "):
        return round_the_clock(ZoneInfo(name[5:]))
    zone, holidays, days, rows, single = SHAPES[name]
    week = dict.fromkeys(days, periods_from(rows))
    overrides = {date.fromisoformat(day): periods_from(p) for day, p in single.items()}

    def of(day: date) -> tuple[tuple[int, int], ...]:
        known = year_of_days(holidays, day.year) or YearOfDays()
        return periods_of(day, week, known, overrides)

    return WorkingHours(ZoneInfo(zone), of)
