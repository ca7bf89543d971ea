"""Finding clocks whose next warning has come; several workers may sweep at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from sunline.kernel import log
from sunline.kernel.types import SYSTEM, Subject

from .. import events
from ..models import Clock
from ..policies import ladder
from ..rules import due as rules
from ..rules import ladder as rungs
from ..rules.decent import tell_at
from .clocks import breach_entries, limit_of, pauses_of

BATCH = 500
# A sweep ends after this many batches, so that a backlog does not outlast the worker's lease.
MOST_BATCHES = 40


def sweep(now: datetime, *, batch: int = BATCH) -> int:
    """Give the warnings that are due and mark missed limits; return how many clocks were touched.

    A clock that has passed several rungs since the last sweep gets only the highest; a limit that
    was missed is always said to be.
    """
    done = 0
    for _ in range(MOST_BATCHES):
        touched = _sweep_batch(now, batch)
        done += touched
        if touched < batch:
            break
    return done


def _sweep_batch(now: datetime, most: int) -> int:
    """Settle one batch; rows that another worker holds are left to it."""
    with transaction.atomic():
        rows = Clock.objects.filter(warn_at__lt=now, stopped_at=None, paused_at=None)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        clocks = list(rows.order_by("warn_at")[:most])
        if not clocks:
            return 0
        entries = _judge(clocks, now)
        Clock.objects.bulk_update(clocks, ["warned", "warn_at", "breached_at"])
        log.record_all(entries)
    return len(clocks)


def _judge(clocks: Sequence[Clock], now: datetime) -> list[log.Entry]:
    """Set each clock's warning, next moment and miss, and return the facts to write."""
    stretches, steps = pauses_of(clocks), ladder(now)
    entries: list[log.Entry] = []
    for clock in clocks:
        limit, pauses = limit_of(clock), stretches.get(clock.id, ())
        hours = rules.basis(limit.rule.allowance, limit.rule.hours)
        rung = rungs.reached(now, clock.started_at, clock.due_at, hours, pauses, steps)
        if rung >= rungs.OVERDUE and clock.breached_at is None:
            clock.breached_at, clock.warned = clock.due_at, rungs.OVERDUE
            entries += breach_entries(clock, limit, now)
        if rung > clock.warned:
            clock.warned = rung
            entries.append(_warning(clock, rung, tell_at(now, limit.calendar.hours.zone), now))
        following = rungs.next_rung(
            clock.warned, clock.started_at, clock.due_at, hours, pauses, steps
        )
        clock.warn_at = following[1] if following else None
    return entries


def _warning(clock: Clock, percent: int, tell: datetime, now: datetime) -> log.Entry:
    fact = events.ClockWarned(
        subject_kind=clock.subject_kind,
        subject_id=clock.subject_id,
        purpose=clock.purpose,
        percent=percent,
        due_at=clock.due_at,
        tell_at=tell,
        unit_id=clock.unit_id,
    )
    subject = Subject(events.SUBJECT, clock.id)
    return log.Entry(subject, events.SEQUENCE_OF[percent], fact, SYSTEM, now)
