"""Outages: those that are open now, the list, and one with what was done for whoever is linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sunline.kernel import masking
from sunline.kernel.caching import Kept
from sunline.kernel.errors import NotFound
from sunline.kernel.models import Job
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import outage_policies, permissions
from ..access import visible
from ..models import Notice, Outage, OutageArea, OutageEstimate, OutageLink, OutageText, Ticket
from ..rules.outages import Area, Extent
from ..types import LIVE_OUTAGE, OutageState

MOST_OPEN = 200
CLOSING = "close"


@dataclass(frozen=True, slots=True)
class Known:
    """An outage that draws contacts in."""

    id: UUID
    extent: Extent


@dataclass(frozen=True, slots=True)
class OutageRow:
    """An outage on the list."""

    number: str
    title: str
    state: str
    cause: str
    products: tuple[str, ...]
    areas: tuple[str, ...]
    planned: bool
    started_at: datetime
    estimated_end_at: datetime
    ended_at: datetime | None
    linked: int


@dataclass(frozen=True, slots=True)
class Told:
    """How many customers were told in one round, and how that went."""

    round: str
    states: Sequence[tuple[str, int]]

    @property
    def number(self) -> str:
        """The number of an estimate's round, blank for the first and the last."""
        return self.round.partition("-")[2]


