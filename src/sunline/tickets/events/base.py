"""What every fact about a ticket tells."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFact(Fact):
    """What every ticket fact tells: where the customer and the work are, and the new state."""

    home: UUID
    state: str
    unit: UUID | None = None
    handler: UUID | None = None
