"""How often a customer turns to us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from sunline.interactions import queries as interactions

from ..models import Ticket

DAYS = 90


@dataclass(frozen=True, slots=True)
class Frequency:
    """What a customer came with in the last 90 days, and the last rating ever given."""

    contacts: int
    tickets: int
    complaints: int
    rating: int | None


def frequency(customer_id: UUID | None, *, now: datetime) -> Frequency | None:
    """Return how often a customer turned to us lately; None when nobody is known."""
    if customer_id is None:
        return None
    since = now - timedelta(days=DAYS)
    own = Ticket.objects.filter(customer_id=customer_id)
    counted = own.filter(registered_at__gte=since).aggregate(
        tickets=Count("id"), complaints=Count("id", filter=Q(kind="complaint"))
    )
    rated = own.exclude(rating=None).order_by("-id").values_list("rating", flat=True)
    return Frequency(
        interactions.contacts_since(customer_id, since),
        counted["tickets"],
        counted["complaints"],
        rated.first(),
    )
