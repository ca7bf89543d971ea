"""The bulletin's text, and who may sign a shift log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

OUT, IN, NOBODY = "out", "in", ""
NONE = "—"  # a figure that nothing measures yet


def side_to_sign(
    *, out_by: UUID | None, out_at: datetime | None, in_at: datetime | None, who: UUID | None
) -> str:
    """Return which side somebody signs for next: out first, then in by another; blank for none."""
    if in_at is not None or who is None:
        return NOBODY
    if out_at is None:
        return OUT
    return NOBODY if who == out_by else IN


def quotient(part: int | None, whole: int | None) -> str:
    """Return a percentage with one decimal, a dash where there is nothing to divide."""
    if part is None or not whole:
        return NONE
    return f"{100 * part / whole:.1f}%"


def shown(values: Mapping[str, object], name: str) -> str:
    """Return a figure of a mapping as text, a dash where it is unknown."""
    value = values.get(name)
    return NONE if value is None or value == "" else str(value)
