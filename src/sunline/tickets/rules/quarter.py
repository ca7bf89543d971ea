"""The ministry's quarterly table of appeals: operators by category, shares, rate and change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MILLION = Decimal(1_000_000)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was reported for one operator and stretch: appeals by category, and its users."""

    operator: str
    since: date
    service: int
    network: int
    charges: int
    users: int

    @property
    def total(self) -> int:
        """All appeals."""
        return self.service + self.network + self.charges


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """One line of the table; shares, rate and change are rounded to one decimal, half up."""

    operator: str
    service: int
    network: int
    charges: int
    total: int
    users: int
    appeal_share: Decimal | None
    user_share: Decimal | None
    rate: Decimal | None  # appeals per million users
    change: Decimal | None  # of the rate, against the quarter before


@dataclass(frozen=True, slots=True)
class QuarterTable:
    """The lines in the order given, and the sum below them."""

    rows: Sequence[QuarterRow]
    total: QuarterRow


def quarter_of(day: date) -> tuple[int, int]:
    """Return the year and the quarter, from 1 to 4."""
    return day.year, (day.month - 1) // 3 + 1


def before(year: int, quarter: int) -> tuple[int, int]:
    """Return the quarter before."""
    return (year, quarter - 1) if quarter > 1 else (year - 1, 4)


def together(counts: Iterable[Counted]) -> Mapping[str, Counted]:
    """Return the counts of one quarter by operator: months added up, users as last reported."""
    found: dict[str, Counted] = {}
    for one in sorted(counts, key=lambda row: row.since):
        held = found.get(one.operator)
        if held is None:
            found[one.operator] = one
            continue
        found[one.operator] = Counted(
            one.operator,
            held.since,
            held.service + one.service,
            held.network + one.network,
            held.charges + one.charges,
            one.users or held.users,
        )
    return found


def table(
    order: Sequence[str], now: Mapping[str, Counted], earlier: Mapping[str, Counted]
) -> QuarterTable:
    """Return the quarter's table; `earlier` are the counts of the quarter before."""
    whole = _sum(now.values())
    rows = [_row(now[name], whole, earlier.get(name)) for name in order if name in now]
    return QuarterTable(rows, _row(whole, whole, _sum(earlier.values()) if earlier else None))


def _sum(counts: Iterable[Counted]) -> Counted:
    held = list(counts)
    first = min((row.since for row in held), default=date.min)
    return Counted(
        "",
        first,
        sum(row.service for row in held),
        sum(row.network for row in held),
        sum(row.charges for row in held),
        sum(row.users for row in held),
    )


def _row(one: Counted, whole: Counted, earlier: Counted | None) -> QuarterRow:
    rate = rate_of(one)
    was = rate_of(earlier) if earlier is not None else None
    change = (rate / was - 1) * 100 if rate is not None and was else None
    return QuarterRow(
        one.operator,
        one.service,
        one.network,
        one.charges,
        one.total,
        one.users,
        share(one.total, whole.total),
        share(one.users, whole.users),
        rounded(rate),
        rounded(change),
    )


def rate_of(one: Counted) -> Decimal | None:
    """Return the appeals per million users, not rounded; None without users."""
    return one.total * MILLION / one.users if one.users else None


def share(part: int, whole: int) -> Decimal | None:
    """Return how many of a hundred."""
    return rounded(Decimal(part) * 100 / whole) if whole else None


def rounded(value: Decimal | None) -> Decimal | None:
    """Return a value as it is printed: one decimal, half up, never a negative zero."""
    if value is None:
        return None
    return value.quantize(TENTH, ROUND_HALF_UP) + Decimal("0.0")
