"""The `query` of a subscription: which events it wants.

For example `eventType=TroubleTicketCreateEvent`. Dotted paths reach into the event:
`event.troubleTicket.severity=Urgent&eventType=…`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from sunline.api.tmf.common.filters import OPERATORS, Condition, unquoted
from sunline.kernel.errors import Invalid, Problem

from ..texts import BAD_FILTER

FIRST = frozenset(
    {"eventType", "eventId", "eventTime", "event", "domain", "title", "priority", "correlationId"}
)
LONGEST = 2000


@lru_cache(maxsize=512)
def parse(text: str) -> Sequence[Condition]:
    """Return the conditions of a query; raise Invalid when it is not understood."""
    text = text.strip().lstrip("?")
    if not text:
        return ()
    try:
        pairs = (
            parse_qsl(text, strict_parsing=True, max_num_fields=50) if len(text) < LONGEST else []
        )
    except ValueError as error:
        raise _bad() from error
    found = []
    for name, value in pairs:
        path, sign = tuple(name.split(".")), "eq"
        if len(path) > 1 and path[-1] in OPERATORS:
            path, sign = path[:-1], path[-1]
        if path[0] not in FIRST or not all(path):
            raise _bad()
        found.append(Condition(path, sign, tuple(unquoted(part) for part in value.split(","))))
    if not found:
        raise _bad()
    return tuple(found)


def wants(text: str, event: Mapping[str, Any]) -> bool:
    """Return whether a subscription with this query wants the event."""
    return all(condition.holds(event) for condition in parse(text))


def _bad() -> Invalid:
    return Invalid([Problem("query", "bad_filter", BAD_FILTER)])
