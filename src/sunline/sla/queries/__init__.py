"""Reading clocks, limits, calendars and warnings; means that were attained."""

from ..services.clocks import next_due
from .clocks import (
    breaches_of,
    clocks_of,
    clocks_of_many,
    explain,
    is_call_promised,
    promised_calls,
)
from .limits import (
    calendar_names,
    calendars,
    day_due,
    health_notes,
    health_texts,
    limits,
    open_calendars,
    profiles,
    worked_until,
)
from .means import MeanRow, means
from .notices import NoticeView, warnings_for

__all__ = [
    "MeanRow",
    "NoticeView",
    "breaches_of",
    "calendar_names",
    "calendars",
    "clocks_of",
    "clocks_of_many",
    "day_due",
    "explain",
    "health_notes",
    "health_texts",
    "is_call_promised",
    "limits",
    "means",
    "next_due",
    "open_calendars",
    "profiles",
    "promised_calls",
    "warnings_for",
    "worked_until",
]
