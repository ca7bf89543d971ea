"""The table of a ticket's life, held against what practice asks of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules.classification import priority
from ..rules.lifecycle import OPEN, RESULT_OF_OUTCOME, TABLE, Verb, after_revisit, allowed, verbs_in
from ..rules.search import grams, query_grams
from ..types import FINAL, Outcome, State

# The way of an ordinary ticket, as a hotline worker would tell it.
ORDINARY = [
    (Verb.DISPATCH, State.AWAITING_ACCEPTANCE),
    (Verb.ACCEPT, State.IN_HANDLING),
    (Verb.REPLY, State.AWAITING_CHECK),
    (Verb.APPROVE, State.AWAITING_ANSWER),
    (Verb.ANSWER, State.AWAITING_REVISIT),
]


def test_the_ordinary_way_leads_through_every_station() -> None:
    state = State.AWAITING_DISPATCH
    for verb, after in ORDINARY:
        assert allowed(verb, state)
        assert TABLE[verb].target is after
        state = after
    assert after_revisit(Outcome.ACCEPTED, True) is State.CLOSED


def test_every_verb_stands_in_the_table_once_and_every_open_state_can_be_left() -> None:
    assert set(TABLE) == set(Verb)
    for state in OPEN:
        leaving = [verb for verb in verbs_in(state) if TABLE[verb].target not in (None, state)]
        assert leaving, state


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_final_state_is_never_left(state: State) -> None:
    moves = {verb for verb in verbs_in(state) if TABLE[verb].target is not None}
    assert moves == set()
    assert Verb.REVISIT not in verbs_in(state)


def test_the_answer_comes_only_after_the_check() -> None:
    assert TABLE[Verb.ANSWER].sources == {State.AWAITING_ANSWER}
    before = {verb for verb, move in TABLE.items() if move.target is State.AWAITING_ANSWER}
    assert before == {Verb.APPROVE}


def test_no_verb_pauses_or_restarts_a_legal_clock() -> None:
    for move in TABLE.values():
        assert "legal_answer" not in move.starts
        if move.pauses or move.resumes:
            assert "legal_answer" not in move.stops


def test_only_accepted_counts_as_accepted() -> None:
    assert RESULT_OF_OUTCOME[Outcome.ACCEPTED] == "accepted"
    assert Outcome.UNSOLVED not in RESULT_OF_OUTCOME
    assert len(set(RESULT_OF_OUTCOME.values())) == len(RESULT_OF_OUTCOME)


def test_unsolved_goes_back_to_the_unit_or_the_dispatcher() -> None:
    assert after_revisit(Outcome.UNSOLVED, True) is State.AWAITING_ACCEPTANCE
    assert after_revisit(Outcome.UNSOLVED, False) is State.AWAITING_DISPATCH


def test_priority_rises_with_urgency_tier_and_failed_answers() -> None:
    plain = priority(kind="enquiry", urgency="normal", tier="ordinary")
    assert plain == 0
    assert priority(kind="complaint", urgency="normal", tier="ordinary") > plain
    assert priority(kind="enquiry", urgency="urgent", tier="ordinary") > priority(
        kind="enquiry", urgency="priority", tier="diamond"
    )
    assert priority(kind="enquiry", urgency="normal", tier="ordinary", redispatches=1) == 10


CHINESE = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12
)


@given(before=CHINESE, word=CHINESE, after=CHINESE)
def test_every_part_of_a_text_is_found_by_its_grams(before: str, word: str, after: str) -> None:
    assert set(query_grams(word)) <= set(grams(before + word + after))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("宽带慢", ["宽带", "带慢"]),
        ("慢", ["慢"]),
        ("5G 套餐", ["5g", "套餐"]),
        ("Ｗｉｆｉ断网", ["wifi", "断网"]),
        ("", []),
        ("？！", []),
    ],
)
def test_query_grams(text: str, wanted: list[str]) -> None:
    assert query_grams(text) == wanted
