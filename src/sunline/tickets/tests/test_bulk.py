"""One act on many tickets: looked over, done once each, told one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from sunline.kernel import worker
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Job
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

from .. import queries, services
from ..acts import BY_SLUG
from ..models import BulkLine, Note, Ticket
from ..types import Registration, TicketRef, WorkFilter

See = Callable[[str], Viewer]


@pytest.fixture
def tickets(org: cast.Organisation, viewer: See, now: datetime) -> list[TicketRef]:
    cast.people()
    return [
        services.register(
            viewer("lin"),
            Registration(
                kind="fault",
                title=f"故障{number}",
                description="掉线",
                channel="phone",
                home_unit_id=org["gz"].id,
            ),
            now=now,
        )
        for number in range(5)
    ]


def test_a_preview_tells_what_fits(
    tickets: list[TicketRef], org: cast.Organisation, viewer: See, now: datetime
) -> None:
    services.withdraw(viewer("lin"), tickets[0].id, reason="customer", now=now)
    ids = [ticket.id for ticket in tickets]
    found = queries.preview(viewer("sun"), "dispatch", ids)
    assert (found.fit, sum(count for _, count in found.unfit), found.not_allowed) == (4, 1, 0)
    assert queries.preview(viewer("he_sz"), "dispatch", ids).fit == 0
    assert queries.preview(viewer("zhou"), "dispatch", ids).not_allowed == 4
    assert set(queries.matching_ids(viewer("sun"), WorkFilter(view="open"), now)) == set(ids[1:])


def test_a_run_does_each_once_and_names_the_refused(
    tickets: list[TicketRef], org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ids = [ticket.id for ticket in tickets]
    values = {"unit_id": str(org["gz-net"].id), "note": "批量派单"}
    run = services.ask_bulk(viewer("sun"), "dispatch", values, ids, now=now)
    services.withdraw(viewer("lin"), ids[0], reason="customer", now=now)
    assert worker.run_job(now, only=run) == 1
    shown = queries.run_for(viewer("sun"), run)
    assert (shown["done"], shown["refused"], shown["waiting"]) == (4, 1, 0)
    refused = queries.run_lines(viewer("sun"), run, outcome="refused").items
    assert [row["code"] for row in refused] == ["ticket.wrong_state"]
    assert Ticket.objects.filter(state="awaiting_acceptance").count() == 4
    assert Note.objects.filter(text="批量派单").count() == 4
    assert Job.objects.get(id=run).state == "done"


def test_a_run_that_was_cut_off_goes_on_where_it_was(
    tickets: list[TicketRef], viewer: See, now: datetime
) -> None:
    ids = [ticket.id for ticket in tickets]
    run = services.ask_bulk(viewer("lin"), "note", {"text": "统一备注"}, ids, now=now)
    done = BulkLine.objects.filter(bulk_id=run).order_by("id")[0]
    BulkLine.objects.filter(id=done.id).update(outcome="done")
    services.run_bulk(Job.objects.get(id=run), BY_SLUG)
    services.run_bulk(Job.objects.get(id=run), BY_SLUG)
    assert Note.objects.filter(text="统一备注").count() == 4


def test_what_cannot_be_asked_for(tickets: list[TicketRef], viewer: See, now: datetime) -> None:
    with pytest.raises(Invalid):
        services.ask_bulk(viewer("lin"), "note", {"text": "x"}, [], now=now)
    many = [uuid4() for _ in range(5001)]
    with pytest.raises(Invalid):
        services.ask_bulk(viewer("lin"), "note", {"text": "x"}, many, now=now)
    with pytest.raises(Refused):
        services.ask_bulk(system_viewer(), "note", {"text": "x"}, [tickets[0].id], now=now)
    run = services.ask_bulk(viewer("lin"), "note", {"text": "x"}, [tickets[0].id], now=now)
    with pytest.raises(NotFound):
        queries.run_for(viewer("zhao"), run)
