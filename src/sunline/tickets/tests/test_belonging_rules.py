"""Repeats, likeness and the test of a group complaint, on values worked by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from sunline.kernel.rules import poisson_tail

from ..rules import groups, kin

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HALF = timedelta(minutes=30)


def key(number: int) -> UUID:
    return UUID(int=number)


# By hand: P(X >= n) = 1 - e^-rate * sum of rate^k / k! for k < n.
TABLE = [
    (0, 3.0, 1.0),
    (1, 1.0, 1 - math.exp(-1)),  # 0.632120558...
    (1, 0.5, 0.3934693402873666),
    (2, 1.0, 0.26424111765711533),  # 1 - 2/e
    (3, 1.0, 0.08030139707139418),  # 1 - 2.5/e
    (5, 0.5, 1.7211562995584075e-04),
    (6, 0.5, 1.416493732234249e-05),
    (5, 1.0, 0.00365984682734371),
    (5, 5.0, 0.5595067149347874),
    (10, 3.0, 0.0011024881301154815),
    (20, 5.0, 3.452135820914457e-07),
    (3, 10.0, 0.9972306042844884),
    (5, 0.0, 0.0),
]


@pytest.mark.parametrize(("count", "rate", "wanted"), TABLE)
def test_the_tail_of_a_poisson_number(count: int, rate: float, wanted: float) -> None:
    assert poisson_tail(count, rate) == pytest.approx(wanted, rel=1e-9, abs=1e-300)


def test_a_tiny_tail_keeps_its_digits() -> None:
    # For a small mean the first term is nearly all: e^-r r^n / n! * (1 + r/(n+1) + ...).
    rate, count = 0.01, 8
    first = math.exp(-rate) * rate**count / math.factorial(count)
    assert poisson_tail(count, rate) == pytest.approx(
        first * (1 + rate / 9 + rate**2 / 90), rel=1e-9
    )
    assert poisson_tail(10_000, 5.0) == 0.0  # below what a number can hold
    assert poisson_tail(1000, 1000.0) == pytest.approx(0.5042, abs=1e-3)


def test_five_at_the_floor_are_no_alarm_and_six_are() -> None:
    assert not groups.is_improbable(5, 0.5, least=5, at_most=1e-4)
    assert groups.is_improbable(6, 0.5, least=5, at_most=1e-4)
    assert groups.is_improbable(5, 0.4, least=5, at_most=1e-4)
    assert not groups.is_improbable(4, 0.001, least=5, at_most=1e-4)


def test_the_window_takes_in_both_its_edges() -> None:
    moments = [NOON, NOON + HALF, NOON + HALF + timedelta(microseconds=1)]
    assert groups.densest(moments, HALF) == groups.Window(2, NOON, NOON + HALF)
    assert groups.densest(moments[:1], HALF) == groups.Window(1, NOON, NOON)
    assert groups.densest([], HALF) is None


def test_the_densest_window_does_not_depend_on_the_order() -> None:
    moments = [NOON + MINUTE * step for step in (0, 10, 50, 55, 58, 61, 79, 200)]
    wanted = groups.Window(5, NOON + 50 * MINUTE, NOON + 79 * MINUTE)
    assert groups.densest(moments, HALF) == wanted
    assert groups.densest(moments[::-1], HALF) == wanted
    # Of equals the earliest.
    twice = [NOON, NOON + MINUTE, NOON + DAY, NOON + DAY + MINUTE]
    assert groups.densest(twice, HALF) == groups.Window(2, NOON, NOON + MINUTE)


def test_the_usual_rate_is_the_mean_of_the_same_hours() -> None:
    week = timedelta(weeks=1)
    counts = {NOON - week: 4, NOON - 2 * week: 8, NOON - DAY: 1000}
    hour = timedelta(hours=1)
    assert groups.usual_rate(NOON + hour, hour, counts, weeks=2, floor=0.1) == 6.0
    # Half an hour of it is half of it; across two hours each weighs by its part.
    assert groups.usual_rate(NOON + 45 * MINUTE, HALF, counts, weeks=2, floor=0.1) == 3.0
    early = groups.usual_rate(NOON + 10 * MINUTE, HALF, counts, weeks=2, floor=0.1)
    assert early == pytest.approx(1.0)
    # A week without a count had none; an unknown place has the floor.
    assert groups.usual_rate(NOON + HALF, HALF, counts, weeks=4, floor=0.1) == 1.5
    assert groups.usual_rate(NOON + HALF, HALF, {}, weeks=4, floor=0.5) == 0.5
    assert groups.usual_rate(NOON + HALF, HALF, counts, weeks=0, floor=0.5) == 0.5


def test_weeks_are_known_when_they_are_over() -> None:
    assert groups.weeks_known(NOON, NOON + timedelta(days=6, hours=23), 8) == 0
    assert groups.weeks_known(NOON, NOON + timedelta(days=7), 8) == 1
    assert groups.weeks_known(NOON, NOON + timedelta(weeks=30), 8) == 8
    assert groups.weeks_known(NOON, NOON - DAY, 8) == 0


def test_hours_are_cut_in_utc() -> None:
    half_past = datetime(2026, 3, 2, 20, 31, tzinfo=UTC)
    assert groups.hour_of(half_past) == datetime(2026, 3, 2, 20, tzinfo=UTC)


def earlier(number: int, topic: str, days: float) -> kin.Earlier:
    return kin.Earlier(key(number), topic, NOON - timedelta(days=days))


def found(topic: str, *rows: kin.Earlier, level: int = 2, days: int = 30) -> int | None:
    hit = kin.repeated(topic, NOON, rows, level=level, window=timedelta(days=days))
    return hit.id.int if hit else None


def test_a_repeat_is_of_the_same_branch_within_the_window() -> None:
    assert found("a.b.c", earlier(1, "a.b.d", 30)) == 1  # the far edge still counts
    assert found("a.b.c", earlier(1, "a.b.d", 30.0001)) is None
    assert found("a.b.c", earlier(1, "a.x.c", 1)) is None
    assert found("a.b.c", earlier(1, "a.b.d", 1), level=3) is None
    assert found("a.b.c", earlier(1, "a.x.c", 1), level=1) == 1
    assert found("a.b.c", earlier(1, "a.b.c", 9), earlier(2, "a.b.c", 3)) == 2  # the latest
    assert found("", earlier(1, "", 1)) is None
    assert found("a", earlier(1, "a", 1)) == 1
    assert found("a.b", earlier(1, "a.bc", 1)) is None


def test_likeness_is_shared_pairs_over_all_pairs() -> None:
    assert kin.likeness("宽带掉线", "宽带掉线") == 1.0
    assert kin.likeness("宽带掉线", "话费争议") == 0.0
    # 宽带 带掉 掉线 against 宽带 带很 很慢: one of five.
    assert kin.likeness("宽带掉线", "宽带很慢") == pytest.approx(1 / 5)
    assert kin.likeness("", "") == 0.0
    assert kin.likeness("，。！", "，。！") == 0.0
    assert kin.likeness("WIFI 断", "wifi 断") == 1.0


def test_copies_come_with_the_most_alike_first() -> None:
    others = [(key(1), "宽带掉线"), (key(2), "宽带掉线了"), (key(3), "话费争议")]
    assert [one.int for one, _ in kin.alike("宽带掉线", others, least=0.5)] == [1, 2]
