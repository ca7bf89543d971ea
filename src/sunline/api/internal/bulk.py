"""Registering tickets in bulk: one JSON object a line (NDJSON), one result a line."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.errors import TooLarge, UnsupportedMedia
from sunline.kernel.errors import Invalid, SunlineError, too_long
from sunline.tickets import services
from sunline.tickets.types import Registration

from .tickets import registration_of

MOST_BYTES = 32 * 1024 * 1024
MOST_LINE = 256 * 1024
MOST_LINES = 50_000  # each costs an answer, however short it is
NDJSON = "application/x-ndjson"
TYPES = frozenset({"", NDJSON, "application/ndjson", "application/jsonl", "text/plain"})


def register(call: Call) -> HttpResponse:
    """Register each line that can be used; the answer has one result for every line.

    The usable lines stand or fall together: if the database refuses one of them, none is
    registered and each is tried alone, so that one bad line never takes the others with it.
    """
    if call.request.content_type not in TYPES:
        raise UnsupportedMedia()
    body = http.body_bytes(call.request, MOST_BYTES)
    if body.count(b"\n") > MOST_LINES:
        raise TooLarge()
    results: list[dict[str, Any]] = []
    items: list[Registration] = []
    places: list[int] = []
    for number, raw in enumerate(body.split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            items.append(_read(raw, call.viewer.unit_id, call.now))
            places.append(len(results))
            results.append({"line": number})
        except Invalid as error:
            results.append({"line": number, **_refusal(error, call)})
    for place, outcome in zip(places, _register(call, items), strict=True):
        results[place].update(outcome)
    registered = sum("id" in result for result in results)
    return http.answer(
        {"registered": registered, "refused": len(results) - registered, "results": results},
        200 if registered or not results else 400,
    )


def _read(raw: bytes, home: UUID | None, now: datetime) -> Registration:
    """Return the registration of one line; raise Invalid when it cannot be used."""
    if len(raw) > MOST_LINE:
        raise Invalid([too_long("line", MOST_LINE)])
    item = registration_of(raw, home)
    if found := services.check(item, now):
        raise Invalid(found)
    return item


def _register(call: Call, items: list[Registration]) -> list[dict[str, Any]]:
    if not items:
        return []
    try:
        refs = services.register_many(call.viewer, items, now=call.now, checked=True)
    except SunlineError as error:
        if len(items) == 1:
            return [_refusal(error, call)]
        return [outcome for item in items for outcome in _register(call, [item])]
    return [{"id": ref.id, "number": ref.number} for ref in refs]


def _refusal(error: SunlineError, call: Call) -> dict[str, Any]:
    with http.speaking(call.request):
        return {
            "code": error.code,
            "text": error.message,
            "problems": http.problem_lines(error),
        }
