"""Recurring work of quality."""

from __future__ import annotations

from datetime import datetime

from . import services


def expire(now: datetime) -> None:
    """End the surveys that nobody answered in time."""
    services.expire(now)


def warn_overdue(now: datetime) -> None:
    """Tell of reviews and measures that became overdue."""
    services.warn_overdue(now)
    services.warn_overdue_measures(now)
