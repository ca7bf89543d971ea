"""Edges of the rules that no worked case stands on, on calendars made anew; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from sunline.sla.rules import choose, due, ladder
from sunline.sla.rules.decent import tell_at
from sunline.sla.rules.due import Allowance
from sunline.sla.rules.hours import RoundTheClock, WorkingHours, round_the_clock
from sunline.sla.rules.instants import MICROSECOND, MINUTE, from_us, local_minute, to_us
from sunline.sla.types import PlannedClock

from .calendars import hours

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def office() -> WorkingHours:
    """Return hours of weekdays from nine to five, with nothing worked out yet."""

    def of(day: date) -> list[tuple[int, int]]:
        return [(540, 1020)] if day.isoweekday() < 6 else []

    return WorkingHours(SHANGHAI, of)


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK])
def test_natural_days_end_with_their_last_second_in_their_zone(zone):
    fresh = RoundTheClock(zone)
    day = date(2026, 11, 20).toordinal()
    for _ in range(2):  # the second time it is remembered
        assert from_us(fresh.close_of_day(day, 0)) == local("2026-11-20 23:59:59", zone)
        assert from_us(fresh.close_of_day(day, 2)) == local("2026-11-22 23:59:59", zone)
    assert (fresh.worked(7), fresh.at(7), fresh.zone) == (7, 7, zone)


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK])
@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-20 00:00", "2026-11-20 23:59:59"),
        ("2026-11-20 23:59:59", "2026-11-20 23:59:59"),
        ("2026-11-20 23:59:59.000001", "2026-11-21 23:59:59"),
    ],
)
def test_the_next_end_of_a_natural_day(zone, at, end):
    fresh = RoundTheClock(zone)
    assert from_us(fresh.close_after(to_us(local(at, zone)))) == local(end, zone)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-20 17:00", "2026-11-20 17:00"),
        ("2026-11-20 17:01", "2026-11-23 17:00"),
        ("2026-12-31 17:00", "2026-12-31 17:00"),
        ("2026-12-31 17:01", "2027-01-01 17:00"),
        ("2027-12-31 18:00", "2028-01-03 17:00"),
    ],
)
def test_the_next_end_of_a_working_day_may_lie_in_another_year(at, end):
    assert from_us(office().close_after(to_us(local(at)))) == local(end)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-12-31 10:00", 1, "2027-01-01 17:00"),
        ("2026-12-31 10:00", 270, "2028-01-13 17:00"),
        ("2027-01-01 00:00", 1, "2027-01-04 17:00"),
    ],
)
def test_working_days_run_through_years_that_nobody_asked_for_yet(start, n, end):
    found = due.due_at(local(start), Allowance(n, "working_days"), office())
    assert found == local(end)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-12-31 16:00", 120, "2027-01-01 10:00"),
        ("2026-01-01 08:00", 480, "2026-01-01 17:00"),
        ("2025-12-31 16:59", 1, "2025-12-31 17:00"),
        ("2026-12-31 16:59", 2, "2027-01-01 09:01"),
        ("2026-12-31 16:00", 480 * 300, "2028-02-24 16:00"),
    ],
)
def test_minutes_run_through_years_that_nobody_asked_for_yet(start, minutes, end):
    assert due.due_at(local(start), Allowance(minutes), office()) == local(end)


def test_a_share_is_of_natural_time_for_natural_days_and_of_working_time_else():
    kept = hours("office")
    assert due.basis(Allowance(5, "days"), kept) is round_the_clock(SHANGHAI)
    assert due.basis(Allowance(5, "working_days"), kept) is kept
    assert due.basis(Allowance(5), kept) is kept


def test_what_is_left_counts_the_holds():
    start = local("2026-11-20 09:00")
    rest = (start + HOUR, start + 2 * HOUR)
    left = due.remaining(start + 2 * HOUR, start, Allowance(180), office(), [rest])
    assert left == 2 * HOUR


def test_a_share_counts_the_holds_and_is_rounded_down():
    start = local("2026-11-20 09:00")
    rest = (start + HOUR, start + 2 * HOUR)
    end = start + 4 * HOUR
    used = due.percent_used(start + 2 * HOUR, start, end, office(), [rest])
    assert (used, type(used)) == (33, int)
    assert due.percent_used(end, start, end, office(), [rest]) == 100


def test_a_limit_without_time_is_used_up_at_its_moment():
    start = local("2026-11-20 20:00")
    end = start + 5 * HOUR  # nothing is worked in between
    shares = [
        due.percent_used(at, start, end, office())
        for at in (start, end - MICROSECOND, end, end + HOUR)
    ]
    assert shares == [0, 0, 100, 100]


def test_the_shortest_limit_goes_on_counting():
    start = local("2026-11-20 10:00")
    end = start + MICROSECOND
    assert due.percent_used(start + 2 * MICROSECOND, start, end, office()) == 200


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-20 07:59", "2026-11-20 08:00"),
        ("2026-11-20 12:00", "2026-11-20 12:00"),
        ("2026-11-20 22:00", "2026-11-21 08:00"),
    ],
)
def test_decent_hours_are_those_of_the_place(at, told):
    moment = local(at, NEW_YORK).astimezone(UTC)
    found = tell_at(moment, NEW_YORK)
    assert found == local(told, NEW_YORK)
    assert found.tzinfo is UTC


def test_a_ladder_set_low_goes_on_to_its_end():
    low = ladder.Ladder(130, 140)
    start, end = local("2026-11-20 10:00"), local("2026-11-20 11:00")
    rung = ladder.next_rung(150, start, end, round_the_clock(SHANGHAI), ladder=low)
    assert rung == (200, local("2026-11-20 11:24"))
    assert ladder.next_rung(200, start, end, round_the_clock(SHANGHAI), ladder=low) is None


def test_rungs_wait_out_the_holds():
    start = local("2026-11-20 09:00")
    rest = (start + HOUR, start + 2 * HOUR)
    end = start + 5 * HOUR  # four hours, and one that does not count
    rung = ladder.next_rung(0, start, end, office(), [rest])
    assert rung == (50, start + 3 * HOUR)
    reached = [
        ladder.reached(start + minutes * timedelta(minutes=1), start, end, office(), [rest])
        for minutes in (170, 180, 181, 252, 253, 300, 301, 420, 421, 480)
    ]
    assert reached == [0, 0, 50, 50, 80, 80, 100, 100, 150, 150]


NOW = local("2026-11-20 10:00").astimezone(UTC)


def rule(number: int, amount: int, **given) -> choose.Rule:
    plain = choose.Rule(
        id=UUID(int=number),
        purpose="resolve",
        applies=(),
        allowance=Allowance(amount),
        hours=round_the_clock(SHANGHAI),
        pausable=True,
        since=0,
        until=None,
    )
    return replace(plain, **given)


def asks(**wanted: set[str]) -> choose.Rule:
    applies = tuple((key, frozenset(values)) for key, values in wanted.items())
    return rule(1, 60, applies=applies)


@pytest.mark.parametrize(
    ("limit", "traits", "fits"),
    [
        (asks(topic={"mobile"}), {"topic": "mobile"}, True),
        (asks(topic={"mobile"}), {"topic": "mobile.plan.change"}, True),
        (asks(topic={"mobile"}), {"topic": "mobiles"}, False),
        (asks(topic={"mobile.plan"}), {"topic": "mobile"}, False),
        (asks(topic={"fixed", "mobile"}), {"topic": "mobile.plan"}, True),
        (asks(topic={"mobile"}), {"topic": ""}, False),
        (asks(topic={"mobile"}), {"kind": "mobile"}, False),
        (asks(topic={"mobile"}), {}, False),
        (asks(topic={"XXXX"}), {}, False),
        (asks(topic={"None"}), {}, False),
        # only topics form a tree
        (asks(kind={"complaint"}), {"kind": "complaint.late"}, False),
        (asks(kind={"complaint"}, topic={"mobile"}), {"kind": "complaint", "topic": "tv"}, False),
        (asks(kind={"complaint"}, topic={"tv"}), {"kind": "complaint", "topic": "tv.box"}, True),
    ],
)
def test_a_branch_of_topics_holds_what_is_below_it(limit, traits, fits):
    assert limit.fits(traits, "/hq/") is fits


def test_a_version_holds_from_its_first_moment_to_before_its_last():
    version = rule(1, 60, since=100, until=200)
    assert [version.holds_at(at) for at in (99, 100, 199, 200)] == [False, True, True, False]
    assert rule(1, 60, since=100).holds_at(10**18)


def test_a_plan_says_everything_of_each_purpose():
    first, second = rule(1, 60), rule(2, 120, purpose="accept")
    assert choose.plan([first, second], NOW) == [
        PlannedClock("resolve", first.id, NOW, NOW + HOUR, NOW + HOUR / 2, ()),
        PlannedClock("accept", second.id, NOW, NOW + 2 * HOUR, NOW + HOUR, ()),
    ]


def test_limits_that_are_alike_leave_the_first_and_name_the_other():
    found = choose.plan([rule(1, 60), rule(2, 60)], NOW)
    assert [(plan.limit_id.int, plan.others) for plan in found] == [(1, (UUID(int=2),))]


def test_of_two_at_one_moment_the_one_that_no_hold_moves_counts():
    found = choose.plan([rule(1, 60), rule(2, 60, pausable=False)], NOW)
    assert [plan.limit_id.int for plan in found] == [2]


def test_only_asked_purposes_fit():
    rules = [rule(1, 60), rule(2, 60, purpose="accept"), rule(3, 60, unit_path="/hq/gd/")]
    assert [one.id.int for one in choose.fitting(rules, {}, "/hq/", ["accept"])] == [2]
    assert [one.id.int for one in choose.fitting(rules, {}, "/hq/gd/")] == [1, 2, 3]
    tied = (asks(kind={"fault"}),)
    assert choose.fitting(tied, {"kind": "fault"}, "/hq/") == tied
    assert choose.fitting(tied, {"kind": "complaint"}, "/hq/") == ()


@pytest.mark.parametrize(
    ("day", "minute", "zone", "utc"),
    [
        ("2026-11-20", 0, "Asia/Shanghai", "2026-11-19 16:00"),
        ("2026-11-20", 1439, "Asia/Shanghai", "2026-11-20 15:59"),
        ("2026-11-20", 1440, "Asia/Shanghai", "2026-11-20 16:00"),
        ("2026-12-31", 1440, "Asia/Shanghai", "2026-12-31 16:00"),
        # left out: the moment of the change; twice: the first time
        ("2026-03-08", 119, "America/New_York", "2026-03-08 06:59"),
        ("2026-03-08", 120, "America/New_York", "2026-03-08 07:00"),
        ("2026-03-08", 121, "America/New_York", "2026-03-08 07:00"),
        ("2026-03-08", 150, "America/New_York", "2026-03-08 07:00"),
        ("2026-03-08", 180, "America/New_York", "2026-03-08 07:00"),
        ("2026-03-29", 90, "Europe/London", "2026-03-29 01:00"),
        ("2026-11-01", 90, "America/New_York", "2026-11-01 05:30"),
        ("2026-11-01", 120, "America/New_York", "2026-11-01 07:00"),
        ("2018-11-04", 0, "America/Sao_Paulo", "2018-11-04 03:00"),
        ("2018-11-03", 1440, "America/Sao_Paulo", "2018-11-04 03:00"),
    ],
)
def test_a_minute_of_a_local_day(day, minute, zone, utc):
    found = local_minute(date.fromisoformat(day), minute, ZoneInfo(zone))
    assert from_us(found) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_shares_just_beyond_the_limit_come_just_after_it():
    steep = ladder.Ladder(101, 102)
    start, end = local("2026-11-20 10:00"), local("2026-11-20 11:40")
    found = [
        ladder.next_rung(told, start, end, round_the_clock(SHANGHAI), ladder=steep)
        for told in (80, 100, 150)
    ]
    assert [rung and (rung[1] - end) // timedelta(minutes=1) for rung in found] == [0, 1, 2]


def test_the_day_of_receipt_ends_in_its_zone():
    fresh = RoundTheClock(NEW_YORK)
    found = due.due_at(local("2026-11-20 21:00", NEW_YORK), Allowance(0, "days"), fresh)
    assert found == local("2026-11-20 23:59:59", NEW_YORK)


def test_working_time_that_passed_leaves_out_the_holds():
    start = local("2026-11-20 15:00")
    rest = (start + HOUR / 2, start + HOUR)
    assert due.elapsed(start, start + 3 * HOUR, office(), [rest]) == 1.5 * HOUR
    assert due.elapsed(start, start + 3 * HOUR, office()) == 2 * HOUR
    assert due.elapsed(start, start, office(), [rest]) == timedelta(0)


def test_years_of_working_days_are_found():
    found = due.due_at(local("2026-11-20 10:00"), Allowance(260 * 40, "working_days"), office())
    assert found.year == 2066


def test_an_empty_stretch_hides_none_of_those_after_it():
    start = local("2026-11-20 09:00")
    rests = [(start + HOUR, start + HOUR), (start + 2 * HOUR, start + 4 * HOUR)]
    assert due.elapsed(start, start + 5 * HOUR, office(), rests) == 3 * HOUR


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK])
@pytest.mark.parametrize(
    ("periods", "last"),
    [
        ([(540, 1440)], "2026-11-20 23:59:59"),
        ([(0, 60)], "2026-11-20 01:00:00"),
        ([(0, 1)], "2026-11-20 00:01:00"),
        ([(540, 1020)], "2026-11-20 17:00:00"),
    ],
)
def test_a_working_day_until_midnight_ends_with_its_last_second(zone, periods, last):
    fresh = WorkingHours(zone, lambda day: periods)
    day = date(2026, 11, 20).toordinal()
    assert from_us(fresh.close_of_day(day, 0)) == local(last, zone)


def test_the_first_period_of_the_first_year_counts_from_within():
    start = local("2026-01-01 10:00")
    assert due.due_at(start, Allowance(60), office()) == local("2026-01-01 11:00")


def test_years_meet_without_a_gap():
    whole = WorkingHours(SHANGHAI, lambda day: [(0, 1440)])
    start = local("2026-12-31 23:00")
    end = local("2027-01-01 00:00") + HOUR / 120
    assert due.elapsed(start, end, whole) == HOUR + HOUR / 120
    fresh = office()
    start, end = local("2026-12-31 09:00"), local("2027-01-01 12:00")
    assert due.elapsed(start, end, fresh) == 11 * HOUR


def test_working_time_leads_back_through_years_that_nobody_asked_for_yet():
    fresh = office()
    worked = fresh.worked(to_us(local("2026-11-20 10:00")))
    three_years = 3 * 52 * 5 * 8 * 60 * MINUTE
    assert from_us(fresh.at(worked - three_years)) == local("2023-11-24 10:00")


def test_the_search_back_ends():
    fresh = office()
    fresh.worked(to_us(local("1975-03-03 10:00")))
    assert from_us(fresh.at(-(10**18))) == local("1971-01-01 00:00")
    new = office()
    assert from_us(new.at(1)) == local("1970-01-01 09:00") + MICROSECOND


def test_working_time_so_far_is_told_of_any_year_even_where_nobody_works():
    idle = WorkingHours(SHANGHAI, lambda day: [])
    assert idle.worked(to_us(local("2026-11-20 10:00"))) == 0
    assert idle.worked(to_us(local("2090-11-20 10:00"))) == 0
