"""Importing customers from files: mapping, defects, dry run, going on, doing it again."""

from __future__ import annotations

import csv
import io

import pytest

from sunline.customers import queries, services
from sunline.customers.models import Customer, Holding, Subscriber
from sunline.customers.services import imports as subject
from sunline.kernel import imports
from sunline.kernel.errors import Refused
from sunline.kernel.models import Event, Job

pytestmark = pytest.mark.django_db

HEAD = (
    "客户编码,客户姓名,客户等级,归属单位,行政区划代码,城乡,手机号码,在网状态,套餐名称,月费,联系电话"
)


def line(n: int, **changes: str) -> str:
    cells = {
        "id": f"X{n}",
        "name": f"客户{n}",
        "tier": "金卡",
        "unit": "",
        "region": "440106",
        "rural": "城市",
        "number": f"1990001{n:04d}",
        "status": "正常",
        "plan": "畅享 59 套餐",
        "fee": "59",
        "phone": f"1990002{n:04d}",
        **changes,
    }
    return ",".join(cells.values())


@pytest.fixture(autouse=True)
def _place(settings, tmp_path, org):
    settings.FILES_ROOT = tmp_path
    services.load_regions()


def ask(viewer, now, *lines: str, head: str = HEAD, encoding: str = "utf-8", **more) -> Job:
    body = io.BytesIO("\n".join((head, *lines)).encode(encoding))
    return Job.objects.get(id=services.ask_import(viewer("wang"), body, now=now, **more))


def run(job: Job, now) -> Job:
    services.import_customers(job, now)
    return Job.objects.get(id=job.id)


def errors(job: Job) -> list[list[str]]:
    path = imports.error_path(job)
    return list(csv.reader(path.open(encoding="utf-8-sig"))) if path else []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_chinese_file(encoding, viewer, now):
    job = run(ask(viewer, now, line(1), line(2), encoding=encoding), now)
    assert (job.result["written"], job.result["failed"]) == (2, 0)
    assert job.done == job.total == 3
    hit = queries.by_number("19900010001")
    assert hit is not None
    card = queries.customer_for(viewer("lin"), hit.customer_id)
    assert (card.tier, card.external_id, card.home_unit_path) == ("gold", "X1", "/hq/gd/gz/")
    assert Holding.objects.filter(product_name="畅享 59 套餐").count() == 2
    registered = Event.objects.filter(kind="customer.registered@1")
    assert {(event.actor_label, event.payload["source"]) for event in registered} == {
        ("10001", "import")
    }


def test_an_english_file_with_a_mapping(viewer, now):
    head = "customer id,Full Name,who knows,unit,service number"
    job = ask(viewer, now, "E1,Ann,gold,gz,19900010001", head=head, mapping={"who knows": "tier"})
    assert run(job, now).result["written"] == 1
    assert Customer.objects.get().tier == "gold"


def test_doing_it_again_changes_nothing(viewer, now):
    lines = [line(n) for n in range(5)]
    run(ask(viewer, now, *lines), now)
    again = run(ask(viewer, now, *lines, line(9)), now)
    assert (again.result["written"], again.result["known"]) == (1, 5)
    assert Customer.objects.count() == Subscriber.objects.count() == 6


def test_closed_numbers_are_not_added_twice(viewer, now):
    for _ in range(2):
        run(ask(viewer, now, line(1, status="销户")), now)
    assert Subscriber.objects.count() == 1


def test_lines_of_one_customer_and_later_numbers(viewer, now):
    run(ask(viewer, now, line(1), line(1, number="19900010091")), now)
    assert (Customer.objects.count(), Subscriber.objects.count()) == (1, 2)
    later = run(ask(viewer, now, line(1, number="19900010092")), now)
    assert (later.result["written"], Subscriber.objects.count()) == (1, 3)


