"""The complaints of a viewer's units: counted, and page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from ..access import visible
from ..models import Ticket
from ..types import FINAL, Flag, Kind, Level, State, TicketRow
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
CUTS = ("grade", "state", "level", "flag", "cause")


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
    """Return the figures of the filter; each cut leaves its own choice aside, so that it shows.

    One pass over the rows counts every combination of cuts; what is asked is added up from those.
    """
    rows = _narrowed(viewer, _without(wanted, *CUTS))
    took = ExpressionWrapper(F("answered_at") - F("registered_at"), output_field=DurationField())
    groups: list[dict[str, Any]] = list(
        rows.order_by()
        .values("state", *(f"complaint__{name}" for name in ("grade", "level", "cause", *Flag)))
        .annotate(
            total=Count("id"),
            handled=Count("id", filter=~Q(answered_at=None) | Q(state__in=FINAL)),
            solved=Count("id", filter=Q(result="accepted")),
            timed=Count("answered_at"),
            took=Sum(took),
        )
    )
    chosen = [group for group in groups if _fits(group, wanted)]
    timed = sum(group["timed"] for group in chosen)
    spent = sum((group["took"] or timedelta() for group in chosen), timedelta())
    return CaseFigures(
        total=_sum(chosen, "total"),
        handled=_sum(chosen, "handled"),
        solved=_sum(chosen, "solved"),
        escalated=sum(g["total"] for g in chosen if g["complaint__level"] != Level.AGENT),
        repeated=sum(g["total"] for g in chosen if g["complaint__repeated"]),
        mean_time=spent / timed if timed else None,
        by_flag={
            str(flag): sum(g["total"] for g in chosen if g[f"complaint__{flag}"]) for flag in Flag
        },
        by_grade=_cut(groups, wanted, "grade", _of("grade")),
        by_level=_cut(groups, wanted, "level", _of("level")),
        by_cause=_cut(groups, wanted, "cause", _of("cause")),
        by_state={**dict.fromkeys(STATES, 0), **_cut(groups, wanted, "state", _state)},
    )


def _without(wanted: CaseFilter, *cuts: str) -> CaseFilter:
    """Return the filter with nothing chosen of these cuts."""
    nothing: dict[str, Any] = dict.fromkeys(cuts, "")
    return replace(wanted, **nothing)


def _sum(groups: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(group[name] for group in groups)


def _of(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda group: str(group[f"complaint__{name}"])


def _state(group: Mapping[str, Any]) -> str:
    """Return which of STATES the state of a group is."""
    state = group["state"]
    if state in FINAL:
        return "closed" if state == State.CLOSED else "ended"
    return "answered" if state in ANSWERED else "open"


def _cut(
    groups: Iterable[Mapping[str, Any]],
    wanted: CaseFilter,
    cut: str,
    name: Callable[[Mapping[str, Any]], str],
) -> dict[str, int]:
    """Return the counts by one cut, whatever was chosen of that cut itself."""
    free, found = _without(wanted, cut), Counter[str]()
    for group in groups:
        if _fits(group, free):
            found[name(group)] += group["total"]
    return dict(found)


def _fits(group: Mapping[str, Any], wanted: CaseFilter) -> bool:
    """Return whether a group is among what the cuts of the filter leave."""
    cause = group["complaint__cause"]
    return (
        wanted.state in ("", _state(group))
        and wanted.grade in ("", group["complaint__grade"])
        and wanted.level in ("", group["complaint__level"])
        and (not wanted.flag or group[f"complaint__{wanted.flag}"])
        and (not wanted.cause or _below(cause, "" if wanted.cause == NO_CAUSE else wanted.cause))
    )


def _below(cause: str, code: str) -> bool:
    return cause == code or (code != "" and cause.startswith(f"{code}."))


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
