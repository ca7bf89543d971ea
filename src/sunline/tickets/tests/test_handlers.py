"""Naming a handler in tickets and in routing: both learn of it, and they end of one mind."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from sunline.kernel import clock, deliveries
from sunline.kernel.models import Delivery, Event
from sunline.routing import services as routing
from sunline.routing.models import Presence, QueueItem
from sunline.routing.types import QueueDraft, RuleDraft
from sunline.sla import services as sla
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import handlers, services
from sunline.tickets.models import Ticket
from sunline.tickets.types import Registration, TicketRef

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()


@pytest.fixture
def line(org: cast.Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Return the queue of the network unit, where nobody is ready for the rules to give to."""
    monkeypatch.setattr(clock, "now", lambda: now)
    cast.people("zheng", "chu", "wei", "zhao", "lin")
    sla.load_shipped(now)
    draft = QueueDraft("gz-net", "网络", org["gz-net"].id, automatic=True)
    return routing.create_queue(SYSTEM, draft, now=now)


@pytest.fixture
def ticket(line: UUID, org: cast.Organisation, now: datetime) -> UUID:
    """Return a ticket that waits in the unit's line."""
    ref = registered(org, now)
    services.dispatch(SYSTEM, ref.id, unit_id=org["gz-net"].id, now=now)
    settle(now)
    return ref.id


def registered(org: cast.Organisation, now: datetime) -> TicketRef:
    wanted = Registration(
        kind="fault", title="掉线", description="掉线", channel="phone", home_unit_id=org["gz"].id
    )
    return services.register(cast.viewer("lin"), wanted, now=now)


def settle(now: datetime) -> None:
    """Deliver until nothing is owed; a loop between handlers would never end."""
    for _ in range(10):
        if not deliveries.drain(now + timedelta(days=1), most=200):
            break
    assert not Delivery.objects.exists()


def named(ticket_id: UUID) -> tuple[UUID | None, UUID | None]:
    """Return whom tickets and routing hold for the one who has the work."""
    item = QueueItem.objects.get(subject_id=ticket_id, ended_at=None)
    return Ticket.objects.get(id=ticket_id).handler_id, item.given_to_id


def loads() -> dict[str, int]:
    rows = Presence.objects.filter(load__gt=0).values_list("account__name", "load")
    return dict(rows)


def test_assigning_a_ticket_moves_the_work(ticket: UUID, now: datetime) -> None:
    zheng, chu = cast.person("zheng"), cast.person("chu")
    services.assign(SYSTEM, ticket, handler_id=zheng.id, now=now)
    settle(now)
    assert named(ticket) == (zheng.id, zheng.id)
    services.assign(SYSTEM, ticket, handler_id=chu.id, now=now)
    settle(now)
    assert named(ticket) == (chu.id, chu.id)
    assert loads() == {chu.name: 1}


def test_giving_the_work_on_moves_the_ticket(ticket: UUID, now: datetime) -> None:
    zheng, chu = cast.person("zheng"), cast.person("chu")
    for person in (zheng, chu):
        routing.give(ticket, person.id, viewer=SYSTEM, now=now)
        settle(now)
        assert named(ticket) == (person.id, person.id)
    services.accept(cast.viewer("chu"), ticket, now=now)
    settle(now)
    routing.give(ticket, zheng.id, viewer=SYSTEM, now=now)
    settle(now)
    assert named(ticket) == (zheng.id, zheng.id)
    assert loads() == {zheng.name: 1}


def test_a_rule_does_not_take_a_ticket_from_whom_a_person_named(
    ticket: UUID, now: datetime
) -> None:
    zheng, chu = cast.person("zheng"), cast.person("chu")
    services.assign(SYSTEM, ticket, handler_id=zheng.id, now=now)
    routing.set_presence(SYSTEM, "ready", now=now, account_id=chu.id)
    routing.assign_waiting(now)
    settle(now)
    assert named(ticket) == (zheng.id, zheng.id)
    assert loads() == {zheng.name: 1}


ORDERS = list(itertools.permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS)
def test_two_words_at_once_end_with_one_person(
    ticket: UUID, now: datetime, order: tuple[int, ...]
) -> None:
    people = [cast.person(key) for key in ("zheng", "chu", "wei")]
    services.assign(SYSTEM, ticket, handler_id=people[order[0]].id, now=now)
    routing.give(ticket, people[order[1]].id, viewer=SYSTEM, now=now)
    services.assign(SYSTEM, ticket, handler_id=people[order[2]].id, now=now)
    settle(now)
    handler, holder = named(ticket)
    assert handler == holder
    assert handler in {people[order[1]].id, people[order[2]].id}
    assert sum(loads().values()) == 1


def test_facts_delivered_again_change_nothing(ticket: UUID, now: datetime) -> None:
    services.assign(SYSTEM, ticket, handler_id=cast.person("zheng").id, now=now)
    settle(now)
    routing.give(ticket, cast.person("chu").id, viewer=SYSTEM, now=now)
    settle(now)
    before, count = named(ticket), Event.objects.count()
    for event in Event.objects.order_by("id"):
        if event.kind == "work.given@1":
            handlers.on_work_given(event, now)
        elif event.kind == "ticket.assigned@1":
            handlers.on_way(event, now)
    settle(now)
    assert (named(ticket), Event.objects.count()) == (before, count)


def test_dispatch_rules_count_as_of_the_fact(
    line: UUID, org: cast.Organisation, now: datetime
) -> None:
    draft = RuleDraft("故障", 1, line, {"kind": ["fault"]}, True)
    routing.create_rule(SYSTEM, draft, now=now + timedelta(days=1))
    ref = registered(org, now)
    event = Event.objects.get(subject_id=ref.id)
    handlers.on_registered(event, now)
    assert Ticket.objects.get(id=ref.id).state == "awaiting_dispatch"
    handlers.on_registered(event, now + timedelta(days=2))
    assert Ticket.objects.get(id=ref.id).unit_id == org["gz-net"].id
