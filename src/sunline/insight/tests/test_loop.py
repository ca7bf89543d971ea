"""The closed loop through the rooms' own listeners, without an edge: rule to rating to count."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from sunline.insight import queries
from sunline.interactions.models import Outgoing
from sunline.kernel import clock, deliveries, log
from sunline.kernel.models import Delivery
from sunline.kernel.types import Actor
from sunline.quality import services as quality
from sunline.routing import services as routing
from sunline.routing import tasks
from sunline.routing.models import Presence, QueueItem
from sunline.routing.queries import why
from sunline.routing.types import QueueDraft, RuleDraft
from sunline.sla import services as sla
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import services as tickets
from sunline.tickets.models import Ticket
from sunline.tickets.types import Registration

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()


@pytest.fixture
def floor(org: cast.Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up the Guangzhou network unit: a rule, a line, and two people who are ready."""
    monkeypatch.setattr(clock, "now", lambda: now)
    cast.people("lin", "sun", "zheng", "chu", "feng")
    sla.load_shipped(now)
    queue = routing.create_queue(
        SYSTEM, QueueDraft("gz-net", "广州网络", org["gz-net"].id, automatic=True), now=now
    )
    rule = RuleDraft("广州故障", 1, queue, {"kind": ["fault"], "home": ["/hq/gd/gz/"]}, True)
    routing.create_rule(SYSTEM, rule, now=now - timedelta(days=1))
    for key in ("zheng", "chu"):
        routing.set_presence(cast.viewer(key), "ready", now=now)


def deliver(now: datetime) -> None:
    """Hand every fact to its listeners, then give out what waits, until nothing moves."""
    for _ in range(3):
        deliveries.drain(now + timedelta(days=30))
        tasks.assign(now)
    wrong = Delivery.objects.exclude(last_error="").values_list("listener", "last_error")
    assert not wrong, list(wrong)


def handle(ticket_id: UUID, now: datetime) -> str:
    """Let whoever routing chose handle the ticket, and return the link its customer gets."""
    handler = Ticket.objects.get(id=ticket_id).handler
    assert handler
    key = next(sketch.key for sketch in cast.PEOPLE if sketch.staff_no == handler.staff_no)
    tickets.accept(cast.viewer(key), ticket_id, now=now)
    tickets.reply(cast.viewer(key), ticket_id, text="已更换端口。", now=now)
    tickets.approve(cast.viewer("sun"), ticket_id, now=now)
    tickets.answer(cast.viewer("sun"), ticket_id, text="故障已修复。", now=now)
    deliver(now)
    bodies = Outgoing.objects.order_by("-message__id").values_list("message__body", flat=True)
    link = next(found for body in bodies if (found := re.search(r"/r/([\w-]{43})", body)))
    return link[1]


def test_rule_handler_rating_redispatch_and_count(
    floor: None, org: cast.Organisation, now: datetime
) -> None:
    ticket = tickets.register(
        cast.viewer("lin"),
        Registration(
            kind="fault",
            title="宽带频繁掉线",
            description="昨晚开始一直掉线。",
            channel="phone",
            home_unit_id=org["gz"].id,
            contact="chen@customer.example",
        ),
        now=now,
    )
    deliver(now)
    row = Ticket.objects.get(id=ticket.id)
    assert (row.state, row.unit_id) == ("awaiting_acceptance", org["gz-net"].id)
    first = row.handler_id
    reason = why(ticket.id)
    assert reason
    assert (reason.given_to, reason.codes) == (first, ("least_loaded",))

    token = handle(ticket.id, now)
    assert not Presence.objects.filter(load__gt=0).exists()  # answered work frees its handler
    quality.rate(token, score=2, solved=False, comment="还是掉线", now=now)
    deliver(now)
    row.refresh_from_db()
    assert row.state == "awaiting_acceptance"
    assert row.handler_id not in (None, first)

    token = handle(ticket.id, now)
    quality.rate(token, score=9, solved=True, now=now)
    deliver(now)
    row.refresh_from_db()
    assert (row.state, row.result, row.rating) == ("closed", "accepted", 9)
    assert not QueueItem.objects.filter(ended_at=None).exists()
    history = log.history(ticket.id)
    assert [event.sequence for event in history] == list(range(1, row.version + 1))
    assert {event.actor_kind for event in history} == {Actor.PERSON, Actor.SYSTEM}

    day = date(2026, 11, 20)
    counted = queries.totals(cast.viewer("feng"), day, day)
    assert counted["registered", "fault"] == 1
    assert counted["dispatched", ""] == 1
    assert counted["answered", ""] == 2
    assert counted["redispatched", ""] == 1
    assert (counted["rated", "bad"], counted["rated", "good"]) == (1, 1)
    assert counted["closed", "accepted"] == 1
