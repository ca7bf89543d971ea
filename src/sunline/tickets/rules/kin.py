"""Which tickets belong together: repeats of one matter, and near copies of one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from .search import query_grams

ROOT_SEQ = 1
MOST = 400  # pairs of a text that are compared


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier ticket of the same customer, line or contact; `topic` is its topic's code."""

    id: UUID
    topic: str
    registered_at: datetime


def branch(code: str, level: int) -> str:
    """Return the code of a topic cut to so many levels; one of fewer levels stands for itself."""
    return ".".join(code.split(".")[:level]) if code else ""


def repeated(
    topic: str, at: datetime, earlier: Iterable[Earlier], *, level: int, window: timedelta
) -> Earlier | None:
    """Return the latest earlier ticket on the same branch of topics within the window, or None.

    A ticket without a topic repeats nothing. The window's far edge still counts.
    """
    wanted = branch(topic, level)
    if not wanted:
        return None
    fitting = [
        one
        for one in earlier
        if branch(one.topic, level) == wanted and at - window <= one.registered_at <= at
    ]
    return max(fitting, key=lambda one: (one.registered_at, one.id), default=None)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are: shared pairs of characters over all pairs (Jaccard), 0 to 1.

    Two texts without any letters are not alike.
    """
    return _jaccard(_pairs(one), _pairs(other))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(query_grams(text, most=MOST))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    whole = len(one | other)
    return len(one & other) / whole if whole else 0.0


def alike(
    text: str, others: Sequence[tuple[UUID, str]], *, least: float
) -> list[tuple[UUID, float]]:
    """Return which of the other texts are at least so alike, the most alike first."""
    mine = _pairs(text)
    found = [(key, _jaccard(mine, _pairs(other))) for key, other in others]
    return sorted(
        (pair for pair in found if pair[1] >= least), key=lambda pair: (-pair[1], pair[0])
    )
