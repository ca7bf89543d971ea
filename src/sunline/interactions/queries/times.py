"""When numbers contacted us, for figures over contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ..models import Interaction
from ..types import Direction, Status


class ContactMoment(NamedTuple):
    """A contact that came in, by the index of its number."""

    number: str
    at: datetime
    id: UUID
    wrap_up: str


def contact_moments(
    units: Collection[UUID], since: datetime, until: datetime
) -> Iterator[ContactMoment]:
    """Yield the contacts of customers of the units in a period, number by number, oldest first.

    What was set aside and what has no number is left out.
    """
    rows = (
        Interaction.objects.filter(
            home_unit_id__in=units,
            started_at__gte=since,
            started_at__lt=until,
            direction=Direction.INBOUND,
        )
        .exclude(status=Status.ASIDE)
        .exclude(address_index="")
        .order_by("address_index", "started_at", "id")
        .values_list("address_index", "started_at", "id", "wrap_up")
    )
    return (ContactMoment(*row) for row in rows.iterator(chunk_size=5000))


def numbers_of(ids: Collection[UUID]) -> dict[UUID, tuple[str, str, datetime, str]]:
    """Return number, channel, beginning and subject of contacts the caller may tell of."""
    rows = Interaction.objects.filter(id__in=ids)
    found = rows.values_list("id", "number", "channel", "started_at", "subject")
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in found}
