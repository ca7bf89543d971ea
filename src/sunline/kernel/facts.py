"""The shape of a fact: a frozen dataclass in a room's `events.py`, holding ids and codes only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar
from uuid import UUID

_names: dict[type, tuple[str, ...]] = {}  # the fields of each fact, found out once


@dataclass(frozen=True, slots=True)
class Fact:
    """Base of all facts. `KIND` carries the version: `ticket.dispatched@1`."""

    KIND: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """Return the fact as JSON values; empty ones are left out."""
        found: dict[str, Any] = {}
        names = _names.get(type(self))
        if names is None:
            names = _names[type(self)] = tuple(item.name for item in fields(self))
        for name in names:
            value = getattr(self, name)
            if value is None or value == "" or value == ():
                continue
            if isinstance(value, UUID):
                value = str(value)
            elif hasattr(value, "isoformat"):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = [str(part) if isinstance(part, UUID) else part for part in value]
            found[name] = value
        return found
