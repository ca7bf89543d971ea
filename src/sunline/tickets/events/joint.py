"""Facts of working together: joint handling, pressure, time, merging, ownership, responsibility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class FinallyDispatched(TicketFact):
    """A ticket was dispatched with the final say; its unit cannot return it."""

    KIND: ClassVar[str] = "ticket.finally_dispatched@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(TicketFact):
    """An order was passed on inside its unit."""

    KIND: ClassVar[str] = "ticket.transferred@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(TicketFact):
    """A wrong dispatch was corrected."""

    KIND: ClassVar[str] = "ticket.corrected@1"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointAsked(TicketFact):
    """Another unit was asked to assist, or for a fact."""

    KIND: ClassVar[str] = "ticket.joint_asked@1"
    joint: UUID
    joint_unit: UUID
    work: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JointAccepted(TicketFact):
    """The unit that was asked took its part on."""

    KIND: ClassVar[str] = "ticket.joint_accepted@1"
    joint: UUID
    joint_unit: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class JointReplied(TicketFact):
    """The unit that was asked has done its part."""

    KIND: ClassVar[str] = "ticket.joint_replied@1"
    joint: UUID
    joint_unit: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCancelled(TicketFact):
    """A unit's part is no longer needed."""

    KIND: ClassVar[str] = "ticket.joint_cancelled@1"
    joint: UUID
    joint_unit: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged(TicketFact):
    """The front urged the unit."""

    KIND: ClassVar[str] = "ticket.urged@1"
    times: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised(TicketFact):
    """Management watches the ticket and wants a report by a moment."""

    KIND: ClassVar[str] = "ticket.supervised@1"
    cause: str = ""
    report_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(TicketFact):
    """The unit reported on a supervised ticket."""

    KIND: ClassVar[str] = "ticket.reported@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(TicketFact):
    """More time was asked for."""

    KIND: ClassVar[str] = "ticket.extension_asked@1"
    reason: str = ""
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDecided(TicketFact):
    """The request for more time was decided."""

    KIND: ClassVar[str] = "ticket.extension_decided@1"
    granted: bool = False
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplemented(TicketFact):
    """Facts were added to the request."""

    KIND: ClassVar[str] = "ticket.supplemented@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(TicketFact):
    """A part of the request became a ticket of its own."""

    KIND: ClassVar[str] = "ticket.split@1"
    part: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedInto(TicketFact):
    """The ticket was merged into another."""

    KIND: ClassVar[str] = "ticket.merged@1"
    into: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TookIn(TicketFact):
    """Another ticket was merged into this one."""

    KIND: ClassVar[str] = "ticket.took_in@1"
    other: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged(TicketFact):
    """The merge was undone."""

    KIND: ClassVar[str] = "ticket.unmerged@1"
    other: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOnAccount(TicketFact):
    """The matter takes long and is kept on account."""

    KIND: ClassVar[str] = "ticket.kept_on_account@1"
    reason: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAnswered(TicketFact):
    """The customer was told how far a long matter has got."""

    KIND: ClassVar[str] = "ticket.stage_answered@1"
    stage: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOffAccount(TicketFact):
    """A long matter can be settled now."""

    KIND: ClassVar[str] = "ticket.taken_off_account@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOffered(TicketFact):
    """The owner offered the case to somebody else."""

    KIND: ClassVar[str] = "ticket.handover_offered@1"
    taker: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverTaken(TicketFact):
    """The ownership passed on."""

    KIND: ClassVar[str] = "ticket.handover_taken@1"
    owner: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverDeclined(TicketFact):
    """The ownership stays where it was."""

    KIND: ClassVar[str] = "ticket.handover_declined@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipBreached(TicketFact):
    """The case was moved on without being accepted, or the customer was sent around."""

    KIND: ClassVar[str] = "ticket.ownership_breached@1"
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(TicketFact):
    """A stage of deciding on responsibility."""

    KIND: ClassVar[str] = "ticket.judged@1"
    stage: str = ""
    at_fault: bool = False
    cause: str = ""
    judged_unit: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderScored(TicketFact):
    """A unit scored the order it had to work with."""

    KIND: ClassVar[str] = "ticket.order_scored@1"
    score: int = 0
    of_unit: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPromised(TicketFact):
    """The customer was promised a call by a moment."""

    KIND: ClassVar[str] = "ticket.callback_promised@1"
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackMade(TicketFact):
    """The customer was called as promised, or late."""

    KIND: ClassVar[str] = "ticket.callback_made@1"
    late: bool = False
