"""Outages through the internal interface, as a network management system opens them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sunline.kernel import clock
from sunline.knowledge import services as knowing
from sunline.testing import cast
from sunline.tickets.models import Outage, Ticket

from .conftest import Caller, Connect, read

HOUR = timedelta(hours=1)
OUTAGES = "/api/internal/outages"


@pytest.fixture
def watch(connect: Connect) -> Caller:
    """Return a system of Guangzhou that may open outages."""
    knowing.load_topics(now=clock.now() - timedelta(days=400))
    return connect("gz", ("outages:write",))


def body(**changes: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "products": ["broadband"],
        "unit_ids": [str(cast.organisation()["gz"].id)],
        "started_at": (now - HOUR).isoformat(),
        "estimated_end_at": (now + HOUR).isoformat(),
        **changes,
    }


def test_a_system_opens_follows_and_closes(watch: Caller, connect: Connect) -> None:
    made = watch.post(OUTAGES, body(codes=["olt-7"], names=["猎德"], cause="power"))
    assert made.status_code == 201
    number = read(made)["number"]
    listed = read(watch.get(f"{OUTAGES}?state=open&limit=5"))
    assert [row["number"] for row in listed["items"]] == [number]
    one = read(watch.get(f"{OUTAGES}/{number}"))
    assert (one["state"], one["cause"], one["tickets"], one["told"]) == ("open", "power", 0, [])
    closed = watch.post(f"/api/internal/tickets/{number}/acts/close-outage", {"text": "已恢复"})
    assert (closed.status_code, read(closed)["state"]) == (200, "closed")
    assert read(watch.get(f"{OUTAGES}/{number}"))["state"] == "closed"
    elsewhere = connect("nj", ("outages:write",))
    assert elsewhere.get(f"{OUTAGES}/{number}").status_code == 404
    assert read(elsewhere.get(OUTAGES))["items"] == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"estimated_end_at": "2020-01-01T00:00:00+08:00"}, 400),
        ({"started_at": "yesterday"}, 400),
        ({"started_at": "9999-12-31T23:59:59+00:00"}, 400),
        ({"products": "broadband"}, 400),
        ({"products": ["radio"]}, 400),
        ({"unit_ids": ["x"]}, 400),
        ({"nonsense": 1}, 400),
        ({"subscribers": -1}, 400),
        ({"text": "a\x00b"}, 400),
    ],
)
def test_what_cannot_be_read_opens_nothing(
    watch: Caller, changes: dict[str, Any], status: int
) -> None:
    assert watch.post(OUTAGES, body(**changes)).status_code == status
    assert not Outage.objects.exists()
    assert not Ticket.objects.exists()


def test_overlap_and_missing_rights_are_refused(watch: Caller, connect: Connect) -> None:
    assert watch.post(OUTAGES, body()).status_code == 201
    again = watch.post(OUTAGES, body())
    assert (again.status_code, read(again)["code"]) == (409, "ticket.outage_overlaps")
    reader = connect("gz", ("tickets:read",))
    assert reader.post(OUTAGES, body(products=["tv"])).status_code == 403
    other = str(cast.organisation()["sz"].id)
    assert watch.post(OUTAGES, body(unit_ids=[other])).status_code == 403
    for wrong in ("state=x", "nonsense=x", "limit=-1"):
        assert watch.get(f"{OUTAGES}?{wrong}").status_code == 400
