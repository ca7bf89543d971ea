"""The grade, the ladder and the escalation-risk score of complaints, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules import complaints as rules
from ..rules.complaints import CaseFacts
from ..rules.segmentation import (
    Customer,
    Matter,
    Segment,
    Strategy,
    Weights,
    choose,
    first_contact_due,
    risk,
    risk_axis,
    segment,
    value_axis,
)
from ..types import EscalationReason, Flag, Grade, Level, Mood, Pressing, Severity, Signal

MOST = Decimal(2000)


def codes(**facts: Any) -> list[str]:
    return [str(code) for code in rules.upgrade_codes(CaseFacts(**facts), most_amount=MOST)]


@pytest.mark.parametrize(
    ("facts", "found", "grade"),
    [
        ({}, [], "ordinary"),
        ({"severity": "larger"}, [], "ordinary"),
        ({"severity": "major"}, ["severity"], "major"),
        ({"urgency": "urgent"}, ["urgency"], "urgent"),
        ({"urgency": "most_urgent"}, ["urgency"], "urgent"),
        ({"flags": {"repeated"}}, ["repeat"], "urgent"),
        ({"flags": {"bypassing"}}, ["bypass"], "urgent"),
        ({"flags": {"group"}}, ["group"], "major"),
        ({"flags": {"difficult", "sensitive"}}, [], "ordinary"),
        ({"flags": {"repeated", "group"}}, ["repeat", "group"], "major"),
        ({"signals": {"media"}}, ["media"], "major"),
        ({"signals": {"regulator"}}, ["regulator"], "major"),
        ({"signals": {"consumer", "court"}}, [], "ordinary"),
        ({"signals": {"injury"}}, ["injury"], "major"),
        ({"signals": {"leak"}}, ["leak"], "major"),
        ({"signals": {"leaving"}}, [], "ordinary"),
        ({"tier": "gold"}, ["vip"], "urgent"),
        ({"tier": "diamond", "signals": {"leaving"}}, ["vip", "vip_loss"], "major"),
        ({"tier": "silver"}, [], "ordinary"),
        ({"key_account": True}, ["vip"], "urgent"),
        ({"ticket_urgency": "vip"}, ["vip"], "urgent"),
        ({"asked": Decimal("2000")}, [], "ordinary"),
        ({"asked": Decimal("2000.01")}, ["amount"], "major"),
        ({"promise_broken": True}, ["promise"], "urgent"),
        (
            {"promise_broken": True, "flags": {"repeated"}, "tier": "gold"},
            ["repeat", "vip", "promise"],
            "urgent",
        ),
    ],
)
def test_the_codes_and_the_grade_they_make(
    facts: dict[str, Any], found: list[str], grade: str
) -> None:
    assert codes(**facts) == found
    assert rules.grade(tuple(found)) == grade


@pytest.mark.parametrize(
    ("reason", "level", "floor", "to"),
    [
        ("time", "agent", None, "team_leader"),
        ("time", "team_leader", None, "specialist"),
        ("time", "specialist", None, "province"),
        ("time", "province", None, "hq"),
        ("time", "hq", None, "hq"),
        ("limit_missed", "agent", None, "team_leader"),
        ("limit_missed", "province", None, "hq"),
        ("wish", "agent", None, "team_leader"),
        ("risk", "agent", None, "specialist"),
        ("risk", "team_leader", None, "specialist"),
        ("risk", "province", None, "province"),
        ("vip_case", "agent", None, "team_leader"),
        ("vip_case", "specialist", None, "specialist"),
        ("regulator_case", "agent", None, "province"),
        ("regulator_case", "hq", None, "hq"),
        ("grade", "agent", "team_leader", "team_leader"),
        ("grade", "agent", "specialist", "specialist"),
        ("grade", "province", "specialist", "province"),
        ("grade", "team_leader", "agent", "team_leader"),
        ("judgement", "specialist", None, "province"),
    ],
)
def test_where_a_reason_brings_a_case(reason: str, level: str, floor: str | None, to: str) -> None:
    assert rules.target(reason, level, floor=floor) == to


def test_time_brings_no_case_beyond_the_top() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert rules.next_step("agent", now, 240) == now + timedelta(hours=4)
    assert rules.next_step("hq", now, 240) is None
    assert rules.may_go_down("specialist", "agent")
    assert not rules.may_go_down("specialist", "specialist")
    assert not rules.may_go_down("agent", "hq")


def test_who_may_offer_how_much() -> None:
    factors = {"team_leader": 2, "specialist": 4, "province": 10, "hq": 20}
    offered = [rules.authority(Decimal(50), level, factors) for level in Level]
    assert offered == [50, 100, 200, 500, 1000]


OLD = Customer(monthly=Decimal(100))

# customer, matter, the score, and what it is made of
SCORES: list[tuple[dict[str, Any], dict[str, Any], int, dict[str, int]]] = [
    ({}, {}, 0, {}),
    ({"same_topic": 1}, {}, 25, {"repeat": 25}),
    ({"same_topic": 4}, {}, 25, {"repeat": 25}),
    ({}, {"signals": {"regulator"}}, 20, {"threat": 20}),
    ({}, {"signals": {"consumer"}}, 20, {"threat": 20}),
    ({}, {"signals": {"media", "court", "regulator"}}, 20, {"threat": 20}),
    ({}, {"signals": {"injury", "leak", "leaving"}}, 0, {}),
    ({}, {"limits_missed": 1}, 15, {"limit": 15}),
    ({}, {"limits_missed": 3}, 15, {"limit": 15}),
    ({}, {"asked": Decimal(300)}, 0, {}),
    ({}, {"asked": Decimal("300.01")}, 10, {"money": 10}),
    ({"monthly": None}, {"asked": Decimal(9000)}, 0, {}),
    ({"appeals": 1}, {}, 10, {"appeal": 10}),
    ({}, {"mood": "dissatisfied"}, 0, {}),
    ({}, {"mood": "angry"}, 10, {"angry": 10}),
    ({}, {"mood": "threatening"}, 10, {"angry": 10}),
    ({}, {"transfers": 2}, 0, {}),
    ({}, {"transfers": 3}, 5, {"transfers": 5}),
    ({}, {"transfers": 6}, 20, {"transfers": 20}),
    ({}, {"promise_kept": True}, 0, {"kept": -10}),
    ({}, {"promise_kept": False}, 0, {}),
    ({"same_topic": 1}, {"promise_kept": True}, 15, {"repeat": 25, "kept": -10}),
    (
        {"same_topic": 1},
        {"signals": {"media"}, "limits_missed": 1},
        60,
        {"repeat": 25, "threat": 20, "limit": 15},
    ),
    (
        {"same_topic": 1},
        {"signals": {"media"}, "mood": "angry"},
        55,
        {"repeat": 25, "threat": 20, "angry": 10},
    ),
    (
        {"appeals": 2},
        {"mood": "angry", "asked": Decimal(1000), "transfers": 4},
        40,
        {"money": 10, "appeal": 10, "angry": 10, "transfers": 10},
    ),
    (
        {"same_topic": 1, "appeals": 1},
        {
            "signals": {"court"},
            "limits_missed": 2,
            "asked": Decimal(301),
            "mood": "threatening",
            "transfers": 3,
        },
        95,
        {
            "repeat": 25,
            "threat": 20,
            "limit": 15,
            "money": 10,
            "appeal": 10,
            "angry": 10,
            "transfers": 5,
        },
    ),
    (
        {"same_topic": 1, "appeals": 1},
        {
            "signals": {"court"},
            "limits_missed": 2,
            "asked": Decimal(301),
            "mood": "threatening",
            "transfers": 9,
        },
        100,
        {
            "repeat": 25,
            "threat": 20,
            "limit": 15,
            "money": 10,
            "appeal": 10,
            "angry": 10,
            "transfers": 35,
        },
    ),
    (
        {"same_topic": 1, "appeals": 1},
        {"signals": {"court"}, "limits_missed": 1, "promise_kept": True},
        60,
        {"repeat": 25, "threat": 20, "limit": 15, "appeal": 10, "kept": -10},
    ),
]


@pytest.mark.parametrize(("customer", "matter", "points", "parts"), SCORES)
def test_the_score_and_its_reasons(
    customer: dict[str, Any], matter: dict[str, Any], points: int, parts: dict[str, int]
) -> None:
    told = {**matter, "signals": frozenset(matter.get("signals", ()))}
    score = risk(replace(OLD, **customer), Matter(**told), Weights())
    assert score.points == points
    assert dict(score.reasons) == {f"score_{name}": worth for name, worth in parts.items()}


def test_weights_are_the_operators() -> None:
    score = risk(replace(OLD, same_topic=1), Matter(mood=Mood.ANGRY), Weights(repeat=40, angry=0))
    assert (score.points, score.reasons) == (40, (("score_repeat", 40),))


@pytest.mark.parametrize(
    ("customer", "value"),
    [
        ({}, "basic"),
        ({"tier": "honoured"}, "middle"),
        ({"tier": "silver"}, "middle"),
        ({"tier": "gold"}, "high"),
        ({"tier": "diamond"}, "high"),
        ({"group": "business"}, "middle"),
        ({"group": "key"}, "high"),
        ({"tenure": 59}, "basic"),
        ({"tenure": 60}, "middle"),
    ],
)
def test_what_a_customer_is_worth(customer: dict[str, Any], value: str) -> None:
    assert value_axis(Customer(**customer)) == value


def test_the_axes() -> None:
    assert [risk_axis(points) for points in (0, 29, 30, 59, 60, 100)] == [
        "low", "low", "middle", "middle", "high", "high",
    ]  # fmt: skip
    found = segment(Customer(fragile="senior"), Matter(complexity="complex", mood=""), 45)
    assert found == Segment("basic", "middle", "complex", "calm", True)


def strategy(code: str, place: int, **match: list[str]) -> Strategy:
    return Strategy(code, code, "", place, match, "agent", 60, Decimal(50), (), (), "call")


def test_the_first_strategy_that_fits_is_taken() -> None:
    rows = [
        strategy("rest", 99),
        strategy("high", 10, risk=["high"]),
        strategy("angry", 20, mood=["angry", "threatening"]),
        strategy("care", 15, fragile=["yes"]),
    ]
    calm = Segment("basic", "low", "simple", "calm")
    assert [
        row.code
        for row in (
            choose(rows, calm),
            choose(rows, replace(calm, mood="angry")),
            choose(rows, replace(calm, mood="angry", fragile=True)),
            choose(rows, replace(calm, mood="angry", risk="high", fragile=True)),
        )
        if row
    ] == ["rest", "angry", "care", "high"]
    assert choose(rows[1:], calm) is None


MOMENTS = st.integers(0, 5_000_000).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(MOMENTS, st.integers(0, 43_200), st.lists(MOMENTS, max_size=4))
def test_no_score_makes_a_limit_later(
    since: datetime, minutes: int, limits: list[datetime]
) -> None:
    found = first_contact_due(since, minutes, limits)
    assert all(found <= limit for limit in limits)
    assert found <= since + timedelta(minutes=minutes)


CUSTOMERS = st.builds(
    Customer,
    tier=st.sampled_from(["ordinary", "honoured", "silver", "gold", "diamond"]),
    group=st.sampled_from(["public", "business", "key"]),
    monthly=st.none() | st.decimals(0, 1000, places=2),
    same_topic=st.integers(0, 5),
    appeals=st.integers(0, 3),
)
MATTERS = st.builds(
    Matter,
    signals=st.frozensets(st.sampled_from([str(signal) for signal in Signal])),
    mood=st.sampled_from([str(mood) for mood in Mood]),
    asked=st.none() | st.decimals(0, 100_000, places=2),
    limits_missed=st.integers(0, 5),
    transfers=st.integers(0, 30),
    promise_kept=st.none() | st.booleans(),
)


@given(CUSTOMERS, MATTERS)
def test_a_score_stays_between_0_and_100_and_value_plays_no_part(
    customer: Customer, matter: Matter
) -> None:
    score = risk(customer, matter, Weights())
    assert 0 <= score.points <= 100
    assert score.points == max(0, min(100, sum(points for _code, points in score.reasons)))
    poor = replace(customer, tier="ordinary", group="public")
    assert risk(poor, matter, Weights()) == score


@given(CUSTOMERS, MATTERS)
def test_worse_facts_never_lower_the_score(customer: Customer, matter: Matter) -> None:
    score = risk(customer, matter, Weights()).points
    for worse in (
        replace(matter, limits_missed=matter.limits_missed + 1),
        replace(matter, transfers=matter.transfers + 1),
        replace(matter, signals=matter.signals | {"regulator"}),
        replace(matter, mood="angry"),
        replace(matter, promise_kept=False),
    ):
        assert risk(customer, worse, Weights()).points >= score


FACTS = st.builds(
    CaseFacts,
    severity=st.sampled_from([str(one) for one in Severity]),
    urgency=st.sampled_from([str(one) for one in Pressing]),
    flags=st.frozensets(st.sampled_from([str(one) for one in Flag])),
    signals=st.frozensets(st.sampled_from([str(one) for one in Signal])),
    tier=st.sampled_from(["ordinary", "gold"]),
    asked=st.none() | st.decimals(0, 5000, places=2),
    promise_broken=st.booleans(),
)
ORDER = [Grade.ORDINARY, Grade.URGENT, Grade.MAJOR]


@given(FACTS, st.sampled_from([str(one) for one in Signal]))
def test_more_facts_never_lower_the_grade(facts: CaseFacts, signal: str) -> None:
    def graded(one: CaseFacts) -> int:
        return ORDER.index(rules.grade(rules.upgrade_codes(one, most_amount=MOST)))

    assert graded(replace(facts, signals=set(facts.signals) | {signal})) >= graded(facts)


@given(st.sampled_from([str(one) for one in EscalationReason]), st.sampled_from(list(Level)))
def test_no_reason_brings_a_case_down(reason: str, level: Level) -> None:
    assert rules.place(rules.target(reason, level)) >= rules.place(level)
