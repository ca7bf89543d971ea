"""Grants on the screens: the ticket's card and forms, the lists, the matrix."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sunline.kernel import clock
from sunline.kernel.policies import publish
from sunline.kernel.types import SYSTEM
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.grant_policies import SAMPLE
from sunline.tickets.models import CaseRow, Delegate, Grant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everybody(org):
    cast.people()


@pytest.fixture
def drawn(org):
    publish(SAMPLE, 100, since=clock.now(), actor=SYSTEM, now=clock.now())


def post(client, ticket, slug, **fields):
    return client.post(f"/tickets/{ticket.number}/{slug}", fields).status_code


def test_a_grant_from_the_ticket_and_what_its_page_tells(browser, ticket, drawn):
    lin, page = browser("lin"), f"/tickets/{ticket.number}"
    shown = lin.get(page).content.decode()
    assert "您对该客户" in shown
    assert "¥50.00" in shown  # of a gold customer
    assert post(lin, ticket, "grant", action="goodwill_credit", amount="12.5") == 302
    assert post(lin, ticket, "grant", action="goodwill_credit", amount="NaN") == 422
    assert (
        post(lin, ticket, "grant", action="goodwill_credit", amount="80", basis="goodwill") == 302
    )
    shown = lin.get(page).content.decode()
    assert "¥12.50" in shown
    assert "待班长审批" in shown
    assert f"/tickets/{ticket.number}/withdraw-grant" in shown
    assert f"/tickets/{ticket.number}/decide-grant" not in shown
    shown = browser("zhao").get(page).content.decode()
    assert f"/tickets/{ticket.number}/decide-grant" in shown
    assert post(browser("zhao"), ticket, "decide-grant", approve="1", amount="60") == 302
    assert post(browser("zhao"), ticket, "decide-grant", approve="1") == 409
    assert Grant.objects.order_by("-id")[0].amount == Decimal(60)


def test_what_waits_is_counted_and_decided_on_its_page(browser, ticket):
    services.grant(
        cast.viewer("lin"), ticket.id, action="goodwill_credit", amount=Decimal(80), now=clock.now()
    )
    row = Grant.objects.get()
    zhao, qian = browser("zhao"), browser("qian")
    assert 'nav-count">1<' in zhao.get("/approvals").content.decode()
    assert "nav-count" not in qian.get("/approvals").content.decode()
    assert zhao.post(f"/approvals/{row.id}/decide", {"decision": "no"}).status_code == 400
    done = zhao.post(f"/approvals/{row.id}/decide", {"decision": "no", "note": "已赔付"})
    assert (done.status_code, done["Location"]) == (302, "/approvals")
    again = zhao.post(f"/approvals/{row.id}/decide", {"decision": "yes"})
    assert again.status_code == 409
    assert "nav-count" not in zhao.get("/approvals").content.decode()
    assert browser("he_sz").get("/approvals").status_code == 403


def test_standing_in_from_the_page(browser, ticket):
    qian, now = browser("qian"), timezone.localtime()
    until = f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert qian.post("/approvals/stand-ins", {"to": "20002"}).status_code == 400
    assert qian.post("/approvals/stand-ins", {"to": "20001", "until": until}).status_code == 400
    assert qian.post("/approvals/stand-ins", {"to": "20002", "until": until}).status_code == 302
    row = Delegate.objects.get()
    assert "代 20003 审批" in browser("zhao").get("/approvals").content.decode()
    assert browser("zhao").post(f"/approvals/stand-ins/{row.id}/end").status_code == 404
    assert qian.post(f"/approvals/stand-ins/{row.id}/end").status_code == 302


def test_the_use_of_authority_is_scoped_summed_inspected_and_exported(browser, ticket, drawn):
    services.grant(
        cast.viewer("lin"), ticket.id, action="goodwill_credit", amount=Decimal(15), now=clock.now()
    )
    row = Grant.objects.get()
    for name, number in (("lin", 1), ("zhao", 1), ("zhou", 1), ("feng", 1), ("he_sz", 0)):
        shown = browser(name).get("/grants").content.decode()
        assert (ticket.number in shown) is bool(number), name
    zhou = browser("zhou")
    assert "¥15.00" in zhou.get("/grants?sample=unchecked").content.decode()
    assert zhou.get("/grants?sample=maybe").status_code == 400
    assert zhou.get("/grants?cursor=x").status_code == 400
    check = f"/grants/{row.id}/check"
    assert zhou.post(check, {"verdict": "not_in_order"}).status_code == 400
    assert browser("zhao").post(check, {"verdict": "in_order"}).status_code == 403
    assert zhou.post(check, {"verdict": "not_in_order", "note": "无依据"}).status_code == 302
    assert ticket.number not in zhou.get("/grants?sample=unchecked").content.decode()
    file = zhou.get("/grants?format=csv").content.decode("utf-8-sig")
    assert "安抚补偿,¥15.00,¥15.00,已生效" in file
    assert "不合规" in file


def test_an_administrator_edits_the_matrix(browser, org):
    wang = browser("wang")
    assert "安抚补偿" in wang.get("/manage/authority?row=agent.goodwill_credit").content.decode()
    fields = {"role": "agent", "action": "goodwill_credit", "tier": "gold", "most": "66"}
    assert wang.post("/manage/authority/limits", {**fields, "most": "-1"}).status_code == 422
    assert wang.post("/manage/authority/limits", {**fields, "role": "king"}).status_code == 422
    assert wang.post("/manage/authority/limits", {**fields, "closed": "1"}).status_code == 302
    row = CaseRow.objects.get()
    assert (row.code, row.values) == (
        "agent.goodwill_credit.gold",
        {"most": "66", "closed": True},
    )
    later = f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}"
    chain = {"code": "gz_late", "name": "广州装移机", "kind": "late_work", "above": "100"}
    chain |= {"unit": str(org["gz"].id), "level0": "floor_manager", "level1": "administrator"}
    assert wang.post("/manage/authority/chains", {**chain, "since": later}).status_code == 302
    assert "即将生效" in wang.get("/manage/authority").content.decode()
    twice = {**chain, "level1": "floor_manager"}
    assert wang.post("/manage/authority/chains", twice).status_code == 422
