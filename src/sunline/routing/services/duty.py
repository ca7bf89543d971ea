"""Absences, working hours, and what channels weigh: who is there for how much work."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Problem, required, too_long, unknown_choice
from sunline.kernel.types import Subject
from sunline.sla import queries as sla
from sunline.staff.queries import root_path
from sunline.staff.types import Viewer

from .. import permissions
from ..errors import (
    ENDS_BEFORE,
    NOT_BELOW_CAPACITY,
    TOO_LONG_AWAY,
    WEIGHT_RANGE,
    AbsenceEnded,
)
from ..events import AbsenceChanged, ChannelLimited, HoursSet
from ..models import Absence, ChannelLimit
from ..queries import forget
from ..types import AbsenceReason
from .presence import locked, path_of, set_capacity

LONGEST = timedelta(days=400)


def enter_absence(
    viewer: Viewer,
    account_id: UUID,
    *,
    since: datetime,
    until: datetime,
    reason: str,
    now: datetime,
) -> UUID:
    """Enter that a person is away; work already given stays with them. Raises Invalid, Refused."""
    problems = []
    if until <= since or until <= now:
        problems.append(Problem("until", "before", ENDS_BEFORE))
    elif until - since > LONGEST:
        problems.append(Problem("until", "out_of_range", TOO_LONG_AWAY))
    if reason not in AbsenceReason.values:
        problems.append(unknown_choice("reason"))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        viewer.require(permissions.OVERRIDE.code, path_of(account_id))
        locked(account_id, now)  # a worker that gives work right now comes first or sees it
        row = Absence.objects.create(
            account_id=account_id,
            since=since,
            until=until,
            reason=reason,
            entered_by=viewer.actor.id,
            entered_label=viewer.actor.label,
            entered_at=now,
        )
        _record(row, "away", viewer, now)
    return row.id


def end_absence(viewer: Viewer, absence_id: UUID, *, now: datetime) -> None:
    """End an absence now, or take back one that has not begun; raises AbsenceEnded."""
    with transaction.atomic():
        row = Absence.objects.select_for_update().filter(id=absence_id).first()
        if row is None:
            raise NotFound()
        viewer.require(permissions.OVERRIDE.code, path_of(row.account_id))
        if row.cancelled_at is not None or row.until <= now:
            raise AbsenceEnded()
        row.cancelled_at = now
        row.save(update_fields=["cancelled_at"])
        _record(row, "back", viewer, now)


def _record(row: Absence, state: str, viewer: Viewer, now: datetime) -> None:
    log.record(
        AbsenceChanged(row.account_id, state, row.since, row.until, row.reason),
        subject=Subject("absence", row.id),
        actor=viewer.actor,
        now=now,
    )


def set_hours(viewer: Viewer, account_id: UUID, calendar: str, *, now: datetime) -> None:
    """Set the calendar outside whose hours a person is given nothing; blank for none."""
    if calendar and calendar not in sla.calendar_names():
        raise Invalid([unknown_choice("calendar")])
    with transaction.atomic():
        viewer.require(permissions.OVERRIDE.code, path_of(account_id))
        row = locked(account_id, now)
        if row.calendar == calendar:
            return
        was, row.calendar = row.calendar, calendar
        row.save(update_fields=["calendar"])
        log.record(
            HoursSet(account_id, calendar, was),
            subject=Subject("presence", row.id),
            actor=viewer.actor,
            now=now,
        )


def set_person(
    viewer: Viewer, account_id: UUID, *, capacity: int | None, calendar: str, now: datetime
) -> None:
    """Set a person's hours and, unless None, the capacity; both or neither."""
    with transaction.atomic():
        set_hours(viewer, account_id, calendar, now=now)
        if capacity is not None:
            set_capacity(viewer, account_id, capacity, now=now)


def limit_channel(
    viewer: Viewer,
    channel: str,
    *,
    weight: int = 1,
    most: int | None = None,
    account_id: UUID | None = None,
    now: datetime,
) -> None:
    """Set what a channel's new work weighs and how much of it anybody, or one person, holds.

    A person's row sets the most only: the weight is everybody's.
    """
    problems = []
    if not channel.strip():
        problems.append(required("channel"))
    elif len(channel) > 16:
        problems.append(too_long("channel", 16))
    if not 1 <= weight <= 20:
        problems.append(Problem("weight", "out_of_range", WEIGHT_RANGE))
    if most is not None and not 0 <= most <= 100:
        problems.append(Problem("most", "out_of_range", NOT_BELOW_CAPACITY))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        path = path_of(account_id) if account_id else root_path()
        viewer.require(permissions.CONFIGURE.code, path)
        rows = ChannelLimit.objects.select_for_update().filter(channel=channel)
        own = rows.filter(account_id=account_id) if account_id else rows.filter(account=None)
        row = own.first() or ChannelLimit(account_id=account_id, channel=channel)
        row.weight, row.most = 1 if account_id else weight, most
        row.save()
        log.record(
            ChannelLimited(channel, row.weight, most, account_id),
            subject=Subject("channel_limit", row.id),
            actor=viewer.actor,
            now=now,
        )
        forget()
