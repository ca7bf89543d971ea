"""Giving waiting work out by rule; any number of workers may do it at once.

A transaction takes a part of one queue's line: it locks the items (skipping what others hold),
reads the queue's people, decides in memory, and writes the items, the loads and the facts in one
statement. Only the people chosen are locked, by key; when one of them is no longer as they were
read, the part is decided anew. Nobody waits for an item while holding a person, and people are
locked in one order, so that no two workers block each other for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from sunline.kernel.prepared import Prepared

from .. import rules
from ..models import QueueItem
from ..queries import Seen, crew, has_room, lock, with_work
from ..types import Candidate, Item, QueueRow, Waiting
from .batch import Given, write_given

PART = 1000
MOST_PARTS = 10
ATTEMPTS = 4  # the last one holds everybody before it reads them


def assign_waiting(now: datetime, *, for_account: UUID | None = None) -> int:
    """Give waiting work of automatic queues to people who can take it; return how much.

    With `for_account` only queues that the person could serve are looked at: somebody became
    ready or has room again.
    """
    return sum(_assign(queue, now) for queue in with_work() if has_room(queue, now, for_account))


def _assign(queue: QueueRow, now: datetime) -> int:
    """Give out what waits in one queue, part by part, until nothing or nobody is left."""
    given, stuck = 0, list[UUID]()
    for _ in range(MOST_PARTS):
        items, decided = _part(queue, stuck, now)
        given += len(decided)
        taken = {row.id for row, _ in decided}
        stuck += [row.id for row in items if row.id not in taken]
        if len(items) < PART or not decided:
            break
    return given


def _part(queue: QueueRow, stuck: Sequence[UUID], now: datetime) -> tuple[list[Waiting], Given]:
    """Give out the first part of the line; return it, and what was given to whom."""
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                items = _next(queue, stuck)
                decided = _decide(queue, items, now, hold_all=attempt == ATTEMPTS - 1)
                write_given(decided, now)
                return items, decided
        except _Overtaken:
            continue
    return [], []


class _Overtaken(Exception):
    """Somebody was given work, or changed state, between the decision and its writing."""


def _lines(queue_id: UUID) -> QuerySet[QueueItem, Any]:
    """Return the waiting work of a queue: most pressing first, then by deadline, then by age."""
    rows = QueueItem.objects.filter(queue_id=queue_id, ended_at=None, given_to=None)
    ordered = rows.order_by("-priority", F("due_at").asc(nulls_last=True), "waiting_since", "id")
    return ordered.select_for_update(of=("self",), skip_locked=True).values_list(*Waiting._fields)


_FIRST = Prepared(lambda: _lines(UUID(int=0))[:PART])


def _next(queue: QueueRow, stuck: Sequence[UUID]) -> list[Waiting]:
    """Return and lock the next part of the line, without what is known to be stuck."""
    rows = _lines(queue.id).exclude(id__in=stuck)[:PART] if stuck else _FIRST.rows(queue.id)
    return [Waiting(*row) for row in rows]


def _decide(queue: QueueRow, items: Sequence[Waiting], now: datetime, *, hold_all: bool) -> Given:
    """Return who gets which of the items, and lock them; raise _Overtaken."""
    if not items:
        return []
    channels = {row.channel for row in items}
    people = crew(queue, now, channels=channels)
    if hold_all:
        lock([one.account_id for one in people])
        people = crew(queue, now, channels=channels)
    floor = rules.Floor(people, queue.strategy, now)
    read = dict(floor.people)
    decided = [(row, floor.decide(item_of(row, queue, now))) for row in items]
    given = [(row, decision) for row, decision in decided if decision.account_id is not None]
    chosen = {decision.account_id for _, decision in given if decision.account_id is not None}
    held = lock(chosen)
    if any(held.get(person) != _seen(read[person]) for person in chosen):
        raise _Overtaken
    return given


def _seen(one: Candidate) -> Seen:
    return one.state, one.load, one.capacity, one.last_given_at


def item_of(row: Waiting, queue: QueueRow, now: datetime) -> Item:
    """Return a queue's item as the decision sees it, with what its waiting has eased."""
    skills, eased = queue.skills, ""
    if skills and (queue.relax_minutes or queue.waive_minutes):
        waited = (now - row.waiting_since).total_seconds() / 60
        skills, eased = rules.ease(skills, waited, queue.relax_minutes, queue.waive_minutes)
    preferred: tuple[tuple[str, UUID], ...] = ()
    if queue.preferences:
        own = {"last_agent": row.last_account, "account_manager": row.manager_account}
        preferred = tuple((code, who) for code in queue.preferences if (who := own.get(code)))
    return Item(skills, row.not_account, row.channel, row.weight, preferred, eased)
