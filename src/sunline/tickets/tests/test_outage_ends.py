"""Outages through the services: what customers are told, the end for all, and planned works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sunline.customers import queries as customers
from sunline.customers import services as registry
from sunline.customers.types import NewAccount, NewCustomer, NewSubscriber
from sunline.interactions import services as interactions
from sunline.interactions.models import Message, Outgoing
from sunline.interactions.types import Arrival
from sunline.kernel import clock, policies
from sunline.kernel.errors import Invalid
from sunline.kernel.models import Event, Job
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

from .. import outage_errors, outage_policies, queries, services, tasks
from ..models import Outage, OutageLink, OutageText, Ticket
from ..services.outage_closing import run_close
from .affected import HOUR, MINUTE, call, hear, lines, linked, opened, prepare, run, told

pytestmark = pytest.mark.django_db
See = Callable[[str], Viewer]


@pytest.fixture
def ready(
    org: cast.Organisation,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> cast.Organisation:
    monkeypatch.setattr(clock, "now", lambda: now)
    settings.CHANNELS = {**settings.CHANNELS, "sms": "sunline.testing.no.such.Channel"}
    prepare(now)
    return org


# What customers are told.


def test_one_customer_with_several_contacts_is_told_once_a_round(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    outage, sun = opened(ready, now), viewer("sun")
    [customer] = lines(ready, 1, now)
    first = call(ready, now, "19900000000", customer_id=customer)
    call(ready, now + MINUTE, "19900000000")  # the same number, not looked up
    call(ready, now + MINUTE, "19900000777")
    assert len(linked()) == 3
    assert len(told("open")) == 2
    services.revise_outage(sun, outage.ticket_id, estimated_end_at=now + 8 * HOUR, now=now)
    run(now)
    services.revise_outage(
        sun, outage.ticket_id, estimated_end_at=now + 9 * HOUR, text="改为九点", now=now
    )
    run(now)
    services.close_outage(sun, outage.ticket_id, now=now)
    run(now)
    for name in ("open", "update-1", "update-2", "close"):
        assert sorted(told(name).values()) == ["queued", "queued"], name
    sent = Outgoing.objects.filter(key__startswith=f"outage-{outage.id}-")
    assert sent.count() == 8
    assert Message.objects.filter(body="改为九点").exists()
    # Each ticket shows all of it, on the portal too.
    shown = queries.timeline(sun, first.id, public=True)
    texts = [entry.text for entry in shown if "outage" in entry.kind]
    assert len(texts) == 3
    assert texts[-1] == "改为九点"


def test_by_mail_the_thread_is_answered_and_without_a_channel_it_says_so(
    ready: cast.Organisation, viewer: See, now: datetime, settings: Any
) -> None:
    settings.CHANNELS = {name: one for name, one in settings.CHANNELS.items() if name != "sms"}
    outage = opened(ready, now)
    arrived = interactions.receive(
        Arrival(
            channel="email", address="an@customer.example", body="宽带断网了", external_id="<a@b>",
            at=now, subject="断网", home_unit_id=ready["gz"].id,
        ),
        viewer=system_viewer(), now=now,
    )  # fmt: skip
    mail = call(
        ready, now, "an@customer.example", channel="email", interaction_id=arrived.interaction_id
    )
    call(ready, now, "19900000005", channel="portal")
    call(ready, now, "19900000006")
    call(ready, now, "")
    states = OutageText.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["queued", "portal", "no_channel", "no_address"]
    services.close_outage(viewer("sun"), outage.ticket_id, text="已恢复", now=now)
    run(now)
    mails = Message.objects.filter(interaction_id=arrived.interaction_id, direction="outbound")
    told_by_mail = mails.filter(outgoing__key__startswith="outage-")
    assert told_by_mail.count() == 2
    # The answer to the ticket is not mailed a second time.
    assert mails.filter(body__contains="已恢复").count() == 1
    assert Ticket.objects.get(id=mail.id).answer == "已恢复"


def test_notices_are_told_and_follow_the_estimate(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    outage, sun = opened(ready, now, text="天河宽带抢修中"), viewer("sun")
    heard = [row.text for row in queries.notices_in_force("ivr", now=now)]
    assert heard == ["天河宽带抢修中"]
    for key, sees in (("lin", True), ("sun", True), ("lv_nj", False), ("he_sz", False)):
        found = queries.notices_for(viewer(key), "banner", now=now)
        assert bool(found) is sees, key
    assert len(queries.notices_for(None, "banner", now=now)) == 1
    services.revise_outage(
        sun, outage.ticket_id, estimated_end_at=now + 9 * HOUR, text="晚些恢复", now=now
    )
    assert [row.text for row in queries.notices_in_force("banner", now=now)] == ["晚些恢复"]
    services.close_outage(sun, outage.ticket_id, now=now)
    assert queries.notices_in_force("banner", now=now) == []
    matters = queries.open_matters([ready["gz"].id], now)
    assert matters["surges"]["count"] == 0


# The end.


def test_bad_ends_are_refused(ready: cast.Organisation, viewer: See, now: datetime) -> None:
    outage, sun = opened(ready, now), viewer("sun")
    for at, code in ((now - 3 * HOUR, "before_start"), (now + MINUTE, "not_yet")):
        with pytest.raises(Invalid) as refused:
            services.close_outage(sun, outage.ticket_id, ended_at=at, now=now)
        assert refused.value.problems[0].code == code
    month = now + 900 * HOUR
    for at, code in ((now - 3 * HOUR, "before_start"), (now, "past"), (month, "out_of_range")):
        with pytest.raises(Invalid) as refused:
            services.revise_outage(sun, outage.ticket_id, estimated_end_at=at, now=now)
        assert refused.value.problems[0].code == code
    assert not Job.objects.filter(kind__startswith="tickets.").exists()
    outage.refresh_from_db()
    assert (outage.state, outage.ended_at, outage.round) == ("open", None, 0)
    services.close_outage(sun, outage.ticket_id, now=now)
    for verb in (services.close_outage, services.cancel_outage):
        with pytest.raises(outage_errors.OutageOver):
            verb(sun, outage.ticket_id, now=now)


def test_the_table_itself_keeps_time_in_order(ready: cast.Organisation, now: datetime) -> None:
    outage = opened(ready, now)
    for changes in ({"estimated_end_at": now - 3 * HOUR}, {"ended_at": now - 3 * HOUR}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outage.objects.filter(id=outage.id).update(**changes)


def test_a_cancelled_outage_lets_its_tickets_go(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    outage, sun = opened(ready, now), viewer("sun")
    ref = call(ready, now)
    services.cancel_outage(sun, outage.ticket_id, note="误报", now=now)
    assert linked() == []
    assert Ticket.objects.get(id=outage.ticket_id).state == "withdrawn"
    assert Ticket.objects.get(id=ref.id).state == "awaiting_dispatch"
    assert queries.notices_in_force("banner", now=now) == []
    hear([ref], now)
    assert linked() == []
    assert queries.outage_counts(sun)["cancelled"] == 1


def test_what_cannot_be_answered_is_named_and_told_all_the_same(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    outage, sun = opened(ready, now), viewer("sun")
    ref = call(ready, now)
    services.dispatch(sun, ref.id, unit_id=ready["gz-net"].id, now=now)
    services.accept(viewer("zheng"), ref.id, now=now)
    services.hold(viewer("zheng"), ref.id, reason="parts", now=now)
    done = call(ready, now, "19900000002")
    services.withdraw(sun, done.id, reason="customer", now=now)
    services.close_outage(sun, outage.ticket_id, now=now)
    run(now)
    row = OutageLink.objects.get(ticket_id=ref.id)
    assert ref.number in row.error
    assert len(told("close")) == 2
    view = queries.outage_for(sun, outage.ticket.number)
    assert (view.closed, view.refused) == (2, 1)
    assert view.job is not None
    assert view.job.result == {"done": 1, "refused": 1}


@pytest.mark.slow
def test_three_hundred_contacts_from_an_area_of_five_thousand(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    """Open, draw in, tell each, close for all: one notice each, twice run or not."""
    sun = viewer("sun")
    known = lines(ready, 280, now)
    estate = NewCustomer(
        name="物业公司",
        home_unit_id=ready["gz"].id,
        accounts=(
            NewAccount(
                subscribers=tuple(
                    NewSubscriber(f"kd8{number:07d}", "broadband") for number in range(4720)
                )
            ),
        ),
    )
    registry.register_many([estate], now=now)
    outage = opened(ready, now)
    assert outage.subscribers == 5000
    assert customers.count_lines([ready["sz"].id], ["broadband"]) == 0
    mine = [
        call(ready, now + step * timedelta(seconds=1), f"1990{step % 280:07d}",
             customer_id=known[step % 280], channel="portal" if step % 6 == 0 else "phone")
        for step in range(300)
    ]  # fmt: skip
    for step in range(30):  # near misses
        call(ready, now, f"1991{step:07d}", home_unit_id=ready["gz"].id,
             topic_id=knowledge.topic_id("billing.dispute.monthly"))  # fmt: skip
    assert linked() == sorted(one.number for one in mine)
    assert (len(told("open")), set(told("open").values())) == (280, {"queued"})
    services.close_outage(sun, outage.ticket_id, now=now)
    job = Job.objects.get(kind="tickets.close_outage")
    run(now)
    run_close(job, now)  # as after a crash
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 300, 300)
    assert (len(told("close")), set(told("close").values())) == (280, {"queued"})
    keys = Outgoing.objects.filter(key__startswith=f"outage-{outage.id}-", key__endswith="-close")
    assert keys.count() == 280
    states = Ticket.objects.filter(id__in=[one.id for one in mine])
    assert set(states.values_list("state", flat=True)) == {"awaiting_revisit"}
    assert Ticket.objects.get(id=outage.ticket_id).state == "closed"
    view = queries.outage_for(sun, outage.ticket.number)
    assert (view.customers, view.tickets, view.closed, view.refused) == (280, 300, 300, 0)


# Planned works.


def test_works_are_announced_begin_and_end(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    start = now + 100 * HOUR
    works = opened(
        ready, now, planned=True, cause="works", started_at=start, estimated_end_at=start + 4 * HOUR
    )
    sun, up = viewer("sun"), start - 72 * HOUR
    assert (works.state, works.announce_at) == ("planned", up)
    assert queries.notices_in_force("banner", now=up - MINUTE) == []
    assert len(queries.notices_in_force("banner", now=up)) == 1
    with pytest.raises(outage_errors.OutageOver):
        services.close_outage(sun, works.ticket_id, now=now)
    call(ready, now)
    assert linked() == []  # not begun
    tasks.outages(up)
    tasks.outages(up + MINUTE)
    assert Event.objects.filter(kind="ticket.outage_announced@1").count() == 1
    tasks.outages(start)
    works.refresh_from_db()
    assert works.state == "open"
    ref = call(ready, start + MINUTE, "19900000002")
    assert linked() == [ref.number]
    assert not queries.outage_for(sun, works.ticket.number).late


def test_the_lead_time_is_the_operators_and_too_short_a_time_shows(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    policies.publish(outage_policies.WORKS_LEAD, 24, since=now, actor=viewer("wang").actor, now=now)
    later: dict[str, Any] = {
        "planned": True,
        "started_at": now + 30 * HOUR,
        "estimated_end_at": now + 33 * HOUR,
    }
    assert opened(ready, now, **later).announce_at == now + 6 * HOUR
    soon: dict[str, Any] = {
        "planned": True,
        "started_at": now + 5 * HOUR,
        "estimated_end_at": now + 9 * HOUR,
    }
    late = opened(ready, now, products=("tv",), **soon)
    assert late.announce_at == now
    assert queries.outage_for(viewer("sun"), late.ticket.number).late
