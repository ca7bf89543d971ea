"""Field work on the screens: the ticket's card, the dispatcher's list, the engineer's phone, the
public progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sunline.kernel import clock
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import AppointmentSlot, FieldOrder
from sunline.tickets.tests import outside
from sunline.tickets.types import TicketRef

Browser = Callable[[str], Client]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def day() -> str:
    return (clock.now() + timedelta(days=2)).date().isoformat()


@pytest.fixture
def order(org: cast.Organisation, day: str) -> TicketRef:
    return outside.order(org, clock.now(), "install", f"{day}.morning")


def number() -> str:
    return FieldOrder.objects.get().number


def test_an_agent_moves_an_appointment_on_the_ticket(
    browser: Browser, order: TicketRef, day: str
) -> None:
    client, here = browser("lin"), f"/tickets/{order.number}"
    page = client.get(here).content.decode()
    for text in ("外线装维", "已预约", number(), "广州市天河区***", "余 6"):
        assert text in page
    assert outside.ADDRESS not in page
    moved = client.post(f"{here}/book-field", {"slot": f"{day}.evening"})
    assert moved.status_code == 302
    assert FieldOrder.objects.get().moved == 1
    past = client.post(f"{here}/book-field", {"slot": "2026-01-05.morning"})
    assert (past.status_code, "该时段已开始或已过" in past.content.decode()) == (422, True)
    AppointmentSlot.objects.filter(window="morning").update(capacity=0)
    full = client.post(f"{here}/book-field", {"slot": f"{day}.morning"})
    assert (full.status_code, "已约满" in full.content.decode()) == (409, True)
    assert FieldOrder.objects.get().moved == 1
    timeline = client.get(here).content.decode()
    assert "晚间 18:30–20:30" in timeline


def test_the_dispatcher_sees_orders_and_sets_the_visits(
    browser: Browser, order: TicketRef, org: cast.Organisation, day: str
) -> None:
    client = browser("sun")
    page = client.get("/field").content.decode()
    assert order.number in page
    assert "1 / 6" in page
    assert order.number not in client.get("/field?state=failed").content.decode()
    assert order.number in client.get(f"/field?day={day}&state=scheduled").content.decode()
    wanted = {"unit_id": org["gz-field"].id, "slot": f"{day}.morning"}
    assert client.post("/field/room", wanted | {"capacity": "9"}).status_code == 302
    assert "1 / 9" in client.get("/field").content.decode()
    for wrong in ("0", "x", "501"):
        assert client.post("/field/room", wanted | {"capacity": wrong}).status_code == 422
    assert client.get("/field?state=nowhere").status_code == 400
    assert order.number not in browser("shi_js").get("/field").content.decode()


def test_the_engineer_works_on_the_phone_page(browser: Browser, order: TicketRef) -> None:
    client = browser("wu")
    assert order.number not in client.get("/field/mine").content.decode()
    services.give_field(
        cast.viewer("sun"), order.id, engineer_id=cast.person("wu").id, now=clock.now()
    )
    here = f"/field/mine/{order.number}"
    assert outside.ADDRESS in client.get("/field/mine").content.decode()
    assert client.post(f"{here}/start-field").status_code == 302
    for name, body, told in (
        ("a.exe", b"MZ", "照片须为图片"),
        ("a.png", b"%PDF-1.4", "内容与扩展名不符"),
        ("a.png", b"", "文件为空"),
    ):
        refused = client.post(f"{here}/photo-field", {"file": SimpleUploadedFile(name, body)})
        assert (refused.status_code, told in refused.content.decode()) == (422, True)
    assert client.post(f"{here}/photo-field").status_code == 422
    photo = client.post(f"{here}/photo-field", {"file": SimpleUploadedFile("门口.png", PNG)})
    assert photo.status_code == 302
    kept = FieldOrder.objects.get().files.get()
    path = f"/tickets/{order.number}/field/{kept.id}"
    assert b"".join(client.get(path).streaming_content) == PNG  # type: ignore[attr-defined]
    assert browser("lv_nj").get(path).status_code == 404
    assert client.post(f"{here}/complete-field", {"parts": "光猫 1"}).status_code == 422
    done = {"parts": "光猫 1", "signed": "陈美玲"}
    assert client.post(f"{here}/complete-field", done).status_code == 302
    assert client.post(f"{here}/complete-field", done).status_code == 409
    page = browser("lin").get(f"/tickets/{order.number}").content.decode()
    assert "已竣工" in page
    assert "陈**" in page
    assert "陈美玲" not in page


def test_a_picture_of_30_mb_is_refused(
    browser: Browser, order: TicketRef, settings: object
) -> None:
    client = browser("wu")
    here = f"/field/mine/{order.number}"
    assert client.post(f"{here}/start-field").status_code == 302
    big = SimpleUploadedFile("big.png", PNG + b"0" * (30 * 1024 * 1024))
    refused = client.post(f"{here}/photo-field", {"file": big})
    assert refused.status_code in {413, 422}
    assert not FieldOrder.objects.get().files.exists()


def test_progress_needs_no_sign_in_and_shows_nothing_personal(order: TicketRef) -> None:
    client = Client()
    assert client.get("/portal/progress").status_code == 200
    spaced = f"{number()[:4]} {number()[4:8]} {number()[8:]}"
    page = client.get("/portal/progress", {"number": spaced}).content.decode()
    for text in ("装机", "已预约", "三限时承诺", "72 小时"):
        assert text in page
    for secret in (order.number, "天河", "19900000001", "199****0001", "20006", "请尽快"):
        assert secret not in page
    told = client.get(
        "/portal/progress", {"number": number()}, headers={"Accept": "application/json"}
    )
    assert told.json()["state"] == "scheduled"
    assert [step["done"] for step in told.json()["steps"]] == [True, True, False, False]
    unknown = client.get("/portal/progress", {"number": "000000000000"})
    assert (unknown.status_code, "没有查到这个进度编号" in unknown.content.decode()) == (404, True)
    statuses = [
        client.get("/portal/progress", {"number": f"{n:012d}"}).status_code for n in range(40)
    ]
    assert statuses[-1] == 429