def test_bad_lines_go_to_the_error_file_and_good_ones_in(viewer, now):
    job = run(
        ask(
            viewer,
            now,
            line(1),
            line(2, name="", tier="白金"),
            line(3, region="999999"),
            line(4, region="", unit="mars"),
            line(5, region="", unit=""),
            line(6, number="19900010001"),
            line(7, phone="=cmd()"),
            line(8) + ",more,cells",
            line(9, name="nul\0"),
            line(10),
        ),
        now,
    )
    assert (job.result["written"], job.result["failed"]) == (2, 8)
    rows = errors(job)
    assert len(rows[0]) == 4
    assert [(row[0], row[1], row[2]) for row in rows[1:]] == [
        ("3", "客户等级", "unknown_choice"),
        ("3", "客户姓名", "required"),
        ("4", "行政区划代码", "unknown_choice"),
        ("5", "归属单位", "unknown_choice"),
        ("6", "归属单位", "required"),
        ("7", "手机号码", "number_taken"),
        ("8", "联系电话", "bad_number"),
        ("9", "", "more_cells"),
        ("10", "", "nul"),
    ]
    assert all(row[3] for row in rows)


def test_a_file_without_the_columns_is_refused_whole(viewer, now):
    job = run(ask(viewer, now, "1,2", head="甲,乙"), now)
    assert job.result["refused"]
    assert [problem["code"] for problem in job.result["problems"]] == ["no_header"]


def test_a_dry_run_changes_nothing_and_can_be_made_real(viewer, now):
    job = run(ask(viewer, now, line(1), line(2, tier="白金"), dry_run=True), now)
    assert (job.result["written"], job.result["failed"]) == (1, 1)
    assert not Customer.objects.exists()
    real = Job.objects.get(id=services.ask_real_import(viewer("wang"), job, now=now))
    assert run(real, now).result["written"] == 1
    assert Customer.objects.count() == 1
    assert [path.name for path in imports.folder().iterdir() if ".errors." not in path.name] == []


def test_a_job_that_dies_goes_on_where_it_was(viewer, now, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 10)
    lines = [line(n, tier="白金" if n % 7 == 0 else "金卡") for n in range(1, 41)]
    job = ask(viewer, now, *lines)
    calls = 0
    whole = subject._Importer.__call__

    def dying(self, part):
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return whole(self, part)

    monkeypatch.setattr(subject._Importer, "__call__", dying)
    with pytest.raises(KeyboardInterrupt):
        services.import_customers(job, now)
    halfway = Job.objects.get(id=job.id)
    assert halfway.done == 21
    # What a batch that was rolled back had written to the error file is cut off.
    path = imports.error_path(job)
    assert path is not None
    with path.open("a", encoding="utf-8") as file:
        file.write("23,,half,written\n")
    ended = run(halfway, now)
    assert (ended.result["written"], ended.result["failed"]) == (35, 5)
    assert Customer.objects.count() == 35
    assert [row[0] for row in errors(ended)[1:]] == ["8", "15", "22", "29", "36"]


def test_a_job_taken_over_stops_and_leaves_nothing(viewer, now):
    job = ask(viewer, now, line(1))
    Job.objects.filter(id=job.id).update(attempts=5)
    with pytest.raises(imports.LeaseLost):
        services.import_customers(job, now)
    assert not Customer.objects.exists()


def test_only_where_it_is_permitted(viewer, now):
    with pytest.raises(Refused):
        services.ask_import(viewer("lin"), io.BytesIO(b""), now=now)
    job = ask(viewer, now, line(1), line(2, region="320118"))
    Job.objects.filter(id=job.id).update(arguments={**job.arguments, "paths": ["/hq/gd/"]})
    done = run(Job.objects.get(id=job.id), now)
    assert (done.result["written"], done.result["failed"]) == (1, 1)
    assert errors(done)[1][:3] == ["3", "行政区划代码", "unknown_choice"]


def test_any_bytes_are_read_to_their_end(viewer, now):
    for body in (b"", b"\xff\xfe\x00", bytes(range(256)) * 20, HEAD.encode() + b'\n"' * 50):
        job_id = services.ask_import(viewer("wang"), io.BytesIO(body), now=now)
        run(Job.objects.get(id=job_id), now)
