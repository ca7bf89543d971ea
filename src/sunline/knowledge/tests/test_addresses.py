"""Loading the table of addresses from files: whole or not at all, whatever the file is like."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sunline.kernel import imports
from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.models import Event, Job
from sunline.staff.types import Viewer

from .. import queries, services
from ..models import AddressTable, ServiceAddress
from ..rules.addresses import span_of
from ..types import NewAddress

pytestmark = pytest.mark.django_db
See = Callable[[str], Viewer]
HEAD = "地址,服务名称,英文名称,类别,后台流量,解释口径"
GOOD = (
    "203.0.113.0/24,示例云盘,Example Drive,云盘,是,可设为仅 WLAN 下备份",
    "2001:db8:7::/48,示例视频,Example Video,视频,,",
    "cdn.example,示例视频,Example Video,video,no,",
)


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path, org: object) -> None:
    settings.FILES_ROOT = tmp_path


def load(
    viewer: See,
    now: datetime,
    *lines: str,
    head: str = HEAD,
    body: bytes | None = None,
    **more: Any,
) -> Job:
    raw = body if body is not None else "\n".join((head, *lines)).encode(more.pop("as_", "utf-8"))
    asked = services.ask_address_import(viewer("wang"), io.BytesIO(raw), now=now, **more)
    services.import_addresses(Job.objects.get(id=asked), now)
    return Job.objects.get(id=asked)


def problems(job: Job) -> list[tuple[int, str]]:
    return [(item["line"], item["code"]) for item in job.result["problems"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_file_becomes_the_table(viewer: See, now: datetime, encoding: str) -> None:
    job = load(viewer, now, *GOOD, as_=encoding)
    assert (job.result["written"], job.result["failed"]) == (3, 0)
    found = queries.look_up_address(viewer("lin"), "203.0.113.5")
    assert found is not None
    assert (found.service, found.category, found.background) == ("示例云盘", "cloud", True)
    assert found.label("en") == "Example Drive"
    below = queries.look_up_address(viewer("lin"), "v3.cdn.example")
    assert below is not None
    assert not below.background
    table = AddressTable.objects.get()
    assert (table.number, table.rows, table.services, table.simulated) == (1, 3, 2, False)
    loaded = Event.objects.get(kind="knowledge.addresses_loaded@1")
    assert loaded.payload == {"number": 1, "rows": 3}


def test_a_new_version_takes_the_place_of_the_one_before(viewer: See, now: datetime) -> None:
    load(viewer, now, *GOOD)
    later = now + timedelta(days=1)
    load(viewer, later, GOOD[0].replace("示例云盘", "另一云盘"))
    first, second = AddressTable.objects.order_by("number")
    assert (first.until, second.until) == (later, None)
    found = queries.look_up_address(viewer("lin"), "203.0.113.5")
    assert found is not None
    assert found.service == "另一云盘"
    assert queries.look_up_address(viewer("lin"), "v3.cdn.example") is None
    assert [row.number for row in queries.address_tables()] == [2, 1]


def test_a_dry_run_counts_and_changes_nothing(viewer: See, now: datetime) -> None:
    job = load(viewer, now, *GOOD, dry_run=True)
    assert job.result["written"] == 3
    assert not AddressTable.objects.exists()
    again = services.ask_real_address_import(viewer("wang"), job, now=now)
    services.import_addresses(Job.objects.get(id=again), now)
    assert AddressTable.objects.get().rows == 3


OVERLAP = "203.0.113.128/25,别的服务,,视频,,"
BAD = (
    ("overlap", (*GOOD, OVERLAP), [(5, "address_twice")]),
    ("twice", (*GOOD, GOOD[2]), [(5, "address_twice")]),
    ("no address", (*GOOD, "不是地址,某服务,,视频,,"), [(5, "no_address")]),
    ("no category", (*GOOD, "a.example,某服务,,没有这类,,"), [(5, "unknown_choice")]),
    ("no service", (*GOOD, "a.example,,,视频,,"), [(5, "required")]),
    ("no flag", (*GOOD, "a.example,某服务,,视频,也许,"), [(5, "wrong_type")]),
    ("too long", (*GOOD, f"a.example,{'长' * 65},,视频,,"), [(5, "too_long")]),
    ("cells", (*GOOD, "a.example,某服务,,视频,,,,,多了"), [(5, "more_cells")]),
)


@pytest.mark.parametrize(("lines", "expected"), [case[1:] for case in BAD], ids=[c[0] for c in BAD])
@pytest.mark.parametrize("dry_run", [True, False])
def test_one_bad_line_and_nothing_is_changed(
    viewer: See,
    now: datetime,
    lines: tuple[str, ...],
    expected: list[tuple[int, str]],
    dry_run: bool,
) -> None:
    load(viewer, now, GOOD[0])
    job = load(viewer, now + timedelta(hours=1), *lines, dry_run=dry_run)
    assert problems(job) == expected
    assert (job.result["written"], job.result["failed"]) == (0, 1)
    assert AddressTable.objects.get().until is None
    assert ServiceAddress.objects.count() == 1
    assert queries.look_up_address(viewer("lin"), "203.0.113.5") is not None


def test_an_overlap_names_both_lines_in_the_error_file(viewer: See, now: datetime) -> None:
    job = load(viewer, now, *GOOD, OVERLAP)
    path = imports.error_path(job)
    assert path is not None
    rows = list(csv.reader(path.open(encoding="utf-8-sig")))
    assert rows[1][:3] == ["5", "地址", "address_twice"]
    assert "2" in rows[1][3]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        ("网址,名称\na.example,某服务".encode(), "no_header"),
        ("地址,服务名称\na.example,某服务".encode(), "missing_column"),
        ("地址,IP,服务名称,类别\na.example,b,某服务,视频".encode(), "duplicate_header"),
        (b"\x00\x01\x02", "nul"),
    ],
)
def test_files_that_are_no_table(viewer: See, now: datetime, body: bytes, code: str) -> None:
    job = load(viewer, now, body=body)
    assert code in {item["code"] for item in job.result["problems"]}
    assert not AddressTable.objects.exists()


def test_a_file_in_another_encoding_than_was_said(viewer: See, now: datetime) -> None:
    body = "\n".join((HEAD, *GOOD)).encode("gb18030")
    job = load(viewer, now, body=body, encoding="utf-8")
    assert job.result["written"] == 0
    assert problems(job)
    assert not AddressTable.objects.exists()
    with pytest.raises(Invalid):
        load(viewer, now, body=body, encoding="klingon")


def test_only_editors_load_and_only_readers_look(viewer: See, now: datetime) -> None:
    for act in (
        lambda: services.ask_address_import(viewer("lin"), io.BytesIO(b"x"), now=now),
        lambda: queries.look_up_address(Viewer(viewer("lin").actor), "203.0.113.5"),
    ):
        with pytest.raises(Refused):
            act()


def test_loading_in_code_refuses_clashes_and_nothing(now: datetime) -> None:
    span = span_of("203.0.113.0/24")
    assert span is not None
    row = NewAddress(span, "示例云盘")
    for rows, code in (([row, row], "address_twice"), ([], "no_rows")):
        with pytest.raises(Invalid) as refused:
            services.load_addresses(rows, now=now)
        assert [problem.code for problem in refused.value.problems] == [code]
    assert not AddressTable.objects.exists()


def test_the_table_is_found_in_pages(viewer: See, now: datetime) -> None:
    lines = [f"10.0.{n}.0/24,服务{n % 7},,{'视频' if n % 2 else '音乐'},," for n in range(120)]
    load(viewer, now, *lines)
    first = queries.addresses(viewer("lin"), limit=50)
    second = queries.addresses(viewer("lin"), limit=50, cursor=first.next)
    assert len(first.items) == len(second.items) == 50
    assert not {row.span for row in first.items} & {row.span for row in second.items}
    only = queries.addresses(viewer("lin"), text="服务3", category="video", limit=50)
    assert {row.service for row in only.items} == {"服务3"}
    assert {row.category for row in only.items} == {"video"}
