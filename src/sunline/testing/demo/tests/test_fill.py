"""The demo operator is whole, believable, and the same for the same day."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from sunline.customers.models import Customer, Subscriber, SubscriberCount
from sunline.interactions.models import Interaction
from sunline.kernel import switches
from sunline.kernel.ids import local_day
from sunline.kernel.models import Delivery, Event
from sunline.kernel.types import SYSTEM
from sunline.knowledge.queries import address_book, address_tables, models, topics
from sunline.routing.models import QueueItem
from sunline.staff.models import Account, RoleGrant, Unit
from sunline.staff.queries import unit_tree, viewer_for
from sunline.staff.types import Viewer
from sunline.testing import cast
from sunline.testing.clock import NOON
from sunline.testing.demo import credentials, customers, fill, words
from sunline.testing.demo.moments import HOURS, Calendar, day_weight
from sunline.testing.demo.sizes import SIZES
from sunline.testing.demo.traffic import loop, switch
from sunline.testing.demo.traffic.customers import Customers, known_people
from sunline.testing.demo.traffic.staff import Staff
from sunline.tickets.models import (
    Appeal,
    Extension,
    JointWork,
    OrderScore,
    Outage,
    OutageLink,
    OutageText,
    Pressure,
    Ticket,
)
from sunline.tickets.queries import complaints
from sunline.tickets.rules.lifecycle import TABLE, Verb
from sunline.tickets.types import (
    FINAL,
    AppealState,
    Complexity,
    Door,
    Feedback,
    OutageState,
    ReportingType,
    Result,
    Scope,
    State,
    Truth,
    Urgency,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("django_db_setup")]
VERBS = {
    "dispatched": Verb.DISPATCH,
    "accepted": Verb.ACCEPT,
    "replied": Verb.REPLY,
    "approved": Verb.APPROVE,
    "sent_back": Verb.SEND_BACK,
    "revisited": Verb.REVISIT,
    "returned": Verb.RETURN,
    "held": Verb.HOLD,
    "resumed": Verb.RESUME,
    "customer_asked": Verb.ASK_CUSTOMER,
    "withdrawn": Verb.WITHDRAW,
    "refused": Verb.REFUSE,
    "assigned": Verb.ASSIGN,
    "chased": Verb.CHASE,
}


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Fill the database once for all tests of this module, and empty it again."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        fill.fill(SIZES["small"], now=NOON, say=lambda text: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _with_history(request, django_db_blocker):
    if request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("filled")
    with django_db_blocker.unblock():
        yield


# Also has pytest-django make the database, which it does only when some test asks for it.
@pytest.mark.django_db
def test_an_empty_database_is_known_as_such() -> None:
    assert fill.is_empty()
    cast.organisation()
    assert not fill.is_empty()


def test_everybody_is_there_with_every_role() -> None:
    assert Account.objects.count() == 90
    assert Unit.objects.filter(level="province").count() == 2
    assert Unit.objects.filter(level="city").count() == 5
    held = set(RoleGrant.objects.values_list("role__code", flat=True))
    assert {sketch.role for sketch in cast.PEOPLE} <= held
    assert len(held) == 17


def test_each_state_has_rows_to_look_at() -> None:
    counts = Counter(Ticket.objects.values_list("state", flat=True))
    assert set(counts) == set(State)
    assert min(counts.values()) >= 20


def test_each_state_of_an_appeal_has_rows_to_look_at() -> None:
    counts = Counter(Appeal.objects.values_list("state", flat=True))
    assert set(counts) == set(AppealState)
    assert min(counts.values()) >= 20
    assert set(Appeal.objects.values_list("door", flat=True)) == set(Door)


def test_results_are_of_all_kinds_and_mostly_good() -> None:
    results = Counter(Ticket.objects.filter(state=State.CLOSED).values_list("result", flat=True))
    assert {Result.ACCEPTED, Result.EXPLAINED, Result.SETTLED, Result.NOT_REACHED} <= set(results)
    assert 0.6 < results[Result.ACCEPTED] / sum(results.values()) < 0.95


def test_most_contacts_end_without_a_ticket() -> None:
    size = SIZES["small"]
    assert Interaction.objects.count() == size.interactions
    assert Ticket.objects.filter(imported=True).count() == size.tickets
    ends = Counter(Interaction.objects.values_list("wrap_up", flat=True))
    assert ends["self_service"] > 0.2 * (size.interactions - size.tickets)
    assert ends["ticket"] == size.tickets


def test_the_standard_size_has_one_ticket_in_ten_calls() -> None:
    size = SIZES["standard"]
    phone = 0.43 * size.tickets
    calls = phone + 0.41 * (size.interactions - size.tickets)
    assert 0.07 < phone / calls < 0.13


def test_histories_follow_the_lifecycle() -> None:
    tickets = {row.id: row for row in Ticket.objects.all()}
    state: dict[object, str] = {}
    last: dict[object, object] = {}
    rows = Event.objects.filter(subject_kind="ticket").order_by("subject_id", "sequence")
    for event in rows:
        name = event.kind.split("@")[0].removeprefix("ticket.")
        if name in VERBS:
            assert state[event.subject_id] in TABLE[VERBS[name]].sources, event.kind
        if name != "imported":
            state[event.subject_id] = event.payload["state"]
            assert event.at >= last.get(event.subject_id, event.at)  # type: ignore[operator]
            assert event.at <= NOON or name not in VERBS
            last[event.subject_id] = event.at
    assert all(state[key] == row.state for key, row in tickets.items())
    assert all((row.state in FINAL) == (row.closed_at is not None) for row in tickets.values())


def test_nothing_of_the_past_is_owed_to_listeners() -> None:
    imported = Event.objects.filter(kind="ticket.imported@1").count()
    assert imported == Ticket.objects.filter(imported=True).count()
    past = NOON - timedelta(hours=10)  # since then people work together on what is open
    tickets = Event.objects.filter(subject_kind="ticket", at__lt=past).values("id")
    assert not Delivery.objects.filter(event_id__in=tickets).exists()


def test_open_orders_are_in_hand() -> None:
    states = [State.IN_HANDLING, State.ON_HOLD, State.AWAITING_CUSTOMER]
    open_orders = Ticket.objects.filter(state__in=states)
    queued = QueueItem.objects.filter(subject_id__in=open_orders.values("id"), ended_at=None)
    assert queued.count() == open_orders.count()
    assert not queued.filter(given_to=None).exists()
    lin = cast.person("lin")
    assert Ticket.objects.filter(handler=lin, state=State.AWAITING_ACCEPTANCE).count() >= 5


def test_customers_are_believable() -> None:
    statuses = Counter(Subscriber.objects.values_list("status", flat=True))
    assert statuses["active"] / sum(statuses.values()) > 0.8
    assert 0.05 < Customer.objects.filter(fragile="senior").count() / Customer.objects.count() < 0.3
    assert Customer.objects.filter(rural=True).exists()
    chen = Customer.objects.get(id=cast.fixed_id("customer", "chen"))
    assert chen.tier == "gold"
    he = Customer.objects.get(id=cast.fixed_id("customer", "he"))
    assert he.fragile == "senior"
    numbers = [row.number for row in Subscriber.objects.filter(service="mobile")]
    assert all("19900000000" <= number <= "19900999999" for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_billed_subscribers_are_a_table_of_their_own() -> None:
    newest = SubscriberCount.objects.order_by("-month").values_list("month", flat=True)[0]
    rows = SubscriberCount.objects.filter(month=newest, service="all")
    assert sum(rows.values_list("billed", flat=True)) == customers.BILLED
    assert SubscriberCount.objects.values("month").distinct().count() == 12


def test_the_outage_shows() -> None:
    begins = NOON - timedelta(days=24)
    city = unit_tree().by_code("fs")
    assert city is not None
    evening = Interaction.objects.filter(
        home_unit_id=city.id,
        topic__code="network.outage.area",
        started_at__range=(begins, begins + timedelta(days=2)),
    )
    assert evening.count() >= 3


def test_credentials_name_a_sign_in_per_role_and_a_ticket(tmp_path) -> None:
    found = credentials.write(tmp_path, base_url="http://127.0.0.1:1", size="small", now=NOON)
    assert json.loads((tmp_path / credentials.FILE).read_text("utf-8")) == found
    assert len(found["people"]) == 17
    assert found["api_client"]["client_secret"]
    ticket = Ticket.objects.get(number=found["portal"]["number"])
    assert ticket.contact.endswith(found["portal"]["phone_code"])
    again = credentials.write(tmp_path, base_url="http://127.0.0.1:1", size="small", now=NOON)
    assert again["api_client"] == found["api_client"]


def test_the_same_seed_says_the_same() -> None:
    def said() -> list[str]:
        rng = random.Random("one seed")
        speaker = words.Speaker(rng)
        person = customers.Person(
            cast.fixed_id("customer", "chen"),
            "gz",
            cast.fixed_id("unit", "gz"),
            "19900000001",
            "gold",
            False,
            False,
        )
        return [speaker.say(speaker.ticket_theme(), person, NOON).body for _ in range(50)]

    first = said()
    assert first == said()
    assert len(set(first)) > 40


def test_days_and_hours_have_their_weight() -> None:
    monday, sunday = NOON.date() - timedelta(days=4), NOON.date() - timedelta(days=5)
    assert day_weight(monday) > day_weight(sunday)
    assert day_weight(NOON.date().replace(day=1)) > day_weight(NOON.date().replace(day=12))
    calendar = Calendar(NOON, random.Random(1))
    hours = Counter((calendar.moment()).hour for _ in range(3000))
    busiest = HOURS.index(max(HOURS))
    assert hours[busiest] > 5 * max(hours[3], 1)


def test_simulated_people_move_tickets_on() -> None:
    rng = random.Random(7)
    crew = loop.present_crew(rng)
    customers_now = Customers(crew, known_people(50, rng), rng=rng)
    staff = Staff(crew, rng=rng)
    later = NOON + timedelta(hours=1)
    before = Event.objects.count()
    steps = sum(staff.one_step(later) for _ in range(120))
    assert steps > 30
    tickets = [customers_now.one_contact(later) for _ in range(20)]
    assert any(tickets)
    assert not all(tickets)
    made = Event.objects.filter(at=later)
    assert Event.objects.count() > before + steps
    assert {"ticket.accepted@1", "ticket.replied@1", "ticket.registered@1"} <= set(
        made.values_list("kind", flat=True)
    )
    simulated = Interaction.objects.filter(external_id__startswith="simulated-")
    assert simulated.count() == 20


def test_the_traffic_has_a_switch() -> None:
    assert switch.is_on()
    switches.turn(switches.DEMO_TRAFFIC, False, actor=SYSTEM, now=NOON)
    assert not switch.is_on()
    switches.turn(switches.DEMO_TRAFFIC, True, actor=SYSTEM, now=NOON)
    assert switch.is_on()


def test_people_work_together_on_what_is_open() -> None:
    assert JointWork.objects.filter(kind="assist").count() >= 20
    assert JointWork.objects.filter(kind="fact").count() >= 20
    for granted in (None, True, False):
        assert Extension.objects.filter(granted=granted).count() >= 20
    supervised = Pressure.objects.filter(kind="supervise")
    assert supervised.filter(reported_at=None).count() >= 20
    assert supervised.exclude(reported_at=None).count() >= 20
    assert OrderScore.objects.count() >= 20


def test_outages_stand_in_every_state() -> None:
    counts = Counter(Outage.objects.values_list("state", flat=True))
    assert set(counts) == set(OutageState)
    assert min(counts.values()) >= 20
    closed = OutageLink.objects.filter(outage__state=OutageState.CLOSED)
    assert closed.count() >= 60
    assert not closed.filter(closed_at=None).exists()
    told = Counter(OutageText.objects.filter(round="close").values_list("outage_id", "who"))
    assert set(told.values()) == {1}


def test_every_type_level_and_complexity_is_there() -> None:
    found = set(Ticket.objects.values_list("reporting_type", "urgency", "complexity"))
    assert found == set(product(ReportingType.values, Urgency.values, Complexity.values))


def test_tickets_tell_what_they_are() -> None:
    rows = Ticket.objects.all()
    assert set(rows.values_list("scope", flat=True)) == set(Scope.values)
    assert set(rows.values_list("feedback", flat=True)) == set(Feedback.values)
    assert set(rows.values_list("truth", flat=True)) == set(Truth.values)
    assert rows.exclude(details={}).count() > 60
    tree, day = topics(), local_day(NOON)
    old = tree.by_code("mobile.card.usim")
    assert old is not None
    after = tree.forward(old.id, day)
    assert after is not None
    assert after.code == "mobile.card.replace"
    assert [row.number for row in models()] == [1, 0]


def test_the_counts_of_complaints_are_those_of_their_list() -> None:
    viewer = viewer_for(Account.objects.get(staff_no="10001"), now=NOON)
    whole = complaints.CaseFilter(since=NOON - timedelta(days=40))
    figures = complaints.complaint_figures(viewer, whole)
    assert figures.total > 50
    cuts = {
        "grade": figures.by_grade,
        "state": figures.by_state,
        "level": figures.by_level,
        "flag": figures.by_flag,
    }
    for cut, counts in cuts.items():
        for code, count in counts.items():
            chosen: dict[str, Any] = {cut: code}
            only = replace(whole, **chosen)
            found = complaints.complaint_figures(viewer, only)
            assert found.total == count == _listed(viewer, only), (cut, code)
            assert getattr(found, f"by_{cut}") == counts or cut == "flag"
    assert sum(figures.by_cause.values()) == figures.total


def _listed(viewer: Viewer, wanted: complaints.CaseFilter) -> int:
    count, cursor = 0, None
    while True:
        found = complaints.complaint_list(viewer, wanted, cursor=cursor, limit=100)
        count += len(found.items)
        if not found.next:
            return count
        cursor = found.next


def test_a_simulated_table_of_addresses_is_loaded() -> None:
    newest, before = address_tables()
    assert newest.rows > before.rows > 800
    assert newest.rows >= 900
    assert newest.simulated
    found = address_book().find("203.0.113.5")
    assert found is not None
    assert "模拟" in found.service
