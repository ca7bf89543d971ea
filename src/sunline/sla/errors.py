"""What cannot be done with limits and calendars, with the words for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, Invalid, NotFound


class LawStands(Conflict):
    """A national limit can be added to and never be switched off or moved."""

    code = "sla.law_stands"
    text = _("National law applies everywhere and cannot be switched off.")


class LaterVersion(Conflict):
    """A version of the limit that begins later is already published."""

    code = "sla.later_version"
    text = _("A later version of this limit is already published.")


class NoSuchProfile(NotFound):
    """There is no profile with the code."""

    code = "sla.no_such_profile"
    text = _("There is no such limit profile.")


class NoSuchLimit(NotFound):
    """There is no limit with the id."""

    code = "sla.no_such_limit"
    text = _("There is no such limit.")


class NoSuchCalendar(NotFound):
    """There is no calendar with the code."""

    code = "sla.no_such_calendar"
    text = _("There is no such calendar.")


class BadLimit(Invalid):
    """The limit cannot be published as it is."""

    code = "sla.bad_limit"
    text = _("This limit cannot be published as it is.")


class BadCalendar(Invalid):
    """The calendar or the day cannot be set as it is."""

    code = "sla.bad_calendar"
    text = _("This calendar cannot be set as it is.")


class OverlappingLimits(Conflict):
    """Another version of the limit holds on some of the days."""

    code = "sla.overlapping"
    text = _("Another version of this limit already holds from %(since)s to %(until)s.")


class BadExtension(Invalid):
    """The extension is too short or too long."""

    code = "sla.bad_extension"
    text = _("A limit cannot be extended like this.")


class NothingToExtend(Conflict):
    """No running clock may be moved: they have ended, are overdue or are set by law."""

    code = "sla.nothing_to_extend"
    text = _(
        "No limit can be extended: they have ended, have passed, or are set by law or province."
    )


class BadPromise(Invalid):
    """A call-back cannot be promised for the moment."""

    code = "sla.bad_promise"
    text = _("A call-back cannot be promised for this moment.")


PAST = _("This moment has passed.")
TOO_FAR = _("At most %(days)d days ahead.")
MEAN_TOO_MUCH = _("The mean is no more than the limit itself.")
MEAN_NEEDS_TIME = _("A mean is kept for minutes and natural days only.")
UNTIL_TOO_EARLY = _("It ends after it begins.")
BEGINS_TOO_EARLY = _("A new version begins today at the earliest, and after the one before it.")
LAW_NEVER_PAUSES = _("A limit of law or province is not moved by holds.")
TOO_LITTLE_OR_TOO_MUCH = _("Give a whole number between 1 and %(most)d.")
PERIODS_WRONG = _("Give periods as HH:MM to HH:MM, in order and without overlap.")
NO_WORKING_TIME = _("A calendar needs at least one working period in the week.")
UNKNOWN_ZONE = _("There is no such time zone.")
UNKNOWN_HOLIDAYS = _("No list of holidays is known for this country.")
UNKNOWN_TRAIT = _("Limits cannot depend on this.")
