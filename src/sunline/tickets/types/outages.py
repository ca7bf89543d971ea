"""The words of outages and planned works, and what is passed in to open one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OutageCause(TextChoices):
    """Why a service is down for many at once."""

    UNKNOWN = "unknown", _("Not known yet")
    CABLE = "cable", _("Cable cut")
    POWER = "power", _("Power failure")
    EQUIPMENT = "equipment", _("Equipment failure")
    SOFTWARE = "software", _("Software or configuration")
    WEATHER = "weather", _("Storm, flood or fire")
    UPSTREAM = "upstream", _("Another operator's network")
    WORKS = "works", _("Planned works")


class OutageState(TextChoices):
    """Where an outage stands."""

    PLANNED = "planned", _("Outage planned")
    OPEN = "open", _("Outage under way")
    CLOSED = "closed", _("Outage over")
    CANCELLED = "cancelled", _("Outage called off")


LIVE_OUTAGE = frozenset({OutageState.PLANNED, OutageState.OPEN})


class Product(TextChoices):
    """Which service is down; the codes are those of service numbers."""

    BROADBAND = "broadband", _("Broadband")
    TV = "tv", _("Television")
    MOBILE = "mobile", _("Mobile")
    FIXED = "fixed", _("Fixed line")
    LEASED_LINE = "leased_line", _("Leased line")


class WhyLinked(TextChoices):
    """Why a contact was counted to an outage."""

    UNIT = "unit", _("Customer at home in the area")
    CODE = "code", _("The same area code")
    NAME = "name", _("Names a place of the area")
    TOPIC = "topic", _("Topic of the fault")
    WORDS = "words", _("Words of the fault")
    HAND = "hand", _("Linked by a person")


class ToldState(TextChoices):
    """What became of a message to one customer of an outage."""

    QUEUED = "queued", _("Handed to the channel")
    PORTAL = "portal", _("Shown on the portal")
    NO_CHANNEL = "no_channel", _("No channel to write on")
    NO_ADDRESS = "no_address", _("Nobody to write to")
    FAILED = "failed", _("Cannot be sent")


TOLD = frozenset({ToldState.QUEUED, ToldState.PORTAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutage:
    """What is needed to open an outage or announce planned works.

    Without codes the areas are the units whole; with codes there is one unit, in which they lie.
    `names` are places that callers of the area name. A blank text is written by the house.
    """

    cause: str
    products: tuple[str, ...]
    unit_ids: tuple[UUID, ...]
    started_at: datetime
    estimated_end_at: datetime
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    planned: bool = False
    text: str = ""
    subscribers: int | None = None  # as the network tells, where it cannot be counted
