"""The figures that outages work with, until the operator sets others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

OUTAGE_BEFORE = Policy(
    "tickets.outage_before",
    60,
    _("Contacts before an outage began"),
    _("The start is often learnt late: contacts so long before it still belong to the outage."),
    unit="minutes",
    least=0,
    most=1440,
)
OUTAGE_AFTER = Policy(
    "tickets.outage_after",
    60,
    _("Contacts after an outage ended"),
    _("While an outage is not closed, contacts so long after its end still belong to it."),
    unit="minutes",
    least=0,
    most=1440,
)
WORKS_LEAD = Policy(
    "tickets.works_lead",
    72,
    _("Planned works announced ahead"),
    _("The law says in time and names no hours. The notice goes up by itself so long before."),
    unit="hours",
    least=1,
    most=720,
    confirmed=False,
)

ALL: tuple[Policy[Any], ...] = (OUTAGE_BEFORE, OUTAGE_AFTER, WORKS_LEAD)
