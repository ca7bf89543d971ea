"""What is owed by law when work is late, and what the operator promises of its own accord.

Source: Telecommunications Regulations of the PRC, Arts. 31, 32, 35. Amounts in yuan, to the cent.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

ART_31, ART_32, PROMISE = "cn_telecom_31", "cn_telecom_32", "slow_pay_promise"
ART_35 = "cn_telecom_35"
REPAIR = {False: timedelta(hours=48), True: timedelta(hours=72)}  # by whether it is countryside
DAILY_SHARE = Decimal("0.01")
CENT = Decimal("0.01")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """An amount with what it rests on and the days it counts."""

    action: str
    basis: str
    amount: Decimal
    days: int


def late_days(limit_at: datetime, done_at: datetime) -> int:
    """Return the days of delay; a day that has begun counts."""
    return max(0, ceil((done_at - limit_at) / DAY))


def late_work(fee: Decimal, limit_at: datetime, done_at: datetime) -> Owed | None:
    """Return 1 % of the fee charged for each day of delay (Art. 31), None when in time.

    `limit_at` is the end of the limit the operator published; a fee of nothing owes nothing.
    """
    days = late_days(limit_at, done_at)
    return Owed("late_work", ART_31, _cents(fee * DAILY_SHARE * days), days) if days else None


def rent_waiver(
    monthly_rent: Decimal,
    reported_at: datetime,
    restored_at: datetime,
    *,
    rural: bool = False,
    terminal_fault: bool = False,
) -> Owed | None:
    """Return the rent of the whole fault period once 48 h (72 h in the countryside) is missed.

    Art. 32; faults of the customer's own terminal are excluded. A day that has begun counts, and
    a day's rent is the month's share of the month in which the fault was reported.
    """
    if terminal_fault or restored_at - reported_at <= REPAIR[rural]:
        return None
    days = late_days(reported_at, restored_at)
    return Owed("rent_waiver", ART_32, _share(monthly_rent, days, reported_at), days)


def works_waiver(monthly_rent: Decimal, since: datetime, until: datetime) -> Owed | None:
    """Return the rent of the time in which works interrupt the service (Art. 35).

    The law names no limit; that a day which has begun counts is the operator's to confirm.
    """
    days = late_days(since, until)
    return Owed("rent_waiver", ART_35, _share(monthly_rent, days, since), days) if days else None


def _share(monthly_rent: Decimal, days: int, begun_at: datetime) -> Decimal:
    _, in_month = monthrange(begun_at.year, begun_at.month)
    return _cents(monthly_rent * days / in_month)


def slow_pay(limit_at: datetime, done_at: datetime, a_day: Decimal, most: Decimal) -> Owed | None:
    """Return what the operator itself promises for each day of delay, up to a most."""
    days = late_days(limit_at, done_at)
    return Owed("slow_pay", PROMISE, _cents(min(a_day * days, most)), days) if days else None


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
