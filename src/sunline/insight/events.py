"""Facts about the week's lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class WeekCounted(Fact):
    """A week's list was counted, or counted anew."""

    KIND: ClassVar[str] = "week.counted@1"
    unit: UUID
    week: date
    entries: int


@dataclass(frozen=True, slots=True)
class WeekEntryChanged(Fact):
    """A person added a line, took it off, put it back or commented on it."""

    KIND: ClassVar[str] = "week.entry_changed@1"
    unit: UUID
    week: date
    entry: UUID
    part: str
    change: str
    ticket: UUID | None = None
    topic: UUID | None = None


@dataclass(frozen=True, slots=True)
class WeekPublished(Fact):
    """A week's list was published and is frozen."""

    KIND: ClassVar[str] = "week.published@1"
    unit: UUID
    week: date
    entries: int
