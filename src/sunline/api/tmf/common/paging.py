"""Offset and limit, the counts in headers, and the links to the neighbouring pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sunline.kernel.errors import Invalid, Problem

from .texts import NOT_A_COUNT

DEFAULT_LIMIT = 25
MOST = 250
FARTHEST = 2**31


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that the caller wants."""

    offset: int = 0
    limit: int = DEFAULT_LIMIT
    before: str = ""
    after: str = ""
    sort: tuple[str, ...] = ()
    counted: bool = False  # the caller pages by offset


def window(query: Mapping[str, str]) -> Window:
    """Return the window of a query; raise Invalid for what is not a count."""
    return Window(
        offset=_count(query, "offset", 0),
        limit=min(_count(query, "limit", DEFAULT_LIMIT), MOST),
        before=query.get("before", ""),
        after=query.get("after", ""),
        sort=tuple(part.strip() for part in query.get("sort", "").split(",") if part.strip()),
        counted="offset" in query,
    )


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > FARTHEST:
        raise Invalid([Problem(name, "not_a_count", NOT_A_COUNT)])
    return int(text)


def headers(
    address: str,
    parameters: list[tuple[str, str]],
    part: Window,
    *,
    total: int,
    shown: int,
    cursors: tuple[str, str] | None = None,
) -> dict[str, str]:
    """Return the counts and the links of a page; `cursors` are those before and after it."""
    kept = [(key, value) for key, value in parameters if key not in ("offset", "before", "after")]

    def link(relation: str, **extra: str | int) -> str:
        query = urlencode([*kept, *((key, str(value)) for key, value in extra.items())])
        return f'<{address}{"?" if query else ""}{query}>; rel="{relation}"'

    links = []
    if cursors is not None:
        if cursors[0]:
            links.append(link("prev", before=cursors[0]))
        if cursors[1]:
            links.append(link("next", after=cursors[1]))
    elif part.limit:
        links.append(link("self", offset=part.offset))
        if part.offset + shown < total and shown:
            links.append(link("next", offset=part.offset + shown))
        if part.offset:
            links.append(link("prev", offset=max(0, part.offset - part.limit)))
        if total:
            links.append(link("last", offset=(total - 1) // part.limit * part.limit))
    result = {"X-Total-Count": str(total), "X-Result-Count": str(shown)}
    if links:
        result["Link"] = ", ".join(links)
    return result
