"""The figures that appeals work with, until the operator sets others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

from .types import Door


def _reply(code: str, days: int, label: Any) -> Policy[int]:
    return Policy(
        f"tickets.reply_{code}",
        days,
        label,
        _("Natural days from the receipt until the operator's reply is with the door."),
        unit="days",
        least=1,
        most=120,
        confirmed=False,
    )


def _window(code: str, days: int, label: Any) -> Policy[int]:
    return Policy(
        f"tickets.return_{code}",
        days,
        label,
        _("Working days in which a matter that is not ours goes back; 0: never."),
        unit="days",
        least=0,
        most=30,
        confirmed=False,
    )


REPLY: Mapping[str, Policy[int]] = {
    Door.REGULATOR: _reply("regulator", 10, _("Reply to the appeal centre")),
    Door.LINE_12345: _reply("12345", 5, _("Reply to 12345")),
    Door.LINE_12315: _reply("12315", 7, _("Reply to 12315")),
    Door.MEDIA: _reply("media", 1, _("Reply to the media")),
    Door.PETITION: _reply("petition", 30, _("Reply to letters and visits")),
}
WINDOW: Mapping[str, Policy[int]] = {
    Door.REGULATOR: _window("regulator", 3, _("Return to the appeal centre")),
    Door.LINE_12345: _window("12345", 1, _("Return to 12345")),
    Door.LINE_12315: _window("12315", 2, _("Return to 12315")),
    Door.MEDIA: _window("media", 0, _("Return to the media")),
    Door.PETITION: _window("petition", 5, _("Return to letters and visits")),
}
AT_ONCE = Policy(
    "tickets.bypass_hours",
    24,
    _("Answer to those who skipped the operator"),
    _("They are answered within this time, whatever the door allows."),
    unit="hours",
    least=1,
    most=240,
    confirmed=False,
)
ROOT_DAYS = Policy(
    "tickets.appeal_root_days",
    180,
    _("Days in which doors meet on one case"),
    _("An appeal joins the customer's newest complaint that is no older than this."),
    unit="days",
    least=1,
    most=730,
)
KEEP_FILES = Policy(
    "tickets.keep_files",
    1095,
    _("Days that files are kept"),
    _("Recordings and files of older contacts are deleted unless a matter keeps them frozen."),
    unit="days",
    least=150,
    most=3650,
    confirmed=False,
)

ALL: tuple[Policy[Any], ...] = (*REPLY.values(), *WINDOW.values(), AT_ONCE, ROOT_DAYS, KEEP_FILES)


def reply_days(door: str, now: datetime) -> int:
    """Return how many natural days a door gives."""
    return REPLY[Door(door)].at(now)


def return_days(door: str, now: datetime) -> int:
    """Return how many working days a door takes a matter back."""
    return WINDOW[Door(door)].at(now)
