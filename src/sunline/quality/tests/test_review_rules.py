"""What owes a review, how it may go on and what it lacks; without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sunline.quality.rules import reviews as rules
from sunline.quality.types import ReviewState, ReviewStep

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LATE = ("resolve", "legal_answer")


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [
        ("ticket.graded@1", {"grade": "major"}, "major"),
        ("ticket.graded@1", {"grade": "urgent"}, None),
        ("ticket.redispatched@1", {}, "reopened"),
        ("ticket.escalated@1", {"level_to": "hq"}, "escalated"),
        ("ticket.escalated@1", {"level_to": "team_leader"}, None),
        ("clock.breached@1", {"subject_kind": "ticket", "purpose": "resolve"}, "late"),
        ("clock.breached@1", {"subject_kind": "ticket", "purpose": "ola"}, None),
        ("clock.breached@1", {"subject_kind": "joint", "purpose": "resolve"}, None),
        ("ticket.closed@1", {}, None),
    ],
)
def test_what_owes_a_review(kind: str, payload: dict[str, object], reason: str | None) -> None:
    assert rules.reason_of(kind, payload, LATE) == reason


def test_the_way_of_a_review() -> None:
    steps = {
        (state, step): rules.after(step, state)
        for state in ReviewState
        for step in ReviewStep
        if rules.allowed(state, step)
    }
    assert {(str(state), str(step), str(to)) for (state, step), to in steps.items()} == {
        ("owed", "start", "in_work"),
        ("owed", "assign", "owed"),
        ("in_work", "assign", "in_work"),
        ("in_work", "write", "in_work"),
        ("in_work", "set_measure", "in_work"),
        ("in_work", "hand_in", "written"),
        ("written", "send_back", "in_work"),
        ("written", "approve", "done"),
    }
    assert rules.state_with_reason("done") == "in_work"
    assert rules.state_with_reason("written") == "written"


def test_what_a_review_lacks() -> None:
    assert rules.lacks([], "", "", 0, least_whys=3) == ["whys", "cause", "conclusion", "measures"]
    assert rules.lacks(["a", "b"], "x", "y", 1, least_whys=3) == ["whys"]
    assert rules.lacks(["a", "b", "c"], "x", "y", 1, least_whys=3) == []


def test_blank_lines_are_left_out_and_five_whys_are_the_most() -> None:
    assert rules.chain([" a ", "", "b\n c", *"defg"]) == ["a", "b c", "d", "e", "f"]
    bones = {"people": "not told\n\n  in  a hurry ", "method": " ", "nonsense": "x"}
    assert rules.fishbone(bones) == {"people": ["not told", "in a hurry"]}


def test_who_writes_and_when_it_is_late() -> None:
    assert rules.owner_role(["late", "major"]) == "complaint_specialist"
    assert rules.owner_role(["late", "reopened"]) == "team_leader"
    due = rules.due_after(NOW, 7)
    assert due == NOW + timedelta(days=7)
    assert rules.is_late("in_work", due, due)
    assert not rules.is_late("done", due, due + timedelta(days=9))
    today = date(2026, 11, 20)
    assert rules.measure_state(None, today, today) == "open"
    assert rules.measure_state(None, today - timedelta(days=1), today) == "overdue"
    assert rules.measure_state(NOW, today - timedelta(days=1), today) == "done"
