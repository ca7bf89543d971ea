"""What a rating means, and how long it may be given; without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sunline.quality.rules import rating as rules

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("score", "solved", "outcome"),
    [
        (10, None, "accepted"),
        (7, None, "accepted"),
        (6, None, "unsolved"),
        (1, None, "unsolved"),
        (None, True, "accepted"),
        (None, False, "unsolved"),
        (10, False, "unsolved"),
        (2, True, "accepted"),
        (None, None, "unsolved"),
    ],
)
def test_what_the_customer_says_of_the_matter_outweighs_the_score(
    score: int | None, solved: bool | None, outcome: str
) -> None:
    assert rules.outcome(score, solved) == outcome
    assert rules.verdict(score, solved) == ("good" if outcome == "accepted" else "bad")


@given(some.integers(1, 9), some.none() | some.booleans())
def test_a_better_score_never_makes_the_outcome_worse(score: int, solved: bool | None) -> None:
    ranks = {"unsolved": 0, "accepted": 1}
    assert ranks[rules.outcome(score, solved)] <= ranks[rules.outcome(score + 1, solved)]


@pytest.mark.parametrize(
    ("expires", "answered", "ended", "may"),
    [
        (timedelta(days=1), None, None, True),
        (timedelta(0), None, None, False),
        (timedelta(days=1), None, timedelta(0), False),
        (timedelta(days=1), timedelta(minutes=-59), timedelta(minutes=-59), True),
        (timedelta(days=-1), timedelta(minutes=-59), timedelta(minutes=-59), True),
        (timedelta(days=1), timedelta(hours=-1), timedelta(hours=-1), False),
    ],
)
def test_a_link_takes_one_answer_and_corrections_for_an_hour(
    expires: timedelta, answered: timedelta | None, ended: timedelta | None, may: bool
) -> None:
    allowed = rules.may_answer(
        expires_at=NOW + expires,
        answered_at=None if answered is None else NOW + answered,
        ended_at=None if ended is None else NOW + ended,
        now=NOW,
    )
    assert allowed is may
