"""What quality does when something happens to a ticket; each is safe to run twice."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from . import services

if TYPE_CHECKING:
    from sunline.kernel.models import Event


def on_answered(event: Event, now: datetime) -> None:
    """Ask the customer to rate the answer; a second delivery asks no second time."""
    services.invite(event.subject_id, now=now, answer=event.sequence)


def on_trouble(event: Event, now: datetime) -> None:
    """Let a ticket owe a review when it is major, its answer did not hold or a limit was missed.

    The subject is the ticket, or a clock that names the ticket in its payload.
    """
    reason = services.owes(event.kind, event.payload, now)
    if reason is not None:
        subject = event.payload.get("subject_id")
        services.owe(UUID(subject) if subject else event.subject_id, reason, now=now)


def on_closed(event: Event, now: datetime) -> None:
    """Count the time for a review from the closing of its ticket."""
    services.ticket_closed(event.subject_id, now=now)
