"""Trouble ticket specifications (v5): what a kind of ticket should carry, kept for each client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.models import Specification
from sunline.api.tmf.common import fields, filters, merge, paging, times
from sunline.api.tmf.common.shapes import problems, with_types
from sunline.api.tmf.common.texts import CURSOR_AND_SORT, NOT_PATCHABLE, NOT_SORTABLE, TOO_BROAD
from sunline.kernel.errors import Invalid, NotFound, Problem
from sunline.kernel.idempotency import Answer
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer
from sunline.tickets import permissions

from .representation import PATH
from .schema import SPECIFICATION, SPECIFICATION_SET_BY_SERVER
from .services import specifications as services
from .services.documents import type_problems
from .views import once, only

TYPE = "TroubleTicketSpecification"
KNOWN = set(SPECIFICATION.attributes) | fields.META
MOST = 2000


def resource(row: Specification) -> dict[str, Any]:
    """Return a specification as TM Forum writes it."""
    result = {
        **row.document,
        "id": str(row.id),
        "href": f"{settings.PUBLIC_URL}{PATH}/v5/troubleTicketSpecification/{row.id}",
        "creationDate": times.written(row.created_at),
        "lastUpdate": times.written(row.updated_at),
    }
    return with_types(SPECIFICATION, result)  # type: ignore[no-any-return]


def visible(viewer: Viewer) -> QuerySet[Specification]:
    """Return the specifications a client may see: its own and those of its unit's scope."""
    paths = viewer.paths(permissions.VIEW.code)
    own = Q(client_id=viewer.actor.id)
    return Specification.objects.filter(own | Q(unit_id__in=unit_tree().ids_below(paths)))


def find(viewer: Viewer, text: str) -> Specification:
    """Return one specification; raise NotFound for any that may not be seen."""
    try:
        wanted = UUID(text)
    except ValueError as error:
        raise NotFound() from error
    row = visible(viewer).filter(id=wanted).first()
    if row is None or str(row.id) != text:
        raise NotFound()
    return row


def many(call: Call) -> HttpResponse:
    """List specifications, newest first."""
    found = http.parameters(call.request)
    query = dict(found)
    names = fields.wanted(query.get("fields"), KNOWN)
    part = paging.window(query)
    checks: list[Any] = list(filters.parse(found, SPECIFICATION))
    if query.get("filter"):
        checks.append(filters.parse_jsonpath(query["filter"], SPECIFICATION))
    rows = list(visible(call.viewer).order_by("-id")[: MOST + 1])
    if len(rows) > MOST:
        raise Invalid([Problem("filter", "too_broad", TOO_BROAD)])
    fitting = [item for item in map(resource, rows) if all(check.holds(item) for check in checks)]
    fitting = _sorted(fitting, part)
    page = fitting[part.offset : part.offset + part.limit]
    address = f"{settings.PUBLIC_URL}{PATH}/v5/troubleTicketSpecification"
    head = paging.headers(address, found, part, total=len(fitting), shown=len(page))
    return http.answer([fields.select(item, names) for item in page], headers=head)


def _sorted(items: list[dict[str, Any]], part: paging.Window) -> list[dict[str, Any]]:
    """Return the items in the wanted order; there are few, so cursors are not offered."""
    if part.before or part.after:
        raise Invalid([Problem("after", "cursor_and_sort", CURSOR_AND_SORT)])
    for name in reversed(part.sort):
        key = name.lstrip("-+")
        if key not in ("id", "name", "creationDate", "lastUpdate", "version", "lifecycleStatus"):
            raise Invalid([Problem("sort", "not_sortable", NOT_SORTABLE)])
        items = sorted(items, key=lambda item: str(item.get(key, "")), reverse=name.startswith("-"))
    return items


def create(call: Call) -> HttpResponse:
    """Keep a new specification."""
    names = _names(call)
    body = http.body_object(call.request)
    _check(body)

    def work() -> Answer:
        kept = {key: value for key, value in body.items() if key not in SPECIFICATION_SET_BY_SERVER}
        shown = resource(services.create(call.viewer, kept, now=call.now))
        return Answer(201, fields.select(shown, names), {"Location": shown["href"]})

    return once(call, work)


def one(call: Call, id: str) -> HttpResponse:
    """Return one specification."""
    names = _names(call)
    return http.answer(fields.select(resource(find(call.viewer, id)), names))


def patch(call: Call, id: str) -> HttpResponse:
    """Change a specification by merge-patch."""
    names = _names(call)
    body = http.body_object(call.request, http.MERGE)
    row = find(call.viewer, id)
    before = resource(row)
    after = merge.merged(before, body)
    fixed = [
        Problem(name, "not_patchable", NOT_PATCHABLE)
        for name in merge.changed(before, after)
        if name in SPECIFICATION_SET_BY_SERVER
    ]
    if fixed:
        raise Invalid(fixed)
    _check(after)
    kept = {key: value for key, value in after.items() if key not in SPECIFICATION_SET_BY_SERVER}
    row = services.change(call.viewer, row, kept, now=call.now)
    return http.answer(fields.select(resource(row), names))


def delete(call: Call, id: str) -> HttpResponse:
    """Remove a specification."""
    only(http.parameters(call.request))
    services.remove(call.viewer, find(call.viewer, id))
    return http.answer(None, 204)


def _check(body: Mapping[str, Any]) -> None:
    found = problems(SPECIFICATION, body) + type_problems(body, TYPE)
    if found:
        raise Invalid(found)


def _names(call: Call) -> frozenset[str] | None:
    query = only(http.parameters(call.request), "fields")
    return fields.wanted(query.get("fields"), KNOWN)
