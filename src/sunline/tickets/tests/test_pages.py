"""Pages of a search: in order, complete and in scope; and very many tickets at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from sunline.customers import services as customers
from sunline.customers.types import NewCustomer
from sunline.kernel import rows
from sunline.kernel.errors import Invalid
from sunline.kernel.models import Delivery, Event
from sunline.kernel.types import Actor
from sunline.sla import services as sla
from sunline.sla.models import Clock
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

from .. import errors, queries, services
from ..models import Ticket
from ..types import Registration, TicketRef

See = Callable[[str], Viewer]
# Of two customers of one name in Guangzhou and one of the same name in Nanjing.
OWNERS = (0, 1, 1, 0, 2, 1, 0, 1)


@pytest.fixture
def namesakes(org: cast.Organisation, now: datetime) -> list[UUID]:
    sla.load_shipped(now)
    cast.people()
    homes = [org["gz"].id, org["gz"].id, org["nj"].id]
    new = [NewCustomer("诸葛小明", home) for home in homes]
    made = [customers.register_customer(system_viewer(), one, now=now) for one in new]
    return [ref.id for ref in made]


@pytest.fixture
def tickets(org: cast.Organisation, namesakes: list[UUID], now: datetime) -> list[TicketRef]:
    homes = [org["gz"].id, org["gz"].id, org["nj"].id]
    items = [
        Registration(
            kind="fault",
            title="宽带掉线",
            description="从昨天开始",
            channel="phone",
            home_unit_id=homes[owner],
            customer_id=namesakes[owner],
        )
        for owner in OWNERS
    ]
    return services.register_many(system_viewer(), items, now=now)


def numbers(tickets: list[TicketRef], *owners: int) -> list[str]:
    """Return the numbers of the owners' tickets, newest first."""
    pairs = zip(tickets, OWNERS, strict=True)
    return [ref.number for ref, owner in pairs if owner in owners][::-1]


def test_a_name_finds_the_tickets_of_all_who_bear_it_page_by_page(
    tickets: list[TicketRef], viewer: See, now: datetime
) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while cursor is not None or not seen:
        found = queries.search(viewer("lin"), "诸葛小明", now=now, cursor=cursor, limit=3)
        seen += [row.number for row in found.items]
        cursor = found.next
    assert seen == numbers(tickets, 0, 1)
    assert {row.customer for row in found.items} == {"诸**"}
    back = queries.search(viewer("lin"), "诸葛小明", now=now, cursor=found.previous, limit=3)
    assert [row.number for row in back.items] == seen[3:6]


def test_a_name_finds_nothing_beyond_the_viewer_s_scope(
    tickets: list[TicketRef], viewer: See, now: datetime
) -> None:
    nanjing = queries.search(viewer("lv_nj"), "诸葛小明", now=now)
    assert [row.number for row in nanjing.items] == numbers(tickets, 2)


@pytest.mark.parametrize("text", ["诸葛小明", "宽带掉线"])
@pytest.mark.parametrize("cursor", ["WyJ4Il0", "WyJcdTAwMDAiXQ", "!"])
def test_a_search_refuses_a_cursor_that_is_not_its_own(
    tickets: list[TicketRef], viewer: See, now: datetime, text: str, cursor: str
) -> None:
    with pytest.raises(Invalid):
        queries.search(viewer("lin"), text, now=now, cursor=cursor)


def many(org: cast.Organisation) -> list[Registration]:
    return [
        Registration(
            kind="fault",
            title="宽带掉线",
            description=f"从昨天开始 {index}",
            channel="phone",
            home_unit_id=org["gz"].id,
            contact="19900000001",
            external_id=f"M-{index}",
            note="请尽快",
        )
        for index in range(rows.FEW + 6)
    ]


def test_very_many_tickets_come_with_all_that_belongs_to_them(
    namesakes: list[UUID], org: cast.Organisation, viewer: See, now: datetime
) -> None:
    services.register_many(viewer("lin"), many(org)[:1], now=now)
    one = [model.objects.count() for model in (Ticket, Clock, Delivery)]
    Ticket.objects.all().delete()
    Clock.objects.all().delete()
    Delivery.objects.all().delete()
    made = services.register_many(viewer("lin"), many(org), now=now)
    several = [model.objects.count() for model in (Ticket, Clock, Delivery)]
    assert several == [count * len(made) for count in one]
    last = queries.ticket_for(viewer("lin"), made[-1].number)
    assert (last.contact, last.external_id, last.version) == ("199****0001", "M-69", 1)
    assert [entry.text for entry in queries.timeline(viewer("lin"), last)] == ["请尽快"]
    assert Event.objects.get(subject_id=last.id).payload["home"] == str(org["gz"].id)
    found = queries.search(viewer("lin"), "开始 69", now=now)
    assert [row.number for row in found.items] == [last.number]


def test_very_many_tickets_stand_or_fall_together(
    namesakes: list[UUID], org: cast.Organisation, viewer: See, now: datetime
) -> None:
    lin = viewer("lin")
    crm = Viewer(Actor(Actor.API_CLIENT, lin.actor.id, "crm"), grants=lin.grants)
    with pytest.raises(errors.ExternalTaken):
        services.register_many(crm, [*many(org), many(org)[0]], now=now)
    assert Ticket.objects.count() == 0
