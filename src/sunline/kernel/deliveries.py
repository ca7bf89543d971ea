"""Claiming what is owed to listeners: by several workers at once, in order, without loss.

Only the first undone delivery of a (listener, subject) pair can be claimed, so each listener sees
a subject's facts in their order. A claim is a lease: a worker that dies loses it by time.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from . import clock, context, crash, events, listeners, log
from .models import Delivery, Event
from .queries import Units, owed_in
from .types import Actor, Subject

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
# A delivery that ends its worker never fails in so many words; it is laid aside all the same.
MOST_CLAIMS = 2 * MOST_ATTEMPTS
BATCH = 20
logger = logging.getLogger(__name__)


def due(now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that may be claimed now, oldest first."""
    earlier = Delivery.objects.filter(
        listener=OuterRef("listener"),
        subject_id=OuterRef("subject_id"),
        sequence__lt=OuterRef("sequence"),
    )
    return (
        Delivery.objects.filter(dead=False, due_at__lte=now)
        .filter(Q(leased_until=None) | Q(leased_until__lt=now))
        .filter(~Exists(earlier))
        .order_by("due_at", "id")
    )


def claim(now: datetime) -> list[Delivery]:
    """Lease up to `BATCH` deliveries to the caller; two workers never get the same one."""
    with transaction.atomic():
        rows = due(now)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        claimed = list(rows[:BATCH])
        for row in claimed:
            row.attempts += 1
            row.leased_until = now + LEASE
        Delivery.objects.filter(id__in=[row.id for row in claimed]).update(
            attempts=F("attempts") + 1, leased_until=now + LEASE
        )
    return claimed


def deliver(row: Delivery) -> bool:
    """Run the listener of a claimed delivery and settle it; return whether it went well."""
    now = clock.now()
    if row.attempts > MOST_CLAIMS:
        fail(row, "each worker that took it ended before it could finish", now)
        return False
    listener = listeners.all_listeners().get(row.listener)
    event = Event.objects.get(id=row.event_id)
    with context.correlation(event.correlation_id or None):
        try:
            if listener is None:
                raise LookupError(f"no listener named {row.listener}")
            handler = listener.resolve()
            if listener.outside:
                handler(event, now)
                crash.point("outside: before mark")
                return _finish(row)
            with transaction.atomic():
                if not _finish(row):
                    return False  # the lease was lost: another worker has it
                handler(event, now)
                crash.point("before commit")
            crash.point("after commit")
            return True
        except Exception as error:
            logger.warning("delivery failed", extra={"listener": row.listener}, exc_info=True)
            fail(row, repr(error), now)
            return False


def _finish(row: Delivery) -> bool:
    """Remove the delivery if this claim still holds it; the attempt number is the fence."""
    return bool(Delivery.objects.filter(id=row.id, attempts=row.attempts).delete()[0])


def fail(row: Delivery, reason: str, now: datetime) -> None:
    """Put the delivery off with growing pauses, or lay it aside for a person after the last try."""
    dead = row.attempts >= MOST_ATTEMPTS
    Delivery.objects.filter(id=row.id, attempts=row.attempts).update(
        leased_until=None,
        due_at=now + pause(row.attempts),
        dead=dead,
        last_error=reason[:2000],
    )


def pause(attempts: int) -> timedelta:
    """Return how long to wait after a failed attempt: doubling from 2 s to an hour, jittered."""
    return timedelta(seconds=min(3600, 2**attempts) * random.uniform(0.8, 1.2))


@transaction.atomic
def replay(delivery_id: UUID, *, units: Units = None, actor: Actor, now: datetime) -> bool:
    """Give a dead delivery of the units a fresh set of attempts; return whether there was one."""
    row = _dead(delivery_id, units)
    if row is None:
        return False
    Delivery.objects.filter(id=row.id).update(dead=False, attempts=0, due_at=now, leased_until=None)
    fact = events.DeliveryReplayed(row.listener, row.event_id)
    log.record(fact, subject=Subject("delivery", row.id), actor=actor, now=now)
    return True


@transaction.atomic
def skip(delivery_id: UUID, *, units: Units = None, actor: Actor, now: datetime) -> bool:
    """Give up on a dead delivery of the units so that later ones flow; return whether it was."""
    row = _dead(delivery_id, units)
    if row is None:
        return False
    Delivery.objects.filter(id=row.id).delete()
    fact = events.DeliverySkipped(row.listener, row.event_id)
    log.record(fact, subject=Subject("delivery", row.id), actor=actor, now=now)
    return True


def _dead(delivery_id: UUID, units: Units) -> Delivery | None:
    """Return a delivery that was laid aside, locked for the transaction at hand."""
    rows = owed_in(units).filter(id=delivery_id, dead=True)
    return rows.select_for_update(of=("self",)).first()


def drain(now: datetime | None = None, most: int = 10_000) -> int:
    """Deliver everything that is due, in this process, and return how many went well."""
    done = 0
    while done < most:
        claimed = claim(now or clock.now())
        if not claimed:
            break
        done += sum(deliver(row) for row in claimed)
    return done
