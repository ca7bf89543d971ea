"""Appeals of a viewer's units: page by page, each door's rates, and the ministry's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from sunline.kernel import masking
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.types import Viewer

from ..access import visible
from ..models import Appeal, AppealCount, Ticket
from ..rules import appeals as rules
from ..rules import quarter as tables
from ..rules.quarter import QuarterTable
from ..types import AppealFilter, AppealState, Door

SOON = timedelta(days=2)
DUES = ("overdue", "soon", "open")
MOST_OPERATORS = 200


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One line of the list of appeals; the user is masked."""

    id: UUID
    door: str
    number: str
    category: str
    state: str
    bypassing: bool
    claim: str
    phone: str
    received_at: datetime
    reply_due: datetime
    replied_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    ticket_number: str
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class DoorFigures:
    """A door's appeals in figures; rates are shares of 100, None where nothing can be said yet.

    Bypasses are counted beside the others, in no rate.
    """

    door: str
    total: int
    bypassing: int
    open: int
    overdue: int
    due: int  # replies that fell due or were given
    in_time: int
    asked: int
    satisfied: int
    judged: int
    solved: int

    @property
    def reply_rate(self) -> int | None:
        """How many of a hundred replies were in time."""
        return _of(self.in_time, self.due)

    @property
    def solved_rate(self) -> int | None:
        """How many of a hundred who were asked said it was solved."""
        return _of(self.solved, self.judged)

    @property
    def satisfied_rate(self) -> int | None:
        """How many of a hundred who were asked were satisfied."""
        return _of(self.satisfied, self.asked)


def _of(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


OWN = (
    *("id", "door", "number", "category", "state", "bypassing", "claim", "phone", "received_at"),
    *("reply_due", "replied_at", "due_at", "ended_at"),
)
COLUMNS = (*OWN, "ticket__number", "ticket__home_unit_id")


def appeal_list(
    viewer: Viewer,
    wanted: AppealFilter,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[AppealRow]:
    """Return one page of appeals on tickets the viewer may see, newest first."""
    rows = _narrowed(viewer, wanted, now).values(*COLUMNS)
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    return Page([_row(row) for row in found.items], found.next, found.previous)


def _row(row: Mapping[str, Any]) -> AppealRow:
    values = {name: row[name] for name in OWN}
    values["phone"] = masking.phone(row["phone"]) if row["phone"] else ""
    return AppealRow(
        **values, ticket_number=row["ticket__number"], unit_id=row["ticket__home_unit_id"]
    )


def door_figures(viewer: Viewer, wanted: AppealFilter, *, now: datetime) -> list[DoorFigures]:
    """Return each door's figures, in one statement; the filter's own door is left aside."""
    rows = _scoped(viewer)
    if wanted.since:
        rows = rows.filter(received_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(received_at__lt=wanted.until)
    usual = Q(bypassing=False)
    counts = (
        rows.order_by()
        .values("door")
        .annotate(
            total=Count("id"),
            n_bypassing=Count("id", filter=Q(bypassing=True)),
            n_open=Count("id", filter=Q(ended_at=None)),
            overdue=Count("id", filter=Q(due_at__lt=now)),
            due=Count("id", filter=usual & (~Q(replied_at=None) | _missed(now))),
            in_time=Count("id", filter=usual & Q(replied_at__lte=F("reply_due"))),
            asked=Count("id", filter=usual & ~Q(satisfied=None)),
            n_satisfied=Count("id", filter=usual & Q(satisfied=True)),
            judged=Count("id", filter=usual & ~Q(solved=None)),
            n_solved=Count("id", filter=usual & Q(solved=True)),
        )
    )
    by_door: dict[str, Any] = {row["door"]: row for row in counts}
    return [_figures(str(door), by_door.get(str(door), {})) for door in Door]


def _missed(now: datetime) -> Q:
    return Q(replied_at=None, ended_at=None, reply_due__lt=now)


def _figures(door: str, row: Mapping[str, int]) -> DoorFigures:
    return DoorFigures(
        door,
        total=row.get("total", 0),
        bypassing=row.get("n_bypassing", 0),
        open=row.get("n_open", 0),
        overdue=row.get("overdue", 0),
        due=row.get("due", 0),
        in_time=row.get("in_time", 0),
        asked=row.get("asked", 0),
        satisfied=row.get("n_satisfied", 0),
        judged=row.get("judged", 0),
        solved=row.get("n_solved", 0),
    )


def _scoped(viewer: Viewer) -> QuerySet[Appeal]:
    seen = Ticket.objects.filter(visible(viewer))
    return Appeal.objects.filter(ticket__in=seen)


def _narrowed(viewer: Viewer, wanted: AppealFilter, now: datetime) -> QuerySet[Appeal]:
    rows = _scoped(viewer)
    exact = {"door": wanted.door, "state": wanted.state, "category": wanted.category}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.bypassing:
        rows = rows.filter(bypassing=True)
    if wanted.since:
        rows = rows.filter(received_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(received_at__lt=wanted.until)
    dues = {
        "overdue": Q(due_at__lt=now),
        "soon": Q(due_at__gte=now, due_at__lt=now + SOON),
        "open": Q(ended_at=None),
    }
    return rows.filter(dues.get(wanted.due, Q()))


def steps_of(row: Appeal) -> frozenset[str]:
    """Return the codes of the steps that an appeal's state and door leave."""
    steps = {str(step) for step in rules.steps_in(row.state, row.door)}
    if row.replied_at is not None:
        steps.discard(str(rules.Step.REPLY))
    elif row.state == AppealState.MEDIATION:
        steps.discard(str(rules.Step.CLOSE))
    return frozenset(steps)


def quarter_table(year: int, quarter: int) -> QuarterTable:
    """Return the ministry's table of a quarter from what was imported."""
    counts, order = _counted(year, quarter)
    earlier, _order = _counted(*tables.before(year, quarter))
    return tables.table(order, counts, earlier)


def _counted(year: int, quarter: int) -> tuple[Mapping[str, tables.Counted], list[str]]:
    first = date(year, 3 * quarter - 2, 1)
    rows = AppealCount.objects.filter(since__gte=first, since__lte=date(year, 3 * quarter, 1))
    found = list(rows.order_by("since", "place", "operator")[: 3 * MOST_OPERATORS])
    counts = tables.together(
        tables.Counted(row.operator, row.since, row.service, row.network, row.charges, row.users)
        for row in found
    )
    return counts, list(dict.fromkeys(row.operator for row in found))


def quarters() -> list[tuple[int, int]]:
    """Return the quarters that counts are known for, newest first."""
    days = AppealCount.objects.order_by("-since").values_list("since", flat=True).distinct()
    return list(dict.fromkeys(tables.quarter_of(day) for day in days[:400]))
