"""What routing does when capacity frees or somebody becomes ready."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from .services import assign_waiting
from .types import PresenceState

if TYPE_CHECKING:
    from sunline.kernel.models import Event


def on_room(event: Event, now: datetime) -> None:
    """Look for work for the person of the fact; runs outside a transaction, safe to run twice."""
    if event.payload.get("state", "back") in (PresenceState.READY, "back"):
        assign_waiting(now, for_account=UUID(event.payload["account_id"]))
