"""The live stream: who hears of what, and that nothing is missed or told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sunline.kernel import clock
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import services
from sunline.web import live

from .conftest import signed_in

pytestmark = pytest.mark.django_db


def reader(key: str) -> live.Reader:
    cookies = {name: morsel.value for name, morsel in signed_in(Client(), key).cookies.items()}
    found = live.reader_for(cookies)
    assert found is not None
    return found


def test_nobody_listens_without_a_session(org):
    assert live.reader_for({}) is None
    assert live.reader_for({"sunline_session": "x"}) is None


def test_a_session_that_ran_out_hears_nothing(org):
    client = signed_in(Client(), "lin")
    session = client.session
    session["seen_at"] = (clock.now() - timedelta(days=1)).isoformat()
    session.save()
    assert live.reader_for({"sunline_session": client.cookies["sunline_session"].value}) is None


def test_news_reach_those_who_may_see_the_ticket(org: cast.Organisation, ticket):
    hub = live.Hub()
    news = hub.look()
    assert [(item.kind, item.id) for item in news] == [("tickets", ticket.id)]
    assert reader("lin").hears(news[0])
    assert reader("sun").hears(news[0])
    assert not reader("lv_nj").hears(news[0])
    assert not reader("zheng").hears(news[0])
    services.dispatch(system_viewer(), ticket.id, unit_id=org["gz-net"].id, now=clock.now())
    assert reader("zheng").hears(hub.look()[0])


def test_nothing_is_told_twice_and_only_ids_leave(ticket):
    hub = live.Hub()
    first = hub.look()
    assert hub.look() == []
    services.add_note(system_viewer(), ticket.id, text="x", now=clock.now())
    second = hub.look()
    assert [item.version for item in (*first, *second)] == [1, 2]
    assert set(second[0].message()) == {"kind", "id", "fact", "version"}


def test_a_slow_reader_is_told_to_load_afresh(ticket):
    listener = reader("lin")
    news = live.Hub().look()[0]
    for _ in range(live.MOST_WAITING + 1):
        listener.offer(news)
    assert listener.missed
