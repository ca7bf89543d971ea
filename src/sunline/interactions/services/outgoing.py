"""Carrying what is owed to the outside: claimed by one worker, never sent twice knowingly.

A row is leased first, marked `sending` just before the act that cannot be taken back, and settled
after. A lease that runs out before the mark is simply claimed again; one that runs out after it
leaves the outcome unknown, which a person settles.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from sunline.kernel import log
from sunline.kernel.types import SYSTEM, Subject

from .. import events, files, rules
from ..models import Attachment, Interaction, Outgoing
from ..types import Carried, File, Outcome, OutgoingState, Parcel

LEASE = timedelta(minutes=2)


def claim_outgoing(now: datetime, *, channels: Collection[str], most: int = 20) -> list[Parcel]:
    """Lease up to `most` messages that are due on these channels to the caller."""
    with transaction.atomic():
        rows = (
            Outgoing.objects.filter(
                state=OutgoingState.WAITING, due_at__lte=now, channel__in=list(channels)
            )
            .filter(Q(leased_until=None) | Q(leased_until__lt=now))
            .order_by("due_at", "id")
        )
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        claimed = list(rows.select_related("message")[:most])
        Outgoing.objects.filter(id__in=[row.id for row in claimed]).update(
            attempts=F("attempts") + 1, leased_until=now + LEASE
        )
    return [_parcel(row) for row in claimed]


def _parcel(row: Outgoing) -> Parcel:
    kept = Attachment.objects.filter(message_id=row.message_id, refused="").order_by("id")
    return Parcel(
        outgoing_id=row.id,
        channel=row.channel,
        to=row.to,
        subject=row.message.subject,
        body=row.message.body,
        headers=row.message.headers,
        external_id=row.message.external_id,
        at=row.message.at,
        mailbox_code=row.mailbox_code,
        attempts=row.attempts + 1,
        files=tuple(
            File(file.name, file.content_type, files.path_of(file.sha256).read_bytes())
            for file in kept
        ),
    )


def hand_over(parcel: Parcel, now: datetime) -> bool:
    """Mark a parcel as leaving the house; return False when another worker holds it."""
    return bool(
        Outgoing.objects.filter(
            id=parcel.outgoing_id, attempts=parcel.attempts, state=OutgoingState.WAITING
        ).update(state=OutgoingState.SENDING, leased_until=now + LEASE)
    )


def settle_outgoing_parcel(parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a parcel; a claim that was lost meanwhile changes nothing."""
    if outcome.carried == Carried.LOST:
        return
    with transaction.atomic():
        row = (
            Outgoing.objects.select_for_update(of=("self",))
            .filter(id=parcel.outgoing_id, attempts=parcel.attempts)
            .filter(state__in=[OutgoingState.WAITING, OutgoingState.SENDING])
            .select_related("message")
            .first()
        )
        if row is None:
            return
        row.leased_until, row.last_error = None, outcome.detail[:2000]
        if outcome.carried == Carried.LATER and row.attempts < rules.MOST_ATTEMPTS:
            row.state = OutgoingState.WAITING
            row.due_at = now + rules.pause(row.attempts)
        elif outcome.carried == Carried.SENT:
            row.state, row.sent_at = OutgoingState.SENT, now
        elif outcome.carried == Carried.UNKNOWN:
            row.state = OutgoingState.UNKNOWN
        else:
            row.state = OutgoingState.FAILED
        row.save()
        if row.state != OutgoingState.WAITING:
            _record(row, now)


def sweep_unknown(now: datetime) -> int:
    """Lay aside for a person what a crash left half handed over; return how many."""
    with transaction.atomic():
        rows = Outgoing.objects.filter(
            state=OutgoingState.SENDING, leased_until__lt=now
        ).select_related("message")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.order_by("id")[:100])
        for row in found:
            row.state, row.leased_until = OutgoingState.UNKNOWN, None
            row.last_error = "the worker ended while handing this over"
            row.save()
            _record(row, now)
    return len(found)


def _record(row: Outgoing, now: datetime) -> None:
    interaction_id: UUID = row.message.interaction_id
    Interaction.objects.select_for_update().get(id=interaction_id)  # holds the order of its facts
    fact: events.MessageSent | events.MessageFailed
    if row.state == OutgoingState.SENT:
        fact = events.MessageSent(interaction_id, row.message_id)
    else:
        fact = events.MessageFailed(interaction_id, row.message_id, str(row.state))
    log.record(fact, subject=Subject("interaction", interaction_id), actor=SYSTEM, now=now)
