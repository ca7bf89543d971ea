"""Setting calendars and the single days on which they differ from their rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from sunline.kernel import log
from sunline.kernel.errors import Problem, required, too_long
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import errors, events, permissions
from ..book import forget
from ..holiday_lists import is_known
from ..models import Calendar, CalendarDay
from ..rules.week import periods_from

Periods = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """A calendar as an administrator gives it; `week` maps ISO weekdays to "HH:MM" pairs."""

    code: str
    name: str
    name_en: str = ""
    time_zone: str = "Asia/Shanghai"
    holidays: str = ""
    round_the_clock: bool = False
    week: Mapping[str, Periods] = field(default_factory=dict)


def add_calendar(viewer: Viewer, form: CalendarForm, *, now: datetime) -> UUID:
    """Add a calendar and return its id; it is changed day by day, or replaced by another."""
    viewer.require(permissions.MANAGE.code)
    problems = _problems(form)
    if Calendar.objects.filter(code=form.code).exists():
        problems.append(Problem("code", "taken", errors.BadCalendar.text))
    if problems:
        raise errors.BadCalendar(problems)
    with transaction.atomic():
        calendar = Calendar.objects.create(
            code=form.code,
            name=form.name,
            name_en=form.name_en,
            time_zone=form.time_zone,
            holidays=form.holidays,
            round_the_clock=form.round_the_clock,
            week={day: [list(pair) for pair in rows] for day, rows in form.week.items()},
        )
        fact = events.CalendarAdded(code=form.code)
        log.record(fact, subject=Subject("calendar", calendar.id), actor=viewer.actor, now=now)
        forget()
    return calendar.id


def _problems(form: CalendarForm) -> list[Problem]:
    found = [required(name) for name in ("code", "name") if not getattr(form, name).strip()]
    for name, most in (("code", 32), ("name", 64), ("name_en", 64)):
        if len(getattr(form, name)) > most:
            found.append(too_long(name, most))
    try:
        ZoneInfo(form.time_zone)
    except (KeyError, ValueError, OSError):
        found.append(Problem("time_zone", "unknown_zone", errors.UNKNOWN_ZONE))
    if not is_known(form.holidays):
        found.append(Problem("holidays", "unknown_holidays", errors.UNKNOWN_HOLIDAYS))
    worked = False
    for day, rows in form.week.items():
        try:
            worked = bool(periods_from(rows)) or worked
            wrong = day not in "1234567" or len(day) != 1
        except (ValueError, TypeError, AttributeError):
            wrong = True
        if wrong:
            found.append(Problem(f"week.{day}", "periods_wrong", errors.PERIODS_WRONG))
    if not (worked or form.round_the_clock):
        found.append(Problem("week", "no_working_time", errors.NO_WORKING_TIME))
    return found


def set_day(
    viewer: Viewer, code: str, day: date, *, periods: Periods, reason: str = "", now: datetime
) -> None:
    """Set a day's periods apart from the rule; no periods make it a holiday.

    Clocks that run keep their moments; those started afterwards follow the new day.
    """
    viewer.require(permissions.MANAGE.code)
    try:
        periods_from(periods)
    except (ValueError, TypeError, AttributeError):
        problem = Problem("periods", "periods_wrong", errors.PERIODS_WRONG)
        raise errors.BadCalendar([problem]) from None
    if len(reason) > 64:
        raise errors.BadCalendar([too_long("reason", 64)])
    with transaction.atomic():
        calendar = _locked(code)
        CalendarDay.objects.update_or_create(
            calendar=calendar,
            day=day,
            defaults={"periods": [list(pair) for pair in periods], "reason": reason},
        )
        _record(viewer, calendar, day, "worked" if periods else "off", now)


def clear_day(viewer: Viewer, code: str, day: date, *, now: datetime) -> None:
    """Give a day back to the calendar's rule; a day that was never set stays as it is."""
    viewer.require(permissions.MANAGE.code)
    with transaction.atomic():
        calendar = _locked(code)
        removed, _ = CalendarDay.objects.filter(calendar=calendar, day=day).delete()
        if removed:
            _record(viewer, calendar, day, "by_rule", now)


def _locked(code: str) -> Calendar:
    rows = Calendar.objects.filter(code=code)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    calendar = rows.first()
    if calendar is None:
        raise errors.NoSuchCalendar
    return calendar


def _record(viewer: Viewer, calendar: Calendar, day: date, state: str, now: datetime) -> None:
    fact = events.CalendarDaySet(code=calendar.code, day=day, state=state)
    log.record(fact, subject=Subject("calendar", calendar.id), actor=viewer.actor, now=now)
    forget()
