"""Facts of what was granted to customers and of the approvals asked for; amounts as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted(TicketFact):
    """Something was granted within the actor's own authority."""

    KIND: ClassVar[str] = "ticket.granted@1"
    grant: UUID
    action: str
    amount: str
    basis: str = ""
    role: str
    limit: str
    sampled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAsked(TicketFact):
    """An approval was asked for what lies above the actor's own authority."""

    KIND: ClassVar[str] = "ticket.grant_asked@1"
    grant: UUID
    action: str
    amount: str
    basis: str = ""
    role: str = ""
    limit: str = ""
    cause: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPassedUp(TicketFact):
    """An approval went to the next level: the limit was too small, or nobody decided in time."""

    KIND: ClassVar[str] = "ticket.grant_passed_up@1"
    grant: UUID
    action: str
    level_from: str
    level: str
    why: str
    amount: str
    stood_in_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOverdue(TicketFact):
    """The last level has not decided in time."""

    KIND: ClassVar[str] = "ticket.grant_overdue@1"
    grant: UUID
    action: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDecided(TicketFact):
    """An approval was given or declined."""

    KIND: ClassVar[str] = "ticket.grant_decided@1"
    grant: UUID
    action: str
    approved: bool
    amount: str
    basis: str = ""
    role: str
    limit: str = ""
    sampled: bool = False
    stood_in_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantWithdrawn(TicketFact):
    """The asker took a request back."""

    KIND: ClassVar[str] = "ticket.grant_withdrawn@1"
    grant: UUID
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantChecked(TicketFact):
    """An inspector looked at a grant in the sample."""

    KIND: ClassVar[str] = "ticket.grant_checked@1"
    grant: UUID
    verdict: str


@dataclass(frozen=True, slots=True)
class DelegateSet(Fact):
    """Somebody decides approvals for another person for a while; `ended` takes it back."""

    KIND: ClassVar[str] = "delegate.set@1"
    of: UUID
    to: UUID
    since: datetime
    until: datetime
    ended: bool = False


ALL: tuple[type[TicketFact], ...] = (
    Granted,
    GrantAsked,
    GrantPassedUp,
    GrantOverdue,
    GrantDecided,
    GrantWithdrawn,
    GrantChecked,
)
