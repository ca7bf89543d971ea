"""Facts about tickets that belong together, and about group complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatFound(TicketFact):
    """The ticket repeats an earlier matter."""

    KIND: ClassVar[str] = "ticket.repeat_found@1"
    root: UUID
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatCauseTold(TicketFact):
    """Somebody said why the customer had to come back."""

    KIND: ClassVar[str] = "ticket.repeat_cause_told@1"
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySuspected(TicketFact):
    """The ticket reads like another open one of the customer."""

    KIND: ClassVar[str] = "ticket.copy_suspected@1"
    other: UUID
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDuplicate(TicketFact):
    """Two tickets are two matters, a person says."""

    KIND: ClassVar[str] = "ticket.not_duplicate@1"
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRaised(TicketFact):
    """So many of one topic and area came that it is a group complaint."""

    KIND: ClassVar[str] = "ticket.group_raised@1"
    group: UUID
    count: int
    rate: float
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedGroup(TicketFact):
    """The ticket belongs to a group complaint."""

    KIND: ClassVar[str] = "ticket.joined_group@1"
    group: UUID
    by_rule: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftGroup(TicketFact):
    """The ticket does not belong to the group complaint after all."""

    KIND: ClassVar[str] = "ticket.left_group@1"
    group: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePut(TicketFact):
    """Callers or readers are told of the group complaint from now on."""

    KIND: ClassVar[str] = "ticket.notice_put@1"
    place: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEnded(TicketFact):
    """A notice is no longer told."""

    KIND: ClassVar[str] = "ticket.notice_ended@1"
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersTold(TicketFact):
    """A short message was written to the members."""

    KIND: ClassVar[str] = "ticket.members_told@1"
    count: int
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersAnswered(TicketFact):
    """The answer to every member was asked for."""

    KIND: ClassVar[str] = "ticket.members_answered@1"
    job: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitsPlanned(TicketFact):
    """When the members are asked whether it is solved."""

    KIND: ClassVar[str] = "ticket.revisits_planned@1"
    revisit_at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEnded(TicketFact):
    """The group complaint takes in nobody else."""

    KIND: ClassVar[str] = "ticket.group_ended@1"
