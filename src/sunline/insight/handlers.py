"""Counting facts as they arrive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from . import services

if TYPE_CHECKING:
    from sunline.kernel.models import Event


def count(event: Event, now: datetime) -> None:
    """Count the fact, once however often it is delivered."""
    services.count(event)
