"""The made-up records of data use: always the same, plausible, and nobody's addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from sunline.adapters.bss.simulator.adapter import SimulatorBss
from sunline.knowledge.rules import addresses as rules
from sunline.knowledge.types import AddressRow
from sunline.testing.demo.data_use import table_rows

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SINCE = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # where the month begins in Shanghai
SET_ASIDE = ("198.18.0.0/15", "198.51.100.0/24", "2001:db8::/32")


def bss() -> SimulatorBss:
    return SimulatorBss(lambda: NOW)


NUMBERS = [f"1990000{n:04d}" for n in range(30) if bss().subscriber(f"1990000{n:04d}")]


def test_records_follow_from_the_number_and_add_up_to_the_month() -> None:
    for number in NUMBERS[:8]:
        found = bss().data_records(number, SINCE, NOW)
        assert found == bss().data_records(number, SINCE, NOW)
        used = sum(one.up + one.down for one in found if not one.free) >> 20
        assert bss().data_months(number, months=1)[0].used == used
        usage = bss().usage(number)
        assert usage is not None
        assert usage.lines[0].used == used
        assert all(SINCE <= one.start < one.end <= NOW for one in found)
        assert [one.start for one in found] == sorted(one.start for one in found)


def test_a_part_of_a_period_is_the_same_as_in_the_whole() -> None:
    number, middle = NUMBERS[0], SINCE + timedelta(days=7, hours=5)
    whole = bss().data_records(number, SINCE, NOW)
    parts = [*bss().data_records(number, SINCE, middle), *bss().data_records(number, middle, NOW)]
    assert parts == whole


def test_addresses_are_set_aside_and_mostly_on_the_demo_s_table() -> None:
    rows = list(table_rows())
    assert len(rows) > 900
    assert rules.clashes(list(enumerate((row.span for row in rows), 1))) == []
    book = rules.book(
        1,
        (
            AddressRow(row.span, row.service, row.service_en, row.category, row.background, "", "")
            for row in rows
        ),
    )
    known = unknown = 0
    for number in NUMBERS[:8]:
        for one in bss().data_records(number, SINCE, NOW):
            if not one.remote.endswith(".example"):
                address = ip_address(one.remote)
                assert any(address in ip_network(net) for net in SET_ASIDE)
            if book.find(one.remote):
                known += 1
            else:
                unknown += 1
    assert known > 5 * unknown > 0


def test_strangers_have_no_records() -> None:
    assert list(bss().data_records("13800000000", SINCE, NOW)) == []
    assert list(bss().data_months("13800000000")) == []
