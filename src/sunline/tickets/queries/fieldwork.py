"""Field orders as people see them: lists of a unit and of an engineer, room, public progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from sunline.interactions.queries import StoredFile, stored_file
from sunline.kernel import masking
from sunline.kernel.errors import NotFound
from sunline.kernel.ids import local_day
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import access, field_policies, permissions
from ..models import AppointmentSlot, FieldFile, FieldOrder, Ticket
from ..rules import fieldwork as rules
from ..types import FieldState, FieldStep, Window
from ..types.fieldwork import FIELD_OPEN
from .reading import ticket_for

MOST_MINE = 60
ENGINEERS = (
    *(FieldStep.START, FieldStep.COMPLETE, FieldStep.PHOTO),
    *(FieldStep.BOOK, FieldStep.FAIL),
)
SHOWN_OF_ADDRESS = 6
COLUMNS = (
    *("id", "number", "kind", "state", "day", "slot__window", "engineer__staff_no", "unit_id"),
    *("rural", "promised_at", "opened_at", "started_at", "ended_at", "end_reason"),
    *("late_reason", "area_code", "ticket__number", "ticket__title"),
)


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """Which field orders are looked at."""

    state: str = ""
    kind: str = ""
    day: date | None = None
    engineer_id: UUID | None = None
    unit_id: UUID | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How many visits a unit's window of a day has, and how many are booked."""

    day: date
    window: str
    capacity: int
    booked: int

    @property
    def code(self) -> str:
        """The window's code."""
        return rules.slot_code(self.day, self.window)

    @property
    def free(self) -> int:
        """How many visits can still be booked."""
        return max(0, self.capacity - self.booked)


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One state of an order as its customer follows it."""

    state: str
    done: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order is, for whoever knows its number: nothing of a person, nothing of a place.

    `promised_at` is the promised limit and `hours` how long it is.
    """

    number: str
    kind: str
    state: str
    steps: tuple[PublicStep, ...]
    promised_at: datetime
    hours: int
    day: date | None
    window: str
    late: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field order on a card; what is personal about it only in part."""

    row: FieldOrder
    address: str
    signed: str
    files: Sequence[FieldFile]
    late: bool
    beyond: bool  # the appointment lies after the promised limit

    @property
    def verbs(self) -> tuple[str, ...]:
        """What its engineer can do now."""
        steps = [step for step in ENGINEERS if rules.after(self.row.kind, step, self.row.state)]
        return tuple(f"{step}_field" for step in steps)


def field_line(row: FieldOrder, now: datetime, *, whole: bool = False) -> FieldLine:
    """Return a field order as a card shows it; the whole address is for who goes there."""
    beyond = False
    if row.slot is not None and row.ended_at is None:
        begins, _ends = rules.span(row.slot.day, row.slot.window, timezone.get_default_timezone())
        beyond = begins > row.promised_at
    return FieldLine(
        row,
        row.address if whole else shown_address(row.address),
        masking.name(row.signed),
        tuple(row.files.all()),
        rules.is_late(row.promised_at, row.ended_at or now),
        beyond,
    )


def field_list(
    viewer: Viewer, wanted: FieldFilter, *, now: datetime, cursor: str | None = None
) -> Page[dict[str, Any]]:
    """Return one page of field orders on tickets the viewer may see, newest first."""
    rows = _narrowed(viewer, wanted, now)
    found: Page[dict[str, Any]] = page(rows.values(*COLUMNS), order=("-id",), cursor=cursor)
    return found


def field_counts(viewer: Viewer, wanted: FieldFilter, *, now: datetime) -> Mapping[str, int]:
    """Return how many orders of the filter are in each state, whatever state it names."""
    free = FieldFilter("", wanted.kind, wanted.day, wanted.engineer_id, wanted.unit_id, wanted.late)
    rows = _narrowed(viewer, free, now).order_by().values_list("state").annotate(n=Count("id"))
    found = dict(rows)
    return {str(state): found.get(str(state), 0) for state in FieldState}


def own_field_orders(viewer: Viewer, *, now: datetime) -> list[FieldLine]:
    """Return the open orders of an engineer: those of today and before, then what comes."""
    rows = FieldOrder.objects.filter(engineer_id=viewer.account_id, state__in=FIELD_OPEN)
    rows = rows.filter(ticket__in=Ticket.objects.filter(access.visible(viewer)))
    found = rows.select_related("slot", "ticket").prefetch_related("files")
    soon = local_day(now) + timedelta(days=7)
    near = found.filter(Q(day=None) | Q(day__lte=soon)).order_by("day", "id")[:MOST_MINE]
    places = {str(window): place for place, window in enumerate(Window)}
    ordered = sorted(
        near,
        key=lambda row: (row.day or soon, places.get(row.slot.window, 9) if row.slot else 9),
    )
    return [field_line(row, now, whole=True) for row in ordered]


def shown_address(address: str) -> str:
    """Return an address with all but its beginning hidden."""
    return address[:SHOWN_OF_ADDRESS] + "***" if address else ""


def field_units(viewer: Viewer) -> list[UUID]:
    """Return the units that have field orders and whose visits the viewer may set."""
    tree = unit_tree()
    ids = FieldOrder.objects.order_by().values_list("unit_id", flat=True).distinct()[:500]
    code = permissions.ASSIGN_FIELD.code
    return [one for one in ids if viewer.may(code, tree.path(one))]


def room(unit_id: UUID, now: datetime, days: int = 7) -> list[Room]:
    """Return the windows of a unit's next days, set or not."""
    today = local_day(now)
    rows = AppointmentSlot.objects.filter(
        unit_id=unit_id, day__gte=today, day__lt=today + timedelta(days=days)
    )
    there = {(row.day, row.window): row for row in rows}
    visits = field_policies.VISITS.at(now)
    found = []
    for place in range(days):
        day = today + timedelta(days=place)
        for window in Window:
            row = there.get((day, window))
            capacity, booked = (row.capacity, row.booked) if row else (visits, 0)
            found.append(Room(day, str(window), capacity, booked))
    return found


