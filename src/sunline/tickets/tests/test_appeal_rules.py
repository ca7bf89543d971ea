"""Appeals by the book: Order 35 as worked cases, and the ministry's table to the printed digit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules import appeals as rules
from ..rules import quarter as tables
from ..rules.appeals import Matter, Step
from ..types import AppealResult, AppealState, Door, RefusalCode

# What the page of the law's state machine says, by hand: state, and where each step leads.
LIFE: dict[str, dict[str, str]] = {
    "received": {
        "accept": "accepted", "refuse": "refused", "send_back": "sent_back",
        "return": "returned", "reply": "replied", "withdraw": "withdrawn",
    },
    "accepted": {
        "return": "returned", "reply": "replied", "mediate": "mediation", "withdraw": "withdrawn",
    },
    "mediation": {
        "reply": "mediation", "sign": "agreed", "close": "closed", "withdraw": "withdrawn",
    },
    "replied": {
        "mediate": "mediation", "sign": "agreed", "close": "closed", "withdraw": "withdrawn",
    },
    "agreed": {"close": "closed", "withdraw": "withdrawn"},
    "closed": {},
    "refused": {},
    "sent_back": {},
    "returned": {},
    "withdrawn": {},
}  # fmt: skip


@pytest.mark.parametrize("state", AppealState.values)
@pytest.mark.parametrize("step", list(Step))
def test_each_step_from_each_state_leads_where_the_law_says(state: str, step: Step) -> None:
    target = LIFE[state].get(str(step))
    assert rules.allowed(step, state, Door.REGULATOR) == (target is not None)
    if target is not None:
        assert rules.after(step, state) == target


@pytest.mark.parametrize("door", [door for door in Door if door != Door.REGULATOR])
def test_only_the_centre_refuses_and_sends_back(door: Door) -> None:
    left = set(rules.steps_in(AppealState.RECEIVED, door))
    assert left == {Step.ACCEPT, Step.RETURN, Step.REPLY, Step.WITHDRAW}


def test_results_fit_where_an_appeal_stands() -> None:
    assert set(rules.RESULTS) == rules.TABLE[Step.CLOSE].sources
    assert sorted(one for held in rules.RESULTS.values() for one in held) == sorted(AppealResult)


# Acceptance: complained on 1 March, not answered, fifteen days later the appeal.
USUAL = Matter(
    category="service",
    event_on=date(2026, 2, 20),
    received_on=date(2026, 3, 17),
    first_complaint_on=date(2026, 3, 1),
)
CASES: tuple[tuple[str, dict[str, object], tuple[str, ...], str], ...] = (
    ("unanswered after fifteen days", {}, (), "accept"),
    ("on the fifteenth day", {"received_on": date(2026, 3, 16)}, ("too_early",), "send_back"),
    ("the day it complained", {"received_on": date(2026, 3, 1)}, ("too_early",), "send_back"),
    (
        "answered early, not satisfied",
        {"received_on": date(2026, 3, 5), "answered_on": date(2026, 3, 4)},
        (),
        "accept",
    ),
    (
        "answered only afterwards",
        {"received_on": date(2026, 3, 5), "answered_on": date(2026, 3, 6)},
        ("too_early",),
        "send_back",
    ),
    ("skipped the operator", {"first_complaint_on": None}, ("skipped_operator",), "send_back"),
    (
        "complained only after the appeal",
        {"first_complaint_on": date(2026, 3, 18)},
        ("skipped_operator",),
        "send_back",
    ),
    (
        "fee dispute on the last day",
        {"category": "charges", "event_on": date(2025, 10, 17)},
        (),
        "accept",
    ),
    (
        "fee dispute a day late",
        {"category": "charges", "event_on": date(2025, 10, 16)},
        ("fee_too_old",),
        "refuse",
    ),
    (
        "fee of the end of a long month, five months to a short one",
        {
            "category": "charges",
            "event_on": date(2025, 9, 30),
            "received_on": date(2026, 2, 28),
            "first_complaint_on": date(2025, 12, 1),
        },
        (),
        "accept",
    ),
    (
        "and the first of March",
        {
            "category": "charges",
            "event_on": date(2025, 9, 30),
            "received_on": date(2026, 3, 1),
            "first_complaint_on": date(2025, 12, 1),
        },
        ("fee_too_old",),
        "refuse",
    ),
    ("service of two years ago", {"event_on": date(2024, 3, 17)}, (), "accept"),
    ("service a day older", {"event_on": date(2024, 3, 16)}, ("too_old",), "refuse"),
    (
        "network a day older",
        {"category": "network", "event_on": date(2024, 3, 16)},
        ("too_old",),
        "refuse",
    ),
    (
        "network is not barred after five months",
        {"category": "network", "event_on": date(2025, 9, 1)},
        (),
        "accept",
    ),
    (
        "leap day and two years",
        {
            "event_on": date(2024, 2, 29),
            "received_on": date(2026, 2, 28),
            "first_complaint_on": date(2026, 1, 1),
        },
        (),
        "accept",
    ),
    ("settled and carried out", {"settled": True}, ("settled_before",), "refuse"),
    ("handled before", {"handled": True}, ("handled_before",), "refuse"),
    ("with a court", {"elsewhere": True}, ("pending_elsewhere",), "refuse"),
    ("no direct interest", {"interest": False}, ("no_interest",), "refuse"),
    ("no concrete request", {"request": False}, ("no_request",), "refuse"),
    (
        "too old and skipped: refused, not sent back",
        {"event_on": date(2020, 1, 1), "first_complaint_on": None},
        ("too_old", "skipped_operator"),
        "refuse",
    ),
    (
        "several reasons",
        {"interest": False, "elsewhere": True},
        ("no_interest", "pending_elsewhere"),
        "refuse",
    ),
)


@pytest.mark.parametrize(
    ("changes", "codes", "step"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_who_is_accepted(changes: dict[str, object], codes: tuple[str, ...], step: str) -> None:
    found = rules.bars(replace(USUAL, **changes))  # type: ignore[arg-type]
    assert found == codes
    assert rules.outcome(found) == step


@given(
    event=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    days=st.integers(0, 900),
    category=st.sampled_from(("service", "network", "charges")),
)
def test_a_bar_falls_once_and_for_ever(event: date, days: int, category: str) -> None:
    def barred(on: date) -> bool:
        matter = replace(
            USUAL, category=category, event_on=event, received_on=on, first_complaint_on=None
        )
        return bool(set(rules.bars(matter)) & {RefusalCode.FEE_TOO_OLD, RefusalCode.TOO_OLD})

    last = rules.last_day(category, event)
    assert not barred(last)
    assert barred(last + timedelta(days=1))
    assert barred(event + timedelta(days=days)) == (event + timedelta(days=days) > last)
    # Five months are never more than two years.
    assert rules.last_day("charges", event) < rules.last_day("service", event)


# Clocks

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("told", "bypassing", "after"),
    [
        (None, False, 10 * DAY),
        (None, True, DAY),
        (5 * DAY, False, 5 * DAY),
        (15 * DAY, False, 10 * DAY),  # a sheet that gives more than the rules gives nothing
        (5 * HOUR, True, 5 * HOUR),
    ],
)
def test_the_earliest_reply_counts(
    told: timedelta | None, bypassing: bool, after: timedelta
) -> None:
    found = rules.reply_due(
        NINE,
        NINE + 10 * DAY,
        bypassing=bypassing,
        at_once=DAY,
        told=NINE + told if told else None,
    )
    assert found == NINE + after


REPLY, END = NINE + 10 * DAY, NINE + 33 * DAY


@pytest.mark.parametrize(
    ("state", "replied", "due"),
    [
        ("received", False, REPLY),
        ("accepted", False, REPLY),
        ("mediation", False, REPLY),
        ("mediation", True, END),
        ("replied", True, END),
        ("agreed", True, None),
        ("accepted", True, None),
        *((state, False, None) for state in sorted(rules.ENDED)),
    ],
)
def test_what_falls_due_next(state: str, replied: bool, due: datetime | None) -> None:
    assert rules.due(state, REPLY, END, replied) == due


def test_several_doors_are_answered_by_the_earliest() -> None:
    assert rules.earliest([REPLY, None, NINE + DAY, END]) == NINE + DAY
    assert rules.earliest([None]) is None


@pytest.mark.parametrize(
    ("last", "now", "may"),
    [
        (NINE + DAY, NINE, True),
        (NINE + DAY, NINE + DAY, True),
        (NINE + DAY, NINE + DAY + timedelta(seconds=1), False),
        (None, NINE, False),
        (NINE + DAY, NINE - HOUR, False),
    ],
)
def test_the_return_window(last: datetime | None, now: datetime, may: bool) -> None:
    assert rules.may_return(NINE, last, now) is may


# The ministry's table

# What the ministry printed for the first quarter of 2012: appeals of each category and together,
# share of appeals, share of users, appeals per million users, change against the quarter before.
PRINTED = {
    "中国电信": (2033, 752, 1296, 4081, "25.4", "23.2", "13.6", "4.0"),
    "中国移动": (2393, 936, 2611, 5940, "37.0", "53.7", "8.6", "-14.3"),
    "中国联通": (2526, 1430, 2078, 6034, "37.6", "23.1", "20.2", "-15.0"),
}
# Users were not printed, nor was the quarter before: both are chosen here so that they agree with
# the printed shares, rates and changes.
USERS = {"中国电信": 299_200_000, "中国移动": 692_500_000, "中国联通": 298_200_000}
EARLIER = {
    "中国电信": (3803, 290_000_000),
    "中国移动": (6806, 680_000_000),
    "中国联通": (6904, 290_000_000),
}
FIRST, BEFORE = date(2012, 1, 1), date(2011, 10, 1)


def counted() -> dict[str, tables.Counted]:
    return {
        name: tables.Counted(name, FIRST, *row[:3], USERS[name]) for name, row in PRINTED.items()
    }


def test_the_first_quarter_of_2012_comes_out_to_the_printed_digit() -> None:
    earlier = {
        name: tables.Counted(name, BEFORE, total, 0, 0, users)
        for name, (total, users) in EARLIER.items()
    }
    table = tables.table(list(PRINTED), counted(), earlier)
    assert {
        row.operator: (
            row.service, row.network, row.charges, row.total, str(row.appeal_share),
            str(row.user_share), str(row.rate), str(row.change),
        )
        for row in table.rows
    } == PRINTED  # fmt: skip
    assert table.total.total == 16055
    assert table.total.appeal_share == table.total.user_share == Decimal("100.0")


def test_months_make_a_quarter_and_users_are_the_last_ones() -> None:
    months = [
        tables.Counted("甲", date(2026, month, 1), 10 * month, month, 1, users)
        for month, users in ((3, 3_000_000), (1, 1_000_000), (2, 2_000_000))
    ]
    whole = tables.together(months)["甲"]
    assert (whole.service, whole.network, whole.charges) == (60, 6, 3)
    assert whole.users == 3_000_000
    (row,) = tables.table(["甲"], {"甲": whole}, {}).rows
    assert (row.rate, row.change) == (Decimal("23.0"), None)


def test_a_table_without_users_or_appeals_divides_by_nothing() -> None:
    nobody = tables.Counted("乙", FIRST, 0, 0, 0, 0)
    table = tables.table(["乙", "丙"], {"乙": nobody}, {"乙": nobody})
    assert [row.operator for row in table.rows] == ["乙"]
    row = table.rows[0]
    assert (row.appeal_share, row.user_share, row.rate, row.change) == (None,) * 4


@pytest.mark.parametrize(
    ("day", "quarter", "before"),
    [
        (date(2012, 1, 1), (2012, 1), (2011, 4)),
        (date(2012, 3, 31), (2012, 1), (2011, 4)),
        (date(2012, 4, 1), (2012, 2), (2012, 1)),
        (date(2012, 12, 31), (2012, 4), (2012, 3)),
    ],
)
def test_quarters(day: date, quarter: tuple[int, int], before: tuple[int, int]) -> None:
    assert tables.quarter_of(day) == quarter
    assert tables.before(*quarter) == before
