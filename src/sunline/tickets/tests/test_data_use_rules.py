"""Where data went: what is grouped how, and what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..queries.data_use import packed, unpacked
from ..rules import data_use as rules
from ..rules.data_use import MB, Marks, Piece
from ..types import DataCause, DataPeriod

DAY = date(2026, 11, 2)
MARKS = Marks()
FIRST = datetime.fromisoformat("2026-11-02")  # wall-clock times, as the rules take them
moments = st.datetimes(FIRST, FIRST + timedelta(days=6))


def piece(at: str, size: int, service: str = "风筝视频", category: str = "video", **more) -> Piece:
    start = datetime.fromisoformat(f"2026-11-{at}")
    return Piece(start, start + timedelta(minutes=30), 0, size * MB, service, "", category, **more)


def explained(*pieces: Piece, days: int = 7, marks: Marks = MARKS, **more) -> rules.Explained:
    until = DAY + timedelta(days=days)
    return rules.explain(pieces, since=DAY, until=until, marks=marks, **more)


@given(moments, st.integers(0, 3 * 86_400), st.integers(0, 10**12))
def test_the_parts_of_a_record_sum_to_it(start: datetime, seconds: int, size: int) -> None:
    end = start + timedelta(seconds=seconds)
    parts = list(rules.spread(start, end, size))
    assert sum(part for _hour, part in parts) == size
    assert all(part >= 0 for _hour, part in parts)
    assert all(hour.minute == 0 for hour, _part in parts)
    assert len({hour for hour, _part in parts}) == len(parts)


@given(st.lists(st.tuples(moments, st.integers(0, 600), st.integers(0, 10**9), st.booleans())))
def test_every_cut_sums_to_the_whole(drawn: list[tuple[datetime, int, int, bool]]) -> None:
    pieces = [
        Piece(start, start + timedelta(minutes=length), size // 3, size - size // 3,
              "甲" if known else "", "", "video" if known else "")
        for start, length, size, known in drawn
    ]  # fmt: skip
    found = explained(*pieces)
    whole = sum(size for _start, _length, size, _known in drawn)
    assert found.total == whole
    assert sum(size for _day, size in found.days) == sum(found.hours) == whole
    assert sum(use.size for use in found.services) == whole
    assert found.unresolved + sum(size for _code, size in found.categories) == whole
    assert unpacked(packed(found)) == found


@pytest.mark.parametrize(
    ("period", "today", "since", "until"),
    [
        (DataPeriod.THIS_MONTH, date(2026, 11, 20), date(2026, 11, 1), date(2026, 11, 21)),
        (DataPeriod.LAST_MONTH, date(2026, 1, 31), date(2025, 12, 1), date(2026, 1, 1)),
        (DataPeriod.TWO_BACK, date(2026, 3, 31), date(2026, 1, 1), date(2026, 2, 1)),
        (DataPeriod.THREE_BACK, date(2026, 5, 30), date(2026, 2, 1), date(2026, 3, 1)),
        (DataPeriod.WEEK, date(2026, 3, 3), date(2026, 2, 25), date(2026, 3, 4)),
    ],
)
def test_periods(period: str, today: date, since: date, until: date) -> None:
    assert rules.period(period, today) == (since, until)


@pytest.mark.parametrize(
    ("marks", "hours"),
    [(Marks(), range(6)), (Marks(night_from=23, night_to=5), (23, 0, 1, 2, 3, 4))],
)
def test_the_night_may_pass_midnight(marks: Marks, hours: object) -> None:
    assert [hour for hour in range(24) if marks.is_night(hour)] == sorted(hours)  # type: ignore[call-overload]


def test_what_nobody_looked_at_is_a_guess_by_service_and_hour() -> None:
    noon = piece("03T12:00", 5, "系统更新", "update", background=True)
    cloud = piece("03T03:00", 5, "云盘", "cloud")
    film, unknown = piece("03T03:00", 5), piece("03T03:00", 5, "", "")
    found = [rules.in_background(one, MARKS) for one in (noon, cloud, film, unknown)]
    assert found == [True, True, False, False]


EVEN = [piece(f"0{day}T10:00", 10, "地图", "maps") for day in range(2, 9)]
NIGHTS = [piece(f"0{day}T02:00", 20, "更新", "update", background=True) for day in range(2, 9)]
CASES: Sequence[tuple[str, list[Piece], dict[str, Any], set[DataCause]]] = (
    ("steady", EVEN, {}, {DataCause.STEADY}),
    ("video", [piece(f"0{day}T12:00", 5) for day in range(2, 9)], {}, {DataCause.VIDEO}),
    (
        "night update",
        [*EVEN, *NIGHTS],
        {},
        {DataCause.UPDATE, DataCause.NIGHT, DataCause.BACKGROUND},
    ),
    ("hotspot", [*EVEN, piece("04T12:00", 30, hint="tethering", category="work")], {},
     {DataCause.SHARED}),
    ("one day", [*EVEN, piece("04T12:00", 200, "地图", "maps")], {}, {DataCause.ONE_DAY}),
    ("roaming", [*EVEN, piece("04T12:00", 1, "地图", "maps", roaming=True)], {},
     {DataCause.ROAMING}),
    ("unknown", [*EVEN, piece("04T12:00", 30, "", "")], {}, {DataCause.UNRESOLVED}),
    ("free", [*EVEN, piece("04T12:00", 5, "地图", "maps", free=True)], {},
     {DataCause.FREE, DataCause.STEADY}),
    ("jump", EVEN, {"before": [30 * MB, 30 * MB]}, {DataCause.JUMP}),
    ("no jump", EVEN, {"before": [60 * MB, 20 * MB]}, {DataCause.STEADY}),
    ("over", EVEN, {"included": 69 * MB}, {DataCause.OVER}),
    ("within", EVEN, {"included": 70 * MB}, {DataCause.STEADY}),
    ("nothing", [], {"included": 70 * MB, "before": [MB]}, set()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("pieces", "more", "causes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_stands_out(pieces: list[Piece], more: dict[str, Any], causes: set[DataCause]) -> None:
    assert set(explained(*pieces, **more).causes) == {str(code.value) for code in causes}


def test_the_biggest_comes_first_and_the_peak_is_named() -> None:
    found = explained(*EVEN, piece("05T21:00", 40), piece("06T21:10", 5, "", ""))
    assert [use.service for use in found.services] == ["地图", "风筝视频", ""]
    assert (found.peak_day, found.peak_hour) == (date(2026, 11, 5), 10)
    assert found.counted == found.total
    assert found.share(found.unresolved) == round(100 * 5 / 115)


def test_free_use_counts_on_no_allowance() -> None:
    found = explained(piece("03T12:00", 80, free=True), piece("03T13:00", 20), included=50 * MB)
    assert (found.total, found.counted) == (100 * MB, 20 * MB)
    assert DataCause.OVER not in found.causes
