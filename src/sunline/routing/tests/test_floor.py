"""Waiting only widens, and many decisions in a row are those that would be made one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from sunline.routing import rules
from sunline.routing.types import Candidate, Item, Miss, PresenceState, Strategy

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SKILLS = ["broadband", "mobile"]
ids = some.integers(1, 8).map(lambda number: UUID(int=number))
levels = some.dictionaries(some.sampled_from(SKILLS), some.integers(1, 5))
channels = some.sampled_from(["", "chat", "email"])
people = some.lists(
    some.builds(
        Candidate,
        account_id=ids,
        state=some.sampled_from([PresenceState.READY.value] * 3 + [PresenceState.BUSY.value]),
        load=some.integers(0, 4),
        capacity=some.integers(0, 6),
        last_given_at=some.none() | some.integers(0, 90).map(lambda m: NOW - timedelta(minutes=m)),
        skills=levels,
        away=some.sampled_from(["", "", "", Miss.LEAVE.value, Miss.OFF_HOURS.value]),
        held=some.dictionaries(channels, some.integers(0, 3)),
        most=some.dictionaries(channels, some.integers(0, 3)),
    ),
    max_size=8,
    unique_by=lambda one: one.account_id,
)
items = some.builds(
    Item,
    skills=levels,
    not_account=some.none() | ids,
    channel=channels,
    weight=some.integers(1, 3),
    preferred=some.lists(
        some.tuples(some.sampled_from(["last_agent", "account_manager"]), ids), max_size=2
    ).map(tuple),
)


@given(people, some.lists(items, max_size=12), some.sampled_from(Strategy.values))
def test_many_in_a_row_are_decided_as_one_by_one(
    crowd: list[Candidate], work: list[Item], strategy: str
) -> None:
    floor = rules.Floor(crowd, strategy, NOW)
    for item in work:
        expected = rules.choose(crowd, item, strategy, NOW)
        assert floor.decide(item) == expected
        crowd = [
            loaded(one, item) if one.account_id == expected.account_id else one for one in crowd
        ]


def loaded(one: Candidate, item: Item) -> Candidate:
    held = {**one.held, item.channel: one.held.get(item.channel, 0) + 1}
    return replace(one, load=one.load + item.weight, held=held, last_given_at=NOW)


@given(people, items, some.sampled_from(Strategy.values))
def test_nobody_over_capacity_absent_unskilled_or_excluded_is_chosen(
    crowd: list[Candidate], item: Item, strategy: str
) -> None:
    person = rules.choose(crowd, item, strategy, NOW).account_id
    for one in crowd:
        if one.account_id == person:
            assert one.load + item.weight <= one.capacity
            assert one.held.get(item.channel, 0) < one.most.get(item.channel, 99)
            assert (one.state, one.away) == ("ready", "")
            assert rules.skilled(one, item.skills)
            assert person != item.not_account


@given(
    levels,
    some.integers(0, 400),
    some.integers(0, 400),
    some.none() | some.integers(1, 90),
    some.none() | some.integers(1, 300),
)
def test_waiting_longer_never_asks_for_more(
    skills: dict[str, int], waited: int, longer: int, every: int | None, waive: int | None
) -> None:
    before, _ = rules.ease(skills, waited, every, waive)
    after, code = rules.ease(skills, waited + longer, every, waive)
    assert all(level <= before.get(skill, 0) for skill, level in after.items())
    assert (after == skills) == (code == "")


def test_the_steps_of_easing() -> None:
    asked = {"broadband": 3, "english": 1}
    steps = [rules.ease(asked, waited, 10, 45) for waited in (0, 9.9, 10, 20, 44, 45)]
    assert [code for _, code in steps] == ["", "", "relaxed", "relaxed", "relaxed", "waived"]
    assert [levels.get("broadband") for levels, _ in steps] == [3, 3, 2, 1, 1, None]
    assert steps[4][0] == {"broadband": 1, "english": 1}


def test_who_had_the_customer_goes_before_the_least_loaded_and_falls_back() -> None:
    one, two, three = (Candidate(UUID(int=n), "ready", n, 8) for n in (1, 2, 3))
    item = Item(preferred=(("last_agent", UUID(int=9)), ("account_manager", UUID(int=3))))
    assert rules.choose([one, two, three], item, "least_loaded", NOW).codes == ("account_manager",)
    away = replace(three, away=Miss.LEAVE.value)
    fallen_back = rules.choose([one, two, away], item, "least_loaded", NOW)
    assert (fallen_back.account_id, fallen_back.codes) == (one.account_id, ("least_loaded",))
    assert fallen_back.passed_over == {"leave": 1}
