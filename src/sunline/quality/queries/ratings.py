"""Reads of ratings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q

from sunline.kernel.ids import local_day
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import permissions
from ..errors import UnknownSurvey
from ..models import Survey
from ..rules import rating as rules
from ..types import DayCount, Figures, Rating, SurveyView


def survey_by_token(token: str, *, now: datetime) -> SurveyView:
    """Return the survey whose link somebody holds; raises UnknownSurvey for any other token."""
    row = Survey.objects.filter(token_hash=rules.hashed(token)).select_related("ticket").first()
    if row is None:
        raise UnknownSurvey()
    return SurveyView(
        id=row.id,
        ticket_id=row.ticket_id,
        number=row.ticket.number,
        title=row.ticket.title,
        answer=row.ticket.answer,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        score=row.score,
        solved=row.solved,
        comment=row.comment,
        open=rules.may_answer(
            expires_at=row.expires_at,
            answered_at=row.answered_at,
            ended_at=row.ended_at,
            now=now,
        ),
    )


def ratings_of(ticket_id: UUID) -> list[Rating]:
    """Return what the customer said of the answers to a ticket the caller may see, oldest first."""
    rows = Survey.objects.filter(ticket_id=ticket_id).exclude(answered_at=None).order_by("answer")
    return [
        Rating(row.answered_at, row.score, row.solved, row.comment, row.handler_id)
        for row in rows
        if row.answered_at is not None
    ]


def figures(viewer: Viewer, since: datetime, until: datetime) -> Figures:
    """Return how many were asked from one moment to another, how many rated, how many well."""
    viewer.require(permissions.VIEW.code)
    units = unit_tree().ids_below(viewer.paths(permissions.VIEW.code))
    good = Q(solved=True) | Q(solved=None, score__gte=rules.GOOD_SCORE)
    counted = Survey.objects.filter(
        ticket__home_unit_id__in=units, sent_at__gte=since, sent_at__lt=until
    ).aggregate(
        pushed=Count("id"),
        rated=Count("id", filter=~Q(answered_at=None)),
        good=Count("id", filter=~Q(answered_at=None) & good),
    )
    return Figures(**counted)


def counts_by_day(day_from: date, day_to: date) -> list[DayCount]:
    """Return the surveys sent and answered on each day, both days included.

    A correction counts as the rating it has become, on the day of the first answer.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    start = datetime.combine(day_from, time.min, zone)
    end = datetime.combine(day_to + timedelta(days=1), time.min, zone)
    found: Counter[tuple[date, UUID, str, str]] = Counter()
    sent = Survey.objects.filter(sent_at__gte=start, sent_at__lt=end)
    for at, unit_id, channel in sent.values_list("sent_at", "ticket__home_unit_id", "channel"):
        found[local_day(at), unit_id, "surveyed", channel] += 1
    rated = Survey.objects.filter(answered_at__gte=start, answered_at__lt=end)
    for answered_at, unit_id, score, solved in rated.values_list(
        "answered_at", "ticket__home_unit_id", "score", "solved"
    ):
        if answered_at is not None:
            found[local_day(answered_at), unit_id, "rated", rules.verdict(score, solved)] += 1
    return [DayCount(*key, count) for key, count in sorted(found.items(), key=str)]


def solved_of_contacts(ids: Collection[UUID]) -> dict[UUID, bool]:
    """Return what customers said of "solved?" by the contact that their ticket came from."""
    found: dict[UUID, bool] = {}
    keys = list(ids)
    for start in range(0, len(keys), 500):
        rows = Survey.objects.filter(ticket__interaction_id__in=keys[start : start + 500])
        told = rows.exclude(solved=None).order_by("answer")
        for contact, solved in told.values_list("ticket__interaction_id", "solved"):
            if contact is not None and solved is not None:
                found[contact] = solved
    return found
