"""Recurring work of routing."""

from __future__ import annotations

from datetime import datetime

from . import services


def assign(now: datetime) -> None:
    """Give out what waits; facts about freed people only make this quicker."""
    services.assign_waiting(now)


def recount(now: datetime) -> None:
    """Set each person's load to the work they really hold."""
    services.recount(now)
