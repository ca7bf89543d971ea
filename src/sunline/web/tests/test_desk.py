"""The desk: lists, one ticket, its acts, registering and searching."""

from __future__ import annotations

import pytest
from django.test import Client

from sunline.kernel import clock
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import queries, services
from sunline.tickets.types import Registration, TicketRef

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def now_of(ticket: TicketRef) -> queries.TicketView:
    return queries.ticket_for(system_viewer(), ticket.id)


def act(client: Client, ticket: TicketRef, slug: str, **values: object):
    values.setdefault("version", now_of(ticket).version)
    return client.post(f"/tickets/{ticket.number}/{slug}", values, headers=FRAGMENT)


def test_the_list_shows_what_is_in_scope(browser, ticket):
    here = browser("lin").get("/tickets?view=open")
    assert here.status_code == 200
    assert ticket.number in here.content.decode()
    assert "陈**" in here.content.decode()
    elsewhere = browser("lv_nj").get("/tickets?view=open")
    assert ticket.number not in elsewhere.content.decode()


def test_a_fragment_has_no_page_around_it(browser, ticket):
    text = browser("lin").get("/tickets?view=open", headers=FRAGMENT).content.decode()
    assert "<html" not in text
    assert 'id="work"' in text


@pytest.mark.parametrize("query", ["view=nope", "unit=x", "kind=nope", "since=2026-99-99"])
def test_a_filter_that_does_not_exist_is_refused_in_words(browser, query):
    assert browser("lin").get(f"/tickets?{query}").status_code == 400


def test_the_list_needs_few_queries(browser, ticket, django_assert_max_num_queries):
    client = browser("lin")
    client.get("/tickets?view=open")
    with django_assert_max_num_queries(6):
        client.get("/tickets?view=open")


def test_the_page_of_a_ticket_needs_few_queries(browser, ticket, django_assert_max_num_queries):
    client = browser("lin")
    client.get(f"/tickets/{ticket.number}")
    with django_assert_max_num_queries(18):
        client.get(f"/tickets/{ticket.number}")


def test_a_ticket_goes_round_the_loop(browser, ticket):
    gz_net = cast.organisation()["gz-net"]
    assert act(browser("sun"), ticket, "dispatch", unit_id=gz_net.id).status_code == 200
    assert act(browser("zheng"), ticket, "accept").status_code == 200
    assert act(browser("zheng"), ticket, "reply", text="已更换光模块").status_code == 200
    assert act(browser("sun"), ticket, "approve").status_code == 200
    assert act(browser("sun"), ticket, "answer", text="您好,线路已修复。").status_code == 200
    page = act(browser("shen"), ticket, "revisit", outcome="accepted")
    assert page.status_code == 200
    assert now_of(ticket).state == "closed"
    text = browser("lin").get(f"/tickets/{ticket.number}").content.decode()
    for number in ("20004", "20007", "20011"):
        assert number in text


def test_without_scripts_an_act_leads_back_to_the_page(browser, ticket):
    client = browser("lin")
    done = client.post(f"/tickets/{ticket.number}/note", {"text": "hello", "version": 1})
    assert done.status_code == 302
    assert done["Location"] == f"/tickets/{ticket.number}"
    assert "hello" in client.get(done["Location"]).content.decode()


def test_a_stale_form_is_told_what_changed_and_keeps_its_text(browser, ticket):
    act(browser("zhao"), ticket, "note", text="first")
    sent = act(browser("sun"), ticket, "dispatch", version=1, note="my long words")
    assert sent.status_code == 422  # the unit is missing: problems come before the version
    unit = cast.organisation()["gz-net"].id
    sent = act(browser("sun"), ticket, "dispatch", version=1, unit_id=unit, note="my long words")
    text = sent.content.decode()
    assert sent.status_code == 409
    assert sent["HX-Retarget"] == "#ticket"
    assert "my long words" in text
    assert "20002" in text


def test_of_two_who_take_a_ticket_one_wins_and_the_other_is_told(browser, ticket):
    act(browser("sun"), ticket, "dispatch", unit_id=cast.organisation()["gz-net"].id)
    version = now_of(ticket).version
    assert act(browser("zheng"), ticket, "accept", version=version).status_code == 200
    late = act(browser("chu"), ticket, "accept", version=version)
    assert late.status_code == 409
    assert "20007" in late.content.decode()


