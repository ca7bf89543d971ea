"""The words of checks and revisits: why one is owed, what a call came to, what was heard."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RevisitReason(TextChoices):
    """Why an answered ticket is not closed before somebody has asked the customer."""

    MAJOR = "major", _("Major complaint")
    URGENT = "urgent_case", _("Urgent matter")
    APPEAL = "appeal", _("Came through the regulator")
    UNSATISFIED = "unsatisfied", _("The customer was not satisfied before")
    SAMPLE = "sample", _("Drawn as a sample")


class RevisitStep(TextChoices):
    """How far a revisit has got."""

    CALLING = "calling", _("To be called")
    FALLBACK = "fallback", _("Not reached; asked in writing")
    DONE = "done", _("Revisit over")
    NOT_NEEDED = "not_needed", _("No revisit needed")


class AttemptCode(TextChoices):
    """What a call to the customer came to."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    REFUSED = "refused", _("Does not want to be asked")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    CALL_LATER = "call_later", _("Asked to be called later")


class Kept(TextChoices):
    """Whether what was promised to the customer was kept."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    NONE = "none", _("Nothing was promised")


class Attitude(TextChoices):
    """What the customer says of how they were treated."""

    GOOD = "good", _("Friendly")
    FAIR = "fair", _("Neither good nor bad")
    POOR = "poor", _("Unfriendly")
