"""Facts of the check before the answer and the revisit after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sunline.kernel.facts import Fact

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitPlanned(TicketFact):
    """The answer is followed by a revisit, for a reason."""

    KIND: ClassVar[str] = "ticket.revisit_planned@1"
    reason: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitTried(TicketFact):
    """The customer was called and not asked; `attempts` counts tries at different times."""

    KIND: ClassVar[str] = "ticket.revisit_tried@1"
    code: str = ""
    attempts: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitGivenUp(TicketFact):
    """Calling was given up; the customer was asked in writing where a channel exists."""

    KIND: ClassVar[str] = "ticket.revisit_given_up@1"
    attempts: int = 0
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckItemSet(Fact):
    """A question of the check came into force or ended."""

    KIND: ClassVar[str] = "tickets.check_set@1"
    code: str
    for_kind: str = ""
    ended: bool = False
