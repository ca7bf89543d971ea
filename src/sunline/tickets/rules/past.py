"""What a line about a past ticket means: moments as people write them, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from ..types import State

# Year, month and day as they are written in Chinese, by their code points.
MARKS: dict[int, str] = {
    **{ord(mark): "-" for mark in "/."},
    0x5E74: "-",
    0x6708: "-",
    0x65E5: " ",
    ord("T"): " ",
}
SINGLE = re.compile(r"(?<!\d)(\d)(?!\d)")


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment a cell names, in UTC, or None; without an offset it is of the zone."""
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        day, _, clock = text.translate(MARKS).strip().partition(" ")
        padded = SINGLE.sub(r"0\1", f"{day} {clock.strip().replace('-', '.') or '00:00'}")
        try:
            found = datetime.fromisoformat(padded)
        except ValueError:
            return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def state_of(moments: Mapping[str, datetime | None]) -> State:
    """Return where a ticket stands that reached these moments and names no state."""
    for name, state in (
        ("closed_at", State.CLOSED),
        ("answered_at", State.AWAITING_REVISIT),
        ("replied_at", State.AWAITING_CHECK),
        ("accepted_at", State.IN_HANDLING),
        ("dispatched_at", State.AWAITING_ACCEPTANCE),
    ):
        if moments.get(name):
            return state
    return State.AWAITING_DISPATCH
