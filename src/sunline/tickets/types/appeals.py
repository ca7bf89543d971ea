"""The words of appeals (申诉): by which door they came, where they stand, why they ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Door(TextChoices):
    """Who brings a customer's appeal to the operator; each has clocks and numbers of its own."""

    REGULATOR = "regulator", _("Regulator's appeal centre")
    LINE_12345 = "12345", _("Government hotline 12345")
    LINE_12315 = "12315", _("Consumers' hotline 12315")
    MEDIA = "media", _("The media")
    PETITION = "petition", _("Letters and visits")


class AppealCategory(TextChoices):
    """What an appeal is about, as the ministry's table cuts it."""

    SERVICE = "service", _("User service")
    NETWORK = "network", _("Network quality")
    CHARGES = "charges", _("Charges in dispute")


class AppealState(TextChoices):
    """Where an appeal stands."""

    RECEIVED = "received", _("Appeal received")
    ACCEPTED = "accepted", _("Accepted by the door")
    MEDIATION = "mediation", _("In mediation")
    REPLIED = "replied", _("Reply given to the door")
    AGREED = "agreed", _("Agreement signed")
    CLOSED = "closed", _("Appeal closed")
    REFUSED = "refused", _("Refused by the door")
    SENT_BACK = "sent_back", _("User sent back to the operator")
    RETURNED = "returned", _("Returned to the door")
    WITHDRAWN = "withdrawn", _("Appeal withdrawn")


class RefusalCode(TextChoices):
    """Why the appeal centre takes an appeal not on; the last two send the user back instead."""

    NO_INTEREST = "no_interest", _("No direct interest in the matter")
    NO_REQUEST = "no_request", _("No concrete request or facts")
    FEE_TOO_OLD = "fee_too_old", _("Fee dispute older than five months")
    TOO_OLD = "too_old", _("Matter older than two years")
    SETTLED = "settled_before", _("Settled and carried out before")
    HANDLED = "handled_before", _("Accepted or handled by the centre before")
    ELSEWHERE = "pending_elsewhere", _("With a court, an arbitrator or another authority")
    SKIPPED = "skipped_operator", _("Did not complain to the operator first")
    TOO_EARLY = "too_early", _("The operator's time to answer is not over")


class AppealReturn(TextChoices):
    """Why the operator gives an appeal back to the door."""

    NOT_OURS = "not_this_operator", _("Not a customer of this operator")
    NOT_TELECOM = "not_telecom", _("Not a matter of telecommunications")
    COPY = "sent_twice", _("Sent before under another number")
    NO_FACTS = "facts_missing_at_door", _("The door has to add facts")


class AppealResult(TextChoices):
    """How an appeal ended at the door."""

    AGREED = "agreed", _("Agreement reached")
    ANSWERED = "answered", _("Answered, the door closed it")
    FAILED = "failed", _("Mediation without agreement")
    STOPPED = "stopped", _("Mediation stopped")


class WordOfUser(TextChoices):
    """What the door heard from the user afterwards."""

    UNASKED = "", _("Not asked")
    YES = "yes", _("Yes")
    NO = "no", _("No")


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """An appeal as a door sends it, before it is a row; `number` is the door's own.

    `ticket` is the number of the complaint it belongs to, blank when that has to be found;
    `first_complaint_at` is None when the user never complained to the operator.
    """

    door: str
    number: str
    category: str
    received_at: datetime
    event_on: date
    claim: str
    phone: str = ""
    name: str = ""
    address: str = ""
    postcode: str = ""
    first_complaint_at: datetime | None = None
    reply_due: datetime | None = None  # as the door's own sheet says
    ticket: str = ""
    home_unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AppealFilter:
    """Which appeals a list shows; `due` is overdue, soon or open."""

    door: str = ""
    state: str = ""
    due: str = ""
    category: str = ""
    bypassing: bool = False
    since: datetime | None = None
    until: datetime | None = None
