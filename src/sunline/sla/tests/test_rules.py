"""Working time, deadlines, pauses, warnings and which limit wins; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from sunline.sla.holiday_lists import is_known, year_of_days
from sunline.sla.rules import choose, due, ladder
from sunline.sla.rules.dates import overlap
from sunline.sla.rules.decent import tell_at
from sunline.sla.rules.due import Allowance
from sunline.sla.rules.hours import NoWorkingTime, WorkingHours
from sunline.sla.rules.instants import to_us
from sunline.sla.rules.week import YearOfDays, periods_from

from . import worked_cases as cases
from .calendars import hours

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


ALL = [
    *[(name, start, n, "minutes", end, []) for name, start, n, end in cases.MINUTES],
    *[(name, start, n, "working_days", end, []) for name, start, n, end in cases.WORKING_DAYS],
    *[(name, start, n, "days", end, []) for name, start, n, end in cases.DAYS],
    *cases.PAUSED,
]


@pytest.mark.parametrize(("name", "start", "amount", "unit", "end", "pauses"), ALL)
def test_worked_cases(name, start, amount, unit, end, pauses):
    zone = hours(name).zone
    stretches = [(local(since, zone), local(until, zone)) for since, until in pauses]
    found = due.due_at(local(start, zone), Allowance(amount, unit), hours(name), stretches)
    assert found.tzinfo is UTC
    assert found == local(end, zone).astimezone(UTC), found.astimezone(zone)


def test_a_doubled_hour_is_two_hours_long():
    start = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30, the first time
    found = due.due_at(start, Allowance(60), hours(cases.NEW_YORK))
    assert found == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 01:30, the second time


@pytest.mark.parametrize(
    ("name", "start", "end", "minutes"),
    [
        ("office", "2026-11-20 09:00", "2026-11-20 09:00", 0),
        ("office", "2026-11-20 10:00", "2026-11-20 09:00", 0),
        ("office", "2026-11-20 11:00", "2026-11-20 14:00", 90),
        ("office", "2026-11-20 17:30", "2026-11-23 08:30", 0),
        ("office", "2026-11-16 00:00", "2026-11-23 00:00", 5 * 450),
        ("office", "2026-09-30 00:00", "2026-10-13 00:00", 5 * 450),
        ("office", "2026-02-09 00:00", "2026-03-02 00:00", 11 * 450),
        ("office", "2026-01-01 00:00", "2027-01-01 00:00", 248 * 450),
        (cases.LONDON, "2026-03-29 00:00", "2026-03-30 00:00", 23 * 60),
        (cases.LONDON, "2026-10-25 00:00", "2026-10-26 00:00", 25 * 60),
        ("new york night", "2026-03-01 00:00", "2026-03-15 00:00", 14 * 360 - 60),
    ],
)
def test_elapsed(name, start, end, minutes):
    zone = hours(name).zone
    found = due.elapsed(local(start, zone), local(end, zone), hours(name))
    assert found == timedelta(minutes=minutes)


def test_what_is_left_is_working_time_and_goes_below_zero():
    start, allowance = local("2026-11-20 16:30"), Allowance(120)  # due Monday 09:30
    left = [
        due.remaining(local(at), start, allowance, hours("office"))
        for at in ("2026-11-20 17:00", "2026-11-21 12:00", "2026-11-23 09:30", "2026-11-23 10:30")
    ]
    assert [part // timedelta(minutes=1) for part in left] == [90, 60, 0, -60]


def test_percent_is_of_working_time():
    start, end = local("2026-11-20 16:30"), local("2026-11-23 09:30")
    used = [
        due.percent_used(local(at), start, end, hours("office"))
        for at in ("2026-11-20 16:30", "2026-11-20 17:30", "2026-11-22 12:00", "2026-11-23 10:30")
    ]
    assert used == [0, 50, 50, 150]


def test_warnings_come_at_shares_of_working_time_and_once_each():
    start, end = local("2026-11-20 15:30"), local("2026-11-23 11:30")  # 300 working minutes
    found, told = [], 0
    while (following := ladder.next_rung(told, start, end, hours("office"))) is not None:
        told, at = following
        found.append((told, at))
    assert found == [
        (50, local("2026-11-23 09:00")),
        (80, local("2026-11-23 10:30")),
        (100, local("2026-11-23 11:30")),
        (150, local("2026-11-23 15:30")),
        (200, local("2026-11-24 09:00")),
    ]


@pytest.mark.parametrize(
    ("start", "end", "at", "share"),
    [
        ("08:30", "17:30", "13:45", 0),
        ("08:30", "17:30", "13:45:01", 50),
        ("08:30", "17:30", "16:00", 50),
        ("08:30", "17:30", "16:00:01", 80),
        ("08:30", "17:30", "17:30", 80),
        ("08:30", "17:30", "17:30:01", 100),
        ("08:30", "10:30", "11:30", 100),
        ("08:30", "10:30", "11:30:01", 150),
        ("08:30", "10:30", "13:30", 150),  # noon is not counted after the due moment either
        ("08:30", "10:30", "14:00:01", 200),
        ("10:15", "15:15", "12:00", 0),
        ("10:15", "15:15", "12:30", 50),  # nothing is worked at noon, and half is used up
    ],
)
def test_a_share_is_reached_after_its_moment(start, end, at, share):
    begun, end, now = (local(f"2026-11-20 {text}") for text in (start, end, at))
    assert ladder.reached(now, begun, end, hours("office")) == share


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-20 07:59", "2026-11-20 08:00"),
        ("2026-11-20 08:00", "2026-11-20 08:00"),
        ("2026-11-20 20:59", "2026-11-20 20:59"),
        ("2026-11-20 21:00", "2026-11-21 08:00"),
        ("2026-12-31 23:30", "2027-01-01 08:00"),
        ("2026-11-20 00:00", "2026-11-20 08:00"),
    ],
)
def test_people_are_told_in_decent_hours(at, told):
    assert tell_at(local(at).astimezone(UTC), SHANGHAI) == local(told)


# Calendars


def test_a_missing_year_of_the_chinese_list_is_said_to_be_missing():
    assert year_of_days("CN", 2026) is not None
    assert year_of_days("CN", 2099) is None
    assert year_of_days("", 2099) == YearOfDays()


@pytest.mark.parametrize(
    ("code", "known"),
    [("CN", True), ("", True), ("GB-ENG", True), ("US", True), ("XX", False), ("GB-XX", False)],
)
def test_lists_are_known_by_country_and_part(code, known):
    assert is_known(code) is known


@pytest.mark.parametrize(
    "rows",
    [
        [["09:00", "08:00"]],
        [["09:00", "09:00"]],
        [["09:00", "12:00"], ["11:00", "13:00"]],
        [["9:00", "12:00"]],
        [["09:60", "12:00"]],
        [["09:00", "24:01"]],
        [["ab:cd", "12:00"]],
        [["09:00"]],
    ],
)
def test_periods_in_disorder_are_refused(rows):
    with pytest.raises(ValueError, match=r"."):
        periods_from(rows)


def test_a_calendar_without_work_never_falls_due_and_says_so():
    idle = WorkingHours(SHANGHAI, lambda day: ())
    with pytest.raises(NoWorkingTime):
        due.due_at(local("2026-11-20 10:00"), Allowance(1), idle)
    with pytest.raises(NoWorkingTime):
        due.due_at(local("2026-11-20 10:00"), Allowance(1, "working_days"), idle)


def test_hours_grow_backwards_and_forwards_to_the_same_answer():
    def of(day: date) -> list[tuple[int, int]]:
        return [(540, 1020)] if day.isoweekday() < 6 else []

    early, late = WorkingHours(SHANGHAI, of), WorkingHours(SHANGHAI, of)
    spans = [(f"{year}-06-15 12:00", f"{year + 2}-02-01 10:00") for year in (2026, 2019, 2030)]
    forward = [due.elapsed(local(a), local(b), early) for a, b in spans]
    backward = [due.elapsed(local(a), local(b), late) for a, b in reversed(spans)]
    assert forward == backward[::-1]


# Which limit counts

NOW = local("2026-11-20 10:00").astimezone(UTC)


def rule(number: int, amount: int, unit: str = "minutes", **given) -> choose.Rule:
    plain = choose.Rule(
        id=UUID(int=number),
        purpose="legal_answer",
        applies=(),
        allowance=Allowance(amount, unit),
        hours=hours("office"),
        pausable=False,
        since=0,
        until=None,
    )
    return replace(plain, **given)


def test_the_earliest_limit_counts_and_the_others_are_named():
    law, henan = rule(1, 15, "days"), rule(2, 5, "working_days")
    chongqing = rule(3, 15, "working_days")
    (planned,) = choose.plan([law, henan, chongqing], NOW)
    assert planned.limit_id == henan.id
    assert set(planned.others) == {law.id, chongqing.id}
    (planned,) = choose.plan([law, chongqing], NOW)
    assert planned.limit_id == law.id, "a province's 15 working days do not extend the law's 15"


def test_a_promise_that_may_pause_never_stands_in_for_the_law():
    law = rule(1, 2880, hours=hours(cases.CHINA))
    promise = rule(2, 1440, hours=hours(cases.CHINA), pausable=True)
    assert [plan.limit_id for plan in choose.plan([law, promise], NOW)] == [promise.id, law.id]
    slow = replace(promise, allowance=Allowance(4000))
    assert [plan.limit_id for plan in choose.plan([law, slow], NOW)] == [law.id]


def test_only_the_version_in_force_counts():
    turn = to_us(local("2026-11-20 00:00"))
    old, new = rule(1, 60, until=turn), rule(2, 120, since=turn)
    assert [plan.limit_id for plan in choose.plan([old, new], NOW)] == [new.id]
    before = NOW - timedelta(days=1)
    assert [plan.limit_id for plan in choose.plan([old, new], before)] == [old.id]


@pytest.mark.parametrize(
    ("applies", "path", "fits"),
    [
        ((), "/hq/gd/", True),
        ((("kind", frozenset({"complaint"})),), "/hq/gd/", True),
        ((("kind", frozenset({"fault"})),), "/hq/gd/", False),
        ((("kind", frozenset({"complaint", "fault"})),), "/hq/gd/", True),
        ((("tier", frozenset({"gold"})),), "/hq/gd/", False),
        ((("kind", frozenset({"complaint"})), ("rural", frozenset({"yes"}))), "/hq/gd/", False),
        ((), "/hq/js/nj/", False),
        ((), "/hq/gd/gz/team1/", True),
    ],
)
def test_a_limit_fits_by_traits_and_place(applies, path, fits):
    limit = rule(1, 60, applies=applies, unit_path="/hq/gd/")
    assert limit.fits({"kind": "complaint", "rural": "no"}, path) is fits


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("2026-01-01", "2026-02-01"), ("2026-02-01", None), False),
        (("2026-01-01", "2026-02-02"), ("2026-02-01", None), True),
        (("2026-01-01", None), ("2025-01-01", "2026-01-01"), False),
        (("2026-01-01", None), ("2025-01-01", "2026-01-02"), True),
        (("2026-01-01", None), ("2027-01-01", None), True),
        (("2026-01-01", "2026-01-02"), ("2026-01-01", "2026-01-02"), True),
        (("2026-01-03", "2026-01-04"), ("2026-01-01", "2026-01-09"), True),
        (("2026-01-01", "2026-01-03"), ("2026-01-05", "2026-01-09"), False),
    ],
)
def test_spans_share_a_day(one, other, shared):
    spans = [
        (date.fromisoformat(first), last and date.fromisoformat(last))
        for first, last in (one, other)
    ]
    assert overlap(spans[0], spans[1]) is overlap(spans[1], spans[0]) is shared
