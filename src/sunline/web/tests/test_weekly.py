"""The week's list on the screens: four parts, what is behind a line, the text and the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from sunline.insight.models import WeekEntry, WeekList
from sunline.kernel import clock
from sunline.kernel.ids import local_day
from sunline.testing import cast
from sunline.tickets.types import TicketRef

Browser = Callable[[str], Client]


@pytest.fixture
def here(browser: Browser, ticket: TicketRef) -> str:
    cast.people()
    chief, gz = browser("qian"), cast.organisation()["gz"].id
    day = local_day(clock.now())
    answer = chief.post("/weekly/count", {"unit_id": gz, "week": day.isoformat()})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_list_is_looked_at_changed_copied_and_taken_as_a_file(
    browser: Browser, ticket: TicketRef, here: str
) -> None:
    leader = browser("zhao")
    assert here in leader.get("/weekly").content.decode()
    page = leader.get(here).content.decode()
    for part in ("共性问题", "热点问题", "典型案例", "难点工单", "服务周报"):
        assert part in page
    values = {"kind": "typical", "number": ticket.number, "comment": "=值得学习"}
    assert leader.post(f"{here}/add", values).status_code == 302
    assert leader.post(f"{here}/add", values).status_code == 409
    assert leader.post(f"{here}/add", {"kind": "hot"}).status_code == 400
    text = leader.get(here).content.decode()
    assert f"1. {ticket.number} 宽带晚上很慢 (人工选取) — =值得学习" in text
    table = leader.get(f"{here}?format=csv").content.decode("utf-8-sig")
    assert "'=值得学习" in table
    entry = WeekEntry.objects.get()
    change = f"/weekly/entries/{entry.id}/change"
    assert leader.post(change, {"act": "remove"}).status_code == 302
    assert ticket.number not in leader.get(f"{here}?format=csv").content.decode()
    assert leader.post(change, {"act": "put_back"}).status_code == 302
    assert leader.post(change, {"act": "nonsense"}).status_code == 400
    assert leader.get(f"/weekly/entries/{entry.id}").status_code == 404  # about a ticket


def test_a_ticket_is_marked_from_its_page(browser: Browser, ticket: TicketRef) -> None:
    leader = browser("zhao")
    assert "列为典型" in leader.get(f"/tickets/{ticket.number}").content.decode()
    answer = leader.post("/weekly/typical", {"number": ticket.number, "comment": "首问负责"})
    assert answer["Location"] == f"/tickets/{ticket.number}"
    assert WeekEntry.objects.get().comment == "首问负责"
    assert leader.post("/weekly/typical", {"number": ticket.number}).status_code == 302
    assert "列为典型" not in browser("lin").get(f"/tickets/{ticket.number}").content.decode()


def test_publishing_waits_for_the_end_of_the_week(browser: Browser, here: str) -> None:
    chief = browser("qian")
    assert chief.post(f"{here}/publish").status_code == 409
    row = WeekList.objects.get()
    WeekList.objects.update(week=row.week - timedelta(weeks=1))
    assert chief.post(f"{here}/publish", {"version": row.version}).status_code == 302
    assert "已发布" in chief.get(here).content.decode()
    assert chief.post(f"{here}/publish").status_code == 409
    assert browser("shi_js").get(here).status_code == 404
    assert chief.post("/weekly/count", {"unit_id": "x"}).status_code == 400
