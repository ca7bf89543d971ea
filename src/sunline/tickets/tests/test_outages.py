"""Outages through the services: opening one, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from typing import cast as typed
from uuid import uuid4

import pytest

from sunline.interactions import services as interactions
from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Event
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

from .. import errors, handlers, outage_errors, queries, services, tasks
from ..models import GroupCase, Outage, OutageLink, OutageText, Ticket
from ..types import Registration
from .affected import HOUR, MINUTE, call, hear, linked, new, opened, prepare, told

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


# What cannot be opened.


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"estimated_end_at": -3}, "estimated_end_at", "before_start"),
        ({"estimated_end_at": -2}, "estimated_end_at", "before_start"),
        ({"estimated_end_at": -1}, "estimated_end_at", "past"),
        ({"estimated_end_at": 31 * 24}, "estimated_end_at", "out_of_range"),
        ({"started_at": 1}, "started_at", "not_begun"),
        ({"started_at": -1, "planned": True}, "started_at", "past"),
        ({"started_at": -40 * 24}, "started_at", "out_of_range"),
        ({"cause": "nonsense"}, "cause", "unknown_choice"),
        ({"products": ()}, "products", "required"),
        ({"products": ("radio",)}, "products", "unknown_choice"),
        ({"unit_ids": ()}, "unit_ids", "required"),
        ({"unit_ids": (uuid4(),)}, "unit_ids", "unknown"),
        ({"units": ("gz", "gz-hot")}, "unit_ids", "overlap_each_other"),
        ({"units": ("gz", "sz"), "codes": ("OLT-7",)}, "unit_ids", "one_unit"),
        ({"codes": ("olt-7", " OLT-7 ")}, "codes", "overlap_each_other"),
        ({"codes": ("X" * 33,)}, "codes", "too_long"),
        ({"text": "长" * 301}, "text", "too_long"),
    ],
)
def test_bad_input_is_named_and_leaves_nothing_behind(
    ready: cast.Organisation,
    viewer: See,
    now: datetime,
    changes: dict[str, Any],
    field: str,
    code: str,
) -> None:
    wanted = dict(changes)
    for name in ("started_at", "estimated_end_at"):
        if name in wanted:
            wanted[name] = now + wanted[name] * HOUR
    if "units" in wanted:
        wanted["unit_ids"] = tuple(ready[unit].id for unit in wanted.pop("units"))
    with pytest.raises(Invalid) as refused:
        services.open_outage(viewer("sun"), new(ready, now, **wanted), now=now)
    assert (field, code) in {(one.field, one.code) for one in refused.value.problems}
    assert all(one.message for one in refused.value.problems)
    assert not Outage.objects.exists()
    assert not Ticket.objects.exists()


def test_who_may_open_and_where(ready: cast.Organisation, viewer: See, now: datetime) -> None:
    for key, unit in (("lin", "gz"), ("zhao", "gz"), ("qian", "sz"), ("sun", "nj")):
        with pytest.raises(Refused):
            services.open_outage(viewer(key), new(ready, now, unit_ids=(ready[unit].id,)), now=now)
    assert not Ticket.objects.exists()
    outage = opened(ready, now, "qian")
    for key, sees in (("lin", True), ("sun", True), ("he_sz", False), ("lv_nj", False)):
        shown = [row.number for row in queries.outage_list(viewer(key)).items]
        assert (outage.ticket.number in shown) is sees, key
    with pytest.raises(NotFound):
        queries.outage_for(viewer("lv_nj"), outage.ticket.number)
    with pytest.raises(Refused):
        services.close_outage(viewer("lin"), outage.ticket_id, now=now)


def test_an_outage_of_a_province_is_seen_in_its_cities(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    outage = opened(ready, now, unit_ids=(ready["gz"].id, ready["sz"].id))
    assert outage.ticket.home_unit_id == ready["gd"].id
    for key in ("lin", "he_sz"):
        assert queries.outage_for(viewer(key), outage.ticket.number).row.linked == 0
    with pytest.raises(NotFound):
        queries.outage_for(viewer("lv_nj"), outage.ticket.number)


def test_overlapping_outages_are_refused_by_number(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    first = opened(ready, now)
    for changes in (
        {},
        {"unit_ids": (ready["gd"].id,)},
        {"codes": ("OLT-7",)},
        {"products": ("tv", "broadband")},
        {"planned": True, "started_at": now + 3 * HOUR, "estimated_end_at": now + 9 * HOUR},
    ):
        with pytest.raises(outage_errors.OutageOverlaps) as refused:
            services.open_outage(viewer("sun"), new(ready, now, **changes), now=now)
        assert first.ticket.number in refused.value.message
    assert (Outage.objects.count(), Ticket.objects.count()) == (1, 1)
    opened(ready, now, products=("tv",))
    opened(ready, now, unit_ids=(ready["sz"].id,))
    later: dict[str, Any] = {"started_at": now + 4 * HOUR, "estimated_end_at": now + 9 * HOUR}
    works = opened(ready, now, planned=True, **later)
    # Another estimate may not run into the works either.
    with pytest.raises(outage_errors.OutageOverlaps) as refused:
        services.revise_outage(
            viewer("sun"), first.ticket_id, estimated_end_at=now + 5 * HOUR, now=now
        )
    assert works.ticket.number in refused.value.message


# What draws contacts in.


def test_contacts_link_themselves_and_others_do_not(
    ready: cast.Organisation, now: datetime
) -> None:
    outage = opened(ready, now)
    mine = [call(ready, now, "19900000001"), call(ready, now, "19900000002", topic_id=None)]
    call(ready, now, "19900000003", home_unit_id=ready["gz"].id, kind="praise")
    call(ready, now, "19900000004", topic_id=knowledge.topic_id("billing.query.invoice"))
    call(ready, now, "19900000005", topic_id=None, description="咨询宽带资费", title="资费")
    assert linked() == sorted(one.number for one in mine)
    row = OutageLink.objects.get(ticket_id=mine[0].id)
    assert (row.outage_id, row.reasons, row.by_rule) == (outage.id, ["unit", "topic"], True)
    fact = Event.objects.get(subject_id=mine[0].id, kind="ticket.linked_outage@1")
    assert fact.payload["outage"] == str(outage.id)
    assert set(told("open").values()) == {"queued"}
    assert not GroupCase.objects.exists()


def test_what_came_before_is_drawn_in_once_known(ready: cast.Organisation, now: datetime) -> None:
    early = [call(ready, now - 90 * MINUTE, f"199000000{step:02d}") for step in range(3)]
    call(ready, now - 4 * HOUR, "19900000099")
    outage = opened(ready, now)
    fact = Event.objects.get(kind="ticket.outage_opened@1")
    for _again in range(2):
        handlers.on_outage(fact, now)
    assert linked() == sorted(one.number for one in early)
    assert OutageText.objects.count() == 3
    tasks.outages(now + MINUTE)
    assert OutageLink.objects.filter(outage=outage).count() == 3


def test_the_outage_itself_is_no_contact_and_raises_no_group(
    ready: cast.Organisation, now: datetime
) -> None:
    outage = opened(ready, now)
    hear([services.register(system_viewer(), _fault(ready), now=now)], now)
    for _again in range(2):
        event = typed(Event, SimpleNamespace(subject_id=outage.ticket_id))
        handlers.on_arrival(event, now)
    assert outage.ticket.number not in linked()
    services.sweep(now + timedelta(days=4))  # nor is anything owed on it


def _fault(org: cast.Organisation) -> Registration:
    return Registration(
        kind="fault", title="断网", description="断网", channel="api", home_unit_id=org["gz"].id
    )


def test_a_person_takes_out_and_the_rule_does_not_draw_in_again(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    outage, sun = opened(ready, now), viewer("sun")
    ref = call(ready, now)
    services.unlink_outage(sun, ref.id, now=now)
    with pytest.raises(errors.NothingOpen):
        services.unlink_outage(sun, ref.id, now=now)
    hear([ref], now)
    tasks.outages(now)
    assert linked() == []
    with pytest.raises(Refused):
        services.link_outage(viewer("lin"), ref.id, into_number=outage.ticket.number, now=now)
    services.link_outage(sun, ref.id, into_number=outage.ticket.number.lower(), now=now)
    assert linked() == [ref.number]
    with pytest.raises(outage_errors.InOutage):
        services.link_outage(sun, ref.id, into_number=outage.ticket.number, now=now)
    for wrong in (ref.number, "T1", ""):
        with pytest.raises(Invalid):
            services.link_outage(sun, ref.id, into_number=wrong, now=now)
    with pytest.raises(Invalid):
        services.link_outage(sun, outage.ticket_id, into_number=outage.ticket.number, now=now)
    with pytest.raises(outage_errors.NoOutage):
        services.close_outage(sun, ref.id, now=now)


def test_a_contact_without_a_ticket_links_itself(ready: cast.Organisation, now: datetime) -> None:
    opened(ready, now)
    lin = cast.viewer("lin")
    topics = {code: knowledge.topic_id(code) for code in ("broadband.fault.down", "mobile.plan")}
    found = []
    for number, (topic, wrap_up) in enumerate(
        (
            ("broadband.fault.down", "explained"),
            ("mobile.plan", "explained"),
            ("broadband.fault.down", "wrong_number"),
        )
    ):
        contact = interactions.open_contact(
            channel="phone", viewer=lin, now=now, address=f"1990000100{number}",
            home_unit_id=ready["gz"].id,
        )  # fmt: skip
        interactions.wrap_up(
            contact.interaction_id, code=wrap_up, topic_id=topics[topic], viewer=lin, now=now
        )
        found.append(contact.interaction_id)
    for event in Event.objects.filter(kind="interaction.wrapped_up@1"):
        for _again in range(2):
            handlers.on_wrapped_up(event, now)
    assert list(OutageLink.objects.values_list("interaction_id", flat=True)) == found[:1]
    assert list(told("open").values()) == ["queued"]
