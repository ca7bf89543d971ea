"""The figures of field work: the three promised limits (三限时), visits a window, days ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy


def _promised(code: str, hours: int, label: Any) -> Policy[int]:
    return Policy(
        f"tickets.field_{code}",
        hours,
        label,
        _("One of the three limits promised to customers, round the clock from the acceptance."),
        unit="hours",
        least=1,
        most=2160,
        confirmed=False,
    )


PROMISED = {
    ("install", False): _promised("install_urban", 72, _("Installation promised, in town")),
    ("install", True): _promised("install_rural", 120, _("Installation promised, in the country")),
    ("move", False): _promised("move_urban", 72, _("Move promised, in town")),
    ("move", True): _promised("move_rural", 120, _("Move promised, in the country")),
    ("repair", False): _promised("repair_urban", 24, _("Repair promised, in town")),
    ("repair", True): _promised("repair_rural", 48, _("Repair promised, in the country")),
}
VISITS = Policy(
    "tickets.field_visits",
    6,
    _("Visits of a unit in one window"),
    _("Where no other number was set for the day."),
    unit="times",
    least=0,
    most=500,
    confirmed=False,
)
AHEAD = Policy(
    "tickets.field_ahead",
    14,
    _("How many days ahead appointments are made"),
    unit="days",
    least=1,
    most=90,
    confirmed=False,
)
ALL: tuple[Policy[Any], ...] = (*PROMISED.values(), VISITS, AHEAD)


def promised_at(kind: str, begun_at: datetime, *, rural: bool, now: datetime) -> datetime:
    """Return when the promised limit of field work ends."""
    return begun_at + timedelta(hours=PROMISED[kind, rural].at(now))
