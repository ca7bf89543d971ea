"""What routing refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, NotFound


class Taken(Conflict):
    """Somebody else already has the work."""

    code = "routing.taken"
    text = _("Somebody else has already taken this.")


class Excluded(Conflict):
    """The person must not get this work again."""

    code = "routing.excluded"
    text = _("This must go to somebody other than the person who handled it before.")


class NotWaiting(NotFound):
    """No such work is open."""

    code = "routing.not_waiting"
    text = _("This work is not in any queue.")


class PersonUnavailable(Conflict):
    """The account is unknown, closed, or outside the viewer's units."""

    code = "routing.person_unavailable"
    text = _("This person cannot be given work.")


class AbsenceEnded(Conflict):
    """The absence is over or was taken back."""

    code = "routing.absence_ended"
    text = _("This absence is over already.")


class RuleEnded(Conflict):
    """The rule is no longer in force, so it cannot be changed."""

    code = "routing.rule_ended"
    text = _("This rule has already been replaced or ended.")


UNKNOWN_CONDITION = _("This is not a condition a rule can ask for.")
CODE_IN_USE = _("This code is already in use.")
NOT_BELOW_CAPACITY = _("This must be between 0 and 100.")
REASON_NEEDED = _("A break needs its reason.")
LEVEL_RANGE = _("A skill's level is between 1 and 5.")
MINUTES_RANGE = _("Between 1 minute and 30 days.")
WEIGHT_RANGE = _("A piece weighs between 1 and 20.")
ENDS_BEFORE = _("The end must come after the beginning.")
TOO_LONG_AWAY = _("An absence lasts at most 400 days.")
