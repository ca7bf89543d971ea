"""What is owed for a late repair or installation as the facts stand at a moment (Arts. 31, 32)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from . import compensation as law
from .compensation import DAY, REPAIR, Owed
from .unsolicited import about as about

FAULT, ORDER = "fault", "order"
# Faults of the customer's own terminal, and tickets of kind fault that no line is broken for.
TERMINAL_TOPICS = ("broadband.fault.device",)
OTHER_TOPICS = ("mobile.state", "billing", "broadband.fault.password")
ORDER_TOPICS = (
    "broadband.order.install",
    "broadband.order.move",
    "fixed.order.install",
    "fixed.order.move",
)
# Time that the customer took is no delay of the operator; a repair's limit runs on regardless.
CUSTOMERS_HOLDS = frozenset({"customer_away", "site_access", "customer"})


@dataclass(frozen=True, slots=True)
class Work:
    """A repair, or an installation or move; local times, since a month's length is local.

    `done_at` is None while it goes on; `base` is the monthly rent or the fee charged in yuan, None
    where it is unknown; `limit` is the published limit of an installation.
    """

    kind: str
    begun_at: datetime
    done_at: datetime | None
    base: Decimal | None
    rural: bool = False
    terminal: bool = False
    limit: timedelta = timedelta()

    @property
    def limit_at(self) -> datetime:
        """The end of the limit."""
        return self.begun_at + (REPAIR[self.rural] if self.kind == FAULT else self.limit)


def owed(work: Work, now: datetime, a_day: Decimal, most: Decimal) -> list[Owed]:
    """Return what the law gives and, after it, what the operator promises; empty when in time.

    Where the base is unknown the law's amount is nothing yet and only its days count.
    """
    until = work.done_at or now
    base = work.base or Decimal(0)
    if work.kind == FAULT:
        first = law.rent_waiver(
            base, work.begun_at, until, rural=work.rural, terminal_fault=work.terminal
        )
    else:
        first = law.late_work(base, work.limit_at, until)
    if first is None:
        return []
    promise = law.slow_pay(work.limit_at, until, a_day, most)
    return [first, *([promise] if promise else [])]


def next_at(work: Work, now: datetime) -> datetime | None:
    """Return when the next day begins to count, None once the work is done."""
    if work.done_at is not None:
        return None
    starts = {work.limit_at, work.begun_at} if work.kind == FAULT else {work.limit_at}
    return min(start + DAY * max(1, law.late_days(start, now)) for start in starts) + SECOND


SECOND = timedelta(seconds=1)


def overlap(holds: Iterable[tuple[datetime, datetime | None]], now: datetime) -> timedelta:
    """Return how long the holds lasted together."""
    return sum(((until or now) - since for since, until in holds), timedelta())


def kind_of(kind: str, topic: str) -> str:
    """Return which work a ticket of an intake kind and topic is, blank for none."""
    if kind == "fault" and not about(topic, OTHER_TOPICS):
        return FAULT
    return ORDER if kind == "transaction" and about(topic, ORDER_TOPICS) else ""
