"""Where a number's data went: by service, day and hour, and what stands out in it.

Moments are wall-clock times of the customer's place; amounts are bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..types import DataCause, DataPeriod

HOUR = timedelta(hours=1)
MB = 1 << 20
BUSY = frozenset({"video", "social", "game", "music", "maps", "work"})  # somebody looks or listens
UPDATES = frozenset({"update", "store"})
TETHERING = "tethering"
TOP = 5
BACK = {
    DataPeriod.THIS_MONTH: 0,
    DataPeriod.LAST_MONTH: 1,
    DataPeriod.TWO_BACK: 2,
    DataPeriod.THREE_BACK: 3,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One record with the service its address belongs to, blank where none is known."""

    start: datetime
    end: datetime
    up: int
    down: int
    service: str = ""
    service_en: str = ""
    category: str = ""
    background: bool = False
    hint: str = ""
    roaming: bool = False
    free: bool = False
    note: str = ""
    note_en: str = ""

    @property
    def size(self) -> int:
        """Bytes both ways."""
        return self.up + self.down


@dataclass(frozen=True, slots=True)
class Marks:
    """From where something stands out: shares of the whole, times the usual, hours of the night."""

    share: float = 0.2
    jump: float = 2.0
    night_from: int = 0
    night_to: int = 6

    def is_night(self, hour: int) -> bool:
        """Return whether an hour of the day belongs to the night, which may pass midnight."""
        if self.night_from <= self.night_to:
            return self.night_from <= hour < self.night_to
        return hour >= self.night_from or hour < self.night_to


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """What one service used; unknown addresses together are the one without a name."""

    service: str
    service_en: str
    category: str
    size: int
    up: int
    background: int
    night: int
    count: int
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """Where the data went. `counted` is what an allowance was charged with; `causes` are codes.

    `included` is the allowance, 0 where none is compared, and `before` are the months before.
    """

    total: int
    counted: int
    night: int
    background: int
    shared: int
    roaming: int
    unresolved: int
    days: tuple[tuple[date, int], ...]
    hours: tuple[int, ...]
    services: tuple[ServiceUse, ...]
    categories: tuple[tuple[str, int], ...]
    peak_day: date | None
    peak_hour: int | None
    causes: tuple[str, ...]
    included: int = 0
    before: tuple[int, ...] = ()

    def share(self, size: int) -> int:
        """Return a part in whole percent of everything."""
        return round(100 * size / self.total) if self.total else 0

    @property
    def usual(self) -> int:
        """The mean of the months before, 0 where none are compared."""
        return sum(self.before) // len(self.before) if self.before else 0


def period(code: str, today: date) -> tuple[date, date]:
    """Return the first day of a period and the first one after it, at most tomorrow."""
    tomorrow = today + timedelta(days=1)
    if code == DataPeriod.WEEK:
        return today - timedelta(days=6), tomorrow
    first = today.replace(day=1)
    for _back in range(BACK[DataPeriod(code)]):
        first = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first, min(after, tomorrow)


def spread(start: datetime, end: datetime, size: int) -> Iterator[tuple[datetime, int]]:
    """Yield the hours a record lies in, each with its part of the bytes by its part of the time.

    The parts sum to the whole; a record without length lies in the hour it begins in.
    """
    whole = (end - start).total_seconds()
    if whole <= 0:
        yield start.replace(minute=0, second=0, microsecond=0), size
        return
    given, at = 0, start
    while at < end:
        hour = at.replace(minute=0, second=0, microsecond=0)
        at = min(hour + HOUR, end)
        upto = size if at == end else int(size * ((at - start).total_seconds() / whole))
        yield hour, upto - given
        given = upto


def in_background(piece: Piece, marks: Marks) -> bool:
    """Guess whether a piece was used without anybody looking: by its service, else by the hour."""
    if piece.background:
        return True
    return marks.is_night(piece.start.hour) and piece.category not in BUSY and bool(piece.service)


