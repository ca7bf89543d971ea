"""Recurring work of the JSON interfaces."""

from __future__ import annotations

from datetime import datetime

from sunline.kernel import idempotency


def forget_keys(now: datetime) -> None:
    """Forget idempotency keys that are old enough."""
    idempotency.purge(now)
