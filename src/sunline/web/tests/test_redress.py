"""Identity checks, proposals and the pack of orders on the screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from sunline.customers import services as customers
from sunline.customers.models import Subscriber
from sunline.customers.types import NewAccount, NewCustomer, NewHolding, NewSubscriber
from sunline.kernel import clock
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as topics
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import CompensationProposal, Grant, IdentityCheck, ProofWay, UndoneOrder
from sunline.tickets.tests import ordered
from sunline.tickets.types import Registration, TicketRef

Browser = Callable[[str], Client]


@pytest.fixture
def disputed(org: cast.Organisation, settings: Any) -> TicketRef:
    """Return a ticket about an order that a customer says they never made."""
    return registered(org, settings, "complaint", "billing.dispute.unknown")


def registered(org: cast.Organisation, settings: Any, kind: str, topic: str) -> TicketRef:
    settings.SUNLINE_BSS = ordered.HERE
    cast.people()
    now = clock.now()
    topics.load_topics(now=now - timedelta(days=400))
    services.load_proofs(now - timedelta(days=9))
    since = now - timedelta(days=200)
    plan = NewHolding("P60", "畅享60", monthly_fee=Decimal(60), since=since)
    line = NewSubscriber(ordered.NUMBER, holdings=(plan,))
    new = NewCustomer(
        name="陈晓", home_unit_id=org["gz"].id, accounts=(NewAccount(subscribers=(line,)),)
    )
    found = customers.register_many([new], now=now)[0]
    fields = Registration(
        kind=kind, title="不知情定制", description="没有订过这个业务。", channel="phone",
        home_unit_id=org["gz"].id, customer_id=found.id, topic_id=knowledge.topic_id(topic),
        subscriber_id=Subscriber.objects.get().id, contact=ordered.NUMBER,
    )  # fmt: skip
    at = now - timedelta(days=5) if kind == "fault" else now
    return services.register(cast.viewer("lin"), fields, now=at)


def post(client: Client, ref: TicketRef, slug: str, **values: object) -> int:
    return client.post(f"/tickets/{ref.number}/{slug}", values).status_code


def test_verify_cancel_and_refund_from_one_page(browser: Browser, disputed: TicketRef) -> None:
    client = browser("lin")
    here = f"/tickets/{disputed.number}/pack"
    page = client.get(here).content.decode()
    for text in ("视频会员月包", "20177", "没有二次确认短信记录", "无订购凭证", "待确认"):
        assert text in page
    assert "客户尚未通过" in page
    assert ordered.NUMBER not in page
    assert "207.90" in page
    assert post(client, disputed, "cancel-unsolicited", order="ORD-1") == 409
    passed = ["service_password", "sms_code"]
    assert post(client, disputed, "verify", klass="transaction", passed=passed) == 302
    assert post(client, disputed, "cancel-unsolicited", order="ORD-1", amount="45.01") == 422
    assert post(client, disputed, "cancel-unsolicited", order="ORD-1", amount="45") == 302
    assert post(client, disputed, "cancel-unsolicited", order="ORD-1") == 409
    assert UndoneOrder.objects.get().refund == 45
    assert Grant.objects.get().action == "refund_unsolicited"
    page = client.get(here).content.decode()
    assert "已退订" in page
    ticket = client.get(f"/tickets/{disputed.number}").content.decode()
    assert "已为客户退订" in ticket
    assert "已核验，有效至" in ticket
    assert "不得口头告知" in ticket


def test_the_pack_is_for_those_who_may_see_the_ticket(
    browser: Browser, disputed: TicketRef, settings: Any
) -> None:
    here = f"/tickets/{disputed.number}/pack"
    assert browser("lv_nj").get(here).status_code == 404
    assert browser("zhou").get(here).status_code == 403
    settings.SUNLINE_BSS = ""
    assert "暂时查不到" in browser("lin").get(here).content.decode()


def test_failures_lock_the_door_on_the_screen(browser: Browser, disputed: TicketRef) -> None:
    client = browser("lin")
    for _time in range(3):
        assert post(client, disputed, "verify", klass="query", failed=["sms_code"]) == 302
    assert post(client, disputed, "verify", klass="query", passed=["sms_code"]) == 409
    assert "锁定至" in client.get(f"/tickets/{disputed.number}").content.decode()
    assert post(client, disputed, "verify", klass="other", passed=["sms_code"]) in {409, 422}
    assert IdentityCheck.objects.count() == 3


def test_late_repair_is_proposed_accepted_and_listed(
    browser: Browser, org: cast.Organisation, settings: Any
) -> None:
    ref = registered(org, settings, "fault", "broadband.fault.down")
    services.sweep(clock.now())
    client = browser("lin")
    page = client.get(f"/tickets/{ref.number}").content.decode()
    assert "《电信条例》第三十二条" in page or "第三十二条" in page
    assert "逐日累计" in page
    listed = client.get("/compensation").content.decode()
    assert ref.number in listed
    assert post(client, ref, "accept-proposal", action="slow_pay") == 409
    assert post(client, ref, "accept-proposal", action="rent_waiver") == 302
    reason = {"action": "slow_pay", "reason": "not_wanted"}
    assert post(client, ref, "decline-proposal", **reason) == 422
    assert post(client, ref, "decline-proposal", **reason, note="客户不需要") == 302
    states = CompensationProposal.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["granted", "declined"]
    for query in ("?state=granted", "?state=declined", "?basis=cn_telecom_32"):
        assert ref.number in client.get(f"/compensation{query}").content.decode()
    assert ref.number not in client.get("/compensation?state=lapsed").content.decode()
    assert ref.number not in browser("lv_nj").get("/compensation").content.decode()
    for bad in ("?state=x", "?basis=y", "?cursor=zz"):
        assert client.get(f"/compensation{bad}").status_code in {400, 422}


def test_an_administrator_sets_which_proofs_are_enough(
    browser: Browser, org: cast.Organisation
) -> None:
    cast.people()
    services.load_proofs(clock.now())
    client = browser("wang")
    assert "服务密码 + 短信验证码" in client.get("/manage/proofs").content.decode()
    fields = {"klass": "closing", "proofs": ["id_whole", "document"]}
    assert client.post("/manage/proofs/new", fields).status_code == 302
    assert client.post("/manage/proofs/new", fields).status_code == 409
    assert client.post("/manage/proofs/new", {"klass": "closing"}).status_code == 422
    assert client.post("/manage/proofs/new", {"klass": "x", "proofs": ["y"]}).status_code == 422
    row = ProofWay.objects.get(klass="closing", proofs="id_whole,document")
    assert client.post(f"/manage/proofs/{row.id}/end").status_code == 302
    assert client.post(f"/manage/proofs/{row.id}/end").status_code == 409
    assert browser("lin").get("/manage/proofs").status_code == 403
