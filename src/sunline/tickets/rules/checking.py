"""Which questions a reply must pass before the customer is answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID


class Question(Protocol):
    """One dated question; a blank kind or topic holds for every one."""

    code: str
    kind: str
    place: int
    since: datetime
    until: datetime | None

    @property
    def topic_id(self) -> UUID | None:
        """The topic at or below which it is asked."""


Q = TypeVar("Q", bound=Question)


def asked(rows: Iterable[Q], *, kind: str, topics: Collection[UUID], now: datetime) -> list[Q]:
    """Return the questions in force for a kind and a topic with its branches, by their place.

    The narrower row of a code replaces the wider one: topic before kind before all.
    """
    found: dict[str, Q] = {}
    for row in sorted(rows, key=_narrowness):
        if row.since > now or (row.until is not None and row.until <= now):
            continue
        if row.kind not in ("", kind) or (row.topic_id is not None and row.topic_id not in topics):
            continue
        found[row.code] = row
    return sorted(found.values(), key=lambda row: (row.place, row.code))


def _narrowness(row: Question) -> tuple[bool, bool]:
    return row.topic_id is not None, bool(row.kind)


def open_codes(codes: Sequence[str], passed: Collection[str]) -> list[str]:
    """Return the questions that were not passed."""
    return [code for code in codes if code not in passed]
