"""When a person may be told: clocks do not wait for morning, messages to people do."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, SHUTS = time(8, 0), time(21, 0)


def tell_at(
    moment: datetime, zone: ZoneInfo, *, opens: time = OPENS, shuts: time = SHUTS
) -> datetime:
    """Return the moment itself within decent hours of the zone, else the next opening."""
    local = moment.astimezone(zone)
    if opens <= local.time() < shuts:
        return moment
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, tzinfo=zone).astimezone(moment.tzinfo)