def test_what_is_out_of_sight_is_not_there(browser, ticket):
    client = browser("lv_nj")
    assert client.get(f"/tickets/{ticket.number}").status_code == 404
    assert client.post(f"/tickets/{ticket.number}/note", {"text": "x"}).status_code == 404
    assert client.get("/tickets/T20990101-999999").status_code == 404


@pytest.mark.parametrize("version", ["x", "-1", "99999999999999999999", "१"])
def test_a_version_that_is_no_number_is_refused(browser, ticket, version):
    assert act(browser("lin"), ticket, "note", text="x", version=version).status_code == 422


def test_an_agent_registers_a_ticket(browser, customer):
    client = browser("lin")
    found = client.get("/tickets/new/customers?look_for=19900001234", headers=FRAGMENT)
    assert customer.number in found.content.decode()
    values = {
        "customer_id": customer.id,
        "contact": "19900001234",
        "kind": "fault",
        "description": "没有信号",
        "urgency": "urgent",
        "channel": "phone",
    }
    made = client.post("/tickets/new", values)
    assert made.status_code == 302
    ticket = queries.ticket_for(client_viewer("lin"), made["Location"].rsplit("/", 1)[1])
    assert (ticket.kind, ticket.customer_id) == ("fault", customer.id)
    assert ticket.interaction_id is not None


def client_viewer(key: str):
    return cast.viewer(key)


def test_a_ticket_can_be_finished_in_the_contact(browser, customer):
    values = {"description": "查询套餐", "at_once": "1", "answer": "已告知", "accepted": "1"}
    made = browser("lin").post("/tickets/new", values)
    ticket = queries.ticket_for(client_viewer("lin"), made["Location"].rsplit("/", 1)[1])
    assert ticket.state == "closed"
    assert ticket.answer == "已告知"


def test_a_ticket_without_words_is_not_registered(browser, customer):
    page = browser("lin").post("/tickets/new", {"title": "kept", "at_once": "1"})
    assert page.status_code == 422
    assert "kept" in page.content.decode()


def test_search_leads_straight_to_a_number(browser, ticket):
    client = browser("lin")
    assert client.get(f"/search?q={ticket.number}")["Location"] == f"/tickets/{ticket.number}"
    assert ticket.number in client.get("/search?q=宽带晚上").content.decode()
    assert client.get("/search?q=%00").status_code == 200


def test_watchers_see_each_other(browser, ticket):
    browser("lin").get(f"/tickets/{ticket.number}/watchers")
    other = browser("zhao").get(f"/tickets/{ticket.number}/watchers")
    assert "20001" in other.content.decode()


def test_a_mistyped_number_is_told_at_its_field_and_what_was_typed_stays(browser, ticket):
    client = browser("lin")
    for number, code in (("T20990101-000001", "没有这个工单号"), (ticket.number, "不能关联自身")):
        page = act(client, ticket, "relate", other_number=number, kind="repeats")
        text = page.content.decode()
        assert page.status_code == 422
        assert page["HX-Retarget"] == "#ticket"
        assert code in text
        assert f'name="other_number" maxlength="200" value="{number}"' in text
        assert '<option value="repeats" selected>' in text
    whole = client.post(
        f"/tickets/{ticket.number}/relate", {"other_number": "x", "kind": "related", "version": 1}
    )
    assert whole.status_code == 422
    assert "没有这个工单号" in whole.content.decode()


def test_a_number_typed_in_full_width_or_small_letters_is_found(browser, ticket, customer, org):
    other = services.register(
        system_viewer(),
        Registration(
            kind="fault", title="x", description="x", channel="phone", home_unit_id=org["gz"].id
        ),
        now=clock.now(),
    )
    wide = other.number.lower().translate({ord(one): ord(one) + 0xFEE0 for one in "0123456789t-"})
    page = act(browser("lin"), ticket, "relate", other_number=f" {wide} ", kind="related")
    assert page.status_code == 200
    assert other.number in page.content.decode()
