"""What quality refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, NotFound


class UnknownSurvey(NotFound):
    """No survey has this link."""

    code = "survey.unknown"
    text = _("This link is not valid. Please use the one in our message.")


class SurveyOver(Conflict):
    """The time to answer, or to correct the answer, is over."""

    code = "survey.over"
    text = _("This rating can no longer be given or changed. Thank you.")


class NothingToRate(Conflict):
    """The ticket has no answer that waits for the customer's word."""

    code = "survey.nothing_to_rate"
    text = _("There is no answer to rate at the moment.")


class ReviewElsewhere(Conflict):
    """The review is not in a state that allows the step."""

    code = "review.not_now"
    text = _("This cannot be done with the review as it stands now.")


class SameChecker(Conflict):
    """Whoever wrote a review does not check it."""

    code = "review.same_checker"
    text = _("Somebody other than the writer checks a review.")


class MeasureOver(Conflict):
    """The measure has been carried out already."""

    code = "review.measure_over"
    text = _("This measure has been carried out already.")


SCORE_RANGE = _("Please choose a score from 1 to 10.")
SAY_SOMETHING = _("Please give a score or say whether the matter is solved.")

MISSING = {
    "whys": _("At least %(least)d answers to “why?” are needed."),
    "cause": _("Name the root cause."),
    "conclusion": _("Write what was learnt."),
    "measures": _("At least one measure is needed."),
}
UNKNOWN_PERSON = _("Nobody who works here has this staff number.")
PAST_DAY = _("The day must not be past.")
