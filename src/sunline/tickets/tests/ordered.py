"""A billing system that knows one number, for tests of orders and agreements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from sunline.adapters.bss.simulator.adapter import SimulatorBss
from sunline.customers.ports import Confirmation, Contract, Order

HERE = f"{__name__}.OneNumber"
NUMBER = "19900000001"
AT = datetime(2026, 8, 3, 2, 20, tzinfo=UTC)
MONTHS = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))
UNPROVEN, UNANSWERED, PROVEN = "ORD-1", "ORD-2", "ORD-3"


def _order(number: str, fee: int, confirmation: Confirmation | None) -> Order:
    return Order(
        number=number,
        code="V15",
        name="视频会员月包",
        monthly_fee=Decimal(fee),
        ordered_at=AT,
        channel="phone",
        staff_no="20177",
        confirmation=confirmation,
        charges=tuple((month, Decimal(fee)) for month in MONTHS),
        as_of=AT,
    )


class OneNumber(SimulatorBss):
    """Answers for one number as the tests need it."""

    def orders(self, number: str) -> list[Order]:
        if number != NUMBER:
            return []
        asked = "确认订购请回复Y"
        return [
            _order(UNPROVEN, 15, None),
            _order(UNANSWERED, 6, Confirmation(AT, asked)),
            _order(PROVEN, 10, Confirmation(AT, asked, "Y", AT)),
        ]

    def contract(self, number: str) -> Contract | None:
        if number != NUMBER:
            return None
        # From 20 November 2026 six months and a bit are left, which counts as seven.
        return Contract(
            "AGR-1", "两年合约优惠", date(2025, 6, 1), date(2027, 6, 1), Decimal(99),
            Decimal("0.30"), AT,
        )  # fmt: skip
