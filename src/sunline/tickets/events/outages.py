"""Facts about outages and planned works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageOpened(TicketFact):
    """An outage was opened, or works were planned, with the ticket as its parent."""

    KIND: ClassVar[str] = "ticket.outage_opened@1"
    outage: UUID
    cause: str
    products: tuple[str, ...]
    planned: bool
    started_at: datetime
    estimated_end_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageAnnounced(TicketFact):
    """The notice of planned works went up; `late` when less than the lead time was left."""

    KIND: ClassVar[str] = "ticket.outage_announced@1"
    outage: UUID
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageBegan(TicketFact):
    """Planned works have begun."""

    KIND: ClassVar[str] = "ticket.outage_began@1"
    outage: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRevised(TicketFact):
    """Another end is expected; a job tells whoever is linked."""

    KIND: ClassVar[str] = "ticket.outage_revised@1"
    outage: UUID
    estimated_end_at: datetime
    job: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageClosed(TicketFact):
    """The service is back; a job answers and tells whoever is linked."""

    KIND: ClassVar[str] = "ticket.outage_closed@1"
    outage: UUID
    ended_at: datetime
    job: UUID
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageCancelled(TicketFact):
    """There was no outage, or the works do not take place; nobody is linked any more."""

    KIND: ClassVar[str] = "ticket.outage_cancelled@1"
    outage: UUID
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedOutage(TicketFact):
    """The ticket belongs to an outage."""

    KIND: ClassVar[str] = "ticket.linked_outage@1"
    outage: UUID
    reasons: tuple[str, ...]
    by_rule: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutage(TicketFact):
    """The ticket does not belong to the outage after all."""

    KIND: ClassVar[str] = "ticket.left_outage@1"
    outage: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageTold(TicketFact):
    """The customer was told of the outage's estimate."""

    KIND: ClassVar[str] = "ticket.outage_told@1"
    outage: UUID
    round: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLinked(Fact):
    """A contact that became no ticket belongs to an outage."""

    KIND: ClassVar[str] = "outage.contact_linked@1"
    outage: UUID
    interaction: UUID
    reasons: tuple[str, ...]


ALL: tuple[type[TicketFact], ...] = (
    OutageOpened,
    OutageAnnounced,
    OutageBegan,
    OutageRevised,
    OutageClosed,
    OutageCancelled,
    LinkedOutage,
    LeftOutage,
    OutageTold,
)
