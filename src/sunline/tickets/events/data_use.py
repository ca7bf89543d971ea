"""Facts about explaining where a number's data went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class DataUseExplained(TicketFact):
    """An explanation sheet was made: the period, the table's version, and what stands out."""

    KIND: ClassVar[str] = "ticket.data_use_explained@1"
    sheet: UUID
    period: str
    table: int
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSheetSent(TicketFact):
    """An explanation sheet was sent to the customer's bound address."""

    KIND: ClassVar[str] = "ticket.data_sheet_sent@1"
    sheet: UUID
    by_channel: str
    message: UUID


ALL: tuple[type[TicketFact], ...] = (DataUseExplained, DataSheetSent)
