"""What is owed for delay, by worked cases with the article."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sunline.tickets.rules import authority, owed
from sunline.tickets.rules import compensation as rules
from sunline.tickets.rules.authority import LimitRow

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rent", "hours", "rural", "owed"),
    [
        ("60", 47, False, None),
        ("60", 48, False, None),
        ("60", 49, False, ("6.00", 3)),  # 3 of 30 days: the whole period, not the hour beyond
        ("60", 49, True, None),
        ("60", 72, True, None),
        ("60", 73, True, ("8.00", 4)),
        ("99", 240, False, ("33.00", 10)),
        ("0", 240, False, ("0.00", 10)),
    ],
)
def test_the_rent_of_the_whole_fault_period(
    rent: str, hours: int, rural: bool, owed: tuple[str, int] | None
) -> None:
    found = rules.rent_waiver(Decimal(rent), AT, AT + timedelta(hours=hours), rural=rural)
    assert (found and (str(found.amount), found.days)) == owed
    assert found is None or found.basis == rules.ART_32


def test_a_fault_of_the_customers_own_terminal_owes_nothing() -> None:
    late = AT + timedelta(days=9)
    assert rules.rent_waiver(Decimal(60), AT, late, terminal_fault=True) is None


@pytest.mark.parametrize(
    ("fee", "hours", "owed"),
    [
        ("200", 0, None),
        ("200", 1, "2.00"),
        ("200", 24, "2.00"),
        ("200", 25, "4.00"),
        ("0", 25, "0.00"),
        ("158.5", 240, "15.85"),
    ],
)
def test_one_per_cent_of_the_fee_for_each_day(fee: str, hours: int, owed: str | None) -> None:
    found = rules.late_work(Decimal(fee), AT, AT + timedelta(hours=hours))
    assert (found and str(found.amount)) == owed


def test_the_operators_own_promise_has_a_most() -> None:
    found = [
        rules.slow_pay(AT, AT + timedelta(days=days), Decimal(5), Decimal(50))
        for days in (0, 1, 10, 30)
    ]
    assert [row and int(row.amount) for row in found] == [None, 5, 50, 50]


@given(some.integers(0, 400), some.integers(0, 400), some.booleans())
def test_longer_faults_never_owe_less(hours: int, more: int, rural: bool) -> None:
    first, then = (
        rules.rent_waiver(Decimal(80), AT, AT + timedelta(hours=each), rural=rural)
        for each in (hours, hours + more)
    )
    assert first is None or (then is not None and then.amount >= first.amount)


LIMITS = [
    LimitRow("agent", "goodwill", "", Decimal(20)),
    LimitRow("agent", "goodwill", "diamond", Decimal(50)),
    LimitRow("team_leader", "goodwill", "", Decimal(100)),
    LimitRow("floor_manager", "goodwill", "", Decimal(300)),
]


@pytest.mark.parametrize(
    ("roles", "tier", "most"),
    [
        ({"agent"}, "ordinary", 20),
        ({"agent"}, "diamond", 50),
        ({"agent", "team_leader"}, "ordinary", 100),
        ({"inspector"}, "ordinary", None),
    ],
)
def test_the_widest_limit_of_the_roles_counts(roles: set[str], tier: str, most: int | None) -> None:
    row = authority.allowance(LIMITS, roles, "goodwill", tier)
    assert (row and int(row.most)) == most
    assert authority.allowance(LIMITS, roles, "waive_late_fee", tier) is None


def test_the_chain_goes_up_until_a_level_is_enough() -> None:
    chain = authority.CHAIN
    asked = [authority.first_level(chain, {role}) for role in ("agent", *chain)]
    assert asked == [0, 1, 2, 3, 3]
    answers = [authority.decides(LIMITS, chain, n, "goodwill", "", Decimal(200)) for n in range(4)]
    assert answers == [False, True, False, True]


@pytest.mark.parametrize(
    ("kind", "path", "amount", "first"),
    [
        ("goodwill", "/hq/gd/gz/", 10, "team_leader"),
        ("goodwill", "/hq/gd/gz/", 500, "floor_manager"),
        ("goodwill", "/hq/js/nj/", 500, "complaint_specialist"),
        ("extension", "/hq/js/nj/", 0, "complaint_specialist"),
        ("extension", "/hq/gd/", 0, "dispatcher"),
    ],
)
def test_the_chain_of_the_nearest_unit_kind_and_amount(
    kind: str, path: str, amount: int, first: str
) -> None:
    zero = Decimal(0)
    rows = [
        authority.ChainRow("", "", zero, ("team_leader",)),
        authority.ChainRow("goodwill", "", Decimal(500), ("floor_manager",)),
        authority.ChainRow("extension", "", zero, ("dispatcher",)),
        authority.ChainRow("", "/hq/js/", zero, ("complaint_specialist",)),
    ]
    assert authority.chain_for(rows, kind, path, Decimal(amount))[0] == first
    assert authority.chain_for([], kind, path, Decimal(amount)) == authority.CHAIN


@given(some.integers(0, 100), some.integers(0, 100))
def test_a_larger_share_samples_what_a_smaller_one_does(few: int, more: int) -> None:
    use = uuid4()
    assert not authority.sampled(use, min(few, more)) or authority.sampled(use, max(few, more))
    assert authority.sampled(use, 100)
    assert not authority.sampled(use, 0)


@pytest.mark.parametrize(
    ("seconds", "done", "hours"),
    [(49 * 3600, False, 72), (72 * 3600 + 1, False, 96), (49 * 3600, True, None)],
)
def test_the_next_day_begins_on_the_second(seconds: int, done: bool, hours: int | None) -> None:
    work = owed.Work(owed.FAULT, AT, AT + timedelta(days=2) if done else None, Decimal(60))
    wanted = AT + timedelta(hours=hours, seconds=1) if hours else None
    assert owed.next_at(work, AT + timedelta(seconds=seconds)) == wanted
