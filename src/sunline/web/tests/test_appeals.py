"""Appeals on the screens: the list, the form, the card, the pack as a PDF, the quarter's table."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from sunline.kernel import clock, worker
from sunline.kernel.models import Event
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import Appeal, Note
from sunline.tickets.types import TicketRef
from sunline.web.desk.evidence_pack import pack_of

Browser = Callable[[str], Client]
STREAM = re.compile(rb"<<([^>]*)>>\s*stream\r?\n(.*?)endstream", re.S)
SHOWN = re.compile(rb"\(((?:\\.|[^\\()])*)\) Tj", re.S)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(pdf: bytes) -> list[str]:
    """Return the words of each page of a PDF in the order in which it shows them."""
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    found = []
    for head, body in STREAM.findall(pdf):
        if b"ASCII85Decode" in head:
            body = a85decode(body.strip().removesuffix(b"~>"))
        if b"FlateDecode" in head:
            body = zlib.decompress(body)
        shown = b"".join(unescaped(text) for text in SHOWN.findall(body))
        found.append(bare(shown.decode("utf-16-be")))
    return found


def told_in(pdf: bytes, title: str) -> str:
    """Return the words of a PDF without blanks and without what stands at the foot of a page."""
    pages = pages_of(pdf)
    feet = [f"{bare(title)}{number}" for number in range(1, len(pages) + 1)]
    assert all(page.startswith(foot) for page, foot in zip(pages, feet, strict=True))
    return "".join(page.removeprefix(foot) for page, foot in zip(pages, feet, strict=True))


def unescaped(text: bytes) -> bytes:
    return re.sub(
        rb"\\([0-7]{1,3}|.)",
        lambda at: bytes([int(at[1], 8)]) if at[1].isdigit() else ESCAPES.get(at[1], at[1]),
        text,
        flags=re.S,
    )


def bare(text: str) -> str:
    """Return a text without blanks: lines are broken anew on paper."""
    return "".join(text.split())


def sent(**changes: object) -> dict[str, object]:
    day = timezone.localtime(clock.now() - timedelta(days=30)).date().isoformat()
    return {
        "door": "regulator", "number": "GD-2026-009", "category": "charges", "event_on": day,
        "claim": "多收费用一直未退，要求退还。", "phone": "19900001234", **changes,
    }  # fmt: skip


def test_an_appeal_is_taken_in_found_and_answered(browser: Browser, ticket: TicketRef) -> None:
    cast.people()
    client = browser("jiang")
    assert "/appeals/new" in client.get("/appeals").content.decode()
    answer = client.post("/appeals/new", sent())
    # The customer's own complaint was found by the number.
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.number}")
    listed = client.get("/appeals?door=regulator&state=received&due=open").content.decode()
    assert "GD-2026-009" in listed
    assert "199****1234" in listed
    assert "19900001234" not in listed
    page = client.get(f"/tickets/{ticket.number}").content.decode()
    assert "申诉受理中心" in page
    assert "答复来源单位" in page
    done = client.post(
        f"/tickets/{ticket.number}/reply-appeal", {"text": "已核实并退费。", "appeal": ""}
    )
    assert done.status_code == 302
    assert Appeal.objects.get().state == "replied"
    assert "按时答复" in client.get("/appeals").content.decode()
    assert "没有符合条件的申诉" in client.get("/appeals?state=received").content.decode()


def test_a_refused_form_keeps_what_was_typed(browser: Browser, ticket: TicketRef) -> None:
    cast.people()
    client = browser("jiang")
    answer = client.post("/appeals/new", sent(number="", event_on="昨天", claim="请尽快处理"))
    assert answer.status_code == 400
    assert "请尽快处理" in answer.content.decode()
    assert not Appeal.objects.exists()
    assert client.post("/appeals/new", sent()).status_code == 302
    again = client.post("/appeals/new", sent())
    assert again.status_code == 409
    assert ticket.number in again.content.decode()
    assert browser("lin").post("/appeals/new", sent(number="2")).status_code == 403
    assert client.get("/appeals?door=nonsense").status_code == 400


def test_others_tickets_do_not_show(browser: Browser, ticket: TicketRef) -> None:
    cast.people()
    browser("jiang").post("/appeals/new", sent())
    elsewhere = browser("lv_nj").get("/appeals").content.decode()
    assert "GD-2026-009" not in elsewhere
    assert browser("shi_js").post(f"/tickets/{ticket.number}/evidence-pack").status_code == 404


def test_the_pack_is_complete_against_the_log(browser: Browser, ticket: TicketRef) -> None:
    cast.people()
    client, see, now = browser("jiang"), cast.viewer("jiang"), clock.now()
    client.post(
        "/appeals/new", sent(claim="一、退还多收费用；\n二、书面道歉 <b>&amp;</b> (含括号\\)")
    )
    services.add_note(see, ticket.id, text="客户来电催办：龍𠮷 café。", now=now)
    services.add_evidence(
        see, ticket.id, kind="recording", reference="LY-2026-33", text="通话录音", now=now
    )
    for place in range(70):  # more than fits on a page
        services.add_note(see, ticket.id, text=f"第{place}次联系，客户未接。" * 3, now=now)
    answer = client.post(f"/tickets/{ticket.number}/evidence-pack")
    assert answer["Content-Type"] == "application/pdf"
    assert len(pages_of(answer.content)) > 1
    told = told_in(answer.content, f"证据材料 {ticket.number}")
    for words in ("证据材料", "GD-2026-009", "LY-2026-33", "多收费用", "<b>&amp;</b>(含括号\\)"):
        assert words in told, words
    assert "龍\u25a1café" in told
    assert "19900001234" not in told
    # Every fact of the log stands in it with its number, and every text that was written.
    events = list(Event.objects.filter(subject_id=ticket.id).order_by("sequence"))
    assert events[-1].kind == "ticket.pack_exported@1"
    for event in events:
        at = timezone.localtime(event.at).strftime("%Y-%m-%d%H:%M")
        assert f"{event.sequence}.{at}·" in told
    for text in Note.objects.filter(ticket_id=ticket.id).values_list("text", flat=True):
        assert bare(text).replace("𠮷", "\u25a1") in told
    assert f"共{len(events)}条流水，序号1至{len(events)}。" in told


def test_the_pack_in_english(org: cast.Organisation, ticket: TicketRef) -> None:
    cast.people()
    services.renew_by_rule(ticket.id, now=clock.now())
    with translation.override("en"):
        pdf = pack_of(cast.viewer("jiang"), ticket.id, clock.now())
    told = told_in(pdf, f"Evidence pack {ticket.number}")
    assert "Evidencepack" in told
    assert "宽带晚上很慢" in told


def test_a_file_from_the_button_to_the_list(
    browser: Browser, org: cast.Organisation, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_ROOT = str(tmp_path)
    cast.people()
    client = browser("jiang")
    page = client.get("/manage/imports?kind=tickets.import_appeals").content.decode()
    assert '<option value="tickets.import_appeals" selected>' in page
    assert "customers.import" not in page
    body = (
        "来源,编号,申诉类别,收到时间,事发日期,申诉内容,归属单位\n"
        f"12345,GZ-1,用户服务,{clock.now():%Y-%m-%d},{clock.now():%Y-%m-%d},态度差,gz\n"
    ).encode("gb18030")
    file = SimpleUploadedFile("a.csv", body, "text/csv")
    fields = {"kind": "tickets.import_appeals", "file": file, "encoding": "", "at_once": "1"}
    answer = client.post("/manage/imports", fields)
    assert answer.status_code == 302
    worker.run_job(clock.now())
    assert "GZ-1" in client.get("/appeals").content.decode()


def test_the_quarters_table_and_its_file(
    browser: Browser, org: cast.Organisation, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_ROOT = str(tmp_path)
    cast.people()
    assert "尚未导入数据" in browser("lin").get("/appeals/quarter").content.decode()
    body = (
        "企业,季度,用户服务,网络质量,收费争议,用户数\n"
        "中国移动,2012Q1,2393,936,2611,692500000\n中国移动,2011Q4,6806,0,0,680000000\n"
    )
    services.ask_counts(cast.viewer("jiang"), BytesIO(body.encode()), now=clock.now())
    worker.run_job(clock.now())
    page = browser("lin").get("/appeals/quarter").content.decode()
    for words in ("2012Q1", "5940", "8.6", "−14.3 %"):
        assert words in page
    file = browser("lin").get("/appeals/quarter?quarter=2012Q1&format=csv").content.decode()
    assert "中国移动,2393,936,2611,5940,100.0 %,100.0 %,8.6,−14.3 %" in file
    assert browser("lin").get("/appeals/quarter?quarter=2099Q9").status_code == 404
