"""Malformed JSON, headers and addresses at the interfaces of connected systems."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from attack import mutations, world

from sunline.testing import cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

JSON = "application/json"
TOP = "/tmf-api/troubleTicket"
V5: dict[str, Any] = {
    "name": "宽带",
    "description": "宽带昨晚起一直掉线",
    "severity": "Minor",
    "ticketType": "fault",
    "priority": "High",
    "requestedResolutionDate": "2026-12-01T10:00:00.000Z",
    "expectedResolutionDate": "2026-12-01T10:00:00Z",
    "status": "acknowledged",
    "statusChangeReason": "x",
    "externalIdentifier": [{"id": "A-1", "owner": "crm", "@type": "ExternalIdentifier"}],
    "channel": {"id": "1", "name": "app", "@type": "ChannelRef"},
    "note": [{"text": "请先打电话", "author": "crm", "date": "2026-11-20T10:00:00Z"}],
    "relatedParty": [
        {
            "role": "customer",
            "partyOrPartyRole": {"id": "9", "name": "甲", "@type": "PartyRef"},
            "@type": "RelatedPartyRefOrPartyRoleRef",
        }
    ],
    "troubleTicketCharacteristic": [{"name": "a", "value": 1, "@type": "IntegerCharacteristic"}],
    "troubleTicketRelationship": [{"id": "T1", "relationshipType": "x"}],
    "attachment": [{"id": "1", "url": "https://files.example/1", "@type": "AttachmentRef"}],
    "@type": "TroubleTicket",
}
V4: dict[str, Any] = {
    "name": "宽带",
    "description": "宽带昨晚起一直掉线",
    "severity": "Minor",
    "ticketType": "fault",
    "priority": "High",
    "expectedResolutionDate": "2026-12-01T10:00:00Z",
    "status": "acknowledged",
    "externalId": "A-1",
    "channel": {"id": "1", "name": "app"},
    "note": [{"text": "请先打电话", "author": "crm", "date": "2026-11-20T10:00:00Z"}],
    "relatedParty": [{"id": "9", "role": "customer", "@referredType": "Customer"}],
    "@type": "TroubleTicket",
}
BODIES = {"v4": V4, "v5": V5}


def system(*scopes: str) -> world.Judge:
    """Return a judge that calls as a system of Guangzhou."""
    token = world.token_of("gz", scopes or world.SCOPES)
    return world.judge(world.browser(), Authorization=f"Bearer {token}")


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_creating(gz: world.City, version: str) -> None:
    judge = system()
    for what, body in mutations.some(mutations.documents(BODIES[version])):
        judge.send(what, "POST", f"{TOP}/{version}/troubleTicket", body, JSON)
    judge.verdict(220)
    assert judge.seen.get(201), judge.seen


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_patching(gz: world.City, version: str) -> None:
    judge = system()
    good = {name: value for name, value in BODIES[version].items() if name != "status"}
    for number, (what, body) in enumerate(
        mutations.some(mutations.documents({**good, "status": "inProgress"}))
    ):
        kind = JSON if number % 2 else "application/merge-patch+json"
        judge.send(what, "PATCH", f"{TOP}/{version}/troubleTicket/{gz.ticket.number}", body, kind)
    judge.verdict(220)
    assert judge.seen.get(200), judge.seen


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_subscribing(gz: world.City, version: str) -> None:
    judge = system()
    good = {"callback": "https://listener.example/hub", "query": "eventType=X"}
    for what, body in mutations.some(mutations.documents(good)):
        judge.send(what, "POST", f"{TOP}/{version}/hub", body, JSON)
    for what, query in mutations.some(
        mutations.addresses(["eventType", "event.troubleTicket.severity.gt", "x"])
    ):
        body = mutations.written({**good, "query": query})
        judge.send(what, "POST", f"{TOP}/{version}/hub", body, JSON)
    judge.verdict(220)


def test_registering_one_and_commenting(gz: world.City) -> None:
    units = cast.organisation()
    good = {
        "description": "宽带断了",
        "kind": "fault",
        "title": "宽带",
        "channel": "api",
        "urgency": "normal",
        "severity": "Minor",
        "complexity": "simple",
        "topic_id": None,
        "customer_id": str(gz.customer_id),
        "subscriber_id": None,
        "home_unit_id": str(units["gz"].id),
        "contact": gz.phone,
        "tier": "ordinary",
        "rural": False,
        "external_id": "E-1",
        "note": "内部",
    }
    judge = system()
    for what, body in mutations.some(mutations.documents(good)):
        judge.send(what, "POST", "/api/internal/tickets", body, JSON)
    path = f"/api/internal/tickets/{gz.ticket.number}/comments"
    for what, body in mutations.some(mutations.documents({"text": "已联系", "public": True})):
        judge.send(what, "POST", path, body, JSON)
    judge.verdict(220)
    assert judge.seen.get(201), judge.seen


def test_bulk(gz: world.City) -> None:
    good = {"description": "宽带断了", "kind": "fault", "external_id": "E-1", "note": "x"}
    line = mutations.written(good)
    judge = system()
    for what, body in mutations.some(mutations.documents(good)):
        if b"\n" in body:
            continue
        whole = b"\n".join((line, body, mutations.written({"description": "另一件"})))
        judge.send(what, "POST", "/api/internal/tickets/bulk", whole, "application/x-ndjson")
    judge.send("twice", "POST", "/api/internal/tickets/bulk", line + b"\n" + line, "")
    judge.send("blank", "POST", "/api/internal/tickets/bulk", b"\n" * 10_000, "")
    judge.verdict(200)


def test_a_bad_line_never_takes_the_others_with_it(gz: world.City) -> None:
    """Every usable line of a bulk is registered whatever stands beside it."""
    token = world.token_of("gz")
    good = mutations.written({"description": "宽带断了"})
    bad = [
        body
        for _what, body in mutations.documents({"description": "x", "external_id": "E", "note": ""})
        if b"\n" not in body and len(body) < 10_000 and body.strip()
    ][::7]
    answer = world.browser().generic(
        "POST",
        "/api/internal/tickets/bulk",
        b"\n".join(line for body in bad for line in (body, good)),
        "application/x-ndjson",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.content[:500]
    results = orjson.loads(answer.content)["results"]
    assert len(results) == 2 * len(bad)
    assert all("number" in results[place] for place in range(1, len(results), 2))


KINDS = (*mutations.KINDS, "application/json; charset=gbk", "application/json;charset=utf-7")


def test_headers_and_content_types(gz: world.City) -> None:
    judge = system()
    body = mutations.written(V5)
    path = f"{TOP}/v5/troubleTicket"
    for kind in KINDS:
        judge.send(f"kind {kind}", "POST", path, body, kind)
    own = dict(judge.headers)
    for name in ("Accept", "Accept-Language", "Idempotency-Key", "X-Request-Id", "Content-Length"):
        for text in (*mutations.TEXTS, "q=;;", "zh;q=x", "a" * 129, "\xff\xfe"):
            judge.headers = {**own, name: text[:5000]}
            judge.send(f"{name}: {text[:50]!r}", "POST", path, body, JSON)
    for text in mutations.TEXTS:
        for scheme in ("Bearer ", "bearer", "Basic ", "Digest ", ""):
            judge.headers = {"Authorization": scheme + text[:3000]}
            if judge.send(f"{scheme}{text[:40]!r}", "POST", path, body, JSON) != 401:
                judge.wrong.append(f"let in: {scheme}{text[:40]!r}")
    judge.verdict(350)


@pytest.mark.parametrize(
    "path",
    [
        f"{TOP}/v4/troubleTicket",
        f"{TOP}/v5/troubleTicket",
        "/api/internal/tickets",
        "/api/internal/search",
    ],
)
def test_addresses_and_cursors(gz: world.City, path: str) -> None:
    names = ["fields", "offset", "limit", "sort", "filter", "before", "after", "cursor", "q"]
    names += ["id", "name", "status", "severity", "creationDate.gt", "lastUpdate", "href", "x.y"]
    names += ["relatedParty.id", "note.date.lte", "ticketType.ne", "expectedResolutionDate.gt"]
    names += [
        "view",
        "state",
        "kind",
        "unit_id",
        "customer_id",
        "troubleTicketCharacteristic.value",
    ]
    judge = system()
    for what, query in mutations.some(mutations.addresses(names)):
        judge.send(what, "GET", f"{path}?{query}")
    number = str(gz.ticket.id)
    for what, cursor in mutations.some(
        mutations.cursors([number], ["2026-11-20T04:00:00+00:00", number]), 80
    ):
        for name in ("cursor", "after", "before"):
            text = mutations.quote(cursor, safe="")
            view = "&view=open" if len(cursor) % 2 and "internal/tickets" in path else ""
            judge.send(what, "GET", f"{path}?{name}={text}{view}")
    judge.verdict(400)


def test_numbers_in_addresses(gz: world.City) -> None:
    judge = system()
    for text in (*mutations.TEXTS, "%2e%2e", "a/b", "..", gz.ticket.number.lower()):
        if len(text) > 5000:
            continue
        part = mutations.quote(text, safe="%")
        for path in (f"{TOP}/v5/troubleTicket/", f"{TOP}/v5/hub/", "/api/internal/tickets/"):
            for method in ("GET", "DELETE", "PATCH"):
                judge.send(text[:40], method, path + part, b'{"name":"x"}', JSON)
    judge.verdict(400)
