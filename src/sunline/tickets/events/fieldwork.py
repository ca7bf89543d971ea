"""Facts about field work orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOpened(TicketFact):
    """An engineer is to go out; `limit` is the end of the promised limit."""

    KIND: ClassVar[str] = "ticket.field_opened@1"
    order: UUID
    field_kind: str
    field_unit: UUID
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMoved(TicketFact):
    """A step on a field order, and where it stands after it."""

    KIND: ClassVar[str] = "ticket.field_moved@1"
    order: UUID
    field_kind: str
    step: str
    field_state: str
    engineer: UUID | None = None
    slot: str = ""
    reason: str = ""
    late: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCapacitySet(Fact):
    """How many visits a unit makes in a window of a day."""

    KIND: ClassVar[str] = "tickets.field_capacity_set@1"
    field_unit: UUID
    slot: str
    capacity: int


ALL: tuple[type[TicketFact], ...] = (FieldOpened, FieldMoved)
