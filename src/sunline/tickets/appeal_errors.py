"""Refusals about appeals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict


class AppealTwice(Conflict):
    """The door's number is known."""

    code = "appeal.number_known"
    text = _("The number %(reference)s of this door stands on ticket %(number)s already.")


class WrongAppealState(Conflict):
    """The step is not possible in the appeal's present state, or not at its door."""

    code = "appeal.wrong_state"
    text = _("Appeal %(reference)s is “%(state)s” now; this cannot be done to it.")


class AppealBarred(Conflict):
    """The rules give a reason why the centre would not take the appeal on."""

    code = "appeal.barred"
    text = _(
        "By the rules the centre does not take this on: %(reasons)s. Tick that it did all the same."
    )


class ReturnWindowOver(Conflict):
    """The door takes nothing back any more, or never does."""

    code = "appeal.return_window_over"
    text = _("The time to give appeal %(reference)s back to its door is over.")


class NotRepliedYet(Conflict):
    """A door waits for the operator's reply first."""

    code = "appeal.not_replied"
    text = _("The door still waits for the reply on appeal %(reference)s.")


# What makes an appeal, or a line about one, unusable.
FUTURE_DAY = _("This cannot lie in the future.")
BEFORE_EVENT = _("This cannot lie before the matter itself.")
TOO_LONG_AGO = _("This lies more than ten years back.")
NO_SUCH_TICKET = _("There is no complaint of this number here.")
NO_HOME = _("The unit is not known, and the number belongs to no customer here.")
BAD_DAY = _("The day cannot be read.")
BAD_COUNT = _("A whole number, 0 or more.")
BAD_STRETCH = _("A quarter as 2012Q1, or a month as 2012-01.")
WRONG_RESULT = _("An appeal that stands here does not end so.")
MIXED_STRETCH = _("Months and a whole quarter of one operator cannot stand side by side.")
