"""A connected system's ticket goes round the loop, and the system is told of each step once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from walk.hub import system
from walk.people import Colleague
from walk.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASKED = {
    "name": "企业专线中断",
    "description": "客户的专线今天早上八点起中断,请尽快处理。",
    "severity": "Critical",
    "priority": "High",
    "ticketType": "故障",
    "@type": "TroubleTicket",
}
UNTIL_RESOLVED = [
    *("Create", "inProgress", "pending", "InformationRequired"),
    *("inProgress", "resolved", "Resolved"),
]


def test_people_work_on_the_ticket_of_a_system(operator: Stage, browser: Browser) -> None:
    lin, zheng, sun = (Colleague(browser, operator.url, key) for key in ("lin", "zheng", "sun"))
    zheng.be("ready")
    with system(operator, "v5") as crm:
        lin.open("/tickets?view=unassigned")
        number = crm.call("POST", "/troubleTicket", ASKED)["id"]
        lin.sees(number, "企业专线中断")
        lin.page.locator(f"#t-{number}").click()
        lin.sees("严重", "优先", "合作系统")
        lin.act("dispatch", unit_id="广州网络维护中心")
        zheng.open(f"/tickets/{number}")
        zheng.act("accept")
        zheng.act("ask-customer", text="请告知机房联系人。")
        zheng.sees("待客户")
        assert crm.call("GET", f"/troubleTicket/{number}")["status"] == "pending"
        crm.call("PATCH", f"/troubleTicket/{number}", {"status": "inProgress"})
        zheng.sees("处理中")
        zheng.act("reply", text="光路已抢通")
        sun.open(f"/tickets/{number}")
        sun.act("approve")
        sun.act("answer", text="专线已恢复。")
        crm.await_story(number, UNTIL_RESOLVED)
        crm.call("PATCH", f"/troubleTicket/{number}", {"status": "closed"})
        sun.sees("已归档", "接入系统 crm")
        crm.await_story(number, [*UNTIL_RESOLVED, "closed"])
        sun.shot("12-tmf")
    for person in (lin, zheng, sun):
        person.close()


def test_a_deleted_ticket_is_told_of(operator: Stage) -> None:
    with system(operator, "v5") as crm:
        number = crm.call("POST", "/troubleTicket", ASKED)["id"]
        crm.call("DELETE", f"/troubleTicket/{number}")
        crm.await_story(number, ["Create", "cancelled", "Delete"])


def test_the_older_version_is_told_the_same(operator: Stage) -> None:
    with system(operator, "v4") as crm:
        number = crm.call("POST", "/troubleTicket", ASKED)["id"]
        for status in ("inProgress", "resolved", "closed"):
            crm.call("PATCH", f"/troubleTicket/{number}", {"status": status})
        crm.await_story(number, ["Create", "inProgress", "resolved", "Resolved", "closed"])
