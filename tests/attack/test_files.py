"""Malformed CSV imports, and files that must not run, escape or compute on anybody's machine."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attack import mutations, world
from django.conf import settings
from django.db import connection, transaction

from sunline.customers import services as customers
from sunline.interactions import services as interactions
from sunline.interactions.models import Attachment
from sunline.interactions.types import Arrival, File
from sunline.kernel import clock, imports, listeners, tables, unreadable
from sunline.kernel.errors import SunlineError
from sunline.kernel.models import Job
from sunline.staff.types import system_viewer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CUSTOMERS = (
    "客户编码,姓名,归属单位,用户号码,联系电话,证件号码,等级,入网时间,月费\n"
    "C1,陈一,gz,19900000101,19900000102,440101199003072345,gold,2020-01-02,59\n"
    "C2,陈二,sz,19900000103,,,,2021/3/4,\n"
    'C3,"陈,三",gz,19900000104,19900000105,,diamond,,128.50\n'
)
CONTACTS = (
    "接触流水号,接触时间,渠道,方向,来电号码,归属单位,标题,内容,业务分类,服务小结,工号\n"
    "I1,2026-11-01 10:00,phone,inbound,19900001234,gz,查话费,查询本月话费,,solved,20001\n"
    "I2,2026/11/2 9:05:06,portal,inbound,19900000001,sz,报障,断网,,ticket,\n"
    'I3,2026-11-03T08:00:00+08:00,email,,a@b.example,gz,"a\nb",正文,,,\n'
)
TICKETS = (
    "原工单号,登记时间,受理类型,标题,描述,渠道,归属单位,处理单位,处理人,紧急程度,客户号码,状态,"
    "派单时间,签收时间,答复时间,归档时间,评分,答复内容\n"
    "O1,2026-10-01 10:00,complaint,慢,宽带慢,phone,gz,gz-net,20007,normal,19900001234,closed,"
    "2026-10-01 11:00,2026-10-01 12:00,2026-10-02 09:00,2026-10-03 09:00,9,已修好\n"
    "O2,2026/10/2 9:05,fault,断,宽带断,portal,sz,,,urgent,19900000001,,,,,,,\n"
)


def kinds() -> list[tuple[str, str, Callable[..., UUID]]]:
    """Return each import: its job, a good file, and how it is asked for."""
    tickets = import_module("sunline.tickets.services.importing_csv")
    return [
        ("customers.import", CUSTOMERS, customers.ask_import),
        ("interactions.import", CONTACTS, interactions.ask_import),
        ("tickets.import", TICKETS, tickets.ask_import),
    ]


def files(good: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield (what, content, encoding to name) of malformed files."""
    raw = good.encode()
    lines = good.splitlines(keepends=True)
    head, first, rest = lines[0], lines[1], "".join(lines[2:])
    for encoding in ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32", "big5", "utf-7"):
        data = good.encode(encoding, "replace")
        yield f"in {encoding}", data, ""
        yield f"in {encoding} as gb18030", data, "gb18030"
        yield f"in {encoding} as utf-8", data, "utf-8"
    for named in ("nope", "hex", "rot13", "idna", "unicode_escape", "utf-7", "utf-16", "\x00"):
        yield f"as {named!r}", raw, named
    yield from (
        ("empty", b"", ""),
        ("blank", b"\n\n \n", ""),
        ("header only", head.encode(), ""),
        ("no header", (first + rest).encode(), ""),
        ("bom only", b"\xef\xbb\xbf", ""),
        ("nuls", b"\0" * 5000, ""),
        ("picture", world.PICTURE * 20, ""),
        ("zip", b"PK\x03\x04" + bytes(range(256)) * 30, ""),
        ("json", b'{"a": [1, 2]}', ""),
        ("html", b"<html><body>x</body></html>", ""),
        ("twice the header", (head + good).encode(), ""),
        ("double column", (head.strip() + "," + head + first).encode(), ""),
        ("open quote", (head + '"' + first + rest).encode(), ""),
        ("open quote at the end", (good + 'X,"').encode(), ""),
        ("quote inside", good.replace("陈", '陈"').encode(), ""),
        ("quotes everywhere", good.replace(",", '","').encode(), ""),
        ("semicolons", good.replace(",", ";").encode(), ""),
        ("tabs", good.replace(",", "\t").encode(), ""),
        ("carriage returns", good.replace("\n", "\r").encode(), ""),
        ("crlf", good.replace("\n", "\r\n").encode(), ""),
        ("nul inside", good.replace("陈", "\0").replace("宽", "\0").encode(), ""),
        ("more cells", good.replace("\n", ",x,y,z\n", 2).encode(), ""),
        ("fewer cells", (head + "A\nB,\n,,\n").encode(), ""),
        ("huge line", (head + "x" * 3_000_000 + "\n" + rest).encode(), ""),
        ("huge cell", (head + first.replace("陈一", "陈" * 60_000) + rest).encode(), ""),
        ("huge header", ("x" * 200_000 + "\n" + first).encode(), ""),
        ("many columns", (",".join(f"c{n}" for n in range(3000)) + "\n" + first).encode(), ""),
        ("unicode lines", good.replace(",", "\u2028,").encode(), ""),
        ("same line often", (head + first * 50).encode(), ""),
        ("bad bytes", raw.replace("陈".encode(), b"\xff\xfe\xed\xa0\x80"), ""),
    )
    cells = first.rstrip("\n").split(",")
    for place in range(len(cells)):
        for text in mutations.TEXTS:
            if len(text) < 20_000:
                changed = [*cells[:place], quoted(text), *cells[place + 1 :]]
                line = ",".join(changed) + "\n"
                yield f"cell {place}={text[:40]!r}", (head + line + rest).encode(), ""
    generator = random.Random(mutations.SEED)
    for number in range(80):
        yield f"hurt {number}", mutations.hurt(raw, generator), ""


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.parametrize("kind", ["customers.import", "interactions.import", "tickets.import"])
def test_every_line_of_a_file_is_imported_or_named(gz: world.City, kind: str) -> None:
    """A file never fails its job: each line counts as written, known or failed with a reason."""
    good, ask = next((good, ask) for name, good, ask in kinds() if name == kind)
    wrong, tried = [], 0
    for what, content, encoding in mutations.some(files(good)):
        tried += 1
        for dry_run in (True, False) if tried % 4 == 0 else (False,):
            if problem := imported(ask, content, encoding, dry_run):
                wrong.append(f"{problem} <- {what} {'dry' if dry_run else ''}")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:40])
    assert tried >= 200


