"""Absences, and what channels weigh and how much of each a person holds at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from sunline.kernel.prepared import Prepared
from sunline.staff.types import Viewer

from .. import permissions
from ..models import Absence, ChannelLimit
from ..types import AbsenceRow, ChannelRow

SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
PAST = timedelta(days=30)
MOST_ROWS = 200


def away_now(now: datetime) -> set[UUID]:
    """Return who is absent at the moment."""
    return {row[0] for row in _AWAY.rows(now, now)}


_AWAY = Prepared(
    lambda: Absence.objects.filter(
        cancelled_at=None, since__lte=SOME_DAY, until__gt=SOME_DAY
    ).values_list("account_id"),
    2,
)


def absences(viewer: Viewer, now: datetime) -> list[AbsenceRow]:
    """Return absences of the visible units: coming and present ones, and those of a month."""
    rows = Absence.objects.filter(_within(viewer), until__gt=now - PAST)
    rows = rows.select_related("account").order_by("-until", "id")[:MOST_ROWS]
    return [
        AbsenceRow(
            id=row.id,
            account_id=row.account_id,
            staff_no=row.account.staff_no,
            unit_id=row.account.unit_id,
            reason=row.reason,
            since=row.since,
            until=row.until,
            entered_by=row.entered_label,
            state=_state(row, now),
        )
        for row in rows
    ]


def _state(row: Absence, now: datetime) -> str:
    if row.cancelled_at is not None and row.cancelled_at <= row.since:
        return "cancelled"
    if row.cancelled_at is not None or row.until <= now:
        return "over"
    return "now" if row.since <= now else "coming"


def channel_rows(viewer: Viewer) -> list[ChannelRow]:
    """Return what channels weigh for everybody, then the limits of people the viewer may see."""
    rows: QuerySet[ChannelLimit] = ChannelLimit.objects.filter(
        Q(account=None) | _within(viewer)
    ).select_related("account")
    found = [
        ChannelRow(
            row.id, row.account.staff_no if row.account else "", row.channel, row.weight, row.most
        )
        for row in rows[:MOST_ROWS]
    ]
    return sorted(found, key=lambda row: (row.staff_no, row.channel))


def _within(viewer: Viewer) -> Q:
    scope = Q(pk__in=[])
    for path in viewer.paths(permissions.VIEW.code):
        scope |= Q(account__unit__path__startswith=path)
    return scope
