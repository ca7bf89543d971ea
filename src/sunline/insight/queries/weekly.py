"""Reads of the week's lists, each within the viewer's units."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from sunline.kernel.errors import NotFound
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.knowledge import queries as knowledge
from sunline.staff.queries import unit_tree, units_held
from sunline.staff.types import Viewer
from sunline.tickets import queries as tickets
from sunline.tickets.types import TicketRow

from .. import permissions
from ..models import WeekEntry, WeekList
from ..types import EntryView, WeekRow, WeekView

WEEK = timedelta(weeks=1)


def week_lists(
    viewer: Viewer,
    *,
    unit_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[WeekRow]:
    """Return one page of the week's lists of the viewer's units, newest first."""
    rows = lists_seen(viewer)
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    rows = rows.annotate(n_entries=Count("entries", filter=Q(entries__removed_at=None)))
    found = page(rows, order=("-week", "-id"), cursor=cursor, limit=limit)
    return Page([_row(row) for row in found.items], found.next, found.previous)


def week_list(viewer: Viewer, list_id: UUID) -> WeekView:
    """Return a list of the viewer's units; raises NotFound for any other."""
    rows = lists_seen(viewer).filter(id=list_id)
    row = rows.annotate(n_entries=Count("entries", filter=Q(entries__removed_at=None))).first()
    if row is None:
        raise NotFound
    since, until = bounds(row.week)
    entries = list(row.entries.order_by("kind", "place", "id"))
    return WeekView(_row(row), since, until, row.version, _views(entries))


def entry_tickets(
    viewer: Viewer, entry_id: UUID, *, cursor: str | None = None
) -> tuple[EntryView, WeekView, Page[TicketRow]]:
    """Return a line about a topic with its list and one page of the tickets behind it.

    Raises NotFound for a line that the viewer may not see.
    """
    entry = WeekEntry.objects.filter(id=entry_id, list__in=lists_seen(viewer)).first()
    if entry is None or entry.topic_id is None:
        raise NotFound
    found = week_list(viewer, entry.list_id)
    units = units_below(found.row.unit_id)
    topics = topics_below(entry.topic_id)
    shown = tickets.tickets_on(viewer, units, topics, found.since, found.until, cursor=cursor)
    return _views([entry])[0], found, shown


def lists_seen(viewer: Viewer) -> QuerySet[WeekList]:
    """Return the lists of the viewer's units."""
    viewer.require(permissions.VIEW_WEEKLY.code)
    units = units_held(viewer, permissions.VIEW_WEEKLY.code)
    return WeekList.objects.all() if units is None else WeekList.objects.filter(unit_id__in=units)


def bounds(week: date) -> tuple[datetime, datetime]:
    """Return the first moment of a week and the first after it, in the operator's zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(week, time.min, zone), datetime.combine(week + WEEK, time.min, zone)


def units_below(unit_id: UUID) -> list[UUID]:
    """Return a unit and all below it."""
    path = unit_tree().path(unit_id)
    return unit_tree().ids_below([path]) if path else []


def topics_below(topic_id: UUID) -> list[UUID]:
    """Return a topic and all below it."""
    tree = knowledge.topics()
    top = tree.get(topic_id)
    return [row.id for row in tree.below(top.code)] if top else []


def _row(row: WeekList) -> WeekRow:
    return WeekRow(
        row.id,
        row.unit_id,
        row.week,
        row.state,
        row.made_at,
        row.published_at,
        row.published_by,
        row.n_entries,  # type: ignore[attr-defined]
    )


def _views(entries: list[WeekEntry]) -> list[EntryView]:
    names = tickets.named([row.ticket_id for row in entries if row.ticket_id])
    found = []
    for row in entries:
        number, title = names.get(row.ticket_id, ("", "")) if row.ticket_id else ("", "")
        found.append(
            EntryView(
                id=row.id,
                kind=row.kind,
                topic_id=row.topic_id,
                ticket_id=row.ticket_id,
                number=number,
                title=title,
                figures=row.figures,
                comment=row.comment,
                comment_by=row.comment_by,
                added_by=row.added_by,
                removed=row.removed_at is not None,
            )
        )
    return found
