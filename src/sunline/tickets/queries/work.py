"""Work lists: the views a person works from, their counts and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from sunline.kernel import masking
from sunline.kernel.paging import page
from sunline.kernel.prepared import PreparedIn
from sunline.kernel.types import Page
from sunline.knowledge import queries as knowledge
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import permissions
from ..access import visible
from ..models import Complaint, JointWork, Pressure, Ticket
from ..types import Kind, State, TicketRow, WorkFilter

UNCHECKED = "unchecked"
SOON = timedelta(hours=4)
VIEWS = (
    "mine",
    "unassigned",
    "unit",
    "to_check",
    "to_answer",
    "due_soon",
    "overdue",
    "joint",
    "supervised",
    "escalated",
    "long_term",
    "open",
    "all",
)

OWN = (
    "id",
    "number",
    "version",
    "title",
    "kind",
    "state",
    "urgency",
    "priority",
    "channel",
    "unit_id",
    "topic_id",
    "reporting_type",
    "complexity",
    "scope",
    "feedback",
    "truth",
    "registered_at",
    "updated_at",
    "next_due_at",
)
JOINED = ("handler__staff_no", "customer__party__name", "complaint__grade")
COLUMNS = (*OWN, *JOINED)


def work_list(
    viewer: Viewer,
    wanted: WorkFilter,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[TicketRow]:
    """Return one page of a view: open work by its next due moment, everything newest first."""
    rows = narrowed(viewer, wanted, now)
    order = ("-id",) if wanted.view == "all" else ("next_due_at", "id")
    return with_lines(page(rows.values(*ORDERED), order=order, cursor=cursor, limit=limit))


_SUPERVISED = Pressure.objects.filter(kind="supervise", reported_at=None).values("ticket_id")

# What pages are cut by: few columns sort quickly, and the lines of a page come by their keys.
ORDERED = ("id", "next_due_at")
LINES = PreparedIn(lambda ids: Ticket.objects.filter(id__in=ids).values_list(*OWN, *JOINED))


def with_lines(found: Page[Any]) -> Page[TicketRow]:
    """Return a page of keys as a page of masked lines."""
    keys = [row["id"] for row in found.items]
    lines = {row[0]: to_row(dict(zip(COLUMNS, row, strict=True))) for row in LINES.rows(keys)}
    return Page([lines[key] for key in keys if key in lines], found.next, found.previous)


def narrowed(viewer: Viewer, wanted: WorkFilter, now: datetime) -> QuerySet[Ticket]:
    """Return the tickets of a view that pass its filters and that the viewer may see."""
    # What a unit is asked to join it may see, wherever the customer is at home.
    scope = Q() if wanted.view == "joint" else visible(viewer)
    rows = Ticket.objects.filter(scope).filter(view_condition(viewer, wanted.view, now))
    if wanted.view != "all":
        rows = rows.filter(closed_at=None)
    exact = {
        "state": wanted.state,
        "kind": wanted.kind,
        "urgency": wanted.urgency,
        "reporting_type": wanted.reporting_type,
        "complexity": wanted.complexity,
        "scope": wanted.scope,
        "feedback": wanted.feedback,
        "truth": wanted.truth if wanted.truth != UNCHECKED else "",
        "unit_id": wanted.unit_id,
        "customer_id": wanted.customer_id,
        "complaint__grade": wanted.grade,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.truth == UNCHECKED:
        rows = rows.filter(truth="")
    if wanted.since:
        rows = rows.filter(registered_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(registered_at__lt=wanted.until)
    return rows


def view_condition(viewer: Viewer, view: str, now: datetime) -> Q:
    """Return what makes a ticket belong to a view; an unknown view is the viewer's own work."""
    conditions = {
        "unassigned": Q(
            handler=None, state__in=[State.AWAITING_DISPATCH, State.AWAITING_ACCEPTANCE]
        ),
        "unit": Q(unit_id=viewer.unit_id),
        "to_check": Q(state=State.AWAITING_CHECK),
        "to_answer": Q(state=State.AWAITING_ANSWER),
        "due_soon": Q(next_due_at__gte=now, next_due_at__lt=now + SOON),
        "overdue": Q(next_due_at__lt=now),
        "joint": Q(id__in=_asked_of(viewer)),
        "supervised": Q(id__in=_SUPERVISED),
        "escalated": Q(id__in=_escalated_to(viewer)),
        "long_term": Q(state=State.LONG_TERM),
        "open": Q(),
        "all": Q(),
    }
    return conditions.get(view, Q(handler_id=viewer.actor.id))


def _asked_of(viewer: Viewer) -> QuerySet[Any]:
    """Return the ids of the tickets in which a part is asked of the viewer's units."""
    units = unit_tree().ids_below(viewer.paths(permissions.ACCEPT.code))
    rows = JointWork.objects.filter(unit_id__in=units, replied_at=None, cancelled_at=None)
    return rows.values("ticket_id")


def _escalated_to(viewer: Viewer) -> QuerySet[Any]:
    """Return the ids of the complaints that went up to a unit the viewer leads cases for."""
    units = unit_tree().ids_below(viewer.paths(permissions.DEESCALATE.code))
    return Complaint.objects.filter(unit_id__in=units).values("ticket_id")


def counts(viewer: Viewer, *, now: datetime) -> dict[str, int]:
    """Return how many tickets each view holds, in one pass over the open ones."""
    rows = Ticket.objects.filter(visible(viewer), closed_at=None)
    joint = Ticket.objects.filter(view_condition(viewer, "joint", now), closed_at=None).count()
    return {"joint": joint} | rows.aggregate(
        **{
            view: Count("id", filter=view_condition(viewer, view, now))
            for view in VIEWS
            if view not in {"all", "open", "joint"}
        },
        open=Count("id"),
    )


def to_row(row: Mapping[str, Any]) -> TicketRow:
    """Return the masked line of a row of `COLUMNS`."""
    unit = unit_tree().get(row["unit_id"])
    name = row["customer__party__name"]
    topic = knowledge.topics().get(row["topic_id"])
    return TicketRow(
        **{field: row[field] for field in OWN},
        customer=masking.name(name) if name else "",
        unit=unit.name if unit else "",
        handler=row["handler__staff_no"] or "",
        topic=topic.name if topic else "",
        on_hold=row["state"] == State.ON_HOLD,
        grade=(row["complaint__grade"] or "") if row["kind"] == Kind.COMPLAINT else "",
    )
