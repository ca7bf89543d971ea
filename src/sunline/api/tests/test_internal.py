"""The internal interface: bulk, quick reads, health, metrics; and what malformed input gets."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client
from oauth2_provider.models import get_access_token_model

from sunline.api import auth
from sunline.api.internal import health
from sunline.kernel import clock
from sunline.testing import cast
from sunline.tickets.models import Ticket

from .conftest import Caller, Connect, minimal, read


def line(**changes: Any) -> dict[str, Any]:
    return {"description": "宽带掉线", "kind": "fault", **changes}


def bulk(caller: Caller, *lines: Any) -> Any:
    raw = b"\n".join(item if isinstance(item, bytes) else orjson.dumps(item) for item in lines)
    return caller.post("/api/internal/tickets/bulk", raw, content_type="application/x-ndjson")


def test_bulk_registers_what_it_can_and_names_the_rest(crm: Caller) -> None:
    response = bulk(
        crm,
        line(external_id="A"),
        b"{not json",
        b'{"description": "\xff"}',
        line(description=7),
        line(kind="nonsense"),
        line(description="x" * 300_000),
        line(nonsense=1),
        line(description="  "),
        b"",
        line(external_id="B", title="第二张", note="备注", contact="19900000001"),
        line(home_unit_id=str(cast.organisation()["nj"].id)),
    )
    shown = read(response)
    assert response.status_code == 200
    assert (shown["registered"], shown["refused"]) == (2, 8)
    assert [result["line"] for result in shown["results"]] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]
    assert {result["code"] for result in shown["results"] if "id" not in result} == {
        "invalid",
        "refused",
    }
    assert shown["results"][3]["problems"][0]["field"] == "description"
    assert Ticket.objects.count() == 2


def test_bulk_of_numbers_already_used(crm: Caller) -> None:
    assert read(bulk(crm, line(external_id="A")))["registered"] == 1
    shown = read(bulk(crm, line(external_id="A"), line(external_id="C")))
    assert (shown["registered"], shown["refused"]) == (1, 1)
    assert shown["results"][0]["code"] == "ticket.external_taken"


def test_bulk_bounds(crm: Caller, monkeypatch: pytest.MonkeyPatch, connect: Connect) -> None:
    assert bulk(crm, b"nonsense").status_code == 400
    assert read(bulk(crm)) == {"registered": 0, "refused": 0, "results": []}
    response = crm.post("/api/internal/tickets/bulk", b"{}", content_type="application/xml")
    assert response.status_code == 415
    monkeypatch.setattr("sunline.api.internal.bulk.MOST_BYTES", 100)
    assert bulk(crm, line(description="x" * 200)).status_code == 413
    assert bulk(connect("gz", scopes=("tickets:read",)), line()).status_code == 403


def test_reads_and_comments(crm: Caller, connect: Connect) -> None:
    made = read(crm.post("/api/internal/tickets", line(title="掉线")))
    number = made["number"]
    said = crm.post(f"/api/internal/tickets/{number}/comments", {"text": "已联系客户"})
    assert said.status_code == 201
    shown = read(crm.get(f"/api/internal/tickets/{number}"))
    assert shown["title"] == "掉线"
    assert [entry["kind"] for entry in shown["timeline"]][:2] == [
        "ticket.registered",
        "ticket.noted",
    ]
    items = read(crm.get(f"/api/internal/tickets/{number}/comments"))["items"]
    assert [item["text"] for item in items] == ["已联系客户"]
    page = read(crm.get("/api/internal/tickets?limit=1"))
    assert page["items"][0]["number"] == number
    assert read(crm.get(f"/api/internal/search?q={number}"))["items"][0]["number"] == number
    for path in (f"/api/internal/tickets/{number}", f"/api/internal/tickets/{number}/comments"):
        assert connect("nj").get(path).status_code == 404
    assert read(connect("nj").get(f"/api/internal/search?q={number}"))["items"] == []
    for path in ("tickets?limit=x", "tickets?cursor=x", "tickets?unit_id=x", "tickets?x=1"):
        assert crm.get(f"/api/internal/{path}").status_code == 400
    assert crm.get("/api/internal/nonsense").status_code == 404


def test_cursors_lead_through_the_list(crm: Caller) -> None:
    numbers = [result["number"] for result in read(bulk(crm, *[line()] * 5))["results"]]
    seen, cursor = [], ""
    while True:
        page = read(
            crm.get(
                f"/api/internal/tickets?limit=2&cursor={cursor}"
                if cursor
                else "/api/internal/tickets?limit=2"
            )
        )
        seen += [item["number"] for item in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(seen) == sorted(numbers)


def test_health_and_metrics(crm: Caller) -> None:
    crm.token = ""
    assert read(crm.get("/healthz")) == {"status": "ok"}
    ready = crm.get("/readyz")
    assert ready.status_code == 200, ready.content
    assert read(ready)["database"] == "ok"
    assert read(ready)["deliveries_dead"] == 0
    crm.get("/tmf-api/troubleTicket/v5/troubleTicket")
    text = crm.get("/metrics", Accept="text/plain").content.decode()
    assert "sunline_requests_total{" in text
    assert 'sunline_hub_deliveries{state="waiting"} 0.0' in text
    assert "sunline_worker_age_seconds" in text


FAR = {"REMOTE_ADDR": "203.0.113.9"}
PROXIED = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}


@pytest.mark.parametrize("origin", [FAR, PROXIED, {"REMOTE_ADDR": ""}, {"REMOTE_ADDR": "::2"}])
def test_a_stranger_learns_only_whether_the_system_is_ready(
    db: None, origin: dict[str, str]
) -> None:
    client = Client(**origin)  # type: ignore[arg-type]
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    refused = client.get("/metrics")
    assert (refused.status_code, refused.json()["code"]) == (403, "monitoring_only")
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_stranger_is_not_told_why_the_system_is_not_ready(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_is_migrated", lambda: False)
    ready = Client(**FAR).get("/readyz")  # type: ignore[arg-type]
    assert (ready.status_code, ready.json()) == (503, {"status": "not_ready"})
    here = Client().get("/readyz").json()
    assert here == {"status": "not_ready", "database": "ok", "migrations": "missing"}


def test_the_monitoring_shows_its_token_from_anywhere_and_here_too(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = "only-7-us"
    far = Client(**FAR)  # type: ignore[arg-type]
    right = {"Authorization": "Bearer only-7-us"}
    assert far.get("/metrics", headers=right).status_code == 200
    assert far.get("/readyz", headers=right).json()["database"] == "ok"
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "only-7-us"}):
        assert Client().get("/metrics", headers=wrong).status_code == 403
        assert Client().get("/readyz", headers=wrong).json() == {"status": "ready"}


def test_a_revoked_token_ends_within_the_kept_time(
    crm: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crm.get("/troubleTicket").status_code == 200
    get_access_token_model().objects.all().delete()
    assert auth.KEEP <= 30
    monkeypatch.setattr(auth, "KEEP", 0.0)
    assert crm.get("/troubleTicket").status_code == 401


def test_a_kept_token_still_expires(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = connect("gz", expires=clock.now() + timedelta(seconds=60))
    assert caller.get("/troubleTicket").status_code == 200
    late = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert caller.get("/troubleTicket").status_code == 401


def test_a_warm_token_costs_no_query(crm: Caller, django_assert_max_num_queries: Any) -> None:
    crm.get("/troubleTicket/nonsense")
    with django_assert_max_num_queries(1):
        crm.get("/troubleTicket/nonsense")


def test_query_budgets(crm: Caller, django_assert_max_num_queries: Any) -> None:
    made = [crm.new(note=[{"text": "x"}])["id"] for _ in range(30)]
    with django_assert_max_num_queries(6):
        crm.get("/troubleTicket?limit=25")
    with django_assert_max_num_queries(3):
        crm.get("/troubleTicket?limit=25&fields=severity")
    with django_assert_max_num_queries(4):
        crm.get(f"/troubleTicket/{made[0]}")
    with django_assert_max_num_queries(6):
        crm.get("/api/internal/tickets")


SPOILT = (b"", b"{", b"[", b"null", b"7", b'"x"', b"[]", b"{}", b"\xff\xfe", b"\x00", b"{'a':1}")


def malformed(count: int) -> list[bytes]:
    """Return bodies that are broken in many ways, the same ones every time."""
    chance = random.Random(621)
    whole = orjson.dumps(minimal(note=[{"text": "x"}], channel={"id": "1"}, status="inProgress"))
    values: list[Any] = [None, 7, True, [], {}, "", "\x00", [[]], {"id": 1}, 1e400, "x" * 200_000]
    found = [*SPOILT, b"[" * 5000, b'{"a":' * 5000, b'{"description": "\\ud800"}']
    while len(found) < count:
        kind = chance.randrange(4)
        if kind == 0:
            found.append(whole[: chance.randrange(len(whole))])
        elif kind == 1:
            broken = bytearray(whole)
            broken[chance.randrange(len(broken))] = chance.choice([0, 0xFF, 0x22, 0x7B, 0xC0])
            found.append(bytes(broken))
        elif kind == 2:
            name = chance.choice(["description", "severity", "ticketType", "note", "status"])
            value = chance.choice([item for item in values if item != "x" * 200_000 or name != "x"])
            body = {**minimal(), name: value}
            found.append(orjson.dumps(body).replace(b"Infinity", b"1e400"))
        else:
            name = chance.choice(["channel", "relatedParty", "externalIdentifier", "attachment"])
            found.append(orjson.dumps({**minimal(), name: chance.choice(values[:9])}))
    return found


@pytest.mark.parametrize("path", ["/troubleTicket", "/hub", "/troubleTicketSpecification"])
def test_malformed_bodies_get_coded_refusals(crm: Caller, path: str) -> None:
    refused = 0
    for body in malformed(260):
        response = crm.post(path, body)
        assert response.status_code in (201, 400, 409, 413), body[:200]
        if response.status_code >= 400:
            refused += 1
            assert read(response)["code"], body[:200]
    assert refused >= 200


def test_malformed_patches_change_nothing(crm: Caller) -> None:
    made = crm.new()
    path = f"/troubleTicket/{made['id']}"
    before = Ticket.objects.get().version
    refused = 0
    for body in malformed(260):
        response = crm.patch(path, body)
        assert response.status_code in (200, 400, 409, 413), body[:200]
        refused += response.status_code >= 400
    for body in SPOILT:
        if body != b"{}":
            assert crm.patch(path, body).status_code == 400
    assert refused >= 100
    assert Ticket.objects.get().version >= before
    for body in malformed(220):
        for address in ("/api/internal/tickets", f"/api/internal/tickets/{made['id']}/comments"):
            response = crm.post(address, body)
            assert response.status_code in (201, 400, 413), (address, body[:200])
