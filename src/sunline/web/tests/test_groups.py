"""Repeats, duplicates and group complaints on the screens and through the internal interface."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sunline.kernel import clock
from sunline.knowledge import services as knowing
from sunline.sla import services as sla
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import GroupCase, GroupMember, Ticket
from sunline.tickets.tests.test_belonging import TEXT, come

from .conftest import signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ready(org: cast.Organisation) -> cast.Organisation:
    cast.people()
    sla.load_shipped(clock.now())
    knowing.load_topics(now=clock.now())
    return org


@pytest.fixture
def case(ready: cast.Organisation) -> Ticket:
    """Return the parent case of a group complaint of seven."""
    now = clock.now()
    rows = [come(ready, now - MINUTE * step, contact=f"1990000{step:04d}") for step in range(7)]
    for row in rows:
        services.watch(row.id, now=now)
    group = GroupCase.objects.get()
    services.take_members(group.id, now=now)
    return group.ticket


def test_the_chain_and_the_copy_stand_on_the_ticket(ready: cast.Organisation) -> None:
    now = clock.now()
    first, second = come(ready, now - MINUTE), come(ready, now)
    services.find_repeat(second.id, now=now)
    services.find_copies(second.id, now=now)
    browser = signed_in(Client(), "zhao")
    page = browser.get(f"/tickets/{second.number}").content.decode()
    assert "首单" in page
    assert "可能重复" in page
    assert f'name="into_number" value="{first.number}"' in page
    merged = browser.post(f"/tickets/{second.number}/merge", {"into_number": first.number})
    assert merged.status_code == 302
    assert Ticket.objects.get(id=second.id).state == "merged"


def test_the_form_warns_of_a_copy(ready: cast.Organisation) -> None:
    first = come(ready, clock.now())
    browser = signed_in(Client(), "lin")
    typed = {"description": TEXT, "contact": "19900000001"}
    assert first.number in browser.post("/tickets/new/copies", typed).content.decode()
    for other in ({**typed, "contact": ""}, {"customer_id": "x"}, {**typed, "contact": "1" * 500}):
        answer = browser.post("/tickets/new/copies", other)
        assert answer.status_code == 200
        assert first.number not in answer.content.decode()


def test_a_group_is_listed_with_its_members_and_curve(case: Ticket) -> None:
    browser = signed_in(Client(), "sun")
    assert case.number in browser.get("/groups").content.decode()
    page = browser.get(f"/groups/{case.number}").content.decode()
    assert "<svg" in page
    for number in GroupMember.objects.values_list("ticket__number", flat=True):
        assert number in page
    assert browser.get("/groups/T20990101-000001").status_code == 404
    assert browser.get("/groups?cursor=nonsense").status_code == 400
    assert signed_in(Client(), "lv_nj").get(f"/groups/{case.number}").status_code == 404


def test_a_notice_is_read_on_desk_and_portal(case: Ticket) -> None:
    browser = signed_in(Client(), "sun")
    until = (clock.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
    put = {"place": "banner", "text": "宽带正在抢修", "until": until}
    too_long = browser.post(f"/tickets/{case.number}/put-notice", {**put, "text": "长" * 201})
    assert too_long.status_code == 422
    assert browser.post(f"/tickets/{case.number}/put-notice", put).status_code == 302
    for path in ("/tickets", "/portal"):
        assert "宽带正在抢修" in browser.get(path).content.decode()
    assert (
        browser.post(f"/tickets/{case.number}/end-notice", {"place": "banner"}).status_code == 302
    )
    assert "宽带正在抢修" not in Client().get("/portal").content.decode()
