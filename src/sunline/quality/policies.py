"""The figures that reviews work with, until the operator sets others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

REVIEW_DAYS = Policy(
    "quality.review_days",
    7,
    _("Days for a review"),
    _("How long a review may take, from when it is owed or the ticket was closed, if later."),
    unit="days",
    least=1,
    most=60,
    confirmed=False,
)
LEAST_WHYS = Policy(
    "quality.review_least_whys",
    3,
    _("Fewest answers to “why?”"),
    _("A review with fewer cannot be handed in; the page has room for five."),
    unit="times",
    least=1,
    most=5,
    confirmed=False,
)


def _flag(code: str, default: bool, label: Any) -> Policy[bool]:
    return Policy(f"quality.review_{code}", default, label, confirmed=False)


MAJOR = _flag("major", True, _("Major complaints are reviewed"))
REOPENED = _flag("reopened", True, _("Tickets whose answer did not hold are reviewed"))
ESCALATED = _flag("escalated", True, _("Complaints escalated to the province are reviewed"))
# By the kind of the missed limit.
LATE = {
    "legal_answer": _flag("late_legal", True, _("Missed legal answers are reviewed")),
    "resolve": _flag("late_resolve", True, _("Missed promised solutions are reviewed")),
    "first_response": _flag("late_response", False, _("Missed first responses are reviewed")),
    "callback": _flag("late_callback", False, _("Missed call-backs are reviewed")),
    "ola": _flag("late_ola", False, _("Missed unit's times are reviewed")),
}

ALL: tuple[Policy[Any], ...] = (
    REVIEW_DAYS,
    LEAST_WHYS,
    MAJOR,
    REOPENED,
    ESCALATED,
    *LATE.values(),
)
