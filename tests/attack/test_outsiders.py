"""Outsiders at every address: refused or told nothing is there, written down, and shown nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from attack import mutations, world
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from sunline.interactions import queries as contacts
from sunline.kernel.models import Event
from sunline.testing import cast
from sunline.web.portal import guard

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
# Addresses that answer everybody by design, with nothing of a ticket on them.
OPEN = frozenset(
    {"/", "/portal", "/portal/request", "/portal/track", "/r/thanks", "/sign-in", "/sign-out"}
    | {"/language", "/sign-in/code", "/oauth/token", "/oauth/revoke", "/view-as/end", "/api/docs"}
    | {"/healthz", "/readyz", "/metrics", "/api/internal/openapi.json"}
    | {f"/tmf-api/troubleTicket/{version}/openapi.json" for version in ("v4", "v5")}
)


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody with no business in Guangzhou."""

    name: str
    enter: Callable[[world.City], tuple[Client, dict[str, str]]]


def subscriber(sz: world.City) -> tuple[Client, dict[str, str]]:
    """Return the browser of a customer who follows their own ticket on the portal."""
    client, number = world.browser(), sz.ticket.number
    client.post("/portal/track", {"number": number, "code": guard.code_of(number)})
    return client, {}


def person(key: str) -> Callable[[world.City], tuple[Client, dict[str, str]]]:
    """Return the way in of one of the cast."""
    return lambda _sz: (world.browser(key), {})


def program(unit: str, *scopes: str) -> Callable[[world.City], tuple[Client, dict[str, str]]]:
    """Return the way in of a connected system."""
    found = scopes or world.SCOPES

    def enter(_sz: world.City) -> tuple[Client, dict[str, str]]:
        return world.browser(), {"Authorization": f"Bearer {world.token_of(unit, found)}"}

    return enter


OUTSIDERS = (
    Outsider("nobody", lambda _sz: (world.browser(), {})),
    Outsider("subscriber", subscriber),
    Outsider("shenzhen", person("he_sz")),
    Outsider("nanjing", person("lv_nj")),
    Outsider("vendor", person("xu_vendor")),
    Outsider("program of shenzhen", program("sz")),
    Outsider("program without scopes", program("gz", "knowledge:read")),
)


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield the route of every address of the product."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def filled(route: str, gz: world.City) -> list[str]:
    """Return the addresses of a route that name Guangzhou's ticket, customer, file or person."""
    path = "/" + re.sub(r"[\^$]|\\Z|/\?$|/\?\$", "", route)
    ids: dict[str, list[str]] = {
        "number": [gz.ticket.number, str(gz.ticket.id), gz.ticket.number.lower()],
        "id": [gz.ticket.number, str(gz.ticket.id), str(uuid4())],
        "customer_id": [str(gz.customer_id)],
        "attachment_id": [str(gz.attachment_id)],
        "account_id": [str(cast.person("lin").id)],
        "message_id": [str(contacts.messages_of(gz.interaction_id)[0].id)],
    }
    found = [path]
    for name in re.findall(r"<(?:\w+:)?(\w+)>", path):
        found = [
            re.sub(rf"<(?:\w+:)?{name}>", value, one)
            for one in found
            for value in ids.get(name, [str(uuid4())])
        ]
    return found


def variants(path: str, gz: world.City) -> list[str]:
    """Return the ways to write an address that proxies and frameworks read differently."""
    if gz.ticket.number not in path and str(gz.customer_id) not in path:
        return [path]
    encoded = path.replace("-", "%2D").replace("T2", "%542")
    return [path, f"{path}/", f"{path}//", f"/{path}", f"{path}?format=json", encoded, f"{path}/."]


def body_of(answer: HttpResponseBase) -> str:
    """Return everything that an answer says, its headers too."""
    raw = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined,call-overload]
    return raw.decode("utf-8", "replace") + str(dict(answer.headers))


FORM = {
    "version": "1", "text": "x", "note": "x", "reason": "mistake", "outcome": "accepted",
    "kind": "related", "other_number": "", "field": "name", "purpose": "verify", "words": "x",
    "score": "1", "solved": "no", "code": "0000", "state": "ready", "role": "agent",
    "description": "x", "severity": "Minor", "name": "x", "q": "",
}  # fmt: skip


def attempts(gz: world.City) -> Iterator[tuple[str, str]]:
    """Yield (method, address) of what to try: Guangzhou's rows in every way, the rest in two."""
    for route in sorted(set(patterns())):
        for base in filled(route, gz):
            methods = METHODS if names_row(base, gz) else ("GET", "POST")
            yield from ((method, base) for method in methods if base not in OPEN)
            for path in variants(base, gz)[1:]:
                yield from (("GET", path), ("POST", path))


JSON_BODY = mutations.written({"text": "x"}).decode()


@pytest.mark.parametrize("outsider", OUTSIDERS, ids=lambda one: one.name)
def test_no_address_lets_an_outsider_in(gz: world.City, sz: world.City, outsider: Outsider) -> None:
    client, headers = outsider.enter(sz)
    form = mutations.pairs(FORM | {"unit_id": str(cast.organisation()["sz-net"].id)})
    requests = list(attempts(gz))
    before, wrong, tried = world.counts(), [], len(requests)
    for method, path in requests:
        cache.clear()
        with transaction.atomic():
            body, kind = form, "application/x-www-form-urlencoded"
            if path.lstrip("/").startswith(("api/", "tmf-api/")):
                body, kind = JSON_BODY, "application/json"
            answer = client.generic(method, path, body, kind, headers=headers)
            said = f"{answer.status_code} {method} {path}"
            if problem := leak(answer, gz):
                wrong.append(f"{said}: {problem}")
            if answer.status_code >= 500:
                wrong.append(said)
            guarded = answer.status_code >= 400 or names_row(path, gz)
            if method not in {"GET", "HEAD"} and guarded and world.counts() != before:
                wrong.append(f"{said} wrote something")
            if names_row(path, gz) and method in {"GET", "POST"}:
                wrong += unlogged(answer, said)
            transaction.set_rollback(True)
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:60])
    assert tried > 600


def leak(answer: HttpResponseBase, gz: world.City) -> str:
    """Return what of Guangzhou's ticket an answer tells, or nothing."""
    told = body_of(answer)
    return next((word for word in (*gz.words, gz.name, gz.phone) if word in told), "")


def names_row(path: str, gz: world.City) -> bool:
    """Return whether the address names a row of Guangzhou."""
    rows = (gz.ticket.number, gz.ticket.id, gz.customer_id, gz.attachment_id)
    return any(str(row) in path for row in rows)


def exists(path: str) -> bool:
    """Return whether an address is one of ours at all."""
    try:
        found = resolve(unquote(path.partition("?")[0]))
    except Resolver404:
        return False
    return getattr(found.func, "permissions", None) != {}  # the catch-alls of the interfaces


def unlogged(answer: HttpResponseBase, said: str) -> list[str]:
    """Return what is wrong with how an attempt was turned away: how, and whether it is noted."""
    to_portal = answer.status_code == 302 and "/portal/track" in answer.headers["Location"]
    to_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
    if answer.status_code not in {400, 401, 403, 404, 405} and not (to_portal or to_sign_in):
        return [f"{said} was let in"]
    if answer.status_code in {400, 405} or not exists(said.split(" ", 2)[2]):
        return []  # no such address or method: nothing of ours was tried
    if not Event.objects.filter(kind=world.REFUSAL).exists():
        return [f"{said} is not written down"]
    return []
