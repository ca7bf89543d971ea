"""Reading the event log, dead letters, jobs and unreadable items for people and for live pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from .errors import NotFound
from .ids import first_id_at
from .models import Delivery, Event, Job, PeriodicRun, Unreadable
from .paging import page
from .types import Page

MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which facts to show; empty fields do not narrow."""

    kind: str = ""  # a whole kind, or its beginning: `ticket.`
    actor: str = ""  # the label as it was recorded
    subject_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


# The units whose rows may be seen: None for all. Rows without a unit are in no such list.
Units = Collection[UUID] | None


def events_since(moment: datetime) -> list[Event]:
    """Return the facts recorded since the moment, oldest first, at most a few thousand."""
    return list(Event.objects.filter(id__gt=first_id_at(moment)).order_by("id")[:MOST_AT_ONCE])


def find_events(
    wanted: EventFilter, *, units: Units = None, cursor: str | None = None, limit: int = 50
) -> Page[Event]:
    """Return one page of facts that somebody of the units caused, newest first."""
    rows = Event.objects.all()
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    if wanted.kind:
        rows = rows.filter(kind__startswith=wanted.kind)
    if wanted.actor:
        rows = rows.filter(actor_label=wanted.actor)
    if wanted.subject_id:
        rows = rows.filter(subject_id=wanted.subject_id)
    # Ids sort by time of writing, which is how far back an import's own moment may lie.
    if wanted.since:
        rows = rows.filter(id__gte=first_id_at(wanted.since))
    if wanted.until:
        rows = rows.filter(id__lt=first_id_at(wanted.until))
    return page(rows, order=("-id",), cursor=cursor, limit=limit)


def dead_deliveries(
    *, units: Units = None, cursor: str | None = None, limit: int = 50
) -> Page[Delivery]:
    """Return one page of deliveries that a listener gave up on, newest first, with their facts."""
    rows = owed_in(units).filter(dead=True).select_related("event")
    return page(rows, order=("-id",), cursor=cursor, limit=limit)


def unreadable_items(
    *, settled: bool = False, cursor: str | None = None, limit: int = 50
) -> Page[Unreadable]:
    """Return one page of things that could not be read, newest first, without their bodies."""
    rows = Unreadable.objects.filter(settled_at__isnull=not settled).defer("body")
    return page(rows, order=("-id",), cursor=cursor, limit=limit)


def unreadable_item(item_id: UUID) -> Unreadable:
    """Return one kept item with its body; raise NotFound."""
    row = Unreadable.objects.filter(id=item_id).first()
    if row is None:
        raise NotFound
    return row


def owed_in(units: Units) -> QuerySet[Delivery]:
    """Return what is owed to listeners of facts that somebody of the units caused."""
    rows = Delivery.objects.all()
    return rows if units is None else rows.filter(event__unit_id__in=units)


def jobs_of(units: Units) -> QuerySet[Job]:
    """Return the jobs that somebody of the units asked for."""
    rows = Job.objects.all()
    return rows if units is None else rows.filter(unit_id__in=units)


def jobs(*, units: Units = None, cursor: str | None = None, limit: int = 50) -> Page[Job]:
    """Return one page of background jobs, newest first."""
    return page(jobs_of(units), order=("-id",), cursor=cursor, limit=limit)


def job(job_id: UUID) -> Job:
    """Return one job; raise NotFound."""
    row = Job.objects.filter(id=job_id).first()
    if row is None:
        raise NotFound
    return row


def periodic_runs() -> list[PeriodicRun]:
    """Return the recurring tasks with their last run, by name."""
    return list(PeriodicRun.objects.order_by("name"))


def backlog(units: Units = None) -> dict[str, int]:
    """Return how much is owed to listeners, given up on, unreadable, and waiting as jobs.

    What is unreadable belongs to no unit.
    """
    unreadable = Unreadable.objects.filter(settled_at=None)
    return {
        "owed": owed_in(units).filter(dead=False).count(),
        "dead": owed_in(units).filter(dead=True).count(),
        "unreadable": unreadable.count() if units is None else 0,
        "jobs": jobs_of(units).filter(state__in=["waiting", "running"]).count(),
        "failed_jobs": jobs_of(units).filter(state="failed").count(),
    }
