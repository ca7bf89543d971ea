"""Moments as whole microseconds since 1970 UTC, so that sums are exact."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


def to_us(moment: datetime) -> int:
    """Return an aware moment as microseconds."""
    return (moment - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    """Return microseconds as a moment in UTC."""
    return EPOCH + timedelta(microseconds=us)


def local_minute(day: date, minute: int, zone: ZoneInfo) -> int:
    """Return when a minute of a local day (0 to 1440) comes, in microseconds.

    A local time that comes twice means its first coming; one that a change of clocks leaves out
    means the moment of the change.
    """
    if minute >= 1440:
        day, minute = day + timedelta(days=1), minute - 1440
    naive = datetime.combine(day, time(minute // 60, minute % 60))
    early, late = (to_us(naive.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if late >= early:
        return early  # an ordinary time, or the first of two
    return _change_between(late, early, zone)


def _change_between(low: int, high: int, zone: ZoneInfo) -> int:
    """Return the first second after `low` with the offset that holds at `high`."""
    after = from_us(high).astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = (low + high) // 2 // SECOND * SECOND
        if from_us(middle).astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high
