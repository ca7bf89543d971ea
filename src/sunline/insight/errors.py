"""What insight refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, Invalid


class BadPeriod(Invalid):
    """The period ends before it begins, or is longer than can be asked for at once."""

    code = "insight.bad_period"
    text = _("The period must end after it begins and be no longer than %(most)s days.")


class WeekPublished(Conflict):
    """A published list is frozen."""

    code = "week.published"
    text = _("This list is published; it cannot be changed any more.")


class EntryThere(Conflict):
    """The topic or ticket stands on the list already."""

    code = "week.entry_there"
    text = _("This stands on the list already.")


class WeekNotOver(Conflict):
    """A week is published when it is over."""

    code = "week.not_over"
    text = _("The week is not over yet.")


ONE_OF_TWO = _("Name a topic or the number of a ticket.")
UNKNOWN_TICKET = _("There is no such ticket, or you may not see it.")
