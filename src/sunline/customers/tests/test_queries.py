"""Finding customers, and who may see whom."""

from __future__ import annotations

import dataclasses
import json
from uuid import UUID

import pytest

from sunline.customers import queries, services
from sunline.customers.types import NewAccount, NewContact, NewCustomer, NewSubscriber
from sunline.kernel.errors import NotFound, Refused
from sunline.kernel.models import Event
from sunline.staff.types import nobody, subscriber_viewer, system_viewer
from sunline.testing.clock import NOON as NOW

from .conftest import CHEN, HE

pytestmark = pytest.mark.django_db


def ids(text, viewer) -> list[UUID]:
    return [hit.id for hit in queries.find(text, viewer=viewer)]


def test_every_way_to_find_a_customer(chen, he, viewer):
    lin = viewer("lin")
    account = queries.customer_for(lin, chen.id).accounts[0].number
    ways = [
        CHEN,
        "+86 199 0000 0001",
        "19900000011",
        "0001",
        "1239",
        "陈晓梅",
        "陈",
        "cxm",
        "CX",
        "440106198503071239",
        "chen@customer.example",
        chen.number,
        chen.number.lower(),
        account,
    ]
    for text in ways:
        assert ids(text, lin) == [chen.id], text
    for text in (
        "19900000099",
        "9999",
        "李",
        "zzz",
        "",
        "%",
        "_",
        "\0",
        "陈\0",
        "\ud800",
        "陈\ud800",
    ):
        assert ids(text, lin) == [], text


def test_hits_and_cards_are_masked(chen, viewer, django_assert_num_queries):
    lin = viewer("lin")
    with django_assert_num_queries(3):
        hit = queries.find("陈晓梅", viewer=lin)[0]
    assert (hit.name, hit.numbers, hit.phones) == ("陈**", ("199****0001",), ("199****0011",))
    with django_assert_num_queries(6):
        card = queries.customer_for(lin, chen.id)
    told = json.dumps(dataclasses.asdict(card), default=str, ensure_ascii=False)
    for secret in ("陈晓梅", CHEN, "19900000011", "chen@", "198503071239"):
        assert secret not in told
    assert card.accounts[0].subscribers[0].holdings[0].code == "P99"
    assert card.region is not None
    assert card.region.names == ("广东省", "广州市", "天河区")
    assert queries.customer_names([chen.id]) == {chen.id: "陈**"}


@pytest.mark.parametrize("who", ["lin", "zhao", "sun", "wang", "feng", "zhou"])
def test_people_whose_units_hold_the_customer_see_them(who, chen, viewer):
    assert queries.customer_for(viewer(who), chen.id).id == chen.id


@pytest.mark.parametrize("who", ["he_sz", "lv_nj", "zheng", "wu", "wei", "zhang_nj", "xu_vendor"])
def test_outsiders_and_back_offices_find_nothing(who, chen, viewer):
    outsider = viewer(who)
    with pytest.raises(NotFound):
        queries.customer_for(outsider, chen.id)
    for text in (CHEN, "陈晓梅", "cxm", chen.number, "0001", "440106198503071239"):
        assert ids(text, outsider) == []
    for act in (
        lambda now: services.reveal(outsider, chen.id, "name", "curious", now=now),
        lambda now: services.grade(outsider, chen.id, "diamond", now=now),
        lambda now: services.record_consent(
            outsider, chen.id, purpose="survey", granted=True, now=now
        ),
    ):
        with pytest.raises(NotFound):
            act(NOW)


def test_a_back_office_sees_the_customer_of_its_work(chen):
    assert queries.customer_of_work(chen.id).name == "陈**"


def test_subscribers_see_themselves_and_nobody_else(chen, he):
    me = subscriber_viewer("199****0001", chen.id)
    assert queries.customer_for(me, chen.id).id == chen.id
    with pytest.raises(NotFound):
        queries.customer_for(me, he.id)
    for stranger in (subscriber_viewer("199****0099"), nobody()):
        with pytest.raises(NotFound):
            queries.customer_for(stranger, chen.id)


def test_whose_number_or_address_it_is(chen, he, django_assert_num_queries):
    with django_assert_num_queries(1):
        hit = queries.by_number("+86 " + HE)
    assert hit is not None
    assert (hit.customer_id, hit.rural, hit.fragile) == (he.id, True, "senior")
    assert queries.by_number("19900000099") is None
    for address in ("Chen@Customer.example", "19900000011", CHEN):
        found = queries.by_address(address)
        assert found is not None, address
        assert (found.customer_id, found.tier) == (chen.id, "gold")
    assert queries.by_address("nobody@customer.example") is None
    for address in ("", "\0", "\ud800", "\ud800@x.cn"):
        assert queries.by_address(address) is None


def test_an_address_that_several_hold_is_nobodys(chen, he, org, now):
    def same(verified) -> None:
        contact = NewContact("email", "family@customer.example", verified_at=verified)
        new = NewCustomer("何", org["gz"].id, contacts=(contact,))
        services.register_customer(system_viewer(), new, now=now)

    same(None)
    same(None)
    assert queries.by_address("family@customer.example") is None
    same(now)
    assert queries.by_address("family@customer.example") is not None


def test_a_number_given_out_again_is_the_new_holders(chen, org, now):
    closed = NewSubscriber("19900000031", status="closed")
    fresh = NewSubscriber("19900000031")
    for name, line in (("旧", closed), ("新", fresh), ("更旧", closed)):
        new = NewCustomer(name, org["gz"].id, accounts=(NewAccount(subscribers=(line,)),))
        ref = services.register_customer(system_viewer(), new, now=now)
        if line is fresh:
            current = ref.id
    hit = queries.by_number("19900000031")
    assert hit is not None
    assert hit.customer_id == current


def test_last_four_need_their_permission_and_are_noted(chen, he, viewer, now):
    page = services.find_by_last_four(viewer("lin"), "0001", now=now)
    assert [hit.id for hit in page.items] == [chen.id]
    event = Event.objects.get(kind="customer.looked_up@1")
    assert event.actor_label == "20001"
    assert event.payload["found"] == [str(chen.id)]
    with pytest.raises(Refused):
        services.find_by_last_four(viewer("feng"), "0001", now=now)
    assert ids("0001", viewer("feng")) == []


def test_last_four_come_in_pages(org, viewer, now):
    rows = [
        NewCustomer(
            f"客户{n}",
            org["gz"].id,
            accounts=(NewAccount(subscribers=(NewSubscriber(f"199{n:04d}0077"),)),),
        )
        for n in range(5)
    ]
    services.register_many(rows, now=now)
    first = services.find_by_last_four(viewer("lin"), "0077", limit=3, now=now)
    rest = services.find_by_last_four(viewer("lin"), "0077", limit=3, cursor=first.next, now=now)
    assert len({hit.id for hit in (*first.items, *rest.items)}) == 5
    assert rest.next is None
