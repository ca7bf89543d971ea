"""Whether two versions of a limit hold on the same day."""

from __future__ import annotations

from datetime import date

# From the first day up to, and without, the last; None has no end.
Span = tuple[date, date | None]


def overlap(one: Span, other: Span) -> bool:
    """Return whether the spans share a day."""
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])
