"""Who may ever be chosen, and which rule matches; without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sunline.routing import rules
from sunline.routing.types import (
    Candidate,
    Decision,
    Item,
    PresenceState,
    Reason,
    RuleRow,
    Strategy,
)

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SKILLS = ["broadband", "mobile", "english"]

moments = some.none() | some.integers(0, 500).map(lambda ago: NOW - timedelta(minutes=ago - 50))
levels = some.dictionaries(some.sampled_from(SKILLS), some.integers(1, 5))
candidates = some.lists(
    some.builds(
        Candidate,
        account_id=some.integers(1, 12).map(lambda number: UUID(int=number)),
        state=some.sampled_from(PresenceState.values),
        load=some.integers(0, 6),
        capacity=some.integers(0, 5),
        last_given_at=moments,
        skills=levels,
    ),
    max_size=10,
    unique_by=lambda one: one.account_id,
)
items = some.builds(
    Item,
    skills=levels,
    not_account=some.none() | some.integers(1, 12).map(lambda number: UUID(int=number)),
)
strategies = some.sampled_from(Strategy.values)


@given(candidates, items, strategies)
def test_only_somebody_ready_skilled_free_and_not_excluded_is_chosen(
    people: list[Candidate], item: Item, strategy: str
) -> None:
    decision = rules.choose(people, item, strategy, NOW)
    fitting = [one for one in people if not rules.refusal(one, item)]
    if decision.account_id is None:
        assert fitting == []
        return
    chosen = next(one for one in people if one.account_id == decision.account_id)
    assert chosen.state == "ready"
    assert chosen.load < chosen.capacity
    assert chosen.account_id != item.not_account
    assert all(chosen.skills.get(skill, 0) >= level for skill, level in item.skills.items())
    assert decision.among == len(fitting)


@given(candidates, items, strategies, some.randoms())
def test_the_order_in_which_people_are_looked_at_does_not_matter(
    people: list[Candidate], item: Item, strategy: str, random: object
) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = rules.choose(people, item, strategy, NOW)
    again = rules.choose(shuffled, item, strategy, NOW)
    assert (first.account_id, first.codes) == (again.account_id, again.codes)


@given(candidates, items, strategies)
def test_everybody_is_either_fitting_or_passed_over_for_one_reason(
    people: list[Candidate], item: Item, strategy: str
) -> None:
    decision = rules.choose(people, item, strategy, NOW)
    assert decision.among + sum(decision.passed_over.values()) == len(people)
    assert decision.codes
    assert set(decision.codes) <= set(Reason.values)


@given(candidates, strategies, some.integers(1, 40))
def test_giving_out_many_pieces_fills_everybody_and_nobody_beyond(
    people: list[Candidate], strategy: str, count: int
) -> None:
    room = sum(
        max(0, one.capacity - one.load) for one in people if one.state == PresenceState.READY
    )
    given_out = 0
    for step in range(count):
        decision = rules.choose(people, Item(), strategy, NOW + timedelta(minutes=step))
        if decision.account_id is None:
            break
        given_out += 1
        people = [loaded(one, decision, step) for one in people]
    assert given_out == min(room, count)


def loaded(one: Candidate, decision: Decision, step: int) -> Candidate:
    if one.account_id != decision.account_id:
        return one
    moment = NOW + timedelta(minutes=step)
    return Candidate(one.account_id, one.state, one.load + 1, one.capacity, moment, one.skills)


def person(number: int, load: int = 0, capacity: int = 4, ago: int | None = None) -> Candidate:
    last = None if ago is None else NOW - timedelta(minutes=ago)
    return Candidate(UUID(int=number), "ready", load, capacity, last)


def test_least_loaded_compares_shares_of_capacity_then_the_longest_wait() -> None:
    people = [person(1, 2, 4), person(2, 3, 10), person(3, 3, 10, ago=5)]
    decision = rules.choose(people, Item(), "least_loaded", NOW)
    assert decision.account_id == UUID(int=2)
    assert decision.codes == ("least_loaded",)


def test_in_turn_takes_who_has_waited_longest_whatever_the_load() -> None:
    people = [person(1, 0, ago=1), person(2, 3, ago=9), person(3, 0, ago=5)]
    decision = rules.choose(people, Item(), "round_robin", NOW)
    assert decision.account_id == UUID(int=2)
    assert decision.codes == ("round_robin",)


@pytest.mark.parametrize(
    ("people", "item", "code"),
    [
        ([], Item(), "empty"),
        ([person(1, 4)], Item(), "all_full"),
        ([Candidate(UUID(int=1), "break", 0, 4)], Item(), "nobody_ready"),
        ([person(1)], Item({"broadband": 1}), "nobody_skilled"),
        ([person(1)], Item({}, UUID(int=1)), "nobody_else"),
    ],
)
def test_why_nobody_names_the_nearest_miss(people: list[Candidate], item: Item, code: str) -> None:
    assert rules.choose(people, item, "least_loaded", NOW).codes == (code,)


def rule(
    rank: int = 1, days: int | None = None, conditions: dict[str, list[str]] | None = None
) -> RuleRow:
    until = None if days is None else NOW + timedelta(days=days)
    start = NOW - timedelta(days=30)
    return RuleRow(UUID(int=rank), "", rank, conditions or {}, UUID(int=9), True, start, until)


TRAITS = {"kind": "fault", "topic": "broadband.fault.slow", "home": "/hq/gd/gz/", "tier": "gold"}


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"kind": ["fault", "complaint"]}, True),
        ({"kind": ["complaint"]}, False),
        ({"topic": ["broadband."]}, True),
        ({"topic": ["mobile.", "broadband.fault"]}, True),
        ({"topic": ["fault"]}, False),
        ({"home": ["/hq/gd/"]}, True),
        ({"home": ["/hq/js/"]}, False),
        ({"kind": ["fault"], "tier": ["platinum"]}, False),
        ({"urgency": ["urgent"]}, False),
        ({"colour": ["red"]}, False),
    ],
)
def test_all_conditions_must_hold(conditions: dict[str, list[str]], fits: bool) -> None:
    assert rules.match(rule(conditions=conditions), TRAITS) is fits


def test_the_first_rule_in_force_by_rank_wins() -> None:
    known = [rule(3), rule(1, conditions={"kind": ["complaint"]}), rule(2, days=-1), rule(4)]
    found = rules.first_match(known, TRAITS, NOW)
    assert found is not None
    assert found.rank == 3
    assert rules.first_match([rule(1, days=-1)], TRAITS, NOW) is None
