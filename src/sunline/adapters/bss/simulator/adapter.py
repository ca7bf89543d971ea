"""A made-up billing system for the demo and the tests; every figure follows from the number.

It knows the fictional mobile numbers 19900000000 to 19900999999, but not one in ten of them.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sunline.customers.errors import BssUnavailable
from sunline.customers.ports import (
    Balance,
    Bill,
    BssSubscriber,
    Confirmation,
    Contract,
    DataMonth,
    DataRecord,
    Order,
    Usage,
    UsageLine,
)
from sunline.customers.types import NewHolding
from sunline.kernel import clock
from sunline.kernel.ids import local_day

from . import data_use

WORDS = Path(__file__).with_name("data") / "words.csv"
REGIONS = ("440106", "440104", "440305", "440304", "320104", "320106", "440117", "320118")
RURAL = frozenset({"440117", "320118"})
FEES = (59, 99, 129, 199, 19)
TIERS = ("ordinary",) * 6 + ("honoured", "silver", "gold", "diamond")
STATES = ("active",) * 8 + ("arrears", "kept")
INCLUDED = 30720  # MB of data a month
ALLOWANCES = (("data", INCLUDED, "MB"), ("voice", 500, "min"), ("sms", 100, ""))
SERVICES = (("V06", 6), ("V15", 15), ("G10", 10), ("S05", 5))
SOLD_AT = ("app", "hall", "phone", "sms")
PROVEN = 0.4  # the share of orders with an answered confirmation
DELAY = timedelta(minutes=15)  # how old the figures are


class SimulatorBss:
    """Answers from the digits of the number; `down` makes it silent, as real ones sometimes are."""

    label: str | Promise = _("Simulated billing system")

    def __init__(self, now: Callable[[], datetime] = clock.now, *, down: bool = False) -> None:
        self._now, self._down = now, down

    def subscriber(self, number: str) -> BssSubscriber | None:
        """Return a made-up record, or None for a number outside the fictional range."""
        if not self._knows(number):
            return None
        chance = _chance(number, "subscriber")
        plan = chance.randrange(len(FEES))
        joined = date(2012, 1, 1) + timedelta(days=chance.randrange(4700))
        region = chance.choice(REGIONS)
        status = chance.choice(STATES)
        key = hashlib.sha256(number.encode()).hexdigest()[:12].upper()
        return BssSubscriber(
            number=number,
            service="mobile",
            status=status,
            status_reason="" if status == "active" else status,
            joined_on=joined,
            external_id=f"BSS-U-{key}",
            account_external_id=f"BSS-A-{key}",
            payment="postpaid",
            bill_day=1,
            customer_external_id=f"BSS-C-{key}",
            customer_name=chance.choice(_words("surname")) + chance.choice(_words("given")),
            customer_kind="individual",
            tier=chance.choice(TIERS),
            birth_date=date(1940, 1, 1) + timedelta(days=chance.randrange(24000)),
            region_code=region,
            rural=region in RURAL,
            holdings=(
                NewHolding(
                    f"PLAN{FEES[plan]}",
                    _words("plan")[plan],
                    monthly_fee=Decimal(FEES[plan]),
                    since=datetime.combine(joined, time(), UTC),
                ),
            ),
            as_of=self._as_of(),
        )

    def balance(self, number: str) -> Balance | None:
        """Return a made-up balance."""
        if not self._knows(number):
            return None
        chance = _chance(number, "balance")
        if chance.random() < 0.1:
            return Balance(Decimal(0), Decimal(chance.randrange(500, 20000)) / 100, self._as_of())
        return Balance(Decimal(chance.randrange(0, 30000)) / 100, Decimal(0), self._as_of())

    def bills(self, number: str, *, months: int = 6) -> Sequence[Bill]:
        """Return made-up bills of the last full months, newest first."""
        if not self._knows(number):
            return ()
        fee = FEES[_chance(number, "subscriber").randrange(len(FEES))]
        found, month = [], local_day(self._now()).replace(day=1)
        for back in range(max(0, min(months, 24))):
            month = (month - timedelta(days=1)).replace(day=1)
            chance = _chance(number, f"bill {month:%Y%m}")
            items = [(_words("item_plan")[0], Decimal(fee))]
            if chance.random() < 0.3:
                items.append((_words("item_data")[0], Decimal(chance.randrange(100, 5000)) / 100))
            if chance.random() < 0.15:
                items.append((_words("item_value")[0], Decimal(chance.choice((5, 10, 15)))))
            total = sum((amount for _name, amount in items), Decimal(0))
            paid = back > 0 or chance.random() < 0.8
            found.append(Bill(month, total, paid, tuple(items), self._as_of()))
        return found

    def usage(self, number: str) -> Usage | None:
        """Return made-up usage of this month, growing with its days."""
        if not self._knows(number):
            return None
        today = local_day(self._now())
        chance = _chance(number, f"usage {today:%Y%m}")
        lines = []
        for code, included, unit in ALLOWANCES:
            used = int(included * chance.uniform(0.2, 1.3) * today.day / 31)
            if code == "data":
                used = int(self.data_months(number, months=1)[0].used)
            name = _words(f"usage_{code}")[0]
            lines.append(UsageLine(code, name, Decimal(used), Decimal(included), unit))
        return Usage(tuple(lines), today.replace(day=1), self._as_of())

    def data_records(self, number: str, since: datetime, until: datetime) -> Sequence[DataRecord]:
        """Return made-up records of a period, up to a little before now."""
        if not self._knows(number):
            return ()
        return data_use.records(number, since, until, included=INCLUDED, now=self._as_of())

    def data_months(self, number: str, *, months: int = 4) -> Sequence[DataMonth]:
        """Return what the made-up records come to, month by month."""
        if not self._knows(number):
            return ()
        return data_use.months(number, months, included=INCLUDED, now=self._as_of())

    def orders(self, number: str) -> Sequence[Order]:
        """Return one to three made-up orders of the last months; some were never confirmed."""
        if not self._knows(number):
            return ()
        chance, today = _chance(number, "orders"), local_day(self._now())
        found = []
        for place in sorted(chance.sample(range(len(SERVICES)), chance.randint(1, 3))):
            code, fee = SERVICES[place]
            day = today - timedelta(days=chance.randrange(40, 170))
            moment = datetime.combine(day, time(chance.randrange(1, 12), 20), UTC)
            channel = chance.choice(SOLD_AT)
            found.append(
                Order(
                    number=f"ORD{day:%y%m%d}{chance.randrange(10**6):06d}",
                    code=code,
                    name=_words("service")[place],
                    monthly_fee=Decimal(fee),
                    ordered_at=moment,
                    channel=channel,
                    staff_no="" if channel in {"app", "sms"} else f"2{chance.randrange(10**4):04d}",
                    confirmation=_confirmation(chance, moment, _words("service")[place], fee),
                    charges=tuple((month, Decimal(fee)) for month in _months(day, today)),
                    as_of=self._as_of(),
                )
            )
        return sorted(found, key=lambda order: order.ordered_at, reverse=True)

    def contract(self, number: str) -> Contract | None:
        """Return a made-up two-year agreement for half of the numbers."""
        if not self._knows(number):
            return None
        chance, today = _chance(number, "contract"), local_day(self._now())
        if chance.random() < 0.5:
            return None
        since = (today - timedelta(days=chance.randrange(60, 700))).replace(day=1)
        return Contract(
            number=f"AGR{since:%y%m}{chance.randrange(10**6):06d}",
            name=_words("contract")[0],
            since=since,
            until=since.replace(year=since.year + 2),
            monthly_fee=Decimal(FEES[_chance(number, "subscriber").randrange(len(FEES))]),
            penalty_share=Decimal("0.30"),
            as_of=self._as_of(),
        )

    def _as_of(self) -> datetime:
        return self._now() - DELAY

    def _knows(self, number: str) -> bool:
        if self._down:
            raise BssUnavailable
        ours = len(number) == 11 and number.isascii() and number.isdigit()
        return ours and number.startswith("19900") and _chance(number, "known").random() >= 0.1


def _confirmation(chance: Random, at: datetime, name: str, fee: int) -> Confirmation | None:
    """Return the confirmation of an order: answered, left without an answer, or none at all."""
    drawn = chance.random()
    if drawn > PROVEN + 0.3:
        return None
    text = _words("confirm")[0].format(name=name, fee=fee)
    if drawn > PROVEN:
        return Confirmation(at, text)
    return Confirmation(at, text, _words("yes")[0], at + timedelta(minutes=2))


def _months(since: date, today: date) -> list[date]:
    """Return the first days of the months charged, from the order's to the last full one."""
    found, month = [], since.replace(day=1)
    while month < today.replace(day=1):
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _chance(number: str, about: str) -> Random:
    """Return a source of chance that always gives the same for a number and matter."""
    return Random(f"{number}/{about}")


@cache
def _words(kind: str) -> tuple[str, ...]:
    with WORDS.open(encoding="utf-8", newline="") as file:
        return tuple(line["word"] for line in csv.DictReader(file) if line["kind"] == kind)
