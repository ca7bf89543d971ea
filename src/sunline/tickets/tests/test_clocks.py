"""What the verbs of a ticket do to its clocks, and who is told of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.sla import queries as clocks
from sunline.sla import services as sla
from sunline.sla.models import Clock, Notice
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import handlers, services
from ..models import JointWork, Pressure, Ticket
from ..rules.clocks import open_clocks
from ..types import FINAL, State, TicketRef
from .test_services import registration, to_handling

See = Callable[[str], Viewer]
HOUR = timedelta(hours=1)


@pytest.fixture
def world(org: cast.Organisation, viewer: See, now: datetime) -> Any:
    sla.load_shipped(now)
    cast.people()
    return SimpleNamespace(org=org, see=viewer, now=now)


def register(world: Any, **changes: object) -> TicketRef:
    item = registration(world.org, **changes)
    return services.register(world.see("lin"), item, now=world.now)


def running(ticket: TicketRef, purpose: str) -> list[datetime]:
    rows = Clock.objects.filter(subject_id=ticket.id, purpose=purpose, stopped_at=None)
    return [row.due_at for row in rows.order_by("due_at")]


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_a_new_classification_sets_only_what_is_still_open(state: str) -> None:
    begun, sent = datetime(2026, 1, 1), datetime(2026, 1, 2)  # noqa: DTZ001 - only compared
    found = open_clocks(state, begun, sent)
    assert {found["resolve"], found["legal_answer"]} == {begun}
    untaken = state in {"awaiting_dispatch", "awaiting_acceptance"}
    assert (found.get("accept"), found.get("first_response")) == (
        (begun,) * 2 if untaken else (None,) * 2
    )
    with_unit = state in {"awaiting_acceptance", "in_handling", "on_hold", "awaiting_customer"}
    assert found.get("ola") == (sent if with_unit else None)
    assert "ola" not in open_clocks(state, begun, None)


def test_a_dispatch_gives_the_unit_its_own_clock(world: Any) -> None:
    ticket = register(world)
    services.dispatch(world.see("sun"), ticket.id, unit_id=world.org["gz-net"].id, now=world.now)
    clock = Clock.objects.get(subject_id=ticket.id, purpose="ola")
    assert (clock.unit_id, clock.started_at) == (world.org["gz-net"].id, world.now)
    others = Clock.objects.filter(subject_id=ticket.id).exclude(purpose="ola")
    assert set(others.values_list("unit_id", flat=True)) == {None}


def test_an_enquiry_that_is_a_complaint_is_planned_anew_with_its_history(world: Any) -> None:
    ticket = register(world, kind="enquiry")
    assert not running(ticket, "legal_answer")
    to_handling(ticket, world.org, world.see, world.now)
    later = world.now + 5 * HOUR
    services.reclassify(world.see("lin"), ticket.id, kind="complaint", now=later)
    assert running(ticket, "resolve") == [world.now + 48 * HOUR]
    (legal,) = Clock.objects.filter(subject_id=ticket.id, purpose="legal_answer")
    assert (legal.started_at, legal.stopped_at) == (world.now, None)
    assert not running(ticket, "first_response"), "the order was taken already"
    row = Ticket.objects.get(id=ticket.id)
    assert row.next_due_at == sla.next_due(ticket.id)
    told = [
        line for view in clocks.clocks_of(ticket.id, now=later) for line in clocks.explain(view)
    ]
    assert any("20001" in line for line in told)


def test_another_title_leaves_the_clocks_alone(world: Any) -> None:
    ticket = register(world)
    before = list(Clock.objects.filter(subject_id=ticket.id).values_list("id", "due_at"))
    services.reclassify(world.see("lin"), ticket.id, title="宽带断线", now=world.now + HOUR)
    assert list(Clock.objects.filter(subject_id=ticket.id).values_list("id", "due_at")) == before


@pytest.mark.parametrize("kind", ["enquiry", "fault", "praise"])
def test_a_complaint_keeps_its_legal_answer(world: Any, kind: str) -> None:
    ticket = register(world, kind="complaint")
    before = running(ticket, "legal_answer")
    services.reclassify(world.see("lin"), ticket.id, kind=kind, now=world.now + HOUR)
    assert running(ticket, "legal_answer") == before != []


def test_a_promised_call_back_ends_with_the_ticket(world: Any) -> None:
    ticket = register(world)
    subject = Clock.objects.filter(subject_id=ticket.id)[0]
    sla.promise(_subject(subject), world.now + 9 * HOUR, now=world.now)
    services.withdraw(world.see("lin"), ticket.id, reason="customer", now=world.now + HOUR)
    assert not Clock.objects.filter(subject_id=ticket.id, stopped_at=None).exists()


def sweep(now: datetime) -> None:
    """Sweep the clocks and hand their warnings over, twice as a restart may."""
    sla.sweep(now)
    for event in Event.objects.filter(kind="clock.warned@1").order_by("id"):
        handlers.on_clock_warned(event, now)
        handlers.on_clock_warned(event, now)


def told(world: Any, key: str, now: datetime) -> set[tuple[str, int]]:
    page = clocks.warnings_for(world.see(key), now=now, limit=250)
    return {(row.purpose, row.rung) for row in page.items if row.label}


def test_the_handler_is_told_and_the_leader_of_what_is_late(world: Any) -> None:
    ticket = register(world)
    to_handling(ticket, world.org, world.see, world.now)
    sweep(world.now + 13 * HOUR)
    morning = world.now + 24 * HOUR
    assert ("resolve", 50) in told(world, "zheng", morning)
    assert told(world, "chu", morning) == set()
    sweep(morning + HOUR)
    later = world.now + 48 * HOUR
    assert ("resolve", 100) in told(world, "zheng", later) & told(world, "zhao", later)


def test_what_nobody_has_is_told_to_those_who_lead_at_home(world: Any) -> None:
    register(world)
    sweep(world.now + 13 * HOUR)
    assert ("resolve", 50) in told(world, "zhao", world.now + 24 * HOUR)


def test_far_beyond_its_limit_a_ticket_is_supervised_once(world: Any) -> None:
    ticket = register(world)
    to_handling(ticket, world.org, world.see, world.now)
    for hours in (25, 37, 49, 60, 97, 150):
        sweep(world.now + hours * HOUR)
    rows = Pressure.objects.filter(ticket_id=ticket.id)
    assert [(row.kind, row.cause) for row in rows] == [("supervise", "overdue")]
    assert Event.objects.filter(kind="ticket.supervised@1").count() == 1


def test_an_ended_ticket_is_nobody_s_worry(world: Any) -> None:
    ticket = register(world)
    sla.sweep(world.now + 13 * HOUR)
    services.withdraw(world.see("lin"), ticket.id, reason="customer", now=world.now + 13 * HOUR)
    sweep(world.now + 13 * HOUR)
    assert Notice.objects.count() == 0


def test_another_unit_s_part_warns_that_unit(world: Any) -> None:
    ticket = register(world)
    to_handling(ticket, world.org, world.see, world.now)
    bill = world.org["gz-bill"].id
    work = JointWork.objects.create(
        ticket_id=ticket.id, unit_id=bill, kind="assist", task="x", asked_at=world.now
    )
    planned = sla.plan_clocks(
        {"urgency": "normal", "complexity": "simple"},
        purposes=["ola"],
        unit_path="/hq/",
        rural=False,
        now=world.now,
    )
    (clock,) = sla.start(planned, subject=Subject("joint", work.id), unit_id=bill)
    sweep(world.now + 96 * HOUR)
    assert {
        row.unit_id for row in Notice.objects.filter(clock_id=clock.id, role="team_leader")
    } == {bill}


def _subject(clock: Clock) -> Any:
    return SimpleNamespace(kind=clock.subject_kind, id=clock.subject_id)
