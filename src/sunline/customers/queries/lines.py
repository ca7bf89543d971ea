"""Service numbers as work on many of them needs them: how many, whose, and at what rent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from ..models import Holding, Subscriber
from ..reading import shown_name, shown_value

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class LineOfWork:
    """A service number with its owner, masked, and its monthly rent in yuan, None if unknown."""

    id: UUID
    number: str
    service: str
    customer_number: str
    customer: str
    rural: bool
    rent: Decimal | None


def count_lines(units: Collection[UUID], services: Collection[str]) -> int:
    """Return how many numbers of the services are in use by customers at home in the units."""
    rows = Subscriber.objects.filter(customer__home_unit_id__in=units, service__in=services)
    return rows.exclude(status="closed").count()


def affected_line(
    customer_id: UUID | None, subscriber_id: UUID | None, services: Collection[str]
) -> UUID | None:
    """Return the number of a service that a contact is about: the one named, else the customer's.

    None where the customer has none, or nobody knows who it is.
    """
    if subscriber_id is None and customer_id is None:
        return None
    whose = Q(id=subscriber_id) | Q(customer_id=customer_id) if customer_id else Q(id=subscriber_id)
    rows = Subscriber.objects.filter(whose, service__in=services).exclude(status="closed")
    found = list(rows.order_by("id").values_list("id", flat=True)[:20])
    return subscriber_id if subscriber_id in found else next(iter(found), None)


def lines_of_work(ids: Collection[UUID], at: datetime) -> dict[UUID, LineOfWork]:
    """Return numbers by their ids with the rent of their plans at a moment; two statements.

    For a room above that has decided who may see them.
    """
    plans = Holding.objects.filter(subscriber_id__in=ids, kind="plan", since__lte=at)
    current = plans.filter(Q(until=None) | Q(until__gt=at)).order_by()
    rents = dict(
        current.values_list("subscriber_id")
        .annotate(rent=Sum("monthly_fee"))
        .values_list("subscriber_id", "rent")
    )
    rows = Subscriber.objects.filter(id__in=ids).select_related("customer__party")
    return {
        row.id: LineOfWork(
            id=row.id,
            number=shown_value(row.service, row.number),
            service=row.service,
            customer_number=row.customer.number,
            customer=shown_name(row.customer.party),
            rural=row.customer.rural,
            # SQLite adds as floating point.
            rent=rents[row.id].quantize(CENT) if row.id in rents else None,
        )
        for row in rows
    }
