"""Recurring work of workforce."""

from __future__ import annotations

from datetime import datetime

from . import services


def bulletins(now: datetime) -> None:
    """Write the bulletin of the last full hour for each city that has none."""
    services.make_bulletins(now)
