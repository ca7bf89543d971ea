"""Explaining data use, and the table of addresses, on the screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sunline.customers.models import Reveal, Subscriber
from sunline.interactions.models import Outgoing
from sunline.kernel import clock
from sunline.kernel.models import Job
from sunline.knowledge.models import AddressTable
from sunline.knowledge.services import import_addresses
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import DataSheet, Ticket
from sunline.tickets.tests.test_data_use import NUMBER, PROOFS, disputed
from sunline.tickets.types import TicketRef

Browser = Callable[[str], Client]


@pytest.fixture
def ticket(org: cast.Organisation, settings: Any) -> TicketRef:
    return disputed(org, cast.viewer, clock.now() - timedelta(minutes=2), settings)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_from_the_ticket_to_a_sheet_that_was_sent(browser: Browser, ticket: TicketRef) -> None:
    client, here = browser("lin"), f"/tickets/{ticket.number}"
    assert f"{here}/data-use" in page(client, here)
    start = page(client, f"{here}/data-use")
    assert "act-verify" in start
    refused = client.post(f"{here}/data-use/explain", {"period": "last_month"})
    assert refused.status_code == 409
    assert "alert-danger" in refused.content.decode()
    assert not DataSheet.objects.exists()

    services.verify(
        cast.viewer("lin"), ticket.id, klass="call_detail", passed=PROOFS, now=clock.now()
    )
    assert client.post(f"{here}/data-use/explain", {"period": "x"}).status_code == 400
    made = client.post(f"{here}/data-use/explain", {"period": "last_month"})
    sheet = DataSheet.objects.get()
    assert made["Location"] == f"{here}/data-use/{sheet.id}"
    shown = page(client, made["Location"])
    assert 'data-copy="say"' in shown
    assert "simulated)" in shown or "（模拟）" in shown
    assert "curve-bar" in shown
    assert NUMBER not in shown
    assert "198.18." not in shown
    assert Reveal.objects.filter(field=f"data_use:{sheet.id}").count() == 1

    sent = client.post(f"{made['Location']}/send", {"channel": "sms"})
    assert sent.status_code == 302
    assert Outgoing.objects.get().to == NUMBER
    assert client.post(f"{made['Location']}/send", {"channel": "fax"}).status_code == 400
    timeline = page(client, here)
    assert str(sheet.id) in timeline
    assert str(sheet.id) in page(client, f"{here}/data-use")


def test_in_chinese(browser: Browser, ticket: TicketRef) -> None:
    client = browser("lin")
    client.post("/language", {"language": "zh-hans", "next": "/"})
    assert "解释流量争议" in page(client, f"/tickets/{ticket.number}")


def test_from_the_customer_to_the_ticket(browser: Browser, ticket: TicketRef) -> None:
    line = Subscriber.objects.get()
    path = f"/customers/{line.customer_id}/numbers/{line.id}/data-use"
    client = browser("lin")
    assert path in page(client, f"/customers/{line.customer_id}")
    shown = page(client, path)
    assert f"/tickets/{ticket.number}/data-use" in shown
    assert NUMBER not in shown
    page(browser("lv_nj"), path, 404)
    page(client, path.replace(str(line.id), str(ticket.id)), 404)


def test_a_silent_billing_system(browser: Browser, ticket: TicketRef, settings: Any) -> None:
    settings.SUNLINE_BSS = ""
    client = browser("lin")
    page(client, f"/tickets/{ticket.number}/data-use")
    line = Subscriber.objects.get()
    page(client, f"/customers/{line.customer_id}/numbers/{line.id}/data-use")


def test_sheets_of_another_ticket_are_nowhere(browser: Browser, ticket: TicketRef) -> None:
    client = browser("lin")
    page(client, f"/tickets/{ticket.number}/data-use/{ticket.id}", 404)
    page(browser("zhou"), f"/tickets/{ticket.number}/data-use", 403)
    page(browser("lv_nj"), f"/tickets/{ticket.number}/data-use", 404)


def test_what_is_this_address(browser: Browser, ticket: TicketRef) -> None:
    client = browser("lin")
    known = page(client, "/manage/addresses?address=203.0.113.5")
    assert "203.0.113.0/24" in known
    unknown = page(client, "/manage/addresses?address=8.8.8.8")
    assert "answer-box" in unknown
    page(client, "/manage/addresses?address=<script>")
    page(client, "/manage/addresses?q=kite&category=video")
    assert "knowledge.addresses" not in known
    assert "knowledge.addresses" in page(browser("qin"), "/manage/addresses")


def test_an_editor_loads_a_table(
    browser: Browser, org: cast.Organisation, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path
    client = browser("qin")
    form = page(client, "/manage/imports?kind=knowledge.addresses")
    assert 'value="knowledge.addresses" selected' in form
    assert "customers.import" not in form
    body = "地址,服务名称,类别\n203.0.113.0/24,甲,视频\n203.0.113.9,乙,视频".encode("gb18030")
    sent = {"kind": "knowledge.addresses", "file": SimpleUploadedFile("a.csv", body)}
    assert client.post("/manage/imports", sent).status_code == 302
    job = Job.objects.get()
    import_addresses(job, clock.now())
    Job.objects.filter(id=job.id).update(state="done")
    shown = page(client, f"/manage/imports/{job.id}")
    assert job.arguments["dry_run"]
    assert "203" not in shown or "address_twice" not in shown
    assert Job.objects.get().result["failed"] == 1
    assert not AddressTable.objects.exists()


def test_a_ticket_made_from_the_number_is_about_it(browser: Browser, ticket: TicketRef) -> None:
    line, client = Subscriber.objects.get(), browser("lin")
    query = f"customer_id={line.customer_id}&subscriber_id={line.id}"
    assert f'name="subscriber_id" value="{line.id}"' in page(client, f"/tickets/new?{query}")
    typed = {"customer_id": line.customer_id, "description": "流量对不上", "kind": "complaint"}
    for given, expected in ((line.id, line.id), (ticket.id, None)):
        made = client.post("/tickets/new", {**typed, "subscriber_id": given})
        assert made.status_code == 302
        number = made["Location"].rpartition("/")[2]
        assert Ticket.objects.get(number=number).subscriber_id == expected
