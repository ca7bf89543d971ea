"""Addresses and explanation sheets through the internal interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sunline.customers.models import Reveal
from sunline.kernel import clock
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import DataSheet
from sunline.tickets.tests.test_data_use import PROOFS, disputed

from .conftest import Connect, read


def test_an_address_is_looked_up(connect: Connect, settings: Any) -> None:
    disputed(cast.organisation(), cast.viewer, clock.now(), settings)
    reader = connect("gz", ("knowledge:read",))
    found = read(reader.get("/api/internal/addresses?q=203.0.113.5"))
    assert found["service"]["covers"] == "203.0.113.0/24"
    assert found["table"] == 2
    assert read(reader.get("/api/internal/addresses?q=8.8.8.8"))["service"] is None
    for wrong in ("", "q=nonsense", "q=" + "a" * 300, "q=10.0.0.0/8"):
        assert reader.get(f"/api/internal/addresses?{wrong}").status_code == 400
    stranger = connect("gz", ("tickets:read",))
    assert stranger.get("/api/internal/addresses?q=203.0.113.5").status_code == 403


def test_sheets_are_made_listed_and_read(connect: Connect, settings: Any) -> None:
    now = clock.now() - timedelta(minutes=1)
    ticket = disputed(cast.organisation(), cast.viewer, now, settings)
    here, base = connect("gz", ("tickets:write",)), f"/api/internal/tickets/{ticket.number}"
    early = here.post(f"{base}/acts/explain-data-use", {"period": "last_month"})
    assert (early.status_code, read(early)["code"]) == (409, "ticket.not_verified")
    services.verify(cast.viewer("lin"), ticket.id, klass="call_detail", passed=PROOFS, now=now)
    assert here.post(f"{base}/acts/explain-data-use", {"period": "last_month"}).status_code == 200
    row = DataSheet.objects.get()
    listed = read(here.get(f"{base}/data-sheets"))["items"]
    assert [(one["id"], one["period"]) for one in listed] == [(str(row.id), "last_month")]
    one = read(here.get(f"{base}/data-sheets/{row.id}"))
    assert one["explained"]["total"] == row.total
    assert Reveal.objects.filter(field=f"data_use:{row.id}").exists()
    assert here.get(f"{base}/data-sheets/nonsense").status_code == 400
    elsewhere = connect("nj", ("tickets:write",))
    assert elsewhere.get(f"{base}/data-sheets/{row.id}").status_code == 404
    assert connect("gz", ("tickets:read",)).get(f"{base}/data-sheets").status_code == 403
