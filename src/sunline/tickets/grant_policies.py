"""The figures that grants and approvals work with, until the operator sets others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

DAY_MOST = Policy(
    "tickets.grant_day_most",
    500,
    _("Most a person grants in a day"),
    _("Beyond this sum of a day every further amount asks for approval, whoever grants it."),
    unit="yuan",
    confirmed=False,
)
CUSTOMER_MOST = Policy(
    "tickets.grant_customer_most",
    500,
    _("Most a customer gets without approval"),
    _("What was granted to the customer lately counts; beyond this sum approval is needed."),
    unit="yuan",
    confirmed=False,
)
CUSTOMER_DAYS = Policy(
    "tickets.grant_customer_days",
    90,
    _("Days that count for a customer's sum"),
    _("So far back amounts granted to a customer are added up."),
    unit="days",
    least=1,
    most=730,
)
SAMPLE = Policy(
    "tickets.grant_sample",
    10,
    _("Share of grants that are inspected"),
    _("Of so many in a hundred an inspector says whether they were in order."),
    unit="percent",
    least=0,
    most=100,
)
APPROVAL_TIME = Policy(
    "tickets.approval_time",
    120,
    _("Time for an approval at one level"),
    _("Without a decision it goes on to the next level; the last one is warned."),
    unit="minutes",
    least=5,
    most=43_200,
)
APPROVAL_WORKING = Policy(
    "tickets.approval_working",
    False,
    _("Approvals count working time"),
    _("Ticked, the time for an approval runs in office hours only."),
)
STAND_IN = Policy(
    "tickets.stand_in_days",
    60,
    _("Longest time somebody stands in"),
    _("Nobody decides approvals for another person longer than this at a time."),
    unit="days",
    least=1,
    most=366,
)

ALL: tuple[Policy[Any], ...] = (
    DAY_MOST,
    CUSTOMER_MOST,
    CUSTOMER_DAYS,
    SAMPLE,
    APPROVAL_TIME,
    APPROVAL_WORKING,
    STAND_IN,
)
