"""What arrived and could not be read is kept whole, for a person to look at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from .models import Unreadable
from .types import Actor


def keep(*, source: str, reason: str, body: bytes, now: datetime, detail: str = "") -> UUID:
    """Store the raw bytes with where they came from and why they failed; return the row's id."""
    row = Unreadable.objects.create(
        source=source[:48], reason=reason[:64], body=body, arrived_at=now, detail=detail[:4000]
    )
    return row.id


def waiting() -> int:
    """Return how many kept items nobody has settled yet."""
    return Unreadable.objects.filter(settled_at=None).count()


def settle(item_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Mark an item as looked after; return whether it was still open."""
    return bool(
        Unreadable.objects.filter(id=item_id, settled_at=None).update(
            settled_at=now, settled_by=actor.id
        )
    )
