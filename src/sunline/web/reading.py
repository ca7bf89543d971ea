"""Reading what a browser sent."""

from __future__ import annotations

from django.http import HttpRequest

from sunline.kernel.reading import (
    Values,
    choice,
    day,
    day_end,
    day_start,
    flag,
    local_moment,
    merged,
    needed,
    number,
    text,
    uuid,
)

__all__ = [
    "Values",
    "choice",
    "cursor",
    "day",
    "day_end",
    "day_start",
    "flag",
    "local_moment",
    "merged",
    "needed",
    "number",
    "text",
    "uuid",
]


def cursor(request: HttpRequest) -> str | None:
    """Return the paging cursor of the address."""
    return text(request.GET, "cursor", most=600) or None
