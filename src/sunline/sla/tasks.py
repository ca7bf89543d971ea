"""Background entry points."""

from __future__ import annotations

from datetime import datetime

from . import services


def sweep(now: datetime) -> None:
    """Give the warnings that are due and mark missed limits."""
    services.sweep(now)
