"""The figures that insight's rules work with, until the operator sets others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

FIRST_QUIET = Policy(
    "insight.first_quiet",
    72,
    _("Quiet before a first contact"),
    _("A contact is a first one when its number did not contact us for so long before."),
    unit="hours",
    least=1,
    most=720,
)
SOLVED_WITHIN = Policy(
    "insight.solved_within",
    72,
    _("Silence that counts as solved"),
    _("A first contact is solved when its number does not come back for so long; told after it."),
    unit="hours",
    least=1,
    most=720,
)

WEEKLY_LEVEL = Policy(
    "insight.weekly_level",
    2,
    _("Topic level of the week's list"),
    _("How many levels of the topic are told apart: 1 the branch, 3 the very topic."),
    least=1,
    most=3,
)
WEEKLY_LINES = Policy(
    "insight.weekly_lines",
    5,
    _("Lines of each part of the week's list"),
    unit="times",
    least=1,
    most=20,
)
WEEKLY_BEFORE = Policy(
    "insight.weekly_before",
    4,
    _("Weeks that a rise is measured against"),
    _("The usual number is the mean of so many weeks before."),
    unit="times",
    least=1,
    most=26,
)
WEEKLY_LEAST = Policy(
    "insight.weekly_least",
    3,
    _("Fewest of a matter on the week's list"),
    _("A matter with fewer tickets is neither common nor rising."),
    unit="times",
    least=1,
    most=1000,
)
WEEKLY_CHANCE = Policy(
    "insight.weekly_chance",
    0.05,
    _("Chance below which a rise counts"),
    _("A matter rises when so many are less probable than this at the usual rate."),
    unit="share",
    least=1e-9,
    most=0.5,
    confirmed=False,
)

ALL: tuple[Policy[Any], ...] = (
    FIRST_QUIET,
    SOLVED_WITHIN,
    WEEKLY_LEVEL,
    WEEKLY_LINES,
    WEEKLY_BEFORE,
    WEEKLY_LEAST,
    WEEKLY_CHANCE,
)
