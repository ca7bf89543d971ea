"""What the billing system says of a customer's service numbers, as far as it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.functional import Promise

from sunline.kernel.errors import NotFound
from sunline.staff.types import Viewer

from ..errors import BssUnavailable
from ..models import Holding, Subscriber
from ..ports import Balance, Bill, Bss, Contract, Order, Usage, bss
from ..reading import shown_value, visible

MOST_NUMBERS = 5
MONTHS = 3


@dataclass(frozen=True, slots=True)
class LineFigures:
    """Balance, last bills and usage of one service number, masked; None where unknown there."""

    number: str
    service: str
    balance: Balance | None
    bills: tuple[Bill, ...]
    usage: Usage | None


def billing_of(viewer: Viewer, customer_id: UUID) -> list[LineFigures] | None:
    """Return the figures of a customer's numbers in use, or None when nobody can be asked.

    Raises NotFound for a customer the viewer may not see. Call it outside a transaction.
    """
    if not visible(viewer).filter(id=customer_id).exists():
        raise NotFound
    rows = Subscriber.objects.filter(customer_id=customer_id).exclude(status="closed")
    try:
        system = bss()
        return [_figures(system, row) for row in rows.order_by("id")[:MOST_NUMBERS]]
    except BssUnavailable:
        return None


def _figures(system: Bss, row: Subscriber) -> LineFigures:
    return LineFigures(
        number=shown_value(row.service, row.number),
        service=row.service,
        balance=system.balance(row.number),
        bills=tuple(system.bills(row.number, months=MONTHS)),
        usage=system.usage(row.number),
    )


@dataclass(frozen=True, slots=True)
class Ordered:
    """What was ordered on a service number and what binds it, as `label` tells."""

    number: str
    label: str | Promise
    orders: tuple[Order, ...]
    contract: Contract | None


def orders_of(subscriber_id: UUID) -> Ordered | None:
    """Return what was ordered on a number, or None when it is unknown or nobody can be asked.

    The caller has checked that the viewer works for the customer. Call it outside a transaction.
    """
    row = Subscriber.objects.filter(id=subscriber_id).first()
    if row is None:
        return None
    try:
        system = bss()
        return Ordered(
            number=shown_value(row.service, row.number),
            label=system.label,
            orders=tuple(system.orders(row.number)),
            contract=system.contract(row.number),
        )
    except BssUnavailable:
        return None


def rent_of(subscriber_id: UUID, at: datetime) -> Decimal | None:
    """Return the monthly rent of a number's plans at a moment, in yuan; None when none is known.

    What was ordered on top of the plan is no rent.
    """
    plans = Holding.objects.filter(subscriber_id=subscriber_id, kind="plan", since__lte=at)
    current = plans.filter(Q(until=None) | Q(until__gt=at))
    total: Decimal | None = current.aggregate(total=Sum("monthly_fee"))["total"]
    return total


def monthly_fee_of(customer_id: UUID, at: datetime) -> Decimal | None:
    """Return what the products in use cost a customer a month, in yuan; None when none is known."""
    rows = Holding.objects.filter(subscriber__customer_id=customer_id, since__lte=at)
    current = rows.filter(Q(until=None) | Q(until__gt=at))
    total: Decimal | None = current.aggregate(total=Sum("monthly_fee"))["total"]
    return total