def free_room(unit_id: UUID, now: datetime) -> list[Room]:
    """Return the windows in which a unit's visit can be booked now."""
    ahead, zone = field_policies.AHEAD.at(now), timezone.get_default_timezone()
    return [
        one
        for one in room(unit_id, now, ahead + 1)
        if one.free and not rules.wrong_time(one.day, one.window, now, ahead, zone)
    ]


def photo_for(viewer: Viewer, number: str, file_id: UUID) -> StoredFile:
    """Return a photo of a visit on a ticket that the viewer may see; raise NotFound."""
    ticket = ticket_for(viewer, number)
    row = FieldFile.objects.filter(order__ticket_id=ticket.id, id=file_id).first()
    if row is None:
        raise NotFound
    return stored_file(row.name, row.content_type, row.size, row.sha256)


def progress_of(number: str, now: datetime) -> Progress:
    """Return how far the order with a number is; raise NotFound."""
    if not rules.is_number(number):
        raise NotFound
    rows = FieldOrder.objects.select_related("slot", "ticket")
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound
    length = row.promised_at - row.ticket.registered_at
    return Progress(
        number=row.number,
        kind=row.kind,
        state=row.state,
        steps=tuple(_steps(row)),
        promised_at=row.promised_at,
        hours=round(length.total_seconds() / 3600),
        day=row.day,
        window=row.slot.window if row.slot else "",
        late=rules.is_late(row.promised_at, row.ended_at or now),
        ended=row.state in {FieldState.CANCELLED, FieldState.FAILED},
    )


def _steps(row: FieldOrder) -> list[PublicStep]:
    way: Sequence[FieldState] = rules.way(row.kind)
    moments: Mapping[str, datetime | None] = {
        way[0]: row.opened_at,
        way[-2]: row.started_at,
        way[-1]: row.ended_at,
    }
    reached = way.index(FieldState(row.state)) if row.state in way else 0
    return [
        PublicStep(str(state), place <= reached, moments.get(state) if place <= reached else None)
        for place, state in enumerate(way)
    ]


def _narrowed(viewer: Viewer, wanted: FieldFilter, now: datetime) -> QuerySet[FieldOrder]:
    rows = FieldOrder.objects.filter(ticket__in=Ticket.objects.filter(access.visible(viewer)))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.day is not None:
        rows = rows.filter(day=wanted.day)
    if wanted.engineer_id is not None:
        rows = rows.filter(engineer_id=wanted.engineer_id)
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id=wanted.unit_id)
    if wanted.late:
        rows = rows.filter(state__in=FIELD_OPEN, promised_at__lt=now)
    return rows
