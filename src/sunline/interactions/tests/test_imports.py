"""Importing past contacts from CSV files."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from sunline.interactions import rules, services
from sunline.interactions.models import Interaction
from sunline.kernel import imports, worker
from sunline.kernel.errors import Refused
from sunline.kernel.models import Event, Job
from sunline.testing.clock import NOON

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "接触编号,接触时间,渠道,方向,来电号码,单位编码,内容,服务小结,工号\n"
GOOD = "C{n},2026-11-{d:02d} 10:00,热线,呼入,199000000{n:02d},gz,咨询资费,当场解决,20001\n"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


def run(viewer, text, encoding="gb18030", **more):
    body = BytesIO(text.encode(encoding))
    job_id = services.ask_import(viewer("wang"), body, now=NOON, **more)
    worker.run_job(NOON)
    job = Job.objects.get(id=job_id)
    assert job.state == "done", job.last_error
    return job


def test_past_contacts_are_imported_once(viewer):
    viewer("lin")
    text = HEAD + "".join(GOOD.format(n=n, d=n % 9 + 1) for n in range(30))
    first, again = run(viewer, text), run(viewer, text)
    assert (first.result["written"], first.result["failed"]) == (30, 0)
    assert (again.result["written"], again.result["known"]) == (0, 30)
    row = Interaction.objects.get(external_id="C0")
    assert row.started_at == datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    assert (row.channel, row.wrap_up, row.imported) == ("phone", "solved", True)
    assert row.agent is not None
    assert row.agent.staff_no == "20001"
    assert Event.objects.filter(kind="interaction.imported@1").count() == 30


def test_a_dry_run_changes_nothing(viewer):
    job = run(viewer, HEAD + GOOD.format(n=1, d=1), dry_run=True)
    assert job.result["written"] == 1
    assert Interaction.objects.count() == 0


def test_bad_lines_cost_only_themselves(viewer):
    text = (
        HEAD
        + GOOD.format(n=1, d=1)
        + "C2,昨天,热线,呼入,1,gz,x,当场解决,\n"
        + "C3,2026-11-01,飞鸽,呼入,1,gz,x,当场解决,\n"
        + "C4,2099-01-01,热线,呼入,1,gz,x,当场解决,\n"
        + "C5,2026-11-01,热线,呼入,1,nowhere,x,当场解决,\n"
        + ",2026-11-01,热线,呼入,1,gz,x,当场解决,\n"
        + GOOD.format(n=6, d=1)
    )
    job = run(viewer, text, encoding="utf-8-sig")
    assert (job.result["written"], job.result["failed"]) == (2, 5)
    codes = [(item["line"], item["code"]) for item in job.result["problems"]]
    assert codes == [
        (3, "bad_moment"),
        (4, "unknown_choice"),
        (5, "in_future"),
        (6, "unknown_choice"),
        (7, "required"),
    ]
    assert imports.error_path(job) is not None


def test_an_agent_may_not_import(viewer):
    with pytest.raises(Refused):
        services.ask_import(viewer("lin"), BytesIO(b""), now=NOON)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-20 12:00:05", datetime(2026, 11, 20, 4, 0, 5, tzinfo=UTC)),
        ("2026/1/2 3:04", datetime(2026, 1, 1, 19, 4, tzinfo=UTC)),
        ("2026年11月20日 12时30分", datetime(2026, 11, 20, 4, 30, tzinfo=UTC)),
        ("2026-11-20T04:00:00Z", datetime(2026, 11, 20, 4, 0, tzinfo=UTC)),
        ("2026-11-20T04:00:00.123+02:00", datetime(2026, 11, 20, 2, 0, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 19, 16, 0, tzinfo=UTC)),
        ("2026-13-20", None),
        ("2026-11-20 25:00", None),
        ("yesterday", None),
        ("0000-00-00", None),
    ],
)
def test_moments_as_people_write_them(text, wanted):
    assert rules.moment_of(text, SHANGHAI) == wanted
