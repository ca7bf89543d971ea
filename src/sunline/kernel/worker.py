"""The background worker: delivers facts, runs jobs and recurring tasks until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import close_old_connections, connection, transaction
from django.db.models import Q

from . import clock, crash, deliveries, listeners
from .models import Job, PeriodicRun

IDLE = 0.25
LEASE = timedelta(minutes=5)
LEAST_LEASE = timedelta(seconds=60)
MOST_JOB_ATTEMPTS = 3
# A job that ends its worker never fails in so many words; it is given up all the same.
MOST_CLAIMS = 24
logger = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Work until `stop` is set; an unexpected error pauses the loop and never ends it."""
    while not stop.is_set():
        try:
            if not turn():
                stop.wait(IDLE)
        except Exception:
            logger.exception("worker turn failed")
            close_old_connections()
            stop.wait(2)


def turn() -> int:
    """Do one round of everything that is due and return how much was done."""
    now = clock.now()
    claimed = deliveries.claim(now)
    for row in claimed:
        deliveries.deliver(row)
    return len(claimed) + run_periodic(now) + run_job(now)


def run_periodic(now: datetime) -> int:
    """Run each recurring task that is due and that no other worker holds."""
    done = 0
    for task in listeners.all_periodic().values():
        if not _claim_periodic(task.name, now, task.every):
            continue
        error = ""
        try:
            task.resolve()(now)
        except Exception as failure:
            logger.exception("recurring task failed", extra={"task": task.name})
            error = repr(failure)[:2000]
        crash.point("recurring: before mark")
        # Only our own lease is given back: after it ran out another worker may hold the next.
        PeriodicRun.objects.filter(name=task.name, last_started_at=now).update(
            leased_until=None, last_ended_at=clock.now(), last_error=error
        )
        done += 1
    return done


def lease_of(every: timedelta) -> timedelta:
    """Return how long a dead worker keeps others from a recurring task: its pace, within bounds."""
    return min(LEASE, max(LEAST_LEASE, every))


def _claim_periodic(name: str, now: datetime, every: timedelta) -> bool:
    """Lease a recurring task if it is due; the conditional update lets one worker win."""
    rows = PeriodicRun.objects.filter(name=name)
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = PeriodicRun.objects.filter(free, name=name, due_at__lte=now)
    if due.exists():
        taken = due.update(
            due_at=now + every, leased_until=now + lease_of(every), last_started_at=now
        )
        return bool(taken)
    if not rows.exists():
        PeriodicRun.objects.get_or_create(name=name, defaults={"due_at": now})
    return False


def run_job(now: datetime, *, only: UUID | None = None) -> int:
    """Run the oldest waiting job, or only the one named, if it waits; return how many ran."""
    with transaction.atomic():
        rows = Job.objects.filter(state="waiting", due_at__lte=now).filter(
            Q(leased_until=None) | Q(leased_until__lt=now)
        )
        if only is not None:
            rows = rows.filter(id=only)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        job = rows.order_by("due_at").first()
        if job is None:
            return 0
        job.attempts += 1
        job.leased_until = now + LEASE
        job.save(update_fields=["attempts", "leased_until"])
    crash.point("job: before start")
    # The attempt number is the fence: a job that another worker took over is its own to end.
    held = Job.objects.filter(id=job.id, attempts=job.attempts)
    try:
        if job.attempts > MOST_CLAIMS:
            raise RuntimeError("each worker that took it ended before it could finish")
        listeners.all_jobs()[job.kind].resolve()(job, now)
    except Exception as failure:
        logger.exception("job failed", extra={"job": job.kind})
        last = job.attempts >= MOST_JOB_ATTEMPTS
        held.update(
            state="failed" if last else "waiting",
            leased_until=None,
            due_at=clock.now() + timedelta(seconds=10 * job.attempts),
            last_error=repr(failure)[:2000],
            ended_at=clock.now() if last else None,
        )
        return 1
    crash.point("job: before mark")
    held.update(state="done", leased_until=None, ended_at=clock.now())
    return 1


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Yield an event that is set on SIGTERM or SIGINT."""
    stop = threading.Event()
    before = {
        signum: signal.signal(signum, lambda *_: stop.set())
        for signum in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
