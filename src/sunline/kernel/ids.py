"""Sortable ids (UUID version 7, RFC 9562) and numbers that people can read out."""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID, SafeUUID
from zoneinfo import ZoneInfo

import uuid_utils
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

CREATING = 7_201_101  # the advisory lock of whoever creates a day's sequence
SEQUENCES_AT_ONCE = 500  # each is a lock until it is committed
_set_int, _set_safe = (vars(UUID)[name].__set__ for name in ("int", "is_safe"))
_ready: set[str] = set()
_lock = threading.Lock()


def new_id() -> UUID:
    """Return a new id that sorts after the ids made before it."""
    return _uuid(uuid_utils.uuid7().int)


def _uuid(value: int) -> UUID:
    """Return an id of these 128 bits; the constructor takes four times as long."""
    made = UUID.__new__(UUID)
    _set_int(made, value)
    _set_safe(made, SafeUUID.unknown)
    return made


def first_id_at(moment: datetime) -> UUID:
    """Return the smallest id that could have been made at the moment."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))


def id_at(moment: datetime) -> UUID:
    """Return a new id that sorts as if it had been made at the moment, for past events."""
    low = random.getrandbits(74)
    high = int(moment.timestamp() * 1000) << 80 | 7 << 76 | (low >> 62) << 64
    return _uuid(high | 2 << 62 | low & (1 << 62) - 1)


def local_day(moment: datetime) -> date:
    """Return the operator's calendar day of the moment."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def numbers(prefix: str, moment: datetime, count: int = 1) -> list[str]:
    """Return `count` unused numbers such as T20261121-000123, rising within the day.

    Gaps may appear: a number taken by work that was undone is not given out again.
    """
    day = f"{prefix}{local_day(moment):%Y%m%d}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _ensure_sequences([day])
            name = sequence_name(day)  # letters and digits only
            statement = f"SELECT nextval('{name}') FROM generate_series(1, %s)"  # noqa: S608
            cursor.execute(statement, [count])
            taken: Iterable[int] = [row[0] for row in cursor.fetchall()]
        else:
            taken = _counted(cursor, day, count)
    return [f"{day}-{value:06d}" for value in taken]


def numbers_by_day(prefix: str, moments: Iterable[datetime]) -> dict[date, Iterator[str]]:
    """Return unused numbers for each day, as many as moments lie in it, rising."""
    wanted = Counter(local_day(moment) for moment in moments)
    days = {f"{prefix}{day:%Y%m%d}": day for day in wanted}
    found: dict[date, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _ensure_sequences(days)
            # Sequence names are letters and digits only.
            cursor.execute(
                "SELECT day, nextval(name::regclass) FROM "
                "unnest(%s::text[], %s::text[], %s::int[]) AS wanted(day, name, count), "
                "generate_series(1, count)",
                [list(days), [sequence_name(day) for day in days], list(wanted.values())],
            )
            for text, value in cursor.fetchall():
                found[days[text]].append(f"{text}-{value:06d}")
        else:
            for text, day in days.items():
                taken = _counted(cursor, text, wanted[day])
                found[day] = [f"{text}-{value:06d}" for value in taken]
    return {day: iter(several) for day, several in found.items()}


def _counted(cursor: CursorWrapper, day: str, count: int) -> range:
    """Return the next numbers of a day from the table that stands in for sequences."""
    cursor.execute(
        "INSERT INTO kernel_numbercounter (day, last) VALUES (%s, %s) "
        "ON CONFLICT (day) DO UPDATE SET last = last + excluded.last RETURNING last",
        [day, count],
    )
    last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def number(prefix: str, moment: datetime) -> str:
    """Return one unused number such as T20261121-000123."""
    return numbers(prefix, moment)[0]


def sequence_name(day: str) -> str:
    """Return the name of the sequence that counts one prefix on one day."""
    if not day.isalnum():
        raise ValueError(day)
    return f"kernel_number_{day.lower()}"


def _ensure_sequences(days: Iterable[str]) -> None:
    """Create sequences once, outside the caller's transaction so that all see them."""
    place = connection.settings_dict["NAME"]
    missing = [day for day in days if f"{place}/{day}" not in _ready]
    if not missing:
        return
    with _lock:
        aside = connection.copy()
        try:
            for start in range(0, len(missing), SEQUENCES_AT_ONCE):
                _create_sequences(aside, missing[start : start + SEQUENCES_AT_ONCE])
        finally:
            aside.close()
        _ready.update(f"{place}/{day}" for day in missing)


def _create_sequences(aside: BaseDatabaseWrapper, days: Sequence[str]) -> None:
    made = "; ".join(f"CREATE SEQUENCE IF NOT EXISTS {sequence_name(day)}" for day in days)
    with aside.cursor() as cursor:
        # Alone, because two that create one at the same moment, as at midnight, collide.
        cursor.execute(f"SELECT pg_advisory_xact_lock({CREATING}); {made}")
