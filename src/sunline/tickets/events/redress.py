"""Facts about who the customer is, and about what is owed to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChecked(TicketFact):
    """A customer showed who they are, or failed to; the codes of the proofs, never their values."""

    KIND: ClassVar[str] = "ticket.identity_checked@1"
    klass: str
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofWaySet(Fact):
    """A set of proofs became enough for a class of acts, or is so no longer."""

    KIND: ClassVar[str] = "tickets.proofs_set@1"
    klass: str
    proofs: str
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationProposed(TicketFact):
    """Something is owed to the customer: proposed, based anew, or computed to the end.

    `amount` is in yuan and blank while the rent or fee is unknown; `final` says that the work has
    ended and the amount grows no more.
    """

    KIND: ClassVar[str] = "ticket.compensation_proposed@1"
    proposal: UUID
    action: str
    basis: str
    amount: str
    days: int = 0
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationSettled(TicketFact):
    """A proposal was declined, or lapsed; that it was granted tells the grant."""

    KIND: ClassVar[str] = "ticket.compensation_settled@1"
    proposal: UUID
    action: str
    how: str
    amount: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(TicketFact):
    """An order that the customer never made was cancelled; amounts in yuan."""

    KIND: ClassVar[str] = "ticket.order_cancelled@1"
    order: str
    proven: bool
    charged: str
    refund: str


ALL: tuple[type[TicketFact], ...] = (
    IdentityChecked,
    CompensationProposed,
    CompensationSettled,
    OrderCancelled,
)
