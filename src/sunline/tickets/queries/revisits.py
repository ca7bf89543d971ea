"""The revisit list (回访) and the rates that are only shown together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q, QuerySet

from sunline.kernel import masking
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import permissions
from ..models import RevisitPlan
from ..rules.revisit import SATISFIED_FROM
from ..types import Outcome, RevisitStep

HEARD = (Outcome.ACCEPTED, Outcome.EXPLAINED, Outcome.SETTLED, Outcome.UNSOLVED)
REACHED = Q(required=True, ended_how__in=["call", "customer"], outcome__in=HEARD)
# What the rates count, each a condition on the plans of the answers of a period.
MEASURES: dict[str, Q] = {
    "answered": Q(),
    "required": Q(required=True),
    "revisited": Q(required=True, attempts__gt=0) | REACHED,
    "reached": REACHED,
    "satisfied": REACHED & (Q(score__gte=SATISFIED_FROM) | Q(score=None, outcome="accepted")),
    "reopened": Q(ended_how="reopened") | Q(outcome=Outcome.UNSOLVED, ended_at__isnull=False),
    "given_up": Q(required=True, fallback_at__isnull=False),
    "promise_broken": Q(promise_kept="no"),
}


@dataclass(frozen=True, slots=True)
class RevisitRow:
    """One line of the revisit list; the customer is masked."""

    ticket_number: str
    title: str
    customer: str
    unit_id: UUID
    reason: str
    step: str
    attempts: int
    due_at: datetime | None
    made_at: datetime
    ended_how: str
    outcome: str
    score: int | None
    promise_kept: str
    attitude: str
    fallback_channel: str


@dataclass(frozen=True, slots=True)
class RevisitFigures:
    """Counts over the answers of a period; every rate is a quotient of two of them.

    回访率 = revisited / required, 接触率 = reached / revisited, 满意率 = satisfied / reached,
    重开率 = reopened / answered.
    """

    answered: int
    required: int
    revisited: int
    reached: int
    satisfied: int
    reopened: int
    given_up: int
    promise_broken: int
    score: float | None  # mean of 1 to 10 among those who gave one


def revisit_rows(
    viewer: Viewer,
    view: str,
    *,
    now: datetime,
    measure: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[RevisitRow]:
    """Return one page: calls due now, later, those asked in writing, or the rows of a measure."""
    rows = _scoped(viewer)
    if view == "rows":
        rows = _period(rows, since, until).filter(MEASURES.get(measure, Q()))
        order: tuple[str, ...] = ("-made_at", "-id")
    else:
        rows = rows.filter(_view(view, now))
        order = ("due_at", "id") if view != "done" else ("-made_at", "-id")
    found = page(rows.values(*COLUMNS), order=order, cursor=cursor, limit=limit)
    return Page([_row(row) for row in found.items], found.next, found.previous)


def revisit_counts(viewer: Viewer, *, now: datetime) -> dict[str, int]:
    """Return how many lines each view of the open revisits holds."""
    views = ("due", "later", "fallback")
    rows = _scoped(viewer).filter(ended_at=None, required=True)
    return rows.aggregate(**{view: Count("id", filter=_view(view, now)) for view in views})


def revisit_figures(viewer: Viewer, since: datetime, until: datetime) -> RevisitFigures:
    """Return the counts over the answers given from one moment to another."""
    rows = _period(_scoped(viewer), since, until)
    found: dict[str, Any] = rows.aggregate(
        # Under names of their own: some measures are called as the columns they look at.
        **{f"n_{name}": Count("id", filter=condition) for name, condition in MEASURES.items()},
        mean=Avg("score"),
    )
    return RevisitFigures(score=found["mean"], **{name: found[f"n_{name}"] for name in MEASURES})


def _scoped(viewer: Viewer) -> QuerySet[RevisitPlan]:
    viewer.require(permissions.VIEW_REVISITS.code)
    units = unit_tree().ids_below(viewer.paths(permissions.VIEW_REVISITS.code))
    return RevisitPlan.objects.filter(ticket__home_unit_id__in=units)


def _period(
    rows: QuerySet[RevisitPlan], since: datetime | None, until: datetime | None
) -> QuerySet[RevisitPlan]:
    if since is not None:
        rows = rows.filter(made_at__gte=since)
    return rows.filter(made_at__lt=until) if until is not None else rows


def _view(view: str, now: datetime) -> Q:
    owed = Q(ended_at=None, required=True)
    if view == "due":
        return owed & Q(step=RevisitStep.CALLING, due_at__lte=now)
    if view == "later":
        return owed & Q(step=RevisitStep.CALLING, due_at__gt=now)
    if view == "fallback":
        return owed & Q(step=RevisitStep.FALLBACK)
    return Q(ended_at__isnull=False, required=True)


OWN = (
    "id",
    "reason",
    "step",
    "attempts",
    "due_at",
    "made_at",
    "ended_how",
    "outcome",
    "score",
    "promise_kept",
    "attitude",
    "fallback_channel",
)
JOINED = (
    "ticket__number",
    "ticket__title",
    "ticket__home_unit_id",
    "ticket__customer__party__name",
)
COLUMNS = (*OWN, *JOINED)


def _row(row: dict[str, Any]) -> RevisitRow:
    name = row["ticket__customer__party__name"]
    return RevisitRow(
        ticket_number=row["ticket__number"],
        title=row["ticket__title"],
        customer=masking.name(name) if name else "",
        unit_id=row["ticket__home_unit_id"],
        **{field: row[field] for field in OWN if field != "id"},
    )
