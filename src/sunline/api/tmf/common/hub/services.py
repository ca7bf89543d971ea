"""Subscribing to events, writing what is owed to subscriptions, and sending it."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sunline.api.errors import CallbackRefused, SubscribedAlready
from sunline.api.models import HubDelivery, HubSubscription
from sunline.api.tmf.common import times
from sunline.kernel import clock, crash
from sunline.kernel.deliveries import pause
from sunline.kernel.errors import NotFound, Refused, SunlineError
from sunline.kernel.ids import new_id
from sunline.staff.types import Viewer

from . import guard, sender

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 14
AT_ONCE = 8
BATCH = 32
LONGEST_ROUND = timedelta(seconds=8)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """An event ready to be owed to a subscription."""

    subscription_id: UUID
    subject_id: UUID
    order: int
    event_id: UUID
    event_type: str
    body: str


def subscribe(
    viewer: Viewer, *, api: str, version: str, callback: str, query: str, now: datetime
) -> HubSubscription:
    """Register a callback; raise CallbackRefused or SubscribedAlready."""
    guard.target_of(callback)
    client = client_of(viewer)
    digest = hashlib.sha256(f"{callback}\0{query}".encode()).hexdigest()
    try:
        with transaction.atomic():
            return HubSubscription.objects.create(
                api=api,
                version=version,
                client_id=client,
                unit_path=viewer.unit_path,
                callback=callback,
                query=query,
                digest=digest,
                secret=secrets.token_urlsafe(32),
                created_at=now,
            )
    except IntegrityError as error:
        raise SubscribedAlready() from error


def client_of(viewer: Viewer) -> UUID:
    """Return the id of the client that calls; only clients may subscribe."""
    if viewer.actor.id is None:
        raise Refused()
    return viewer.actor.id


def subscription_for(viewer: Viewer, subscription_id: str, *, api: str) -> HubSubscription:
    """Return the viewer's own live subscription; raise NotFound for any other."""
    try:
        wanted = UUID(subscription_id)
    except ValueError as error:
        raise NotFound() from error
    row = HubSubscription.objects.filter(
        id=wanted, client_id=client_of(viewer), api=api, ended_at=None
    ).first()
    if row is None:
        raise NotFound()
    return row


def unsubscribe(viewer: Viewer, subscription_id: str, *, api: str, now: datetime) -> None:
    """End a subscription; what it was still owed is dropped."""
    row = subscription_for(viewer, subscription_id, api=api)
    with transaction.atomic():
        HubSubscription.objects.filter(id=row.id, ended_at=None).update(ended_at=now)
        HubDelivery.objects.filter(subscription_id=row.id).delete()


def owe(notices: Sequence[Notice], *, now: datetime) -> None:
    """Write what is owed, in the caller's transaction; doing it twice changes nothing."""
    HubDelivery.objects.bulk_create(
        [
            HubDelivery(
                id=new_id(),
                subscription_id=notice.subscription_id,
                subject_id=notice.subject_id,
                order=notice.order,
                event_id=notice.event_id,
                event_type=notice.event_type,
                body=notice.body,
                due_at=now,
                created_at=now,
            )
            for notice in notices
        ],
        ignore_conflicts=True,
    )


def _due(now: datetime) -> QuerySet[HubDelivery]:
    earlier = HubDelivery.objects.filter(
        subscription_id=OuterRef("subscription_id"),
        subject_id=OuterRef("subject_id"),
        order__lt=OuterRef("order"),
    )
    return (
        HubDelivery.objects.filter(dead=False, due_at__lte=now, subscription__ended_at=None)
        .filter(Q(leased_until=None) | Q(leased_until__lt=now))
        .filter(~Exists(earlier))
        .order_by("due_at", "id")
    )


def claim(now: datetime, most: int = BATCH) -> list[HubDelivery]:
    """Lease the first undone delivery of each subscription and subject, oldest first."""
    with transaction.atomic():
        rows = _due(now).select_related("subscription")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        claimed = list(rows[:most])
        HubDelivery.objects.filter(id__in=[row.id for row in claimed]).update(
            attempts=F("attempts") + 1, leased_until=now + LEASE
        )
        for row in claimed:
            row.attempts += 1
    return claimed


def send_due(now: datetime) -> None:
    """Send everything that is due, several at a time, for a bounded while."""
    until = now + LONGEST_ROUND
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hub") as pool:
        while (moment := clock.now()) < until:
            claimed = claim(moment)
            if not claimed:
                return
            crash.point("hub: before send")
            # Threads only speak to the network; the database stays with this thread.
            # Each is settled as it comes back: a slow listener holds up nobody else, and a crash
            # leaves few that were sent and not yet marked.
            sent = {pool.submit(_send, row): row for row in claimed}
            for future in as_completed(sent):
                crash.point("hub: before mark")
                settle(sent[future], future.result(), now=clock.now())


def _send(row: HubDelivery) -> str:
    """Send one delivery and return why it was not taken, or an empty text."""
    try:
        sender.post(
            row.subscription.callback,
            row.body.encode(),
            secret=row.subscription.secret,
            moment=times.written(clock.now()),
            event_id=str(row.event_id),
            attempt=row.attempts,
        )
        crash.point("hub: after send")
    except sender.NotTaken as error:
        return str(error) or "not taken"
    except CallbackRefused as error:
        return f"refused: {error.params.get('reason')}"
    except (SunlineError, ValueError) as error:
        return repr(error)
    return ""


def settle(row: HubDelivery, error: str, *, now: datetime) -> None:
    """Remove a delivery that was taken, or put it off; the attempt number is the fence."""
    held = HubDelivery.objects.filter(id=row.id, attempts=row.attempts)
    if not error:
        held.delete()
        return
    dead = row.attempts >= MOST_ATTEMPTS
    logger.warning("notification not taken", extra={"subscription": row.subscription_id})
    held.update(
        leased_until=None, due_at=now + pause(row.attempts), dead=dead, last_error=error[:2000]
    )


def replay(delivery_id: UUID, *, now: datetime) -> bool:
    """Give a dead notification a fresh set of attempts; return whether there was one."""
    return bool(
        HubDelivery.objects.filter(id=delivery_id, dead=True).update(
            dead=False, attempts=0, due_at=now, leased_until=None
        )
    )


def skip(delivery_id: UUID) -> bool:
    """Give up on a dead notification so that later ones of its ticket flow."""
    return bool(HubDelivery.objects.filter(id=delivery_id, dead=True).delete()[0])
