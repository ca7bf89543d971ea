"""The use of authority (授权使用): lists, sums, and the approvals that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from sunline.kernel.errors import NotFound
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import permissions
from ..models import Approval, Delegate, Grant
from ..types import GrantState, Verdict
from ..types.grants import MONEY
from .authority import standing_in

MOST_EXPORTED = 20_000
SAMPLES = {
    "drawn": Q(sampled=True),
    "unchecked": Q(sampled=True, checked_at=None),
    "in_order": Q(verdict=Verdict.IN_ORDER),
    "not_in_order": Q(verdict=Verdict.NOT_IN_ORDER),
}


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Which grants to show; empty fields do not narrow."""

    action: str = ""
    state: str = ""
    sample: str = ""  # a key of SAMPLES
    unit_id: UUID | None = None
    by: str = ""  # a staff number
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class GrantSums:
    """What a list of grants adds up to; `given` in yuan."""

    count: int
    given: Decimal
    granted: int
    asked: int
    waiting: int
    drawn: int
    unchecked: int
    not_in_order: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An approval that waits for the viewer, from their own seat or another's."""

    approval: Approval
    grant: Grant
    for_label: str = ""


def _scoped(viewer: Viewer) -> QuerySet[Grant]:
    """Return the grants of the viewer's units, and always their own."""
    rows = Grant.objects.all()
    units = staff.units_held(viewer, permissions.VIEW_GRANTS.code)
    if units is None:
        return rows
    own = Q(by=viewer.actor.id) if viewer.actor.id else Q(pk__in=[])
    return rows.filter(Q(unit_id__in=units) | own)


def _narrowed(viewer: Viewer, wanted: GrantFilter) -> QuerySet[Grant]:
    rows = _scoped(viewer)
    tests = {"action": wanted.action, "state": wanted.state, "by_label": wanted.by}
    rows = rows.filter(**{name: value for name, value in tests.items() if value})
    if wanted.sample:
        rows = rows.filter(SAMPLES[wanted.sample])
    if wanted.unit_id:
        tree = staff.unit_tree()
        rows = rows.filter(unit_id__in=tree.ids_below([tree.path(wanted.unit_id)]))
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    return rows


def grant_list(
    viewer: Viewer, wanted: GrantFilter, *, cursor: str | None = None, limit: int = 25
) -> Page[Grant]:
    """Return one page of grants, newest first."""
    rows = _narrowed(viewer, wanted).select_related("ticket")
    return page(rows, order=("-id",), cursor=cursor, limit=limit)


def grant_sums(viewer: Viewer, wanted: GrantFilter) -> GrantSums:
    """Return what the grants of a filter add up to."""
    found = _narrowed(viewer, wanted).aggregate(
        count=Count("id"),
        given=Sum("amount", filter=Q(state=GrantState.GRANTED, action__in=MONEY)),
        granted=Count("id", filter=Q(state=GrantState.GRANTED)),
        asked=Count("id", filter=~Q(cause="")),
        waiting=Count("id", filter=Q(state=GrantState.WAITING)),
        drawn=Count("id", filter=SAMPLES["drawn"]),
        unchecked=Count("id", filter=SAMPLES["unchecked"]),
        not_in_order=Count("id", filter=SAMPLES["not_in_order"]),
    )
    return GrantSums(**{**found, "given": found["given"] or Decimal(0)})


def exported(viewer: Viewer, wanted: GrantFilter) -> Iterator[Grant]:
    """Yield the grants of a filter for a file, newest first, at most `MOST_EXPORTED`."""
    rows = _narrowed(viewer, wanted).select_related("ticket").order_by("-id")[:MOST_EXPORTED]
    yield from rows.iterator(chunk_size=1000)


def waiting_for(
    viewer: Viewer, *, now: datetime, cursor: str | None = None, limit: int = 25
) -> Page[WaitingRow]:
    """Return one page of the approvals at the viewer's level, the oldest first."""
    seats = _seats(viewer, now)
    found = page(
        _waiting(viewer, seats).select_related("ticket"), order=("id",), cursor=cursor, limit=limit
    )
    grants = Grant.objects.in_bulk([row.subject_id for row in found.items])
    rows = [
        WaitingRow(row, grants[row.subject_id], _label(row, seats))
        for row in found.items
        if row.subject_id in grants
    ]
    return Page(rows, found.next, found.previous)


def waiting_count(viewer: Viewer, *, now: datetime) -> int:
    """Return how many approvals wait for the viewer."""
    return _waiting(viewer, _seats(viewer, now)).count()


@dataclass(frozen=True, slots=True)
class _Seat:
    """A role held over units, None for all of them, and for whom."""

    role: str
    units: frozenset[UUID] | None
    of: UUID
    label: str


def _seats(viewer: Viewer, now: datetime) -> list[_Seat]:
    own = viewer.account_id
    if own is None or not viewer.may(permissions.DECIDE_GRANTS.code):
        return []
    tree, root, found = staff.unit_tree(), staff.root_path(), []
    people = [(own, "")] + [(row.of_id, row.of.staff_no) for row in standing_in(own, now)]
    for account_id, label in people:
        for row in staff.grants_held(account_id, now=now):
            path = tree.path(row.unit_id)
            units = None if path == root else frozenset(tree.ids_below([path]))
            found.append(_Seat(row.role, units, account_id, label))
    return found


def _waiting(viewer: Viewer, seats: list[_Seat]) -> QuerySet[Approval]:
    """Return the open approvals of the seats; nobody's own, and none that may not be seen."""
    condition = Q(pk__in=[])
    for seat in seats:
        held = Q(role=seat.role) & ~Q(asked_by=seat.of)
        condition |= held if seat.units is None else held & Q(unit_id__in=seat.units)
    rows = Approval.objects.filter(condition, ended_at=None).exclude(asked_by=viewer.actor.id)
    units = staff.units_held(viewer, permissions.DECIDE_GRANTS.code)
    return rows if units is None else rows.filter(unit_id__in=units)


def _label(row: Approval, seats: list[_Seat]) -> str:
    """Return whom the viewer would decide for, blank for themselves."""
    labels = [
        seat.label
        for seat in seats
        if seat.role == row.role and (seat.units is None or row.unit_id in seat.units)
    ]
    return "" if not labels or "" in labels else labels[0]


def stand_ins(viewer: Viewer, *, now: datetime) -> list[Delegate]:
    """Return who stands in for the viewer, and for whom they do, now or later."""
    own = viewer.account_id
    rows = Delegate.objects.filter(Q(of_id=own) | Q(to_id=own), ended_at=None, until__gt=now)
    return list(rows.select_related("of", "to").order_by("since", "id")) if own else []


def ticket_of_grant(viewer: Viewer, grant_id: UUID) -> UUID:
    """Return the ticket of a grant of the units in which the viewer decides or inspects.

    Raises NotFound for others.
    """
    codes = (permissions.DECIDE_GRANTS.code, permissions.CHECK_GRANTS.code)
    units, rows = staff.units_held(viewer, *codes), Grant.objects.filter(id=grant_id)
    rows = rows if units is None else rows.filter(unit_id__in=units)
    found = rows.values_list("ticket_id", flat=True).first()
    if found is None:
        raise NotFound
    return UUID(str(found))
