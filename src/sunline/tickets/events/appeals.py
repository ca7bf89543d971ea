"""Facts about appeals; the door's number and the complainant's words stay with the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFact(TicketFact):
    """What every fact about an appeal tells."""

    appeal: UUID
    door: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealReceived(AppealFact):
    """A door brought an appeal; `bypassing` when the operator had not had its turn."""

    KIND: ClassVar[str] = "ticket.appeal_received@1"
    category: str
    bypassing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealAccepted(AppealFact):
    """The door takes the appeal on, with the bars it passed over."""

    KIND: ClassVar[str] = "ticket.appeal_accepted@1"
    although: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRefused(AppealFact):
    """The appeal centre does not take the appeal on."""

    KIND: ClassVar[str] = "ticket.appeal_refused@1"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealSentBack(AppealFact):
    """The appeal centre sends the user to the operator first."""

    KIND: ClassVar[str] = "ticket.appeal_sent_back@1"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealReturned(AppealFact):
    """The operator gave the appeal back to the door within its window."""

    KIND: ClassVar[str] = "ticket.appeal_returned@1"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealReplied(AppealFact):
    """The operator's reply went to the door."""

    KIND: ClassVar[str] = "ticket.appeal_replied@1"
    in_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationBegun(AppealFact):
    """The door mediates between the user and the operator."""

    KIND: ClassVar[str] = "ticket.mediation_begun@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(AppealFact):
    """User and operator signed an agreement; the amount in yuan, blank without one."""

    KIND: ClassVar[str] = "ticket.agreement_signed@1"
    amount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealClosed(AppealFact):
    """The door closed the appeal."""

    KIND: ClassVar[str] = "ticket.appeal_closed@1"
    how: str
    solved: bool | None = None
    satisfied: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealWithdrawn(AppealFact):
    """The user took the appeal back."""

    KIND: ClassVar[str] = "ticket.appeal_withdrawn@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackExported(TicketFact):
    """The evidence pack of a complaint left the system."""

    KIND: ClassVar[str] = "ticket.pack_exported@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealImportAsked(Fact):
    """A person asked for a file of appeals, or of operators' counts, to be imported."""

    KIND: ClassVar[str] = "ticket.appeal_import_asked@1"
    job_id: UUID
    dry_run: bool


ALL: tuple[type[TicketFact], ...] = (
    AppealReceived,
    AppealAccepted,
    AppealRefused,
    AppealSentBack,
    AppealReturned,
    AppealReplied,
    MediationBegun,
    AgreementSigned,
    AppealClosed,
    AppealWithdrawn,
    PackExported,
)
