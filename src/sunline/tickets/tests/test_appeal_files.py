"""Appeals in files: what the freeze keeps, regulator's cases and operators' counts from CSV."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from sunline.interactions import files
from sunline.interactions import services as interactions
from sunline.interactions.models import Attachment, Message
from sunline.interactions.queries import numbers_of
from sunline.interactions.types import Arrival, File
from sunline.kernel import imports, worker
from sunline.kernel.models import Job
from sunline.sla import services as sla
from sunline.staff.types import system_viewer
from sunline.testing import cast

from .. import queries, services
from ..models import Appeal, AppealCount, Evidence, Ticket
from ..services import retention
from .casework import See, registration
from .test_appeals import DAY, receive

# Retention


def contact(org: cast.Organisation, at: datetime, name: str) -> Any:
    arrival = Arrival(
        channel="email", address=f"{name}@example.com", subject="投诉", body="请处理",
        external_id=f"<{name}@example.com>", home_unit_id=org["gz"].id, at=at,
        attachments=(File(f"{name}.wav", "audio/wav", b"RIFF\0\0\0\0WAVE" + name.encode()),),
    )  # fmt: skip
    return interactions.receive(arrival, viewer=system_viewer(), now=at)


def test_frozen_recordings_survive_the_retention_job(
    org: cast.Organisation,
    viewer: See,
    now: datetime,
    settings: Any,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.FILES_ROOT = str(tmp_path)
    cast.people()
    long_ago = now - 1500 * DAY
    frozen, free, named = (contact(org, long_ago, name) for name in ("frozen", "free", "named"))
    held = {}
    for got in (frozen, free):
        ref = services.register(
            viewer("lin"), registration(org, interaction_id=got.interaction_id), now=long_ago
        )
        services.renew_by_rule(ref.id, now=long_ago)
        held[got.interaction_id] = ref
        services.add_evidence(
            viewer("lin"), ref.id, kind="recording",
            file=File(f"{ref.number}.wav", "audio/wav", b"RIFF\0\0\0\0WAVE" + ref.number.encode()),
            now=long_ago,
        )  # fmt: skip
        services.withdraw(viewer("lin"), ref.id, reason="customer", now=long_ago + DAY)
    appealed = held[frozen.interaction_id]
    number = interactions_number(named.interaction_id)
    services.add_evidence(
        viewer("lin"), appealed.id, kind="recording", reference=number, now=long_ago + DAY
    )
    receive(viewer, appealed, now, event_at=long_ago, received_at=now)
    hashes = dict(Attachment.objects.values_list("message__interaction_id", "sha256"))
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_files(now) == 2
    left = dict(Attachment.objects.values_list("message__interaction_id", "sha256"))
    assert left[frozen.interaction_id]
    assert left[named.interaction_id]
    assert not left[free.interaction_id]
    assert files.path_of(hashes[frozen.interaction_id]).exists()
    assert not files.path_of(hashes[free.interaction_id]).exists()
    assert not Message.objects.filter(
        interaction_id=free.interaction_id
    ).exclude(source_sha256="").exists()  # fmt: skip
    kept = Evidence.objects.exclude(sha256="").get(ticket_id=appealed.id)
    gone = Evidence.objects.get(ticket_id=held[free.interaction_id].id)
    assert (kept.removed_at, gone.removed_at) == (None, now)
    assert files.path_of(kept.sha256).exists()
    assert not files.path_of(gone.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_files(now + DAY) == 0


def interactions_number(interaction_id: UUID) -> str:
    return numbers_of([interaction_id])[interaction_id][0]


# Files

HEADS = "来源,编号,申诉类别,收到时间,事发日期,申诉内容,申诉号码,归属单位,首次投诉时间"
LINES = """{heads}
申诉,GD-2026-001,收费争议,2026-11-19 10:00,2026-10-02,退费,19900000021,广州市分公司,2026-11-01
12345,GZ-88,用户服务,2026-11-20 09:30,2026/11/18,营业厅态度差,19900000021,广州市分公司,
信访,XF-3,网络质量,2026年11月18日,2026年9月1日,村里没有信号,,gz,2026-09-05
12345,GZ-88,用户服务,2026-11-20 09:30,2026-11-18,营业厅态度差,19900000021,广州市分公司,
外星,Z-1,未知,昨天,2026-11-18,内容,,gz,
12315,Z-2,用户服务,2026-11-20 09:30,2026-11-21,日期在后,,gz,
"""


@pytest.fixture
def imported(
    org: cast.Organisation, viewer: See, now: datetime, settings: Any, tmp_path: Any
) -> Callable[..., Job]:
    settings.FILES_ROOT = str(tmp_path)
    cast.people()
    sla.load_shipped(now - timedelta(days=400))

    def run(body: bytes, **options: Any) -> Job:
        ask = options.pop("ask", services.ask_appeals)
        job_id = ask(viewer("jiang"), BytesIO(body), now=now, **options)
        worker.run_job(now, only=job_id)
        return Job.objects.get(id=job_id)

    return run


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_a_file_of_regulators_cases(imported: Callable[..., Job], encoding: str) -> None:
    body = LINES.format(heads=HEADS).encode(encoding)
    dry = imported(body, dry_run=True)
    assert (dry.result["written"], dry.result["known"], dry.result["failed"]) == (3, 1, 2)
    assert not Appeal.objects.exists()
    assert not Ticket.objects.exists()
    job = imported(body)
    assert (job.result["written"], job.result["known"], job.result["failed"]) == (3, 1, 2)
    rows = {row.number: row for row in Appeal.objects.all()}
    assert set(rows) == {"GD-2026-001", "GZ-88", "XF-3"}
    # The same user through two doors is one case.
    assert rows["GD-2026-001"].ticket_id == rows["GZ-88"].ticket_id
    assert (rows["GD-2026-001"].bypassing, rows["GZ-88"].bypassing) == (False, True)
    assert rows["XF-3"].event_on == date(2026, 9, 1)
    codes = {(item["line"], item["column"], item["code"]) for item in job.result["problems"]}
    assert codes == {
        (6, "来源", "unknown_choice"),
        (6, "申诉类别", "unknown_choice"),
        (6, "收到时间", "bad_moment"),
        (7, "事发日期", "future"),
    }
    assert all(item["text"] for item in job.result["problems"])
    again = imported(body)
    assert (again.result["written"], again.result["known"]) == (0, 4)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        ("甲,乙\n1,2\n".encode(), "no_header"),
        ("来源,编号\n12345,1\n".encode("gb18030"), "missing_column"),
        (codecs.BOM_UTF8 + "来源,来源渠道,编号\n1,2,3\n".encode(), "duplicate_header"),
    ],
)
def test_a_file_with_wrong_columns_is_refused_whole(
    imported: Callable[..., Job], body: bytes, code: str
) -> None:
    job = imported(body)
    assert job.result["refused"]
    assert code in {item["code"] for item in job.result["problems"]}
    assert imports.error_path(job) is not None
    assert not Appeal.objects.exists()


def test_a_file_in_another_encoding_than_it_says(imported: Callable[..., Job]) -> None:
    body = LINES.format(heads=HEADS).encode("gb18030")
    job = imported(body, encoding="utf-8")
    assert job.result["refused"] or job.result["failed"]
    assert not Appeal.objects.exists()


COUNTS = """企业,季度,用户服务,网络质量,收费争议,用户数
中国电信,2012Q1,2033,752,1296,299200000
中国移动,2012Q1,2393,936,2611,692500000
中国联通,2012Q1,2526,1430,2078,298200000
中国电信,2011Q4,3803,0,0,290000000
中国移动,2011Q4,6806,0,0,680000000
中国联通,2011Q4,6904,0,0,290000000
中国联通,2012-02,1,1,1,1
中国联通,2012Q5,1,1,1,1
,2012Q1,-1,x,1.5,1
"""


def test_the_ministrys_table_from_a_file(imported: Callable[..., Job]) -> None:
    for body in (COUNTS.encode("gb18030"), COUNTS.encode()):  # what is told again replaces
        job = imported(body, ask=services.ask_counts)
        assert (job.result["written"], job.result["failed"]) == (6, 3)
    assert AppealCount.objects.count() == 6
    codes = {(item["line"], item["code"]) for item in job.result["problems"]}
    assert codes == {(8, "mixed"), (9, "bad_stretch"), (10, "required"), (10, "bad_count")}
    table = queries.quarter_table(2012, 1)
    assert [
        (row.operator, row.total, str(row.appeal_share), str(row.user_share), str(row.rate),
         str(row.change))
        for row in table.rows
    ] == [
        ("中国电信", 4081, "25.4", "23.2", "13.6", "4.0"),
        ("中国移动", 5940, "37.0", "53.7", "8.6", "-14.3"),
        ("中国联通", 6034, "37.6", "23.1", "20.2", "-15.0"),
    ]  # fmt: skip
    assert queries.quarters() == [(2012, 1), (2011, 4)]
