"""The periods of a day: how they are written, and which of week, holiday and override wins."""

from __future__ import annotations

import re
from datetime import date

import pytest

from sunline.sla.rules.week import YearOfDays, minutes_of, periods_from, periods_of

MORNING, AFTERNOON = (540, 720), (780, 1080)
SATURDAY, FRIDAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("00:00", 0), ("00:59", 59), ("09:05", 545), ("23:59", 1439), ("24:00", 1440)],
)
def test_a_time_of_day_in_minutes(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        *("", "9:00", "09:0", "0900", "09:000", "009:00", "09:60", "24:01", "25:00", "-1:00"),
        *("09:-1", "ab:cd", "09:0x", "0x:09", "09：00", "09:00:00", " 9:00", "１.:00", "09 00"),
        *(":", "09:", ":00"),
    ],
)
def test_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        minutes_of(text)


def test_periods_may_begin_at_midnight_and_touch() -> None:
    rows = [("00:00", "08:00"), ("08:00", "12:00"), ("13:00", "24:00")]
    assert periods_from(rows) == ((0, 480), (480, 720), (780, 1440))
    assert periods_from([]) == ()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("09:00", "09:00")], "540-540"),
        ([("12:00", "09:00")], "720-540"),
        ([("09:00", "12:00"), ("11:59", "13:00")], "719-780"),
        ([("13:00", "18:00"), ("09:00", "12:00")], "540-720"),
    ],
)
def test_periods_reversed_or_overlapping(rows: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        periods_from(rows)


WEEK = {1: (), 2: (MORNING,), 5: (MORNING, AFTERNOON), 6: (AFTERNOON,)}
YEAR = YearOfDays(off={FRIDAY: "节日"}, working=frozenset({SATURDAY, SUNDAY, FRIDAY}))


def test_an_override_goes_before_holidays_and_make_up_days() -> None:
    single = {FRIDAY: (MORNING,), SUNDAY: ()}
    assert periods_of(FRIDAY, WEEK, YEAR, single) == (MORNING,)
    assert periods_of(SUNDAY, WEEK, YEAR, single) == ()


def test_a_holiday_goes_before_a_make_up_day_and_the_week() -> None:
    assert periods_of(FRIDAY, WEEK, YEAR, {}) == ()


def test_a_make_up_day_is_worked_as_the_first_weekday_that_is() -> None:
    assert periods_of(SATURDAY, WEEK, YEAR, {}) == (MORNING,)
    assert periods_of(SUNDAY, WEEK, YEAR, {}) == (MORNING,)
    weekend_only = {6: (AFTERNOON,), 7: (AFTERNOON,)}
    assert periods_of(SATURDAY, weekend_only, YEAR, {}) == ()
    assert periods_of(SUNDAY, {5: (AFTERNOON,), **weekend_only}, YEAR, {}) == (AFTERNOON,)


def test_any_other_day_is_as_the_week_says() -> None:
    plain = YearOfDays()
    assert periods_of(FRIDAY, WEEK, plain, {}) == (MORNING, AFTERNOON)
    assert periods_of(SATURDAY, WEEK, plain, {}) == (AFTERNOON,)
    assert periods_of(SUNDAY, WEEK, plain, {}) == ()
