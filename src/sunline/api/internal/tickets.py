"""Tickets for our own tools: thin, quick JSON over the services and queries of the rooms."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.errors import UnsupportedMedia
from sunline.api.tmf.common.texts import NOT_A_COUNT, NOT_JSON, UNKNOWN_PARAMETER
from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.tickets import queries, services
from sunline.tickets.types import NoticePlace, Registration, TicketRow, TimelineEntry, WorkFilter

ROW = tuple(item.name for item in fields(TicketRow))
VIEW = tuple(item.name for item in fields(queries.TicketView))
FILTERS = frozenset(
    {"view", "state", "kind", "urgency", "unit_id", "customer_id"}
    | {"reporting_type", "complexity", "scope", "feedback", "truth"}
)


class Line(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A ticket to register; `note` and the ids are optional."""

    description: str
    kind: str = "enquiry"
    title: str = ""
    channel: str = "api"
    urgency: str = "normal"
    severity: str = ""
    complexity: str = "simple"
    topic_id: UUID | None = None
    customer_id: UUID | None = None
    subscriber_id: UUID | None = None
    home_unit_id: UUID | None = None
    contact: str = ""
    tier: str = "ordinary"
    rural: bool = False
    fragile: bool = False
    scope: str = "one"
    details: dict[str, str | int | float] = {}
    external_id: str = ""
    note: str = ""
    area_code: str = ""


class Comment(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A note to write on a ticket."""

    text: str
    public: bool = False


class Draft(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A ticket that is not registered yet, to be compared with the customer's open ones."""

    description: str
    title: str = ""
    customer_id: UUID | None = None
    contact: str = ""


LINE = msgspec.json.Decoder(Line)
COMMENT = msgspec.json.Decoder(Comment)
DRAFT = msgspec.json.Decoder(Draft)
LONGEST = {"channel": 16, "severity": 32, "tier": 16, "contact": 200, "area_code": 32}


def registration_of(raw: bytes, home: UUID | None) -> Registration:
    """Return the registration of one JSON object; raise Invalid when it cannot be read."""
    line = decoded(LINE, raw)
    for name, value in (("title", line.title), ("description", line.description)):
        if "\x00" in value:
            raise Invalid([Problem(name, "unstorable", NOT_JSON)])
    for name, most in LONGEST.items():
        value = getattr(line, name)
        if len(value) > most or "\x00" in value:
            raise Invalid([Problem(name, "too_long", NOT_JSON)])
    values = {name: getattr(line, name) for name in line.__struct_fields__}
    values["home_unit_id"] = line.home_unit_id or home
    values["note"] = line.note.replace("\x00", "")
    values["external_id"] = line.external_id.replace("\x00", "")
    return Registration(**values)


def decoded(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    """Return the value of a JSON body of a known shape; raise Invalid with the place."""
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = str(error)
        place = text.rsplit("$.", 1)[1].rstrip("`") if "$." in text else "body"
        raise Invalid([Problem(place[:80], "not_json", NOT_JSON)]) from error


def raw_of(call: Call) -> bytes:
    """Return the JSON body's bytes."""
    if call.request.content_type not in ("", http.JSON):
        raise UnsupportedMedia()
    return http.body_bytes(call.request)


def register(call: Call) -> HttpResponse:
    """Register one ticket."""
    item = registration_of(raw_of(call), call.viewer.unit_id)
    ref = services.register(call.viewer, item, now=call.now)
    return http.answer(
        {"id": ref.id, "number": ref.number, "state": ref.state, "version": ref.version}, 201
    )


def copies(call: Call) -> HttpResponse:
    """Return the customer's open tickets that a draft may be a copy of, the most alike first."""
    draft: Draft = decoded(DRAFT, raw_of(call))
    found = queries.likely_copies(
        call.viewer,
        f"{draft.title}\n{draft.description}".replace("\x00", "")[:10_000],
        customer_id=draft.customer_id,
        contact=draft.contact.replace("\x00", "")[:120],
        now=call.now,
    )
    return http.answer({"items": [asdict(row) for row in found]})


def notices(call: Call) -> HttpResponse:
    """Return what callers are to hear, or readers to read, now; an IVR asks for it."""
    place = dict(http.parameters(call.request)).get("place", NoticePlace.IVR.value)
    if place not in NoticePlace.values:
        raise Invalid([unknown_choice("place")])
    found = queries.notices_in_force(place, now=call.now)
    shown = [
        {
            "id": row.id,
            "text": row.text,
            "since": row.since,
            "until": row.until,
            "areas": queries.areas_of(row),
        }
        for row in found
    ]
    return http.answer({"items": shown})


def work_list(call: Call) -> HttpResponse:
    """Return one page of a view."""
    query = dict(http.parameters(call.request))
    for name in query:
        if name not in FILTERS | {"cursor", "limit"}:
            raise Invalid([Problem(name[:80], "unknown_parameter", UNKNOWN_PARAMETER)])
    wanted: dict[str, Any] = {name: value for name, value in query.items() if name in FILTERS}
    for name in ("unit_id", "customer_id"):
        if name in wanted:
            wanted[name] = uuid_of(name, wanted[name])
    page = queries.work_list(
        call.viewer,
        WorkFilter(**{"view": "all", **wanted}),
        now=call.now,
        cursor=query.get("cursor"),
        limit=limit_of(query),
    )
    return http.answer(_page(page.items, page.next, page.previous))


def search(call: Call) -> HttpResponse:
    """Find tickets by number, phone, name or words."""
    query = dict(http.parameters(call.request))
    page = queries.search(
        call.viewer,
        query.get("q", ""),
        now=call.now,
        cursor=query.get("cursor"),
        limit=limit_of(query),
    )
    return http.answer(_page(page.items, page.next, page.previous))


def one(call: Call, number: str) -> HttpResponse:
    """Return one ticket with its timeline."""
    view = queries.ticket_for(call.viewer, number)
    shown = {name: getattr(view, name) for name in VIEW}
    shown["timeline"] = [_entry(entry) for entry in queries.timeline(call.viewer, view)]
    return http.answer(shown)


def comments(call: Call, number: str) -> HttpResponse:
    """Return what was written on a ticket, oldest first."""
    view = queries.ticket_for(call.viewer, number)
    entries = queries.timeline(call.viewer, view)
    return http.answer({"items": [_entry(entry) for entry in entries if entry.text]})


def comment(call: Call, number: str) -> HttpResponse:
    """Write a note on a ticket."""
    said: Comment = decoded(COMMENT, raw_of(call))
    view = queries.ticket_for(call.viewer, number)
    ref = services.add_note(call.viewer, view.id, text=said.text, public=said.public, now=call.now)
    return http.answer({"number": ref.number, "version": ref.version}, 201)


def _page(items: Any, following: str | None, previous: str | None) -> dict[str, Any]:
    shown = [{name: getattr(item, name) for name in ROW} for item in items]
    return {"items": shown, "next": following, "previous": previous}


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "kind": entry.kind,
        "actor": entry.actor,
        "actor_kind": entry.actor_kind,
        "sequence": entry.sequence,
        "text": entry.text,
        "public": entry.public,
        "data": entry.data,
    }


def limit_of(query: dict[str, str]) -> int:
    """Return how many lines are wanted; raise Invalid for what is no count."""
    text = query.get("limit", "25")
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid([Problem("limit", "not_a_count", NOT_A_COUNT)])
    return int(text)


def uuid_of(name: str, text: str) -> UUID:
    """Return an id; raise Invalid for the parameter."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid([Problem(name, "unknown_choice", UNKNOWN_PARAMETER)]) from error
