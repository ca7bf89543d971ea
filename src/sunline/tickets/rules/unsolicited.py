"""What goes back to a customer who never ordered, and what leaving early costs (违约金)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

# What a case rests on; UNPROVEN is practice and to be confirmed, the article is the law's text.
UNPROVEN, CHOICE, CONTRACT = "unproven_order", "cn_consumer_9", "contract"
CENT = Decimal("0.01")
# Topics that the page of orders and agreements belongs to, each with what lies below it.
PACK_TOPICS = (
    "billing.dispute",
    "value.content",
    "broadband.tv.charge",
    "marketing.contact",
    "mobile.plan.contract",
    "broadband.order.cancel",
    "portability.out",
)


def about(topic: str, branches: Iterable[str]) -> bool:
    """Return whether a topic's code is one of the branches or lies below one."""
    return any(topic == branch or topic.startswith(f"{branch}.") for branch in branches)


def proven(sent_at: datetime | None, answered_at: datetime | None) -> bool:
    """Return whether the operator can show that the customer confirmed the order."""
    return sent_at is not None and answered_at is not None and answered_at >= sent_at


def refund(charges: Iterable[Decimal], *, confirmed: bool) -> Decimal:
    """Return the refund to propose: everything charged, nothing for a confirmed order."""
    whole = sum(charges, Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    return whole - whole if confirmed else whole


def months_left(day: date, until: date) -> int:
    """Return how many months of an agreement are left; a month that has begun counts."""
    whole = (until.year - day.year) * 12 + until.month - day.month
    return max(0, whole + (1 if until.day > day.day else 0))


def penalty(monthly_fee: Decimal, share: Decimal, months: int) -> Decimal:
    """Return what leaving early costs: a share of the fees of the months left, in yuan."""
    return (monthly_fee * share * months).quantize(CENT, ROUND_HALF_UP)
