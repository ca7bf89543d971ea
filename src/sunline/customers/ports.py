"""What we ask of the operator's billing system (BSS). Every answer says how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, cast

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from .errors import BssUnavailable
from .types import NewHolding


@dataclass(frozen=True, slots=True)
class BssSubscriber:
    """A service number with its customer and account, as the billing system has them."""

    number: str
    service: str
    status: str
    status_reason: str
    joined_on: date | None
    external_id: str
    account_external_id: str
    payment: str
    bill_day: int
    customer_external_id: str
    customer_name: str
    customer_kind: str
    tier: str
    birth_date: date | None
    region_code: str
    rural: bool
    holdings: tuple[NewHolding, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands on the account: `due` is owed and unpaid. Amounts in yuan."""

    amount: Decimal
    due: Decimal
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Bill:
    """One month's bill with its items (name, amount in yuan)."""

    month: date
    total: Decimal
    paid: bool
    items: tuple[tuple[str, Decimal], ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class UsageLine:
    """One allowance: what is used and included, in its unit (MB, minutes, pieces)."""

    code: str
    name: str
    used: Decimal
    included: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used in the current period."""

    lines: tuple[UsageLine, ...]
    since: date
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The second confirmation (二次确认) asked of a customer by short message, and their answer."""

    sent_at: datetime
    text: str
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A value-added service as it was ordered: when, where, by which staff number, and confirmed.

    `charges` are (month, yuan) oldest first; `confirmation` is None where none is on record.
    """

    number: str
    code: str
    name: str
    monthly_fee: Decimal
    ordered_at: datetime
    channel: str
    staff_no: str
    confirmation: Confirmation | None
    charges: tuple[tuple[date, Decimal], ...]
    as_of: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """An agreement that binds a number; leaving early costs a share of the months left."""

    number: str
    name: str
    since: date
    until: date
    monthly_fee: Decimal
    penalty_share: Decimal
    as_of: datetime


@dataclass(frozen=True, slots=True)
class DataRecord:
    """One stretch of data use as the network counted it; bytes up and down.

    `remote` is the address or domain at the other end. `hint` is what the network took it for:
    blank, or `tethering` where other devices used the number. `free` counts on no allowance.
    """

    start: datetime
    end: datetime
    remote: str
    up: int
    down: int
    hint: str = ""
    network: str = ""  # 4G, 5G, …
    roaming: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class DataMonth:
    """What was used of a month's data allowance, in MB; `month` is its first day."""

    month: date
    used: Decimal
    included: Decimal


class Bss(Protocol):
    """The billing system. Every method raises BssUnavailable when it gives no answer in time."""

    @property
    def label(self) -> str | Promise:
        """What people are told the figures come from."""

    def subscriber(self, number: str) -> BssSubscriber | None:
        """Return a service number's record, or None when it is unknown there."""

    def balance(self, number: str) -> Balance | None:
        """Return the balance of the number's account."""

    def bills(self, number: str, *, months: int = 6) -> Sequence[Bill]:
        """Return the last bills, newest first."""

    def usage(self, number: str) -> Usage | None:
        """Return the usage of the current month."""

    def data_records(self, number: str, since: datetime, until: datetime) -> Sequence[DataRecord]:
        """Return what the network counted from a moment until before another, oldest first."""

    def data_months(self, number: str, *, months: int = 4) -> Sequence[DataMonth]:
        """Return what was used of the allowance, this month first."""

    def orders(self, number: str) -> Sequence[Order]:
        """Return the value-added services ordered on a number, newest first."""

    def contract(self, number: str) -> Contract | None:
        """Return the agreement that binds a number now."""


def bss() -> Bss:
    """Return the configured billing system; raise BssUnavailable when none is configured."""
    if not settings.SUNLINE_BSS:
        raise BssUnavailable
    return cast(Bss, import_string(settings.SUNLINE_BSS)())
