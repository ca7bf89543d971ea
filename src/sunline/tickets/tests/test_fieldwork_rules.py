"""Steps of field orders, windows, limits and numbers, as plain functions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules import fieldwork as rules
from ..types import FieldKind, FieldState, FieldStep
from ..types.fieldwork import FIELD_OPEN

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 23)


@pytest.mark.parametrize("kind", FieldKind.values)
def test_every_way_ends_and_nothing_is_done_after_the_end(kind: str) -> None:
    state = rules.first_state(kind)
    assert state == rules.way(kind)[0]
    for step in (FieldStep.BOOK, FieldStep.START, FieldStep.COMPLETE):
        state = rules.after(kind, step, state) or FieldState.FAILED
    assert state == rules.way(kind)[-1]
    for ended in set(FieldState) - set(FIELD_OPEN):
        assert all(rules.after(kind, step, ended) is None for step in FieldStep)


@pytest.mark.parametrize("kind", FieldKind.values)
def test_an_order_never_leaves_the_states_of_its_kind(kind: str) -> None:
    ended = {FieldState.CANCELLED, FieldState.FAILED}
    for state in rules.way(kind):
        for step in FieldStep:
            assert rules.after(kind, step, state) in {None, *rules.way(kind), *ended}


def test_which_tickets_ask_for_field_work() -> None:
    assert rules.kinds_for("fault") == (FieldKind.REPAIR,)
    assert rules.kinds_for("transaction") == (FieldKind.INSTALL, FieldKind.MOVE)
    assert rules.kinds_for("complaint") == ()


def test_on_the_limit_is_in_time() -> None:
    limit = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert not rules.is_late(limit, limit)
    assert rules.is_late(limit, limit + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("moment", "wrong"),
    [
        (datetime(2026, 11, 23, 8, 29, 59, tzinfo=ZONE), ""),
        (datetime(2026, 11, 23, 8, 30, tzinfo=ZONE), "past"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=ZONE), "past"),
        (datetime(2026, 11, 9, 0, 0, tzinfo=ZONE), ""),
        (datetime(2026, 11, 8, 23, 59, tzinfo=ZONE), "too_far"),
        # 16:00 in London is the next day here.
        (datetime(2026, 11, 8, 16, 0, tzinfo=UTC), ""),
    ],
)
def test_when_a_morning_can_be_booked(moment: datetime, wrong: str) -> None:
    assert rules.wrong_time(DAY, "morning", moment, 14, ZONE) == wrong


def test_a_window_has_a_code() -> None:
    assert rules.read_slot(rules.slot_code(DAY, "evening")) == (DAY, "evening")
    for text in ("", "2026-11-23", "2026-02-30.morning", "2026-11-23.night", "x.morning"):
        assert rules.read_slot(text) is None


@given(st.integers(0, 10**11 - 1), st.integers(0, 11), st.integers(1, 9))
def test_a_number_finds_every_single_mistyping(value: int, place: int, by: int) -> None:
    number = rules.number_of(value)
    assert rules.is_number(number)
    wrong = (int(number[place]) + by) % 10
    assert not rules.is_number(f"{number[:place]}{wrong}{number[place + 1 :]}")


@pytest.mark.parametrize("text", ["", "1234", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٢", "1" * 13])
def test_what_is_no_number(text: str) -> None:
    assert not rules.is_number(text)
