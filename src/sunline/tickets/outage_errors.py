"""Refusals about outages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict


class OutageOverlaps(Conflict):
    """Another outage has the same place, product and time."""

    code = "ticket.outage_overlaps"
    text = _("Outage %(number)s has the same area, product and time already; add to that one.")


class InOutage(Conflict):
    """A ticket belongs to one outage at a time."""

    code = "ticket.in_outage"
    text = _("Ticket %(number)s belongs to an outage already.")


class NoOutage(Conflict):
    """The ticket leads no outage."""

    code = "ticket.no_outage"
    text = _("Ticket %(number)s is not an outage.")


class OutageOver(Conflict):
    """The outage is not at the stage that the verb needs."""

    code = "ticket.outage_stage"
    text = _("%(number)s is “%(state)s” now; this cannot be done to it.")