def imported(ask: Callable[..., UUID], content: bytes, encoding: str, dry_run: bool) -> str:
    """Import a file in a world of its own and return what was wrong with that, if anything."""
    with transaction.atomic():
        try:
            problem = _imported(ask, content, encoding, dry_run)
        except SunlineError:
            problem = ""
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"[:300]
        transaction.set_rollback(True)
    return problem


def _imported(ask: Callable[..., UUID], content: bytes, encoding: str, dry_run: bool) -> str:
    now, before = clock.now(), world.counts()
    job_id = ask(system_viewer(), io.BytesIO(content), encoding=encoding, dry_run=dry_run, now=now)
    job = Job.objects.get(id=job_id)
    job.attempts = 1
    job.save()
    listeners.all_jobs()[job.kind].resolve()(job, now)
    connection.check_constraints()
    after, result = world.counts(), Job.objects.get(id=job_id).result
    if not result.get("refused") and "written" not in result:
        return f"no result: {result}"
    grown = {name for name in after if after[name] != before[name]} - {"Job", "Event"}
    if (dry_run or result.get("refused")) and grown:
        return f"wrote {grown}"
    if result["failed"] and not result["problems"]:
        return f"failed without a reason: {result}"
    path = imports.error_path(job)
    return formulas(path) if path else ""


def formulas(path: Path) -> str:
    """Return a cell of an error file that a spreadsheet would compute, or nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for cell in row[1:]:
                if cell[:1] in set("=+-@\t\r"):
                    return f"formula in the error file: {cell[:40]!r}"
    return ""


def test_cells_are_made_harmless() -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "=HYPERLINK(1)"):
        assert tables.safe_cell(text).startswith("'")
    assert tables.safe_cell("a=1") == "a=1"


def test_uploads_of_the_import_page(gz: world.City) -> None:
    judge = world.judge(world.browser("wang"))
    fields = {"kind": "customers.import", "encoding": "", "at_once": ""}
    contents = [CUSTOMERS.encode(), b"", b"\0", world.PICTURE, "陈".encode("gb18030")]
    names = ("a.csv", "", "../../x.csv", "a\x00.csv", "x" * 400, "a.exe", "a\r\nX: 1")
    for name in names:
        for content in contents:
            body = mutations.multipart(fields, ("file", name, "text/csv", content))
            judge.send(f"{name!r:.30}", "POST", "/manage/imports", body, mutations.MULTIPART)
    for what, body, kind in mutations.some(mutations.forms({**fields, "file": "x"})):
        judge.send(what, "POST", "/manage/imports", body, kind)
    judge.verdict(200)


DANGEROUS = (
    ("a.html", b"<html><script>alert(1)</script>"),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("a.png", b"<svg onload=alert(1)>"),
    ("a.png", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"),
    ("a.gif", b"GIF89a=1;alert(1)//"),
    ("a.txt", b"<script>alert(1)</script>"),
    ("a.txt", b"plain \xe5\xae\xbd then <script>alert(1)</script>"),
    ("a.pdf", b"%PDF-1.4 <script>"),
    ("../../../etc/passwd", b"root"),
    ("..\\..\\x.txt", b"root"),
    ('a".png\r\nX-Evil: 1', world.PICTURE),
    ("a.xml", b"<?xml version='1.0'?><x/>"),
    ("a.js", b"alert(1)"),
    ("a.exe", b"MZ\x90\x00"),
)


@pytest.mark.parametrize(("name", "content"), DANGEROUS)
def test_files_are_handed_out_so_that_no_browser_runs_them(
    gz: world.City, name: str, content: bytes
) -> None:
    received = interactions.receive(
        Arrival(
            channel="portal",
            address=gz.phone,
            body="附件",
            trimmed="附件",
            external_id=f"file-{name}",
            at=clock.now(),
            attachments=(File(name, "text/html", content),),
            home_unit_id=None,
        ),
        viewer=system_viewer(),
        now=clock.now(),
    )
    file = Attachment.objects.get(message_id=received.message_id)
    answer = world.browser("lin").get(f"/attachments/{file.id}")
    if file.refused:
        assert answer.status_code == 404
        return
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    inline = answer["Content-Disposition"].startswith("inline")
    assert not inline or answer["Content-Type"] in {"image/png", "image/gif", "image/jpeg"}
    assert inline or answer["Content-Type"] == "application/octet-stream"
    assert "X-Evil" not in answer.headers
    assert "/" not in answer["Content-Disposition"].partition("''")[2]
    stored = list(Path(settings.FILES_ROOT).rglob("*"))
    assert all(Path(settings.FILES_ROOT) in path.parents for path in stored)


def test_unreadable_items_are_only_ever_downloaded(gz: world.City) -> None:
    item = unreadable.keep(
        source="email:x", reason="broken", body=b"<script>alert(1)</script>", now=clock.now()
    )
    answer: Any = world.browser("wang").get(f"/manage/unreadable/{item}/body")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
