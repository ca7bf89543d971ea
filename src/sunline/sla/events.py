"""Facts about clocks, limits and calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact

SUBJECT = "clock"
# The place of each fact in a clock's own order is fixed, so that two workers cannot write one
# twice; skipped warnings leave gaps.
SEQUENCE_OF = {50: 1, 80: 2, 100: 3, 150: 5, 200: 6}
SEQUENCE_OF_BREACH = 4


@dataclass(frozen=True, slots=True)
class ClockWarned(Fact):
    """A rung of a limit is reached; people are told at `tell_at`, within decent hours.

    `percent` names the rung: 50 and 80 before the due moment, 100 overdue, 150 badly overdue, 200
    supervised. The shares at which the last two come are set by the operator.
    """

    KIND: ClassVar[str] = "clock.warned@1"
    subject_kind: str
    subject_id: UUID
    purpose: str
    percent: int
    due_at: datetime
    tell_at: datetime
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClockBreached(Fact):
    """A limit was missed."""

    KIND: ClassVar[str] = "clock.breached@1"
    subject_kind: str
    subject_id: UUID
    purpose: str
    due_at: datetime
    jurisdiction: str
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LimitPublished(Fact):
    """A dated version of a limit was published; the former one ends when it begins."""

    KIND: ClassVar[str] = "limit.published@1"
    profile: str
    code: str
    amount: int
    unit: str
    since: date
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class LimitConfirmed(Fact):
    """An administrator confirmed a figure against its source."""

    KIND: ClassVar[str] = "limit.confirmed@1"
    profile: str
    code: str


@dataclass(frozen=True, slots=True)
class ProfileSet(Fact):
    """A profile was switched on or off, or given another place."""

    KIND: ClassVar[str] = "profile.set@1"
    code: str
    unit_path: str
    state: str


@dataclass(frozen=True, slots=True)
class CalendarDaySet(Fact):
    """A single day of a calendar was set apart from its rule, or given back to it."""

    KIND: ClassVar[str] = "calendar.day_set@1"
    code: str
    day: date
    state: str


@dataclass(frozen=True, slots=True)
class CalendarAdded(Fact):
    """A calendar was added."""

    KIND: ClassVar[str] = "calendar.added@1"
    code: str
