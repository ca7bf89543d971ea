"""Facts about complaints as cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed(TicketFact):
    """A person judged how bad and how pressing a complaint is."""

    KIND: ClassVar[str] = "ticket.assessed@1"
    severity: str = ""
    urgency: str = ""
    flags: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    mood: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded(TicketFact):
    """The derived grade of a complaint changed, with the codes that made it."""

    KIND: ClassVar[str] = "ticket.graded@1"
    grade: str
    before: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented(TicketFact):
    """A complaint was given another strategy, by its score or by a person."""

    KIND: ClassVar[str] = "ticket.segmented@1"
    strategy: str
    score: int
    reasons: tuple[str, ...] = ()
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(TicketFact):
    """A complaint went up the ladder."""

    KIND: ClassVar[str] = "ticket.escalated@1"
    level_from: str
    level_to: str
    reason: str
    to_unit: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deescalated(TicketFact):
    """A person brought a complaint down the ladder."""

    KIND: ClassVar[str] = "ticket.deescalated@1"
    level_from: str
    level_to: str
    reason: str
    to_unit: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseSet(TicketFact):
    """The cause of a complaint was named."""

    KIND: ClassVar[str] = "ticket.cause_set@1"
    cause: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAdded(TicketFact):
    """Evidence was put down."""

    KIND: ClassVar[str] = "ticket.evidence_added@1"
    evidence: UUID
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRemoved(TicketFact):
    """Evidence was taken away after its freeze."""

    KIND: ClassVar[str] = "ticket.evidence_removed@1"
    evidence: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMade(TicketFact):
    """Something was offered to settle; the amount is in yuan."""

    KIND: ClassVar[str] = "ticket.offer_made@1"
    offer: UUID
    what: str
    amount: str  # yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswered(TicketFact):
    """The customer agreed to an offer or declined it."""

    KIND: ClassVar[str] = "ticket.offer_answered@1"
    offer: UUID
    agreed: bool
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(TicketFact):
    """What was agreed was carried out; the customer was answered with it."""

    KIND: ClassVar[str] = "ticket.settled@1"
    offer: UUID
    what: str
    amount: str  # yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAttached(TicketFact):
    """The crisis plan was attached."""

    KIND: ClassVar[str] = "ticket.plan_attached@1"
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStepDone(TicketFact):
    """A step of the crisis plan was done."""

    KIND: ClassVar[str] = "ticket.plan_step_done@1"
    step: str


ALL: tuple[type[TicketFact], ...] = (
    Assessed,
    Graded,
    Segmented,
    Escalated,
    Deescalated,
    CauseSet,
    EvidenceAdded,
    EvidenceRemoved,
    OfferMade,
    OfferAnswered,
    Settled,
    PlanAttached,
    PlanStepDone,
)
