"""Taking the customer's word on an answer, and what follows from it."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, NotFound, Problem, too_long
from sunline.kernel.types import SYSTEM, Subject
from sunline.staff.types import system_viewer
from sunline.tickets import services as tickets
from sunline.tickets.types import State

from ..errors import SAY_SOMETHING, SCORE_RANGE, NothingToRate, SurveyOver, UnknownSurvey
from ..events import SurveyAnswered, SurveyCorrected, SurveyExpired
from ..models import Survey
from ..rules import rating as rules
from ..types import Rated
from .inviting import SUBJECT, new_survey, record_sent

MOST_COMMENT = 2000
MOST_PER_RUN = 200


def rate(
    token: str, *, score: int | None, solved: bool | None, comment: str = "", now: datetime
) -> Rated:
    """Take the customer's word by their link; a good one closes the ticket, a bad one reopens it.

    The same link corrects the answer for an hour. Raises UnknownSurvey, SurveyOver or Invalid.
    """
    comment = _checked(score, solved, comment)
    with transaction.atomic():
        survey = Survey.objects.select_for_update().filter(token_hash=rules.hashed(token)).first()
        if survey is None:
            raise UnknownSurvey()
        return _rate(survey, score, solved, comment, now)


def rate_ticket(
    ticket_id: UUID, *, score: int | None, solved: bool | None, comment: str = "", now: datetime
) -> Rated:
    """Take the word of a customer who has proved on the portal that the ticket is theirs.

    It answers the survey that is out, if there is one. Raises NothingToRate when the ticket does
    not wait for the customer's word.
    """
    comment = _checked(score, solved, comment)
    with transaction.atomic():
        rows = Survey.objects.select_for_update().filter(ticket_id=ticket_id)
        survey = rows.order_by("-answer").first()
        if survey is None or (
            survey.answer < survey.ticket.version and not _takes_answer(survey, now)
        ):
            survey = _asked_on_the_portal(ticket_id, now)
        return _rate(survey, score, solved, comment, now)


def _asked_on_the_portal(ticket_id: UUID, now: datetime) -> Survey:
    """Return a new survey of a visit to the portal; nobody holds a link to it."""
    survey = new_survey(ticket_id, secrets.token_urlsafe(32), now)
    if survey.ticket.state != State.AWAITING_REVISIT:
        raise NothingToRate()
    try:
        with transaction.atomic():
            survey.save(force_insert=True)
    except IntegrityError:  # the same visitor, twice at once
        asked = Survey.objects.select_for_update()
        return asked.get(ticket_id=ticket_id, answer=survey.answer)
    record_sent(survey, survey.ticket, now)
    return survey


def _checked(score: int | None, solved: bool | None, comment: str) -> str:
    """Return the comment as it is kept; raise Invalid naming what cannot be used."""
    comment = comment.replace("\0", "").strip()
    problems = []
    if score is None and solved is None:
        problems.append(Problem("score", "required", SAY_SOMETHING))
    if score is not None and not 1 <= score <= 10:
        problems.append(Problem("score", "out_of_range", SCORE_RANGE))
    if len(comment) > MOST_COMMENT:
        problems.append(too_long("comment", MOST_COMMENT))
    if problems:
        raise Invalid(problems)
    return comment


def _takes_answer(survey: Survey, now: datetime) -> bool:
    return rules.may_answer(
        expires_at=survey.expires_at,
        answered_at=survey.answered_at,
        ended_at=survey.ended_at,
        now=now,
    )


def _rate(
    survey: Survey, score: int | None, solved: bool | None, comment: str, now: datetime
) -> Rated:
    if not _takes_answer(survey, now):
        raise SurveyOver()
    if survey.answered_at is not None:
        return _correct(survey, score, solved, comment, now)
    outcome = rules.outcome(score, solved)
    home = survey.ticket.home_unit_id
    applied = _settle(survey, outcome, comment, score, now)
    survey.score, survey.solved, survey.comment = score, solved, comment
    survey.answered_at = survey.ended_at = now
    survey.save(update_fields=["score", "solved", "comment", "answered_at", "ended_at"])
    log.record(
        SurveyAnswered(
            ticket_id=survey.ticket_id,
            home=home,
            verdict=rules.verdict(score, solved),
            outcome=outcome,
            applied=applied,
            score=score,
            handler_id=survey.handler_id,
        ),
        subject=Subject(SUBJECT, survey.id),
        actor=SYSTEM,
        now=now,
    )
    return Rated(outcome, applied)


def _settle(survey: Survey, outcome: str, comment: str, score: int | None, now: datetime) -> bool:
    """Carry the outcome over to the ticket; return False when it no longer waits for it."""
    try:
        with transaction.atomic():
            tickets.record_revisit(
                system_viewer(),
                survey.ticket_id,
                outcome=outcome,
                note=comment,
                score=score,
                now=now,
            )
    except (Conflict, NotFound):
        return False
    return True


def _correct(
    survey: Survey, score: int | None, solved: bool | None, comment: str, now: datetime
) -> Rated:
    """Replace an answer; a turned verdict is noted on the ticket, where a person decides.

    What the first answer set in motion is not undone by a click.
    """
    was = rules.verdict(survey.score, survey.solved)
    verdict = rules.verdict(score, solved)
    survey.score, survey.solved, survey.comment = score, solved, comment
    survey.corrected_at = now
    survey.save(update_fields=["score", "solved", "comment", "corrected_at"])
    if verdict != was:
        with override(settings.LANGUAGE_CODE):
            text = gettext("The customer corrected the rating from %(was)s to %(now)s. %(comment)s")
            words = {"good": gettext("solved"), "bad": gettext("not solved")}
            text %= {"was": words[was], "now": words[verdict], "comment": comment}
        tickets.add_note(system_viewer(), survey.ticket_id, text=text.strip(), now=now)
    log.record(
        SurveyCorrected(
            ticket_id=survey.ticket_id,
            home=survey.ticket.home_unit_id,
            verdict=verdict,
            was=was,
            answered_at=survey.answered_at or now,
            score=score,
        ),
        subject=Subject(SUBJECT, survey.id),
        actor=SYSTEM,
        now=now,
    )
    return Rated(rules.outcome(score, solved), applied=False, corrected=True)


def expire(now: datetime) -> int:
    """Close the tickets of customers who did not answer in time as not reached; return how many."""
    due = Survey.objects.filter(ended_at=None, expires_at__lte=now).order_by("expires_at")
    ended = 0
    for survey_id in list(due.values_list("id", flat=True)[:MOST_PER_RUN]):
        ended += _expire(survey_id, now)
    return ended


@transaction.atomic
def _expire(survey_id: UUID, now: datetime) -> int:
    survey = Survey.objects.select_for_update().filter(id=survey_id, ended_at=None).first()
    if survey is None:
        return 0
    home = survey.ticket.home_unit_id
    applied = _settle(survey, rules.NOT_REACHED, "", None, now)
    survey.ended_at = now
    survey.save(update_fields=["ended_at"])
    log.record(
        SurveyExpired(ticket_id=survey.ticket_id, home=home, applied=applied),
        subject=Subject(SUBJECT, survey.id),
        actor=SYSTEM,
        now=now,
    )
    return 1
