"""Finding tickets for TMF621: by filter, by cursor, one; always within the client's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from sunline.api.models import ClientDocument
from sunline.api.tmf.common.filters import Condition, ElementCondition
from sunline.api.tmf.common.paging import Window
from sunline.api.tmf.common.texts import CURSOR_AND_SORT, NOT_SORTABLE, TOO_BROAD
from sunline.kernel import paging
from sunline.kernel.errors import Invalid, NotFound, Problem
from sunline.kernel.models import Event
from sunline.kernel.prepared import Prepared
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets.queries import TicketView, ticket_for
from sunline.tickets.queries.work import narrowed
from sunline.tickets.types import WorkFilter

from . import mapping, sql
from .representation import Described, Held, Step, resource

if TYPE_CHECKING:
    from sunline.tickets.models import Ticket

COLUMNS = (
    *("id", "number", "version", "state", "kind", "severity", "urgency", "title", "description"),
    *("channel", "external_id", "client_id", "home_unit_id", "unit_id"),
    *("registered_at", "answered_at", "closed_at", "updated_at"),
)
MOST_SCANNED = 5000
CHUNK = 250
SORTABLE = {
    "id": "id",
    "creationDate": "registered_at",
    "lastUpdate": "updated_at",
    "name": "title",
    "severity": "severity",
}
NEWEST = ("-id",)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of tickets, how many there are in all, and the cursors around the page."""

    items: Sequence[Held]
    total: int
    cursors: tuple[str, str] | None = None


def base(viewer: Viewer, now: datetime) -> QuerySet[Ticket]:
    """Return the tickets a client may see, without those it has deleted."""
    deleted = ClientDocument.objects.filter(ticket_id=OuterRef("pk"), deleted_version__gt=0)
    return narrowed(viewer, WorkFilter(view="all"), now).filter(~Exists(deleted))


def one(viewer: Viewer, number: str) -> Held:
    """Return one ticket by its number; raise NotFound for any that may not be seen."""
    view = ticket_for(viewer, number)
    held = _detailed(view) if view.number == number else None
    if held is None or (held.described is not None and held.described.deleted_version):
        raise NotFound()
    return held


def for_events(ticket_id: UUID) -> Held | None:
    """Return a ticket for its notifications, deleted ones too; who may see it is asked later."""
    try:
        return _detailed(ticket_for(system_viewer(), ticket_id))
    except NotFound:
        return None


def _detailed(view: TicketView) -> Held:
    """Return a ticket with document, public notes and history: three prepared queries."""
    row = {name: getattr(view, name) for name in COLUMNS}
    found = DOCUMENT.rows(view.id)
    return Held(
        row,
        Described(*found[0]) if found else None,
        [dict(zip(NOTE, note, strict=True)) for note in NOTES.rows(view.id)],
        steps_from(STEPS.rows(view.id)),
    )


def find(
    viewer: Viewer,
    conditions: Sequence[Condition],
    element: ElementCondition | None,
    part: Window,
    *,
    version: str,
    now: datetime,
    details: bool = True,
) -> Found:
    """Return the page of tickets that fit all conditions.

    What SQL cannot decide is decided on the resources themselves, for at most MOST_SCANNED of
    them; beyond that raises Invalid, asking for a narrower filter.
    """
    rows, left = sql.narrow(base(viewer, now), conditions, version)
    checks: list[Condition | ElementCondition] = list(left)
    if element is not None:
        checks.append(element)
    order = _order(part)
    if checks:
        return _scan(rows.order_by(*order), checks, part, version)
    # v5 knows cursors: its pages lead on by them unless the caller counts or sorts.
    plainly = version == "v5" and not part.counted and not part.sort and part.limit > 0
    if part.before or part.after or plainly:
        return _by_cursor(rows, part, order, details)
    total = rows.count()
    page = list(rows.order_by(*order).values(*COLUMNS)[part.offset : part.offset + part.limit])
    return Found(with_details(page) if details else plain(page), total)


def _order(part: Window) -> tuple[str, ...]:
    if not part.sort:
        return NEWEST
    if part.before or part.after:
        raise Invalid([Problem("sort", "cursor_and_sort", CURSOR_AND_SORT)])
    order = []
    for name in part.sort:
        field = SORTABLE.get(name.lstrip("-+"))
        if field is None:
            raise Invalid([Problem("sort", "not_sortable", NOT_SORTABLE)])
        order.append(f"-{field}" if name.startswith("-") else field)
    return (*order, "-id")


