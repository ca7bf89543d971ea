"""The figures by which data use stands out, until the operator sets others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

from .rules.data_use import Marks

DATA_SHARE = Policy(
    "tickets.data_share",
    0.2,
    _("Data use: a part that is named"),
    _("A kind of use stands out on the explanation sheet from this part of the whole on."),
    unit="share",
    least=0.01,
    most=1,
)
DATA_JUMP = Policy(
    "tickets.data_jump",
    2.0,
    _("Data use: a jump"),
    _("How many times the mean of the months before stands out; twice that for a single day."),
    unit="times",
    least=1.1,
    most=20,
)
DATA_NIGHT_FROM = Policy(
    "tickets.data_night_from",
    0,
    _("Data use: the night begins"),
    _("Hour of the day from which use counts as at night."),
    unit="hours",
    least=0,
    most=23,
)
DATA_NIGHT_TO = Policy(
    "tickets.data_night_to",
    6,
    _("Data use: the night ends"),
    _("Hour of the day up to which use counts as at night."),
    unit="hours",
    least=1,
    most=24,
)


def marks(now: datetime) -> Marks:
    """Return from where something stands out."""
    return Marks(
        share=DATA_SHARE.at(now),
        jump=DATA_JUMP.at(now),
        night_from=DATA_NIGHT_FROM.at(now),
        night_to=DATA_NIGHT_TO.at(now),
    )


ALL: tuple[Policy[Any], ...] = (DATA_SHARE, DATA_JUMP, DATA_NIGHT_FROM, DATA_NIGHT_TO)
