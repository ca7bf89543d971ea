"""Splitting a request and merging tickets, and taking them out again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Invalid
from sunline.sla import services as sla
from sunline.sla.queries import clocks_of
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, queries, services
from ..models import Ticket
from ..types import Registration, TicketRef

See = Callable[[str], Viewer]
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    cast.people()
    sla.load_shipped(now)
    return services.register(viewer("lin"), registration(org), now=now)


def registration(org: cast.Organisation, **changes: object) -> Registration:
    fields: dict[str, object] = {
        "kind": "fault",
        "title": "宽带频繁掉线",
        "description": "宽带掉线，重启无效。",
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "contact": "19900000001",
    }
    return Registration(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def handled(ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-net"].id, now=now)
    return services.accept(viewer("zheng"), ticket.id, now=now)


def kinds(ticket_id: UUID) -> list[str]:
    return [event.kind.split("@")[0].split(".")[1] for event in log.history(ticket_id)]


def verbs(see: Viewer, ticket: TicketRef) -> set[str]:
    return set(queries.allowed_verbs(see, queries.ticket_for(see, ticket.id)))


def test_a_part_split_off_holds_the_answer_back(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.split(viewer("zhao"), ticket.id, title="退费", text="要求退本月费用", now=now)
    part = Ticket.objects.exclude(id=ticket.id).get()
    with pytest.raises(errors.PartsOpen):
        services.finish_at_once(viewer("lin"), ticket.id, text="已恢复", now=now)
    services.withdraw(viewer("lin"), part.id, reason="customer", now=now)
    assert services.finish_at_once(viewer("lin"), ticket.id, text="已恢复", now=now).state == (
        "awaiting_revisit"
    )


def columns(ticket_id: UUID) -> dict[str, Any]:
    row = Ticket.objects.filter(id=ticket_id).values().get()
    return {name: value for name, value in row.items() if name not in {"version", "updated_at"}}


def running(ticket_id: UUID) -> list[tuple[object, ...]]:
    return [(one.id, one.due_at, one.stopped_at) for one in clocks_of(ticket_id)]


def test_merging_and_taking_out_again_leaves_every_byte_as_it_was(
    handled: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    other = services.register(viewer("lin"), registration(org), now=now + HOUR)
    before, clocks = columns(handled.id), running(handled.id)
    target = columns(other.id)
    merged = services.merge(viewer("zhao"), handled.id, into_number=other.number, now=now + HOUR)
    assert merged.state == "merged"
    early = Ticket.objects.get(id=other.id).next_due_at
    assert early == min(before["next_due_at"], target["next_due_at"])
    services.unmerge(viewer("zhao"), handled.id, now=now + HOUR)
    assert columns(handled.id) == before
    assert running(handled.id) == clocks
    assert columns(other.id) == target


@pytest.mark.parametrize("number", ["", "T20260101-000001", "x" * 400, "' or 1=1"])
def test_an_unknown_number_is_a_field_error(
    ticket: TicketRef, viewer: See, now: datetime, number: str
) -> None:
    with pytest.raises(Invalid) as caught:
        services.merge(viewer("zhao"), ticket.id, into_number=number, now=now)
    assert caught.value.problems[0].field == "into_number"


def test_merges_that_make_no_sense_are_refused(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    zhao = viewer("zhao")
    with pytest.raises(Invalid):
        services.merge(zhao, ticket.id, into_number=ticket.number, now=now)
    stranger = services.register(viewer("lin"), registration(org, contact="19900000099"), now=now)
    with pytest.raises(errors.OtherCustomer):
        services.merge(zhao, ticket.id, into_number=stranger.number, now=now)
    twin = services.register(viewer("lin"), registration(org), now=now)
    services.merge(zhao, ticket.id, into_number=twin.number, now=now)
    with pytest.raises(errors.WrongState):  # a circle
        services.merge(zhao, twin.id, into_number=ticket.number, now=now)
    third = services.register(viewer("lin"), registration(org), now=now)
    with pytest.raises(errors.HasMerged):
        services.merge(zhao, twin.id, into_number=third.number, now=now)
    services.withdraw(viewer("lin"), twin.id, reason="customer", now=now)
    with pytest.raises(errors.WrongState):
        services.unmerge(zhao, ticket.id, now=now)
