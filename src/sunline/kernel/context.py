"""The correlation id of the work at hand, for logs and events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .ids import new_id

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("correlation", default="")


def correlation_id() -> str:
    """Return the bound correlation id, or an empty string outside any work."""
    return _current.get()


@contextmanager
def correlation(wanted: str | None = None) -> Iterator[str]:
    """Bind a correlation id: the wanted one when it is well formed, else a new one."""
    current = wanted if wanted and WELL_FORMED.fullmatch(wanted) else new_id().hex
    token = _current.set(current)
    try:
        yield current
    finally:
        _current.reset(token)