@dataclass(frozen=True, slots=True)
class OutageView:
    """An outage with what was done for whoever is linked."""

    row: OutageRow
    outage: Outage
    areas: Sequence[OutageArea]
    estimates: Sequence[OutageEstimate]
    notices: Sequence[Notice]
    told: Sequence[Told]
    customers: int
    tickets: int
    contacts: int
    by_hand: int
    closed: int
    refused: int
    late: bool  # works announced later than the lead time
    job: Job | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A ticket or contact of an outage; personal data is masked."""

    id: UUID
    number: str
    is_ticket: bool
    title: str
    state: str
    customer: str
    contact: str
    at: datetime
    reasons: tuple[str, ...]
    by_rule: bool
    told: Sequence[tuple[str, str]]
    closed_at: datetime | None
    error: str


def extent_of(outage: Outage, areas: Sequence[OutageArea]) -> Extent:
    """Return an outage as rules compare it."""
    tree = unit_tree()
    return Extent(
        tuple(Area(tree.path(row.unit_id), row.code, tuple(row.names)) for row in areas),
        frozenset(outage.products),
        outage.started_at,
        outage.ended_at,
    )


def works_lead(now: datetime) -> int:
    """Return how many hours ahead planned works are announced."""
    return outage_policies.WORKS_LEAD.at(now)


def _load_open() -> list[Known]:
    rows = Outage.objects.filter(state=OutageState.OPEN).prefetch_related("areas")
    return [Known(row.id, extent_of(row, list(row.areas.all()))) for row in rows[:MOST_OPEN]]


open_outages: Kept[list[Known]] = Kept(_load_open)


def live_extents() -> list[tuple[Outage, Extent]]:
    """Return the outages that are open or planned, as rules compare them."""
    rows = Outage.objects.filter(state__in=LIVE_OUTAGE).select_related("ticket")
    found = rows.prefetch_related("areas").order_by("id")
    return [(row, extent_of(row, list(row.areas.all()))) for row in found]


def fault_of(ticket_id: UUID) -> OutageLink | None:
    """Return the link of a ticket to an outage that was not called off, None without one."""
    rows = OutageLink.objects.filter(ticket_id=ticket_id, left_at=None).select_related("outage")
    return rows.exclude(outage__state=OutageState.CANCELLED).first()


def is_again(link: OutageLink) -> bool:
    """Return whether the same line was linked to the outage before."""
    if link.subscriber_id is None:
        return False
    earlier = OutageLink.objects.filter(outage_id=link.outage_id, left_at=None, id__lt=link.id)
    return earlier.filter(subscriber_id=link.subscriber_id).exists()


def seen(viewer: Viewer) -> QuerySet[Outage]:
    """Return the outages in areas above or below what the viewer sees tickets of."""
    paths = viewer.paths(permissions.VIEW.code)
    near = [
        row.id
        for row in unit_tree().rows
        if any(row.path.startswith(path) or path.startswith(row.path) for path in paths)
    ]
    here = OutageArea.objects.filter(outage_id=OuterRef("pk"), unit_id__in=near)
    mine = Q(ticket__in=Ticket.objects.filter(visible(viewer)))
    return Outage.objects.filter(Exists(here) | mine)


def outage_list(
    viewer: Viewer, *, state: str = "", cursor: str | None = None, limit: int = 25
) -> Page[OutageRow]:
    """Return a page of the outages the viewer may see, newest first."""
    rows = _counted(seen(viewer))
    rows = rows.filter(state=state) if state else rows
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    return Page([_row(row) for row in found.items], found.next, found.previous)


def outage_counts(viewer: Viewer) -> dict[str, int]:
    """Return how many outages the viewer may see in each state."""
    rows = seen(viewer).order_by().values_list("state").annotate(count=Count("id"))
    return dict.fromkeys(OutageState.values, 0) | dict(rows.values_list("state", "count"))


def _counted(rows: QuerySet[Outage]) -> QuerySet[Outage]:
    linked = Count("links", filter=Q(links__left_at=None))
    return rows.select_related("ticket").prefetch_related("areas").annotate(linked=linked)


def _row(outage: Outage) -> OutageRow:
    return OutageRow(
        number=outage.ticket.number,
        title=outage.ticket.title,
        state=outage.state,
        cause=outage.cause,
        products=tuple(outage.products),
        areas=tuple(area_label(row) for row in outage.areas.all()),
        planned=outage.planned,
        started_at=outage.started_at,
        estimated_end_at=outage.estimated_end_at,
        ended_at=outage.ended_at,
        linked=outage.linked,  # type: ignore[attr-defined]
    )


def area_label(area: OutageArea) -> str:
    """Return an area as people name it: the unit, with the code where it is narrowed."""
    unit = unit_tree().get(area.unit_id)
    name = unit.name if unit else ""
    return f"{name} {area.code}".strip()


def outage_for(viewer: Viewer, number: str) -> OutageView:
    """Return the outage with this parent ticket; raise NotFound for any other number."""
    outage = _counted(seen(viewer)).filter(ticket__number=number[:24]).first()
    if outage is None:
        raise NotFound()
    own = OutageLink.objects.filter(outage=outage, left_at=None)
    counts = own.aggregate(
        customers=Count("who", distinct=True),
        tickets=Count("ticket"),
        contacts=Count("interaction"),
        by_hand=Count("id", filter=Q(by_rule=False)),
        closed=Count("id", filter=~Q(closed_at=None)),
        refused=Count("id", filter=~Q(error="")),
    )
    return OutageView(
        row=_row(outage),
        outage=outage,
        areas=list(outage.areas.all()),
        estimates=list(outage.estimates.order_by("-id")[:50]),
        notices=list(outage.notices.order_by("-id")[:20]),
        told=_told(outage),
        **counts,
        late=outage.announce_at is not None and outage.announce_at <= outage.opened_at,
        job=Job.objects.filter(id=outage.job).first() if outage.job else None,
    )


def links_seen(viewer: Viewer) -> Q:
    """Return the condition of the links whose ticket or contact a viewer may know of."""
    if viewer.all_powerful:
        return Q()
    homes = unit_tree().ids_below(viewer.paths(permissions.VIEW.code))
    mine = Ticket.objects.filter(visible(viewer))
    return Q(ticket__in=mine) | Q(interaction__home_unit_id__in=homes)


def _told(outage: Outage) -> list[Told]:
    """Return the rounds in the order in which customers were told."""
    rows = OutageText.objects.filter(outage=outage).order_by().values("round", "state")
    found: dict[str, list[tuple[str, int]]] = {}
    for row in rows.annotate(count=Count("id")).order_by("round", "state"):
        found.setdefault(row["round"], []).append((row["state"], row["count"]))
    shown = [Told(name, states) for name, states in found.items()]
    return sorted(shown, key=lambda one: (one.round == CLOSING, int(one.number or 0)))


def outage_links(
    viewer: Viewer, found: OutageView, *, cursor: str | None = None, limit: int = 25
) -> Page[LinkRow]:
    """Return a page of what is linked and the viewer may see, in the order it was linked."""
    rows = OutageLink.objects.filter(links_seen(viewer), outage=found.outage, left_at=None)
    rows = rows.select_related("ticket__customer__party", "interaction__customer__party")
    part = page(rows, order=("id",), cursor=cursor, limit=limit)
    told: dict[str, list[tuple[str, str]]] = {}
    texts = OutageText.objects.filter(
        outage=found.outage, who__in={row.who for row in part.items}
    ).order_by("id")
    for who, name, state in texts.values_list("who", "round", "state"):
        told.setdefault(who, []).append((name, state))
    shown = [_link(row, told.get(row.who, ())) for row in part.items]
    return Page(shown, part.next, part.previous)


def _link(row: OutageLink, told: Sequence[tuple[str, str]]) -> LinkRow:
    about = row.ticket or row.interaction
    assert about is not None  # a constraint of the table
    address = row.ticket.contact if row.ticket else row.interaction.address  # type: ignore[union-attr]
    mask = masking.email if "@" in address else masking.phone
    return LinkRow(
        id=row.id,
        number=about.number,
        is_ticket=row.ticket is not None,
        title=row.ticket.title if row.ticket else "",
        state=row.ticket.state if row.ticket else "",
        customer=masking.name(about.customer.party.name) if about.customer else "",
        contact=mask(address) if address else "",
        at=row.at,
        reasons=tuple(row.reasons),
        by_rule=row.by_rule,
        told=told,
        closed_at=row.closed_at,
        error=row.error,
    )
