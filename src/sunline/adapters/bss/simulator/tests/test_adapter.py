"""The made-up billing system: always the same answer, labelled as made up, silent when told so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sunline.adapters.bss.simulator.adapter import SimulatorBss
from sunline.customers import rules
from sunline.customers.errors import BssUnavailable
from sunline.customers.ports import Bss

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NUMBERS = [f"1990000{n:04d}" for n in range(200)]


def bss(**more) -> Bss:
    return SimulatorBss(lambda: NOW, **more)


def test_answers_follow_from_the_number():
    for number in NUMBERS[:50]:
        assert bss().subscriber(number) == bss().subscriber(number)
        assert bss().balance(number) == bss().balance(number)
        assert bss().bills(number) == bss().bills(number)
        assert bss().usage(number) == bss().usage(number)
        assert bss().orders(number) == bss().orders(number)
        assert bss().contract(number) == bss().contract(number)


def test_most_numbers_of_the_range_are_known_and_can_be_registered():
    known = [found for number in NUMBERS if (found := bss().subscriber(number))]
    assert 160 < len(known) < 195
    for found in known:
        assert rules.is_number(found.number)
        assert found.as_of == NOW - timedelta(minutes=15)


@pytest.mark.parametrize("number", ["", "13800000000", "1990000000", "199000000000", "19900x00000"])
def test_other_numbers_are_unknown(number):
    assert bss().subscriber(number) is None
    assert bss().balance(number) is None
    assert bss().usage(number) is None
    assert list(bss().bills(number)) == []
    assert list(bss().orders(number)) == []
    assert bss().contract(number) is None


def test_bills_add_up():
    number = next(number for number in NUMBERS if bss().subscriber(number))
    bills = bss().bills(number, months=3)
    assert [bill.month.month for bill in bills] == [10, 9, 8]
    for bill in bills:
        assert bill.total == sum(amount for _name, amount in bill.items)


def test_orders_are_charged_from_their_month_to_the_last_full_one():
    orders = [order for number in NUMBERS for order in bss().orders(number)]
    confirmed = [one.confirmation for one in orders]
    assert {bool(one and one.answered_at) for one in confirmed} == {True, False}
    assert None in confirmed
    for order in orders:
        assert order.ordered_at < NOW
        assert order.charges[0][0] == order.ordered_at.date().replace(day=1)
        assert order.charges[-1][0].month == 10
        assert all(amount == order.monthly_fee for _month, amount in order.charges)


def test_agreements_bind_for_two_years_and_not_everybody():
    found = [bss().contract(number) for number in NUMBERS]
    held = [one for one in found if one]
    assert len(held) < 130 < len(found)
    assert all(one.since < NOW.date() and one.until.year == one.since.year + 2 for one in held)


def test_a_silent_system_says_so():
    for ask in ("subscriber", "balance", "bills", "usage", "orders", "contract"):
        with pytest.raises(BssUnavailable):
            getattr(bss(down=True), ask)(NUMBERS[0])
    assert "imulated" in str(SimulatorBss.label) or "模拟" in str(SimulatorBss.label)
