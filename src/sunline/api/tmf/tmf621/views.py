"""The addresses of TMF621: reading requests, calling the verbs, writing resources."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.tmf.common import fields, filters, paging
from sunline.api.tmf.common.texts import BAD_KEY, UNKNOWN_PARAMETER
from sunline.kernel import idempotency
from sunline.kernel.errors import Invalid, Problem
from sunline.kernel.idempotency import Answer

from . import queries, services
from .representation import PATH, resource
from .schema import TICKETS

DETAILS = frozenset({"note", "statusChange", "statusChangeHistory", "statusChangeDate"}) | {
    "statusChangeReason"
}


def only(found: list[tuple[str, str]], *names: str) -> dict[str, str]:
    """Return the parameters by name; raise Invalid for any other than these."""
    for name, _ in found:
        if name not in names:
            raise Invalid([Problem(name[:80], "unknown_parameter", UNKNOWN_PARAMETER)])
    return dict(found)


def many(call: Call) -> HttpResponse:
    """List tickets."""
    shape = TICKETS[call.version]
    found = http.parameters(call.request)
    query = dict(found)
    names = fields.wanted(query.get("fields"), set(shape.attributes) | fields.META)
    part = paging.window(query)
    conditions = filters.parse(found, shape)
    element = filters.parse_jsonpath(query["filter"], shape) if query.get("filter") else None
    page = queries.find(
        call.viewer,
        conditions,
        element,
        part,
        version=call.version,
        now=call.now,
        details=names is None or bool(names & DETAILS),
    )
    shown = [fields.select(resource(held, call.version), names) for held in page.items]
    address = f"{settings.PUBLIC_URL}{PATH}/{call.version}/troubleTicket"
    head = paging.headers(
        address, found, part, total=page.total, shown=len(shown), cursors=page.cursors
    )
    return http.answer(shown, headers=head)


def create(call: Call) -> HttpResponse:
    """Register a ticket; the same idempotency key gives the same answer."""
    names = _names(call)
    body = http.body_object(call.request)

    def work() -> Answer:
        held = services.create(call.viewer, body, call.version, now=call.now)
        shown = resource(held, call.version)
        return Answer(201, fields.select(shown, names), {"Location": shown["href"]})

    return once(call, work)


def once(call: Call, work: Callable[[], Answer]) -> HttpResponse:
    """Do the work under the request's idempotency key, if it has one."""
    key = call.request.headers.get("Idempotency-Key")
    if key is None:
        done = work()
        return http.answer(done.body, done.status, done.headers)
    if not 0 < len(key) <= 128 or not key.isprintable():
        raise Invalid([Problem("Idempotency-Key", "bad_key", BAD_KEY)])
    request = call.request
    print_ = idempotency.fingerprint(
        request.method or "", request.get_full_path(), http.body_bytes(request)
    )
    scope = f"api:{call.viewer.actor.id}"
    done = idempotency.once(scope, key, print_, now=call.now, work=work)
    head = {**done.headers, "Idempotency-Replayed": "true"} if done.replayed else done.headers
    return http.answer(done.body, done.status, head)


def one(call: Call, id: str) -> HttpResponse:
    """Return one ticket."""
    names = _names(call)
    held = queries.one(call.viewer, id)
    return http.answer(fields.select(resource(held, call.version), names))


def patch(call: Call, id: str) -> HttpResponse:
    """Change a ticket by merge-patch."""
    names = _names(call)
    body = http.body_object(call.request, http.MERGE)

    def work() -> Answer:
        held = services.change(call.viewer, id, body, call.version, now=call.now)
        return Answer(200, fields.select(resource(held, call.version), names))

    return once(call, work)


def delete(call: Call, id: str) -> HttpResponse:
    """Withdraw a ticket and show it to clients no more."""
    only(http.parameters(call.request))
    services.delete(call.viewer, id, now=call.now)
    return http.answer(None, 204)


def _names(call: Call) -> frozenset[str] | None:
    """Return the first-level attributes wanted in the answer; refuse any other parameter."""
    query = only(http.parameters(call.request), "fields")
    known = set(TICKETS[call.version].attributes) | fields.META
    return fields.wanted(query.get("fields"), known)
