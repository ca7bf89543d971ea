"""What was ordered on a ticket's number, whether it was confirmed, and what leaving early costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.functional import Promise

from sunline.customers import queries as customers
from sunline.customers.ports import Contract, Order
from sunline.kernel.ids import local_day

from ..models import UndoneOrder
from ..rules import unsolicited as rules
from .owed import topic_of


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with what it proves, what was charged in yuan, and the refund to propose."""

    order: Order
    proven: bool
    charged: Decimal
    refund: Decimal
    undone: UndoneOrder | None


@dataclass(frozen=True, slots=True)
class Exit:
    """What leaving an agreement now costs, in yuan."""

    contract: Contract
    months: int
    penalty: Decimal


@dataclass(frozen=True, slots=True)
class Pack:
    """All of it on one page; `label` names the system that told it."""

    number: str
    label: str | Promise
    orders: tuple[OrderFile, ...]
    exit: Exit | None


def has_pack(topic_id: UUID | None) -> bool:
    """Return whether a topic is about orders or agreements."""
    return rules.about(topic_of(topic_id), rules.PACK_TOPICS)


def pack_of(ticket_id: UUID, subscriber_id: UUID | None, now: datetime) -> Pack | None:
    """Return the pack of a ticket the caller may see; None without a number, or when nobody tells.

    Call it outside a transaction: the billing system may be slow.
    """
    found = customers.orders_of(subscriber_id) if subscriber_id else None
    if found is None:
        return None
    undone = {row.number: row for row in UndoneOrder.objects.filter(ticket_id=ticket_id)}
    files = tuple(_file(order, undone.get(order.number)) for order in found.orders)
    contract = found.contract
    return Pack(found.number, found.label, files, _exit(contract, now) if contract else None)


def undone_orders(ticket_id: UUID) -> list[UndoneOrder]:
    """Return the orders that were cancelled on a ticket the caller may see."""
    return list(UndoneOrder.objects.filter(ticket_id=ticket_id).order_by("id"))


def _file(order: Order, undone: UndoneOrder | None) -> OrderFile:
    asked = order.confirmation
    proven = asked is not None and rules.proven(asked.sent_at, asked.answered_at)
    amounts = [amount for _month, amount in order.charges]
    charged = sum(amounts, Decimal(0))
    return OrderFile(order, proven, charged, rules.refund(amounts, confirmed=proven), undone)


def _exit(contract: Contract, now: datetime) -> Exit:
    months = rules.months_left(local_day(now), contract.until)
    cost = rules.penalty(contract.monthly_fee, contract.penalty_share, months)
    return Exit(contract, months, cost)
