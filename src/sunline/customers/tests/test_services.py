"""What changes customers: registering, grading, consents, showing in full, reading through."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from django.db import connection, connections

from sunline.adapters.bss.simulator.adapter import SimulatorBss
from sunline.customers import queries, services
from sunline.customers.errors import AlreadyKnown, BssUnavailable, NumberTaken
from sunline.customers.models import Consent, Customer, Grade, Party, Reveal, Subscriber
from sunline.customers.types import NewAccount, NewContact, NewCustomer, NewHolding, NewSubscriber
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.staff.types import subscriber_viewer, system_viewer
from sunline.testing import cast
from sunline.testing.clock import NOON

from .conftest import CHEN

SIMULATOR = "sunline.adapters.bss.simulator.adapter.SimulatorBss"


def new_customer(unit, number="19900000021", **more) -> NewCustomer:
    lines = (NewSubscriber(number),)
    return NewCustomer("张三", unit.id, accounts=(NewAccount(subscribers=lines),), **more)


@pytest.mark.django_db
class TestRegister:
    def test_it_stands_in_the_log_with_its_actor(self, org, viewer, now):
        ref = services.register_customer(viewer("yang"), new_customer(org["gz"]), now=now)
        event = Event.objects.get(subject_id=ref.id)
        assert (event.kind, event.actor_label) == ("customer.registered@1", "20013")
        assert event.payload == {"customer_id": str(ref.id), "source": "desk"}

    def test_only_where_it_is_permitted(self, org, viewer, now):
        with pytest.raises(Refused):
            services.register_customer(viewer("lin"), new_customer(org["gz"]), now=now)
        with pytest.raises(Refused):
            services.register_customer(viewer("yang"), new_customer(org["nj"]), now=now)

    def test_everything_wrong_is_told_at_once(self, org, now):
        bad = NewCustomer("", org["gz"].id, region_code="999999", tier="?")
        with pytest.raises(Invalid) as caught:
            services.register_customer(system_viewer(), bad, now=now)
        assert {problem.field for problem in caught.value.problems} == {
            "name",
            "region_code",
            "tier",
        }
        nowhere = NewCustomer("x", uuid4())
        with pytest.raises(Invalid):
            services.register_customer(system_viewer(), nowhere, now=now)

    def test_a_number_in_use_and_an_external_id_are_taken_once(self, chen, org, now):
        with pytest.raises(NumberTaken):
            services.register_customer(system_viewer(), new_customer(org["gz"], CHEN), now=now)
        with pytest.raises(AlreadyKnown):
            services.register_customer(
                system_viewer(), new_customer(org["gz"], external_id="X-CHEN"), now=now
            )
        assert Customer.objects.count() == 1

    def test_values_are_encrypted_in_the_database(self, chen):
        with connection.cursor() as cursor:
            cursor.execute("SELECT number, number_index, last4_index FROM customers_subscriber")
            held = " ".join(map(str, cursor.fetchone()))
            cursor.execute("SELECT identity_number FROM customers_party")
            held += cursor.fetchone()[0]
            cursor.execute("SELECT value FROM customers_contactpoint")
            held += " ".join(row[0] for row in cursor.fetchall())
        for secret in (CHEN, "0001", "440106198503071239", "chen@"):
            assert secret not in held

    def test_a_service_number_is_added(self, chen, viewer, now):
        added = services.add_subscriber(
            viewer("yang"), chen.id, NewSubscriber("19900000041"), now=now
        )
        hit = queries.by_number("19900000041")
        assert hit is not None
        assert (hit.subscriber_id, hit.customer_id) == (added, chen.id)
        kinds = Event.objects.filter(subject_id=chen.id).values_list("kind", flat=True)
        assert "customer.subscriber_added@1" in kinds
        with pytest.raises(NumberTaken):
            services.add_subscriber(viewer("yang"), chen.id, NewSubscriber(CHEN), now=now)

    def test_surnames_are_read_as_surnames(self, org, now):
        services.register_many([NewCustomer("曾小贤", org["gz"].id)], now=now)
        assert Party.objects.get().name_pinyin == "zxx"


@pytest.mark.django_db
class TestReveal:
    def test_it_is_noted_with_its_purpose(self, chen, viewer, now):
        card = queries.customer_for(viewer("lin"), chen.id)
        line, mail = card.accounts[0].subscribers[0].id, card.contacts[1].id
        fields = {
            "name": "陈晓梅",
            "identity": "440106198503071239",
            f"number:{line}": CHEN,
            f"contact:{mail}": "chen@customer.example",
        }
        for field, value in fields.items():
            assert services.reveal(viewer("lin"), chen.id, field, "核对身份", now=now) == value
        assert Reveal.objects.filter(purpose="核对身份", actor_label="20001").count() == 4
        events = Event.objects.filter(kind="customer.value_revealed@1")
        assert {event.payload["field"] for event in events} == {
            "name",
            "identity",
            "number",
            "contact",
        }
        assert CHEN not in str([event.payload for event in events])

    def test_a_purpose_a_permission_and_a_field_are_needed(self, chen, he, viewer, now):
        with pytest.raises(Invalid):
            services.reveal(viewer("lin"), chen.id, "name", " ", now=now)
        with pytest.raises(Refused):
            services.reveal(viewer("feng"), chen.id, "name", "why not", now=now)
        for field in ("password", "number", "number:x", "contact:"):
            with pytest.raises(Invalid):
                services.reveal(viewer("lin"), chen.id, field, "work", now=now)
        other = Subscriber.objects.get(customer_id=he.id).id
        with pytest.raises(NotFound):
            services.reveal(viewer("lin"), chen.id, f"number:{other}", "work", now=now)
        assert not Reveal.objects.exists()

    def test_a_back_office_reveals_through_its_work(self, chen, viewer, now):
        work = Subject("ticket", uuid4())
        told = services.reveal(viewer("zheng"), chen.id, "name", "上门", through=work, now=now)
        assert told == "陈晓梅"
        assert Reveal.objects.get().through == work.id
        with pytest.raises(Refused):
            services.reveal(viewer("feng"), chen.id, "name", "x", through=work, now=now)


@pytest.mark.django_db
class TestGradesAndConsents:
    def test_grades_are_dated(self, chen, viewer, now):
        services.grade(viewer("han"), chen.id, "diamond", reason="消费", now=now)
        services.grade(viewer("han"), chen.id, "diamond", now=now)
        assert Customer.objects.get(id=chen.id).tier == "diamond"
        rows = Grade.objects.filter(customer_id=chen.id).order_by("id")
        assert [(row.value, row.until) for row in rows] == [("gold", now), ("diamond", None)]
        event = Event.objects.get(kind="customer.graded@1")
        assert (event.payload["before"], event.payload["value"]) == ("gold", "diamond")

    def test_grading_needs_permission_and_sense(self, chen, viewer, now):
        with pytest.raises(Refused):
            services.grade(viewer("lin"), chen.id, "silver", now=now)
        with pytest.raises(Invalid):
            services.grade(viewer("han"), chen.id, "platinum", now=now)
        services.grade(viewer("han"), chen.id, "high", kind="churn", now=now)
        assert Customer.objects.get(id=chen.id).tier == "gold"

    def test_the_last_consent_holds(self, chen, now):
        me = subscriber_viewer("199****0001", chen.id)
        for granted in (True, False):
            services.record_consent(me, chen.id, purpose="marketing", granted=granted, now=now)
        held = queries.customer_for(me, chen.id).consents
        assert [(row.purpose, row.granted) for row in held] == [("marketing", False)]
        assert Consent.objects.count() == 2
        with pytest.raises(Invalid):
            services.record_consent(me, chen.id, purpose="anything", granted=True, now=now)


@pytest.mark.django_db
class TestReadThrough:
    @pytest.fixture(autouse=True)
    def _bss(self, settings, org):
        settings.SUNLINE_BSS = SIMULATOR
        services.load_regions()

    def test_an_unknown_number_becomes_our_record(self, now):
        number = next(
            f"1990000{n:04d}"
            for n in range(5000, 5100)
            if SimulatorBss().subscriber(f"1990000{n:04d}")
        )
        hit = services.read_through(number, now=now)
        assert hit == queries.by_number(number)
        assert hit is not None
        assert services.read_through(number, now=now) == hit
        assert Customer.objects.count() == 1
        assert Event.objects.get(subject_id=hit.customer_id).payload["source"] == "bss"

    def test_unknown_there_too(self, now):
        assert services.read_through("19100000000", now=now) is None
        assert services.read_through("nonsense", now=now) is None

    def test_a_silent_system_stops_only_those_who_need_it(self, settings, chen, now):
        settings.SUNLINE_BSS = ""
        known = services.read_through(CHEN, now=now)
        assert known is not None
        assert known.customer_id == chen.id
        with pytest.raises(BssUnavailable):
            services.read_through("19900005001", now=now)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_register_one_number_make_one_customer(now):
    units = cast.organisation()
    services.load_regions()
    told: list[str] = []
    gate = threading.Barrier(4)

    def register() -> None:
        gate.wait()
        try:
            services.register_customer(system_viewer(), new_customer(units["gz"]), now=now)
            told.append("done")
        except NumberTaken:
            told.append("taken")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "taken", "taken", "taken"]


@pytest.mark.django_db
def test_thousands_at_once_take_no_more_statements_each(org, now, django_assert_max_num_queries):
    def customer(n: int) -> NewCustomer:
        line = NewSubscriber(f"1990{n:07d}", holdings=(NewHolding("P", "P"),))
        return NewCustomer(
            f"客户{n}",
            org["gz"].id,
            accounts=(NewAccount(subscribers=(line,)),),
            contacts=(NewContact("phone", f"1990{n:07d}"),),
        )

    with django_assert_max_num_queries(120):
        refs = services.register_many(map(customer, range(1000)), now=NOON)
    assert len({ref.number for ref in refs}) == 1000
    assert Subscriber.objects.count() == 1000
