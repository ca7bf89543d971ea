"""Reading limits, profiles and calendars, and what an administrator should put right."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sunline.staff.types import Viewer

from .. import permissions, texts
from ..book import CalendarRow, LimitRow, book, missing_years
from ..models import Profile
from ..rules.due import DAYS, WORKING_DAYS, Allowance, due_at
from ..rules.hours import NoWorkingTime
from ..rules.instants import SECOND, to_us
from ..types import HealthNote


def limits(viewer: Viewer) -> list[LimitRow]:
    """Return all limits of all profiles and dates, with their sources."""
    viewer.require(permissions.VIEW.code)
    return book().limits()


def calendars(viewer: Viewer) -> list[CalendarRow]:
    """Return all calendars, by code."""
    viewer.require(permissions.VIEW.code)
    return [row for _code, row in sorted(book().calendars.items())]


def profiles(viewer: Viewer) -> list[Profile]:
    """Return where limits come from, switched on or not, by code."""
    viewer.require(permissions.VIEW.code)
    return list(Profile.objects.order_by("code"))


def health_notes(now: datetime) -> list[HealthNote]:
    """Return what an administrator should put right: holiday lists that lack a year."""
    return [
        HealthNote("sla.holidays_missing", {"holidays": code, "year": year})
        for code, year in missing_years(now, book().calendars)
    ]


def health_texts(now: datetime) -> list[str]:
    """Return the same in the active language."""
    return [texts.say_note(note) for note in health_notes(now)]


def open_calendars(now: datetime) -> frozenset[str]:
    """Return the codes of the calendars whose working hours the moment lies in; for all rooms."""
    moment = to_us(now)
    return frozenset(
        code
        for code, row in book().calendars.items()
        if row.hours.worked(moment + SECOND) > row.hours.worked(moment)
    )


def worked_until(since: datetime, minutes: int, calendar: str = "office") -> datetime:
    """Return when so many working minutes of a calendar have passed; for all rooms.

    Plain minutes where there is no such calendar, or it has no working time ahead.
    """
    row = book().calendars.get(calendar)
    if row is not None:
        with suppress(NoWorkingTime):
            return due_at(since, Allowance(minutes), row.hours)
    return since + timedelta(minutes=minutes)


def day_due(since: datetime, days: int, *, working: bool, calendar: str = "office") -> datetime:
    """Return when so many days after a moment end, working days or natural ones; for all rooms.

    The day itself does not count. Plain days where there is no such calendar.
    """
    row = book().calendars.get(calendar)
    if row is not None:
        with suppress(NoWorkingTime):
            return due_at(since, Allowance(days, WORKING_DAYS if working else DAYS), row.hours)
    return since + timedelta(days=days)


def calendar_names() -> dict[str, str]:
    """Return the names of the calendars by code; for all rooms."""
    return {code: row.name for code, row in sorted(book().calendars.items())}
