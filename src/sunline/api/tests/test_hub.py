"""Notifications reach a real HTTP listener: each change once, in order, and signed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import orjson
import pytest

from sunline.api.models import HubDelivery, HubSubscription
from sunline.api.tmf.common.hub import sender, services
from sunline.kernel import clock, deliveries
from sunline.kernel.models import Delivery
from sunline.testing import cast
from sunline.tickets import services as tickets

from . import schemas
from .conftest import Caller, Connect, minimal, read

OWN = "tmf621-hub"


@dataclass
class Listener:
    """A client's own endpoint, with what it was sent; `answers` are given first."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def types(self, number: str = "") -> list[str]:
        return [
            event["eventType"].removeprefix("TroubleTicket").removesuffix("Event")
            for event in self.got
            if not number or event["event"]["troubleTicket"]["id"] == number
        ]

    def statuses(self, number: str) -> list[str]:
        return [
            event["event"]["troubleTicket"]["status"]
            for event in self.got
            if event["eventType"] == "TroubleTicketStatusChangeEvent"
            and event["event"]["troubleTicket"]["id"] == number
        ]


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.HUB_ALLOW_LOOPBACK = True
    kept = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = kept.answers.pop(0) if kept.answers else 204
            if status < 300:
                kept.raw.append(body)
                kept.got.append(orjson.loads(body))
                kept.headers.append(dict(self.headers))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/events?from=sunline"
    yield kept
    server.shutdown()
    server.server_close()


def subscribe(caller: Caller, listener: Listener, query: str = "") -> Any:
    return caller.post("/hub", {"callback": listener.url, "query": query, "@type": "Hub"})


def work() -> None:
    """Do what the worker does: facts to notifications, notifications out."""
    while True:
        Delivery.objects.exclude(listener=OWN).delete()
        if not deliveries.drain():
            break
    services.send_due(clock.now())


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_each_change_arrives_once_and_in_order(
    crm: Caller, listener: Listener, version: str
) -> None:
    api = crm.at(version)
    assert subscribe(api, listener).status_code == 201
    numbers = [api.new(name=f"t{index}")["id"] for index in range(3)]
    for status in ("inProgress", "pending", "inProgress", "held", "inProgress", "resolved"):
        for number in numbers:
            response = api.patch(f"/troubleTicket/{number}", {"status": status})
            assert response.status_code == 200
    for number in numbers:
        api.patch(f"/troubleTicket/{number}", {"status": "closed"})
    work()
    for number in numbers:
        assert listener.types(number) == [
            *("Create", "StatusChange", "StatusChange", "InformationRequired"),
            *("StatusChange", "StatusChange", "StatusChange", "StatusChange", "Resolved"),
            "StatusChange",
        ]
        assert listener.statuses(number) == [
            *("inProgress", "pending", "inProgress", "held", "inProgress", "resolved", "closed")
        ]
    assert len({event["eventId"] for event in listener.got}) == len(listener.got)
    assert HubDelivery.objects.count() == 0
    for event in listener.got:
        assert schemas.problems(version, event["eventType"], event) == []
        assert ("timeOcurred" in event) == (version == "v4")
    services.send_due(clock.now())
    assert len(listener.got) == 30


def test_attribute_changes_and_deletion(crm: Caller, listener: Listener) -> None:
    subscribe(crm, listener)
    number = crm.new()["id"]
    crm.patch(f"/troubleTicket/{number}", {"severity": "High"})
    crm.patch(f"/troubleTicket/{number}", {"note": [{"text": "more"}]})
    view = read(crm.get(f"/api/internal/tickets/{number}"))
    lin, ticket = cast.viewer("lin"), UUID(view["id"])
    tickets.add_note(lin, ticket, text="内部", now=clock.now())
    tickets.add_note(lin, ticket, text="公开", public=True, now=clock.now())
    crm.delete(f"/troubleTicket/{number}")
    work()
    assert listener.types() == [
        *("Create", "AttributeValueChange", "AttributeValueChange", "AttributeValueChange"),
        *("StatusChange", "Delete"),
    ]
    assert "内部" not in b"".join(listener.raw).decode()
    assert "公开" in listener.raw[3].decode()
    assert set(listener.got[-1]["event"]["troubleTicket"]) == {"id", "href", "@type"}


def test_queries_choose_events(crm: Caller, listener: Listener) -> None:
    subscribe(crm, listener, "eventType=TroubleTicketStatusChangeEvent")
    subscribe(crm, listener, "event.troubleTicket.severity=High")
    low, high = crm.new()["id"], crm.new(severity="High")["id"]
    for number in (low, high):
        crm.patch(f"/troubleTicket/{number}", {"status": "inProgress"})
    work()
    assert listener.types(low) == ["StatusChange"]
    assert sorted(listener.types(high)) == ["Create", "StatusChange", "StatusChange"]


def test_only_the_scope_is_told(connect: Connect, listener: Listener) -> None:
    here, there, above = connect("gz"), connect("nj"), connect("gd")
    subscribe(there, listener)
    number = here.new()["id"]
    work()
    assert listener.got == []
    subscribe(above, listener)
    here.patch(f"/troubleTicket/{number}", {"status": "inProgress"})
    work()
    assert listener.types() == ["StatusChange"]


