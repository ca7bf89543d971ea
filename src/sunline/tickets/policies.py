"""The figures that tickets' rules work with, until the operator sets others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

from . import (
    appeal_policies,
    case_policies,
    data_policies,
    field_policies,
    grant_policies,
    outage_policies,
    redress_policies,
)
from .weights import WEIGHTS

RETURN_WINDOW = Policy(
    "tickets.return_window",
    1440,
    _("Time to return an order"),
    _("How long after its dispatch a unit may give an order back."),
    unit="minutes",
    least=10,
    most=43_200,
)
RETURN_CAP = Policy(
    "tickets.return_cap",
    3,
    _("Most returns"),
    _("After so many returns only the final dispatcher sends the order on."),
    unit="times",
    least=1,
    most=20,
)
URGE_CHASES = Policy(
    "tickets.supervise_after_chases",
    3,
    _("Chases before supervision"),
    _("When the customer has chased so often, the ticket is supervised by itself."),
    unit="times",
    least=1,
    most=20,
)
REPORT_TIME = Policy(
    "tickets.report_time",
    240,
    _("Time for a supervision report"),
    _("When the unit's report on a supervised ticket is due, unless a person says otherwise."),
    unit="minutes",
    least=15,
    most=10_080,
)
JOINT_TIME = Policy(
    "tickets.joint_time",
    480,
    _("Time for another unit's part"),
    _("When a part or a fact asked of another unit is due, unless a person says otherwise."),
    unit="minutes",
    least=15,
    most=43_200,
)
STAGE_DAYS = Policy(
    "tickets.stage_days",
    30,
    _("Days between stage answers"),
    _("How long a customer with a long-term matter waits for the next word at most."),
    unit="days",
    least=1,
    most=180,
)
CONTEST_DAYS = Policy(
    "tickets.contest_days",
    3,
    _("Days to contest responsibility"),
    _("How long a unit may contest that it is responsible."),
    unit="days",
    least=1,
    most=60,
)
PARTS_BLOCK = Policy(
    "tickets.parts_block_answer",
    True,
    _("Open parts hold back the answer"),
    _("A ticket is not answered before the parts split off from it are."),
)

REPEAT_WINDOW = Policy(
    "tickets.repeat_window",
    30,
    _("Window of repeats"),
    _("Within so many days the same matter of the same customer is a repeat, open or closed."),
    unit="days",
    least=1,
    most=365,
)
REPEAT_LEVEL = Policy(
    "tickets.repeat_level",
    2,
    _("Topic level of repeats"),
    _("How many levels of the topic must be the same: 1 the branch, 3 the very topic."),
    least=1,
    most=3,
)
COPY_WINDOW = Policy(
    "tickets.copy_window",
    7,
    _("Window of duplicates"),
    _("A new ticket is compared with the customer's open tickets of so many days."),
    unit="days",
    least=1,
    most=90,
)
COPY_LIKENESS = Policy(
    "tickets.copy_likeness",
    0.5,
    _("Likeness of duplicates"),
    _("From which share of common pairs of characters on two tickets may be one."),
    unit="share",
    least=0.1,
    most=1,
)
GROUP_WINDOW = Policy(
    "tickets.group_window",
    30,
    _("Window of group complaints"),
    _("Complaints of one topic and area are counted over so long."),
    unit="minutes",
    least=5,
    most=1440,
)
GROUP_LEAST = Policy(
    "tickets.group_least",
    5,
    _("Fewest of a group complaint"),
    _("Fewer are never called a group complaint."),
    unit="times",
    least=2,
    most=1000,
)
GROUP_CHANCE = Policy(
    "tickets.group_chance",
    0.0001,
    _("Chance that raises the alarm"),
    _("The alarm is raised when so many are less probable than this at the usual rate."),
    unit="share",
    least=1e-12,
    most=0.1,
)
GROUP_FLOOR = Policy(
    "tickets.group_floor",
    0.5,
    _("Least usual rate"),
    _("A topic and area without history counts as if so many were usual in the window."),
    unit="times",
    least=0.01,
    most=100,
)
GROUP_WEEKS = Policy(
    "tickets.group_weeks",
    8,
    _("Weeks of history"),
    _("The usual rate is the mean of the same hour in so many weeks before."),
    unit="times",
    least=1,
    most=26,
)
GROUP_LEVEL = Policy(
    "tickets.group_level",
    2,
    _("Topic level of group complaints"),
    _("How many levels of the topic must be the same: 1 the branch, 3 the very topic."),
    least=1,
    most=3,
)
GROUP_QUIET = Policy(
    "tickets.group_quiet",
    240,
    _("How long a group complaint draws others in"),
    _("After so long without a new one, later ones no longer join by themselves."),
    unit="minutes",
    least=10,
    most=10_080,
)

REVISIT_SHARE = Policy(
    "tickets.revisit_share",
    10,
    _("Share of answers drawn for a revisit"),
    _("Of answers that need no revisit for another reason. Drawn by the ticket's id."),
    unit="percent",
    least=0,
    most=100,
    confirmed=False,
)
REVISIT_AFTER = Policy(
    "tickets.revisit_after",
    24,
    _("Hours from the answer to the first call"),
    _("When the customer is called for the first time, moved into the allowed hours."),
    unit="hours",
    least=0,
    most=72,
    confirmed=False,
)
REVISIT_ATTEMPTS = Policy(
    "tickets.revisit_attempts",
    3,
    _("Calls before a revisit is given up"),
    _("Each at another part of the day; after them the customer is asked in writing."),
    unit="times",
    least=1,
    most=9,
    confirmed=False,
)
REVISIT_OPENS = Policy(
    "tickets.revisit_opens",
    9,
    _("Revisit calls from this hour"),
    _("The local hour from which customers may be called."),
    least=6,
    most=12,
)
REVISIT_CLOSES = Policy(
    "tickets.revisit_closes",
    20,
    _("Revisit calls until this hour"),
    _("The local hour from which customers are no longer called."),
    least=13,
    most=22,
)
REVISIT_GAP = Policy(
    "tickets.revisit_gap",
    3,
    _("Hours between two revisit calls"),
    unit="hours",
    least=1,
    most=24,
)
REVISIT_FALLBACK = Policy(
    "tickets.revisit_fallback",
    72,
    _("Hours to answer in writing"),
    _("How long an unreached customer may answer the message before the ticket is closed."),
    unit="hours",
    least=1,
    most=240,
)
REVISIT_WINDOW = Policy(
    "tickets.revisit_window",
    7,
    _("Days for the customer's word"),
    _("After so many days without a word, an answer that needs no revisit is closed."),
    unit="days",
    least=1,
    most=60,
)

ALL: tuple[Policy[Any], ...] = (
    RETURN_WINDOW,
    RETURN_CAP,
    URGE_CHASES,
    REPORT_TIME,
    JOINT_TIME,
    STAGE_DAYS,
    CONTEST_DAYS,
    PARTS_BLOCK,
    REPEAT_WINDOW,
    REPEAT_LEVEL,
    COPY_WINDOW,
    COPY_LIKENESS,
    GROUP_WINDOW,
    GROUP_LEAST,
    GROUP_CHANCE,
    GROUP_FLOOR,
    GROUP_WEEKS,
    GROUP_LEVEL,
    GROUP_QUIET,
    *case_policies.ALL,
    *WEIGHTS.values(),
    *redress_policies.ALL,
    *grant_policies.ALL,
    *data_policies.ALL,
    *appeal_policies.ALL,
    *outage_policies.ALL,
    *field_policies.ALL,
    REVISIT_SHARE,
    REVISIT_AFTER,
    REVISIT_ATTEMPTS,
    REVISIT_OPENS,
    REVISIT_CLOSES,
    REVISIT_GAP,
    REVISIT_FALLBACK,
    REVISIT_WINDOW,
)
