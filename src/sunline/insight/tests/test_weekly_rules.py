"""What is common, rising, typical and hard; without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from sunline.insight.rules import weekly as rules

END = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def test_topics_are_summed_to_a_level_and_ranked() -> None:
    counts = rules.together([("a.b.c", 2), ("a.b.d", 3), ("a.x", 5), ("z", 1)], 2)
    assert counts == {"a.b": 5, "a.x": 5, "z": 1}
    assert rules.common(counts, most=2, least=2) == [("a.b", 5), ("a.x", 5)]
    assert rules.common(counts, most=9, least=6) == []


@pytest.mark.parametrize(
    ("count", "before", "found"),
    [
        (12, (4, 5, 3, 4), True),  # three times the usual
        (6, (5, 5, 4, 6), False),  # well within chance
        (3, (0, 0, 0, 0), True),  # never seen before
        (2, (0, 0, 0, 0), False),  # too few to speak of
        (3, (9, 9, 9, 9), False),  # it fell
    ],
)
def test_a_matter_rises_when_chance_does_not_explain_it(
    count: int, before: tuple[int, ...], found: bool
) -> None:
    weeks = [{"a": one} for one in before]
    rises = rules.rising({"a": count}, weeks, most=5, least=3, chance=0.05)
    assert bool(rises) == found
    if rises:
        assert rises[0].weeks == before
        assert rises[0].chance < 0.05


def test_the_steepest_rise_comes_first() -> None:
    before = [{"a": 4, "b": 1}] * 4
    rises = rules.rising({"a": 12, "b": 9}, before, most=1, least=3, chance=0.05)
    assert [one.code for one in rises] == ["b"]


def test_hard_is_what_came_back_passed_through_hands_or_took_long() -> None:
    def hard(number: int, **changes: object) -> rules.Hardness:
        facts: dict[str, object] = {"redispatches": 0, "returns": 0, "units": 1, "closed_at": None}
        facts |= {"registered_at": END - 3 * DAY, "until": END, **changes}
        return rules.hardness(UUID(int=number), **facts)  # type: ignore[arg-type]

    back, passed = hard(1, redispatches=2), hard(2, returns=1, units=3)
    fresh, old = hard(3, registered_at=END), hard(4, registered_at=END - 30 * DAY)
    closed = hard(5, registered_at=END - 9 * DAY, closed_at=END - 8 * DAY)
    assert (back.points, passed.points, old.points, closed.days) == (23, 17, 30, 1)
    ranked = rules.hardest([fresh, passed, closed, back, old], most=3)
    assert [one.id.int for one in ranked] == [4, 1, 2]
    assert rules.hardest([fresh], most=3) == []


def test_the_middle_case_stands_for_the_others() -> None:
    cases = [(UUID(int=n), n * DAY) for n in (5, 1, 3)]
    assert rules.middle(cases, set()) == UUID(int=3)
    assert rules.middle(cases, {UUID(int=3)}) == UUID(int=5)
    assert rules.middle([], set()) is None


def test_a_week_begins_on_monday() -> None:
    assert rules.monday(date(2026, 11, 22)) == date(2026, 11, 16)
    assert rules.monday(date(2026, 11, 16)) == date(2026, 11, 16)
