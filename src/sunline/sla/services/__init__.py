"""Every change to calendars, limits and clocks."""

from .anew import reclassify
from .calendars import CalendarForm, add_calendar, clear_day, set_day
from .clocks import clock_rows, next_due, pause, plan_clocks, restart, resume, start, stop
from .limits import confirm_limit, publish_limit, set_profile
from .moments import extend, fix, keep, promise
from .notices import acknowledge, notify
from .shipped import load_shipped
from .sweep import sweep

__all__ = [
    "CalendarForm",
    "acknowledge",
    "add_calendar",
    "clear_day",
    "clock_rows",
    "confirm_limit",
    "extend",
    "fix",
    "keep",
    "load_shipped",
    "next_due",
    "notify",
    "pause",
    "plan_clocks",
    "promise",
    "publish_limit",
    "reclassify",
    "restart",
    "resume",
    "set_day",
    "set_profile",
    "start",
    "stop",
    "sweep",
]
