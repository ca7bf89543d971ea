"""Writing facts: one row in the event log and one row for each listener that is owed it.

All rows go into the caller's transaction, so a change and its history stand or fall together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from . import context, listeners, rows
from .facts import Fact
from .ids import new_id
from .models import Delivery, Event
from .types import Actor, Subject


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact ready to be written: about what, by whom, when, and its place in the order."""

    subject: Subject
    sequence: int
    fact: Fact
    actor: Actor
    at: datetime


def record(
    fact: Fact, *, subject: Subject, actor: Actor, now: datetime, sequence: int | None = None
) -> UUID:
    """Write one fact with its deliveries and return the event's id.

    The caller holds the subject's row, or gives the sequence number it has reserved.
    """
    if sequence is None:
        last = Event.objects.filter(subject_id=subject.id).aggregate(last=Max("sequence"))["last"]
        sequence = (last or 0) + 1
    return record_all([Entry(subject, sequence, fact, actor, now)])[0]


def record_all(entries: Sequence[Entry], *, deliver: bool = True) -> list[UUID]:
    """Write many facts in two statements; without deliveries for imported history."""
    events = [event_row(entry) for entry in entries]
    Event.objects.bulk_create(events)
    if deliver:
        owed = [row for event in events for row in delivery_rows(event)]
        if owed:
            Delivery.objects.bulk_create(owed)
    return [event.id for event in events]


def write(entries: Sequence[Entry], batch: rows.Batch | None = None) -> list[UUID]:
    """Write facts with their deliveries by prepared statements: the quick way, same rows.

    With a batch they go with whatever else is in it when the caller sends it.
    """
    events = [event_row(entry) for entry in entries]
    wanted = batch or rows.Batch()
    wanted.insert(events)
    wanted.insert([row for event in events for row in delivery_rows(event)])
    if batch is None:
        wanted.send()
    return [event.id for event in events]


def last_entry(subject_id: UUID) -> Event | None:
    """Return the newest fact about a subject."""
    return Event.objects.filter(subject_id=subject_id).order_by("-sequence").first()


def event_row(entry: Entry) -> Event:
    """Return the unsaved log row of an entry."""
    return rows.fresh(
        Event,
        id=new_id(),
        subject_kind=entry.subject.kind,
        subject_id=entry.subject.id,
        sequence=entry.sequence,
        kind=entry.fact.KIND,
        at=entry.at,
        actor_kind=entry.actor.kind,
        actor_id=entry.actor.id,
        actor_label=entry.actor.label,
        unit_id=entry.actor.unit_id,
        correlation_id=context.correlation_id(),
        payload=entry.fact.payload(),
    )


def delivery_rows(event: Event) -> list[Delivery]:
    """Return the unsaved rows of what is owed to each listener of the event's kind."""
    return [
        rows.fresh(
            Delivery,
            id=new_id(),
            listener=name,
            event_id=event.id,
            subject_id=event.subject_id,
            sequence=event.sequence,
            due_at=event.at,
        )
        for name in listeners.by_kind().get(event.kind, ())
    ]


def history(subject_id: UUID) -> list[Event]:
    """Return all facts about a subject, oldest first."""
    return list(Event.objects.filter(subject_id=subject_id).order_by("sequence"))
