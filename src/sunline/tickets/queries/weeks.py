"""What the tickets of a time say together, for the week's list of the rooms above."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.types import Viewer

from ..access import visible
from ..models import Ticket
from ..types import State, TicketRow
from .work import with_lines

CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class HardCase:
    """What made a ticket hard: how often it came back or was returned, its units, its time."""

    id: UUID
    redispatches: int
    returns: int
    units: int
    registered_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Handled:
    """A ticket that was closed, and when it came."""

    id: UUID
    registered_at: datetime
    closed_at: datetime


def _come(units: Collection[UUID], since: datetime, until: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(
        home_unit_id__in=units, registered_at__gte=since, registered_at__lt=until
    )


def topic_counts(
    units: Collection[UUID], since: datetime, until: datetime
) -> list[tuple[UUID, int]]:
    """Return how many tickets of home units came on each topic from one moment to another."""
    rows = _come(units, since, until).exclude(topic=None).order_by()
    return [
        (topic, count)
        for topic, count in rows.values_list("topic_id").annotate(count=Count("id"))
        if topic is not None
    ]


def hard_cases(units: Collection[UUID], since: datetime, until: datetime) -> list[HardCase]:
    """Return the tickets alive in a time that came back, were returned, or are the oldest.

    At most two hundred of each, so that rules choose among them.
    """
    alive = Ticket.objects.filter(home_unit_id__in=units, registered_at__lt=until)
    alive = alive.filter(Q(closed_at=None) | Q(closed_at__gte=since))
    alive = alive.exclude(state__in=[State.MERGED, State.WITHDRAWN, State.REFUSED])
    troubled = alive.filter(Q(redispatches__gt=0) | Q(returns__gt=0))
    troubled = troubled.order_by(-(F("redispatches") + F("returns")), "registered_at", "id")
    oldest = alive.order_by("registered_at", "id")
    ids = set(troubled.values_list("id", flat=True)[:CANDIDATES])
    ids |= set(oldest.values_list("id", flat=True)[:CANDIDATES])
    rows = Ticket.objects.filter(id__in=ids).annotate(units=Count("handlings__unit", distinct=True))
    fields = ("id", "redispatches", "returns", "units", "registered_at", "closed_at")
    return [HardCase(*row) for row in rows.order_by("id").values_list(*fields)]


def handled(
    units: Collection[UUID], topics: Collection[UUID], since: datetime, until: datetime
) -> list[Handled]:
    """Return the tickets of topics that came in a time and have been closed, at most 1,000."""
    rows = _come(units, since, until).filter(topic_id__in=topics, state=State.CLOSED)
    fields = ("id", "registered_at", "closed_at")
    return [Handled(*row) for row in rows.order_by("id").values_list(*fields)[:1000]]


def tickets_on(
    viewer: Viewer,
    units: Collection[UUID],
    topics: Collection[UUID],
    since: datetime,
    until: datetime,
    *,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[TicketRow]:
    """Return one page of the tickets of topics that came in a time and the viewer may see."""
    rows = _come(units, since, until).filter(visible(viewer), topic_id__in=topics)
    return with_lines(page(rows.values("id"), order=("-id",), cursor=cursor, limit=limit))


def named(ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the numbers and titles of tickets, for lists that their readers may see."""
    rows = Ticket.objects.filter(id__in=ids).values_list("id", "number", "title")
    return {ticket: (number, title) for ticket, number, title in rows}