def _by_cursor(
    rows: QuerySet[Ticket], part: Window, order: tuple[str, ...], details: bool
) -> Found:
    if part.offset or (part.before and part.after):
        raise Invalid([Problem("offset", "cursor_and_offset", CURSOR_AND_SORT)])
    cursor = f"<{part.before}" if part.before else part.after
    found = paging.page(rows, order=order, cursor=cursor, limit=part.limit)
    items = found.items if part.limit else ()
    page = [{name: getattr(row, name) for name in COLUMNS} for row in items]
    cursors = ((found.previous or "").lstrip("<"), found.next or "")
    return Found(with_details(page) if details else plain(page), rows.count(), cursors)


def _scan(
    rows: QuerySet[Ticket],
    checks: Sequence[Condition | ElementCondition],
    part: Window,
    version: str,
) -> Found:
    """Look at the candidates one by one."""
    candidates = list(rows.values(*COLUMNS)[: MOST_SCANNED + 1])
    if len(candidates) > MOST_SCANNED:
        raise Invalid([Problem("filter", "too_broad", TOO_BROAD)])
    fitting = []
    for start in range(0, len(candidates), CHUNK):
        for held in with_details(candidates[start : start + CHUNK]):
            shown = resource(held, version)
            if all(check.holds(shown) for check in checks):
                fitting.append(held)
    return Found(fitting[part.offset : part.offset + part.limit], len(fitting))


def plain(rows: Sequence[Mapping[str, Any]]) -> list[Held]:
    """Return tickets with their documents, without notes and history."""
    documents = described_by([row["id"] for row in rows])
    return [Held(row, documents.get(row["id"])) for row in rows]


def with_details(rows: Sequence[Mapping[str, Any]]) -> list[Held]:
    """Return tickets with documents, public notes and history: three queries for any number."""
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    documents, notes, steps = described_by(ids), public_notes(ids), steps_of(ids)
    return [
        Held(row, documents.get(row["id"]), notes.get(row["id"], ()), steps.get(row["id"], ()))
        for row in rows
    ]


def described_by(ids: Sequence[UUID]) -> dict[UUID, Described]:
    """Return what clients said of these tickets."""
    rows = ClientDocument.objects.filter(ticket_id__in=ids).values_list("ticket_id", *SAID)
    return {row[0]: Described(*row[1:]) for row in rows}


def _notes(**of: Any) -> Any:
    """Return the notes of some tickets that the customer may read, oldest first."""
    rows = narrowed(system_viewer(), WorkFilter(view="all"), first_moment()).filter(**of)
    return rows.filter(notes__public=True).order_by("notes__id").values_list(*NOTE_COLUMNS)


def first_moment() -> datetime:
    """Return a moment for views that do not depend on one."""
    return datetime.min.replace(tzinfo=UTC)


def public_notes(ids: Sequence[UUID]) -> dict[UUID, list[Mapping[str, Any]]]:
    """Return what the customer may read on these tickets, oldest first."""
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for ticket, *note in _notes(id__in=ids).values_list("pk", *NOTE_COLUMNS):
        found.setdefault(ticket, []).append(dict(zip(NOTE, note, strict=True)))
    return found


def steps_of(ids: Sequence[UUID]) -> dict[UUID, list[Step]]:
    """Return the changes of status of these tickets, from the event log."""
    events = Event.objects.filter(subject_id__in=ids).order_by("subject_id", "sequence")
    rows = events.values_list("subject_id", *STEP_COLUMNS)
    return {
        subject: steps_from([row[1:] for row in part])
        for subject, part in groupby(rows, key=lambda row: row[0])
    }


def steps_from(events: Iterable[tuple[Any, ...]]) -> list[Step]:
    """Return the changes of status that one ticket's facts tell of."""
    steps: list[Step] = []
    for sequence, at, payload in events:
        state = payload.get("state")
        status = mapping.status_of(state) if state else ""
        if status and (not steps or steps[-1].status != status):
            steps.append(Step(status, at, payload.get("reason", ""), sequence))
    return steps


NOTHING = UUID(int=0)
NOTE = ("note", "text", "author_id", "author_label", "at")
NOTE_COLUMNS = ("notes__id", *(f"notes__{name}" for name in NOTE[1:]))
STEP_COLUMNS = ("sequence", "at", "payload")
SAID = (
    *("version", "client_id", "ticket_type", "kind", "severity", "priority", "document"),
    *("reason_version", "deleted_version"),
)
DOCUMENT = Prepared(lambda: ClientDocument.objects.filter(ticket_id=NOTHING).values_list(*SAID))
NOTES = Prepared(lambda: _notes(id=NOTHING))
STEPS = Prepared(
    lambda: Event.objects.filter(subject_id=NOTHING).order_by("sequence").values_list(*STEP_COLUMNS)
)
