"""The limit of a moment that a person promised: it stands alone and nothing moves it."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from ..book import CalendarRow, LimitRow
from ..models import Clock, Profile
from ..rules import choose
from ..rules.due import Allowance
from ..rules.hours import round_the_clock


@cache
def _calendar(zone: str) -> CalendarRow:
    return CalendarRow("", "", "", "", round_the_clock(ZoneInfo(zone)))


def promised_limit(clock: Clock) -> LimitRow:
    """Return a limit that says what the clock says; holds and extensions leave it alone."""
    calendar = _calendar(settings.TIME_ZONE)
    rule = choose.Rule(
        id=clock.id,
        purpose=clock.purpose,
        applies=(),
        allowance=Allowance(int((clock.due_at - clock.started_at).total_seconds() // 60)),
        hours=calendar.hours,
        pausable=False,
        since=0,
        until=None,
    )
    promise = Profile.Jurisdiction.PROMISE.value
    return LimitRow(rule, "", "", "", "", promise, "", "", True, calendar)
