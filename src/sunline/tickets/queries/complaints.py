"""The complaints of a viewer's units: counted, and page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from ..access import visible
from ..models import Ticket
from ..types import FINAL, Flag, Kind, State, TicketRow
from .work import with_lines

ANSWERED = (State.AWAITING_REVISIT, State.LONG_TERM)
STATES: Mapping[str, Q] = {
    "open": Q(closed_at=None) & ~Q(state__in=ANSWERED),
    "answered": Q(state__in=ANSWERED),
    "closed": Q(state=State.CLOSED),
    "ended": Q(state__in=FINAL - {State.CLOSED}),
}
RISKS: Mapping[str, Q] = {
    "high": Q(complaint__score__gte=60),
    "middle": Q(complaint__score__gte=30, complaint__score__lt=60),
    "low": Q(complaint__score__lt=30),
}
NO_CAUSE = "none"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which complaints are looked at; `cause` takes in what lies below it."""

    since: datetime
    until: datetime | None = None
    grade: str = ""
    state: str = ""
    level: str = ""
    flag: str = ""
    risk: str = ""
    cause: str = ""
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The complaints of a filter in figures; shares are of all of them, times until the answer."""

    total: int
    handled: int
    solved: int
    escalated: int
    repeated: int
    mean_time: timedelta | None
    by_grade: Mapping[str, int]
    by_state: Mapping[str, int]
    by_level: Mapping[str, int]
    by_flag: Mapping[str, int]
    by_cause: Mapping[str, int]

    @property
    def handled_share(self) -> int | None:
        """How many of a hundred were answered or ended."""
        return round(100 * self.handled / self.total) if self.total else None

    @property
    def repeated_share(self) -> int | None:
        """How many of a hundred repeat an earlier one."""
        return round(100 * self.repeated / self.total) if self.total else None


def complaint_list(
    viewer: Viewer, wanted: CaseFilter, *, cursor: str | None = None, limit: int = 25
) -> Page[TicketRow]:
    """Return one page of complaints, newest first."""
    rows = _narrowed(viewer, wanted)
    return with_lines(page(rows.values("id"), order=("-id",), cursor=cursor, limit=limit))


def complaint_figures(viewer: Viewer, wanted: CaseFilter) -> CaseFigures:
    """Return the figures of the filter; each cut leaves its own choice aside, so that it shows."""
    rows = _narrowed(viewer, wanted)
    took = ExpressionWrapper(F("answered_at") - F("registered_at"), output_field=DurationField())
    whole = rows.aggregate(
        total=Count("id"),
        handled=Count("id", filter=~Q(answered_at=None) | Q(state__in=FINAL)),
        solved=Count("id", filter=Q(result="accepted")),
        escalated=Count("id", filter=~Q(complaint__level="agent")),
        repeated=Count("id", filter=Q(complaint__repeated=True)),
        mean_time=Avg(took),
        **{f"flag_{flag}": Count("id", filter=Q(**{f"complaint__{flag}": True})) for flag in Flag},
    )
    flags = {str(flag): whole.pop(f"flag_{flag}") for flag in Flag}
    any_state = _narrowed(viewer, replace(wanted, state=""))
    return CaseFigures(
        **whole,
        by_flag=flags,
        by_grade=_cut(_narrowed(viewer, replace(wanted, grade="")), "complaint__grade"),
        by_level=_cut(_narrowed(viewer, replace(wanted, level="")), "complaint__level"),
        by_cause=_cut(_narrowed(viewer, replace(wanted, cause="")), "complaint__cause"),
        by_state=any_state.aggregate(
            **{name: Count("id", filter=condition) for name, condition in STATES.items()}
        ),
    )


def _cut(rows: QuerySet[Ticket], by: str) -> dict[str, int]:
    found: Any = rows.order_by().values_list(by).annotate(count=Count("id"))
    return {str(code): count for code, count in found}


def _narrowed(viewer: Viewer, wanted: CaseFilter) -> QuerySet[Ticket]:
    rows = Ticket.objects.filter(visible(viewer), kind=Kind.COMPLAINT).exclude(complaint=None)
    rows = rows.filter(registered_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(registered_at__lt=wanted.until)
    if wanted.grade:
        rows = rows.filter(complaint__grade=wanted.grade)
    if wanted.level:
        rows = rows.filter(complaint__level=wanted.level)
    if wanted.flag:
        rows = rows.filter(**{f"complaint__{wanted.flag}": True})
    if wanted.cause:
        code = "" if wanted.cause == NO_CAUSE else wanted.cause
        below = Q(complaint__cause__startswith=f"{code}.") if code else Q(pk__in=[])
        rows = rows.filter(Q(complaint__cause=code) | below)
    if wanted.unit_id is not None:
        path = unit_tree().path(wanted.unit_id)
        units = unit_tree().ids_below([path]) if path else []
        rows = rows.filter(Q(home_unit_id__in=units) | Q(unit_id__in=units))
    rows = rows.filter(STATES.get(wanted.state, Q()))
    return rows.filter(RISKS.get(wanted.risk, Q()))
