"""Facts about shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class LogOpened(Fact):
    """A shift log was begun."""

    KIND: ClassVar[str] = "shift.opened@1"
    unit: UUID
    day: str
    shift: str


@dataclass(frozen=True, slots=True)
class LogWritten(Fact):
    """The notes or the facts of a shift log changed."""

    KIND: ClassVar[str] = "shift.written@1"
    unit: UUID
    refreshed: bool = False


@dataclass(frozen=True, slots=True)
class LogSigned(Fact):
    """A floor manager signed: first who hands over, then who takes over."""

    KIND: ClassVar[str] = "shift.signed@1"
    unit: UUID
    side: str


@dataclass(frozen=True, slots=True)
class BulletinMade(Fact):
    """The bulletin of an hour was written, or written anew."""

    KIND: ClassVar[str] = "bulletin.made@1"
    unit: UUID
    hour: datetime
