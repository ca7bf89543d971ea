"""The rent that an outage waives (免租): each line that is linked, once, and the sum of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from sunline.customers import queries as customers
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.types import Viewer

from ..models import Outage, OutageLink
from ..rules import outages as rules
from ..rules.owed import TERMINAL_TOPICS, about
from .outages import OutageView, links_seen
from .owed import topic_of

CHUNK = 500
IN_TIME, UNKNOWN, OWN = "in_time", "rent_unknown", "terminal"


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """One line of an outage: the rent waived, or why none is; amounts in yuan, masked."""

    ticket_number: str
    customer_number: str
    customer: str
    line: str
    service: str
    rural: bool
    rent: Decimal | None
    days: int
    amount: Decimal | None
    basis: str
    why: str  # blank, or why nothing is waived


@dataclass(frozen=True, slots=True)
class WaiverSums:
    """How many lines are linked, how many are entitled, at which rent nobody knows, in all."""

    lines: int = 0
    entitled: int = 0
    unknown: int = 0
    total: Decimal = Decimal("0.00")


def waivers(
    viewer: Viewer,
    found: OutageView,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[WaiverRow]:
    """Return a page of the lines whose tickets the viewer may see, in the order of linking."""
    part = page(_lines(viewer, found.outage), order=("id",), cursor=cursor, limit=limit)
    return Page(_rows(found.outage, part.items, now), part.next, part.previous)


def all_waivers(viewer: Viewer, found: OutageView, *, now: datetime) -> Iterator[WaiverRow]:
    """Yield every line, a few hundred to a statement."""
    rows, last = _lines(viewer, found.outage).order_by("id"), None
    while True:
        part = list((rows.filter(id__gt=last) if last else rows)[:CHUNK])
        yield from _rows(found.outage, part, now)
        if len(part) < CHUNK:
            return
        last = part[-1].id


def waiver_sums(viewer: Viewer, found: OutageView, *, now: datetime) -> WaiverSums:
    """Return what all lines come to."""
    lines = entitled = unknown = 0
    total = Decimal("0.00")
    for row in all_waivers(viewer, found, now=now):
        lines += 1
        unknown += row.why == UNKNOWN
        if row.amount is not None:
            entitled, total = entitled + 1, total + row.amount
    return WaiverSums(lines, entitled, unknown, total)


def _lines(viewer: Viewer, outage: Outage) -> QuerySet[OutageLink]:
    """Return the first link of each line."""
    own = OutageLink.objects.filter(outage=outage, left_at=None).exclude(subscriber=None)
    earlier = own.filter(subscriber_id=OuterRef("subscriber_id"), id__lt=OuterRef("id"))
    return own.filter(~Exists(earlier)).filter(links_seen(viewer)).select_related("ticket")


def _rows(outage: Outage, part: Sequence[OutageLink], now: datetime) -> list[WaiverRow]:
    since = timezone.localtime(outage.started_at)
    until = timezone.localtime(outage.ended_at or max(now, outage.started_at))
    ids = [row.subscriber_id for row in part if row.subscriber_id]
    known = customers.lines_of_work(ids, outage.started_at)
    found = []
    for row in part:
        line = known.get(row.subscriber_id) if row.subscriber_id else None
        if line is None:
            continue
        own = row.ticket is not None and about(topic_of(row.ticket.topic_id), TERMINAL_TOPICS)
        owed = rules.waiver(
            line.rent or Decimal(0), since, until,
            rural=line.rural, planned=outage.planned, terminal=own,
        )  # fmt: skip
        # A rent of nothing stands in a bundle; what its share is, a person has to say.
        why = OWN if own else IN_TIME if owed is None else "" if line.rent else UNKNOWN
        found.append(
            WaiverRow(
                ticket_number=row.ticket.number if row.ticket else "",
                customer_number=line.customer_number,
                customer=line.customer,
                line=line.number,
                service=line.service,
                rural=line.rural,
                rent=line.rent,
                days=owed.days if owed else 0,
                amount=owed.amount if owed and not why else None,
                basis=owed.basis if owed else "",
                why=why,
            )
        )
    return found
