"""Refusals of the staff room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, Invalid, Refused, TooMany


class WrongSignIn(Invalid):
    """The staff number and password do not belong together, or the person has left."""

    code = "staff.wrong_sign_in"
    text = _("The staff number or the password is not right.")


class WrongCode(Invalid):
    """The code is wrong, too old or was used before."""

    code = "staff.wrong_code"
    text = _("This code is not right, or it was used before.")


class Locked(TooMany):
    """Too many failed attempts; `minutes` is how long to wait."""

    code = "staff.locked"
    text = _("Too many failed attempts. Try again in %(minutes)d min.")


class NotKnownHere(Refused):
    """The single sign-on named somebody who has no active account."""

    code = "staff.not_known_here"
    text = _("Your company account has no active staff number here. Ask your administrator.")


class AlreadyThere(Conflict):
    """Something with this code or number exists."""

    code = "staff.already_there"
    text = _("This number or code is already taken.")


class StillInUse(Conflict):
    """The unit still has people or open units below it."""

    code = "staff.still_in_use"
    text = _("People or units still belong to this unit. Move them first.")


class OwnRights(Refused):
    """Nobody changes their own rights."""

    code = "staff.own_rights"
    text = _("Nobody may change their own rights. Ask a colleague.")


class VendorScope(Refused):
    """An outsourced person may hold only some roles, and only in their own unit."""

    code = "staff.vendor_scope"
    text = _("Staff of a vendor may hold only vendor roles, in their own unit.")


class LastDoor(Conflict):
    """The change would leave nobody able to undo it."""

    code = "staff.last_door"
    text = _("Administrators keep this right; without it nobody could undo the change.")
