"""The figures that limits work with, until the operator sets others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

from .rules.ladder import SEVERE, SUPERVISED, Ladder

SEVERE_SHARE = Policy(
    "sla.severe_share",
    SEVERE,
    _("Badly overdue"),
    _("From which share of its limit a matter counts as badly overdue."),
    unit="percent",
    least=101,
    most=1000,
)
SUPERVISE_SHARE = Policy(
    "sla.supervise_share",
    SUPERVISED,
    _("Supervised by itself"),
    _("From which share of its limit a matter comes under supervision by itself."),
    unit="percent",
    least=101,
    most=1000,
)
MOST_EXTENSION = Policy(
    "sla.most_extension",
    14_400,
    _("Longest extension"),
    _("How much one extension may add to a promise or a unit's limit, in its working time."),
    unit="minutes",
    least=10,
    most=129_600,
)
CALLBACK_AHEAD = Policy(
    "sla.callback_ahead",
    30,
    _("Furthest call-back"),
    _("How far ahead a call-back may be promised."),
    unit="days",
    least=1,
    most=365,
)

ALL: tuple[Policy[Any], ...] = (SEVERE_SHARE, SUPERVISE_SHARE, MOST_EXTENSION, CALLBACK_AHEAD)


def ladder(now: datetime) -> Ladder:
    """Return the rungs in force."""
    return Ladder(SEVERE_SHARE.at(now), SUPERVISE_SHARE.at(now))
