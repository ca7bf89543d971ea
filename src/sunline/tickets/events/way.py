"""Facts of a ticket's way. The event's sequence is the ticket's version after the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(TicketFact):
    """A ticket came into being."""

    KIND: ClassVar[str] = "ticket.registered@1"
    kind: str = ""
    channel: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched(TicketFact):
    """A ticket was sent to a unit."""

    KIND: ClassVar[str] = "ticket.dispatched@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(TicketFact):
    """A unit's person took the order."""

    KIND: ClassVar[str] = "ticket.accepted@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(TicketFact):
    """The unit replied to the dispatcher."""

    KIND: ClassVar[str] = "ticket.replied@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(TicketFact):
    """The reply passed the check."""

    KIND: ClassVar[str] = "ticket.approved@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack(TicketFact):
    """The reply did not pass the check."""

    KIND: ClassVar[str] = "ticket.sent_back@1"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(TicketFact):
    """The customer was given the answer."""

    KIND: ClassVar[str] = "ticket.answered@1"
    at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisited(TicketFact):
    """The customer was asked, or rated, and this is what was found."""

    KIND: ClassVar[str] = "ticket.revisited@1"
    outcome: str = ""
    score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(TicketFact):
    """The ticket was closed with a result."""

    KIND: ClassVar[str] = "ticket.closed@1"
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(TicketFact):
    """The ticket was withdrawn."""

    KIND: ClassVar[str] = "ticket.withdrawn@1"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAccepted(TicketFact):
    """The request was not taken on."""

    KIND: ClassVar[str] = "ticket.refused@1"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(TicketFact):
    """A unit gave the order back."""

    KIND: ClassVar[str] = "ticket.returned@1"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redispatched(TicketFact):
    """A ticket whose answer failed went back to work, to somebody else."""

    KIND: ClassVar[str] = "ticket.redispatched@1"
    not_handler: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(TicketFact):
    """The ticket was put on hold."""

    KIND: ClassVar[str] = "ticket.held@1"
    reason: str = ""
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(TicketFact):
    """The ticket goes on."""

    KIND: ClassVar[str] = "ticket.resumed@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAsked(TicketFact):
    """The customer was asked for something and the ticket waits for it."""

    KIND: ClassVar[str] = "ticket.customer_asked@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(TicketFact):
    """Somebody wrote a note."""

    KIND: ClassVar[str] = "ticket.noted@1"
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(TicketFact):
    """The ticket was given to a person."""

    KIND: ClassVar[str] = "ticket.assigned@1"
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified(TicketFact):
    """The classification was changed; `changed` names the fields with their old codes."""

    KIND: ClassVar[str] = "ticket.reclassified@1"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthMarked(TicketFact):
    """What the ticket says was marked: verified, unverified or duplicate."""

    KIND: ClassVar[str] = "ticket.truth_marked@1"
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(TicketFact):
    """Another ticket was linked."""

    KIND: ClassVar[str] = "ticket.related@1"
    other: UUID | None = None
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chased(TicketFact):
    """The customer asked where the answer is."""

    KIND: ClassVar[str] = "ticket.chased@1"
    times: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAdded(TicketFact):
    """The customer wrote again about this ticket."""

    KIND: ClassVar[str] = "ticket.message_added@1"
    message: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(TicketFact):
    """The ticket was brought in from another system's history."""

    KIND: ClassVar[str] = "ticket.imported@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAsked(Fact):
    """A person asked for a file of past tickets to be imported."""

    KIND: ClassVar[str] = "ticket.import_asked@1"
    job_id: UUID
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAsked(Fact):
    """A person asked for one act on many tickets."""

    KIND: ClassVar[str] = "ticket.bulk_asked@1"
    run: UUID
    act: str
    total: int
