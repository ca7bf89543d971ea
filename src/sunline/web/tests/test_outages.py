"""Outages on the screens and through the internal interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sunline.kernel import clock
from sunline.knowledge import services as knowing
from sunline.sla import services as sla
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import GroupCase, Outage, OutageLink, Ticket
from sunline.tickets.tests import affected
from sunline.tickets.tests.test_belonging import come
from sunline.tickets.types import TicketRef

from .conftest import signed_in

pytestmark = pytest.mark.django_db
TYPED = "%Y-%m-%dT%H:%M"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def ready(org: cast.Organisation) -> cast.Organisation:
    cast.people()
    sla.load_shipped(clock.now())
    knowing.load_topics(now=clock.now() - timedelta(days=400))
    return org


def typed(org: cast.Organisation, **changes: Any) -> dict[str, Any]:
    # The forms read local time, which is eight hours ahead of the world's.
    here = clock.now() + 8 * HOUR
    return {
        "cause": "cable",
        "products": ["broadband"],
        "unit_ids": [str(org["gz"].id)],
        "started_at": (here - HOUR).strftime(TYPED),
        "estimated_end_at": (here + 4 * HOUR).strftime(TYPED),
        **changes,
    }


def test_open_on_the_list_and_close_for_all_on_its_page(ready: cast.Organisation) -> None:
    browser = signed_in(Client(), "sun")
    assert 'href="/outages/new"' in browser.get("/outages").content.decode()
    assert browser.get("/outages/new").status_code == 200
    answer = browser.post("/outages/new", typed(ready, names="天河、越秀", text="天河宽带抢修中"))
    number = Outage.objects.get().ticket.number
    assert (answer.status_code, answer["Location"]) == (302, f"/outages/{number}")
    ref = affected.call(ready, clock.now())
    page = browser.get(f"/outages/{number}").content.decode()
    assert ref.number in page
    assert f'action="/tickets/{number}/close-outage"' in page
    for path in ("/tickets", "/portal"):
        assert "天河宽带抢修中" in browser.get(path).content.decode()
    assert "天河宽带抢修中" not in signed_in(Client(), "lv_nj").get("/tickets").content.decode()
    assert f"/outages/{number}" in browser.get(f"/tickets/{ref.number}").content.decode()
    later = (clock.now() + 14 * HOUR).strftime(TYPED)
    revised = browser.post(f"/tickets/{number}/revise-outage", {"estimated_end_at": later})
    assert revised["Location"] == f"/outages/{number}"
    closed = browser.post(f"/tickets/{number}/close-outage", {"text": "已恢复"})
    assert closed["Location"] == f"/outages/{number}"
    assert Outage.objects.get().state == "closed"
    assert "天河宽带抢修中" not in Client().get("/portal").content.decode()
    assert number in browser.get("/outages?state=closed").content.decode()
    assert number not in browser.get("/outages?state=open").content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"products": []}, 422),
        ({"unit_ids": []}, 422),
        ({"unit_ids": ["nonsense"]}, 422),
        ({"cause": ""}, 422),
        ({"started_at": "gestern"}, 422),
        ({"estimated_end_at": ""}, 422),
        ({"subscribers": "many"}, 422),
        ({"text": "长" * 301}, 422),
        ({"codes": "X" * 3000}, 422),
    ],
)
def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(
    ready: cast.Organisation, changes: dict[str, Any], status: int
) -> None:
    browser = signed_in(Client(), "sun")
    answer = browser.post("/outages/new", typed(ready, names="猎德") | changes)
    assert answer.status_code == status
    page = answer.content.decode()
    assert "invalid-feedback" in page
    assert 'value="猎德"' in page
    assert not Ticket.objects.exists()


def test_end_before_start_and_overlap_are_told_in_chinese(ready: cast.Organisation) -> None:
    browser = signed_in(Client(), "sun")
    early = (clock.now() + 6 * HOUR).strftime(TYPED)
    page = browser.post("/outages/new", typed(ready, estimated_end_at=early))
    assert page.status_code == 422
    assert "结束时间应晚于开始时间" in page.content.decode()
    browser.post("/outages/new", typed(ready))
    again = browser.post("/outages/new", typed(ready))
    assert again.status_code == 409
    assert Outage.objects.get().ticket.number in again.content.decode()
    assert "重叠" in again.content.decode()


def test_who_sees_and_who_leads(ready: cast.Organisation) -> None:
    number = affected.opened(ready, clock.now()).ticket.number
    lin = signed_in(Client(), "lin")
    page = lin.get(f"/outages/{number}")
    assert page.status_code == 200
    assert "close-outage" not in page.content.decode()
    assert lin.get("/outages/new").status_code == 403
    assert lin.post(f"/tickets/{number}/close-outage").status_code == 403
    assert lin.get(f"/outages/{number}/waivers.csv").status_code == 403
    elsewhere = signed_in(Client(), "lv_nj")
    for path in (f"/outages/{number}", f"/outages/{number}/waivers"):
        assert elsewhere.get(path).status_code == 404
    assert lin.get("/outages?cursor=nonsense").status_code == 400
    assert lin.get("/outages?state=nonsense").status_code == 400


def test_the_waivers_are_listed_and_exported(ready: cast.Organisation) -> None:
    now = clock.now()
    outage = affected.opened(ready, now - 50 * HOUR, estimated_end_at=now + HOUR)
    [customer] = affected.lines(ready, 1, now - 60 * HOUR)
    affected.call(ready, now - 50 * HOUR, "19900000000", customer_id=customer)
    number = outage.ticket.number
    browser = signed_in(Client(), "sun")
    page = browser.get(f"/outages/{number}/waivers").content.decode()
    assert "¥60.00" in page
    table = browser.get(f"/outages/{number}/waivers.csv")
    assert table["Content-Type"].startswith("text/csv")
    lines = table.content.decode().strip().splitlines()
    assert len(lines) == 2
    assert ",3,60.00," in lines[1]  # 52 hours: three begun days
    assert "第三十二条" in lines[1]


def test_a_group_complaint_leads_to_an_outage(ready: cast.Organisation) -> None:
    now = clock.now()
    rows = [
        come(ready, now - MINUTE * step, contact=f"1990000{step:04d}", area_code="olt-7")
        for step in range(7)
    ]
    for row in rows:
        services.watch(row.id, now=now)
    number = GroupCase.objects.get().ticket.number
    browser = signed_in(Client(), "sun")
    assert f"/outages/new?group={number}" in browser.get(f"/groups/{number}").content.decode()
    form = browser.get(f"/outages/new?group={number}").content.decode()
    assert 'value="OLT-7"' in form
    assert f'value="{ready["gz"].id}" checked' in form


def test_a_customer_reads_of_the_outage_on_the_portal(ready: cast.Organisation) -> None:
    affected.opened(ready, clock.now(), text="天河宽带抢修中，预计今晚恢复")
    browser = Client()
    sent = browser.post(
        "/portal/request",
        {"name": "陈", "phone": "19900000001", "kind": "fault", "text": "家里断网了，光猫红灯"},
    )
    assert sent.status_code == 302
    ticket = Ticket.objects.get(channel="portal")
    Ticket.objects.filter(id=ticket.id).update(home_unit=ready["gz"])
    affected.hear([TicketRef(ticket.id, ticket.number, "", 1)], clock.now())
    assert OutageLink.objects.filter(ticket=ticket).exists()
    page = browser.get(sent["Location"]).content.decode()
    assert "您的业务受已知区域故障影响" in page
    assert page.count("天河宽带抢修中，预计今晚恢复") >= 1