def explain(
    pieces: Iterable[Piece],
    *,
    since: date,
    until: date,
    marks: Marks,
    included: int = 0,
    before: Sequence[int] = (),
) -> Explained:
    """Group the pieces of a period and say what stands out.

    `included` is the allowance of the period and `before` what each of the months before it came
    to; empty where a comparison makes no sense, as for a week.
    """
    days = {since + timedelta(days=n): 0 for n in range((until - since).days)}
    hours, by_hour = [0] * 24, defaultdict[datetime, int](int)
    services: dict[str, _Sum] = {}
    whole = _Sum()
    for piece in pieces:
        night = 0
        for hour, size in spread(piece.start, piece.end, piece.size):
            # What runs past the last midnight counts to the day it began on.
            day = hour.date() if hour.date() in days else piece.start.date()
            days[day] = days.get(day, 0) + size
            hours[hour.hour] += size
            by_hour[hour] += size
            night += size if marks.is_night(hour.hour) else 0
        asleep = in_background(piece, marks)
        for one in (whole, services.setdefault(piece.service, _Sum(piece))):
            one.add(piece, night, background=asleep)
    peak = max(days.items(), key=lambda item: item[1], default=(None, 0))
    used = sorted(
        (one.use() for one in services.values()), key=lambda use: (-use.size, use.service)
    )
    found = Explained(
        total=whole.size,
        counted=whole.size - whole.free,
        night=whole.night,
        background=whole.background,
        shared=whole.shared,
        roaming=whole.roaming,
        unresolved=services[""].size if "" in services else 0,
        days=tuple(sorted(days.items())),
        hours=tuple(hours),
        services=tuple(used),
        categories=_categories(used),
        peak_day=peak[0] if peak[1] else None,
        peak_hour=max(range(24), key=lambda hour: hours[hour]) if whole.size else None,
        causes=(),
        included=included,
        before=tuple(before),
    )
    return replace(found, causes=_causes(found, marks))


def _categories(used: Sequence[ServiceUse]) -> tuple[tuple[str, int], ...]:
    sums = defaultdict[str, int](int)
    for use in used:
        if use.service:
            sums[use.category] += use.size
    return tuple(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _causes(found: Explained, marks: Marks) -> tuple[str, ...]:
    """Return what stands out, as codes in their order."""
    sums = dict(found.categories)
    mean = found.total / len(found.days) if found.days else 0
    most = max((size for _day, size in found.days), default=0)
    parts = {
        DataCause.SHARED: found.shared,
        DataCause.UPDATE: sum(sums.get(code, 0) for code in UPDATES),
        DataCause.VIDEO: sums.get("video", 0),
        DataCause.NIGHT: found.night,
        DataCause.BACKGROUND: found.background,
        DataCause.UNRESOLVED: found.unresolved,
    }
    notable = {code for code, size in parts.items() if size and size >= marks.share * found.total}
    if found.usual and found.counted >= marks.jump * found.usual:
        notable.add(DataCause.JUMP)
    if found.included and found.counted > found.included:
        notable.add(DataCause.OVER)
    if most and len(found.days) > 1 and most >= 2 * marks.jump * mean:
        notable.add(DataCause.ONE_DAY)
    if found.roaming:
        notable.add(DataCause.ROAMING)
    if found.total > found.counted:
        notable.add(DataCause.FREE)
    if found.total and not notable - {DataCause.FREE}:
        notable.add(DataCause.STEADY)
    return tuple(str(code.value) for code in DataCause if code in notable)


class _Sum:
    """What pieces come to."""

    def __init__(self, piece: Piece | None = None) -> None:
        self.piece = piece
        self.size = self.up = self.night = self.background = self.count = 0
        self.shared = self.roaming = self.free = 0

    def add(self, piece: Piece, night: int, *, background: bool) -> None:
        """Count a piece in."""
        size = piece.size
        self.size += size
        self.up += piece.up
        self.night += night
        self.count += 1
        self.background += size if background else 0
        self.shared += size if piece.hint == TETHERING else 0
        self.roaming += size if piece.roaming else 0
        self.free += size if piece.free else 0

    def use(self) -> ServiceUse:
        """Return the sum of a service's pieces."""
        one = self.piece
        assert one is not None
        return ServiceUse(
            one.service,
            one.service_en,
            one.category,
            self.size,
            self.up,
            self.background,
            self.night,
            self.count,
            one.note,
            one.note_en,
        )
