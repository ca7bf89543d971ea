"""Facts of routing: work given and released, presence, and changed rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class WorkGiven(Fact):
    """Work was given to a person; `given_by` is rule, person or self."""

    KIND: ClassVar[str] = "work.given@1"
    subject_kind: str
    subject_id: UUID
    queue_id: UUID
    account_id: UUID
    given_by: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkReleased(Fact):
    """A person no longer holds work; `cause` is ended, released or given_on."""

    KIND: ClassVar[str] = "work.released@1"
    subject_kind: str
    subject_id: UUID
    queue_id: UUID
    account_id: UUID
    cause: str


@dataclass(frozen=True, slots=True)
class PresenceChanged(Fact):
    """A person's state at work changed."""

    KIND: ClassVar[str] = "presence.changed@1"
    account_id: UUID
    state: str
    was: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CapacityChanged(Fact):
    """How much a person can hold was changed."""

    KIND: ClassVar[str] = "capacity.changed@1"
    account_id: UUID
    capacity: int
    was: int


@dataclass(frozen=True, slots=True)
class QueueChanged(Fact):
    """A queue was opened, changed or closed."""

    KIND: ClassVar[str] = "queue.changed@1"
    code: str
    change: str


@dataclass(frozen=True, slots=True)
class RuleChanged(Fact):
    """A dispatch rule was made, replaced or ended."""

    KIND: ClassVar[str] = "dispatch_rule.changed@1"
    queue_id: UUID
    change: str
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class AbsenceChanged(Fact):
    """An absence was entered, ended early or taken back; `state` is away or back."""

    KIND: ClassVar[str] = "absence.changed@1"
    account_id: UUID
    state: str
    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HoursSet(Fact):
    """The working hours were set outside which a person is given nothing; blank for none."""

    KIND: ClassVar[str] = "hours.set@1"
    account_id: UUID
    calendar: str
    was: str


@dataclass(frozen=True, slots=True)
class ChannelLimited(Fact):
    """What a channel's work weighs or how much of it is held at most was set, for one or all."""

    KIND: ClassVar[str] = "channel.limited@1"
    channel: str
    weight: int
    most: int | None = None
    account_id: UUID | None = None
