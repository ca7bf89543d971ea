"""Refusals about field work orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict


class NoFieldWork(Conflict):
    """Only installations, moves and faults are worked on outside."""

    code = "ticket.no_field_work"
    text = _("Ticket %(number)s is not of a kind that an engineer goes out for.")


class FieldTwice(Conflict):
    """A ticket has one open field order at a time."""

    code = "ticket.field_twice"
    text = _("Ticket %(number)s has an open field order already.")


class FieldState(Conflict):
    """The step is not possible in the field order's present state."""

    code = "ticket.field_state"
    text = _("The field order of ticket %(number)s is “%(state)s” now; this cannot be done to it.")


class NotTheEngineer(Conflict):
    """Whoever was named for a visit makes it."""

    code = "ticket.not_the_engineer"
    text = _("The field order of ticket %(number)s is another engineer's.")


class SlotFull(Conflict):
    """The window has no room for another visit."""

    code = "ticket.slot_full"
    text = _("No visit is free in this window any more. Please choose another.")


PAST = _("This window has begun or is over. Please choose a later one.")
TOO_FAR = _("Appointments are made at most %(days)s days ahead.")
NOT_A_WINDOW = _("Please choose a day and a window.")
NOT_IN_UNIT = _("Only an engineer of the field order's unit can be named.")
NOT_A_PHOTO = _("A photo is a picture: JPG, PNG, WEBP or HEIC.")
BAD_VISITS = _("From %(booked)s, which are booked already, to %(most)s.")
TOO_MANY_PHOTOS = _("At most %(most)s photos for one visit.")
WHY_LATE = _("The promised limit is over; please say why.")