def test_a_closed_client_is_told_nothing(crm: Caller, listener: Listener) -> None:
    subscribe(crm, listener)
    crm.new()
    crm.app.closed_at = clock.now()
    crm.app.save()
    work()
    assert listener.got == []


def test_refusals_are_tried_again_and_never_overtaken(crm: Caller, listener: Listener) -> None:
    listener.answers = [500, 302]
    subscribe(crm, listener)
    number = crm.new()["id"]
    crm.patch(f"/troubleTicket/{number}", {"status": "inProgress"})
    work()
    assert listener.got == []
    assert HubDelivery.objects.filter(last_error__contains="500").count() == 1
    for _ in range(2):  # the second try is sent elsewhere, which is not followed
        HubDelivery.objects.update(due_at=clock.now())
        services.send_due(clock.now())
    assert listener.types(number) == ["Create", "StatusChange"]
    assert listener.headers[0]["X-Attempt"] == "3"


def test_dead_notifications_wait_for_a_person(crm: Caller, listener: Listener) -> None:
    subscribe(crm, listener)
    number = crm.new()["id"]
    crm.patch(f"/troubleTicket/{number}", {"status": "inProgress"})
    listener.answers = [500]
    Delivery.objects.exclude(listener=OWN).delete()
    deliveries.drain()
    HubDelivery.objects.update(attempts=services.MOST_ATTEMPTS - 1)
    services.send_due(clock.now())
    dead = HubDelivery.objects.get(dead=True)
    assert listener.got == []  # the later one waits behind it
    assert services.replay(dead.id, now=clock.now())
    services.send_due(clock.now())
    assert listener.types(number) == ["Create", "StatusChange"]
    assert not services.skip(dead.id)


def test_a_lost_lease_is_taken_over_and_the_first_holder_fenced(
    crm: Caller, listener: Listener
) -> None:
    subscribe(crm, listener)
    crm.new()
    Delivery.objects.exclude(listener=OWN).delete()
    deliveries.drain()
    now = clock.now()
    [first] = services.claim(now)
    assert services.claim(now) == []
    [second] = services.claim(now + services.LEASE + timedelta(seconds=1))
    services.settle(first, "", now=now)
    assert HubDelivery.objects.count() == 1
    services.settle(second, "", now=now)
    assert HubDelivery.objects.count() == 0


def test_notifications_are_signed(crm: Caller, listener: Listener) -> None:
    response = subscribe(crm, listener)
    crm.new()
    work()
    head = listener.headers[0]
    moment = head["X-Signature"].split(",")[0].removeprefix("t=")
    expected = sender.signature(response["X-Hub-Secret"], moment, listener.raw[0])
    assert head["X-Signature"] == expected
    assert head["X-Event-Id"] == listener.got[0]["eventId"]
    assert head["Content-Type"] == "application/json"


def test_subscriptions_as_resources(crm: Caller, connect: Connect, listener: Listener) -> None:
    response = subscribe(crm, listener, "eventType=TroubleTicketCreateEvent")
    made = read(response)
    assert schemas.problems("v5", "Hub", made) == []
    assert response["Location"] == made["href"]
    assert read(crm.get(f"/hub/{made['id']}")) == made
    assert subscribe(crm, listener, "eventType=TroubleTicketCreateEvent").status_code == 409
    other = connect("gz")
    assert other.get(f"/hub/{made['id']}").status_code == 404
    assert other.delete(f"/hub/{made['id']}").status_code == 404
    old = crm.at("v4")
    assert schemas.problems("v4", "EventSubscription", read(subscribe(old, listener))) == []
    assert old.get(f"/hub/{made['id']}").status_code == 405
    crm.new()
    work()
    assert listener.types() == ["Create", "Create"]
    assert crm.delete(f"/hub/{made['id']}").status_code == 204
    assert crm.get(f"/hub/{made['id']}").status_code == 404
    assert HubSubscription.objects.filter(ended_at=None).count() == 1
    assert subscribe(crm, listener, "eventType=TroubleTicketCreateEvent").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"callback": 7}, {"callback": ""}, {"callback": "ftp://x/"}, {"callback": "x\x00"}),
        *({"callback": "https://10.0.0.1/"}, {"callback": "https://localhost/x"}),
        {"callback": "https://hooks.example.com/", "query": "nonsense"},
        {"callback": "https://hooks.example.com/", "query": 7},
    ],
)
def test_subscriptions_that_cannot_be(crm: Caller, body: Any) -> None:
    response = crm.post("/hub", body)
    assert response.status_code == 400, response.content
    assert schemas.problems("v5", "Error", read(response)) == []


def test_a_name_that_moves_inside_is_caught_at_the_connection(
    crm: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crm.post("/hub", {"callback": "https://hooks.example.com/"}).status_code == 201
    answers = [(2, 1, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers)
    crm.post("/troubleTicket", minimal())
    Delivery.objects.exclude(listener=OWN).delete()
    deliveries.drain()
    services.send_due(clock.now())
    owed = HubDelivery.objects.get()
    assert owed.attempts == 1
    assert owed.last_error.startswith("refused")
