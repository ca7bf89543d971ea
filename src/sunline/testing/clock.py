"""The moment at which the tests take place."""

from __future__ import annotations

from datetime import UTC, datetime

# Friday 20 November 2026, 12:00 in Beijing: an ordinary working day.
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
