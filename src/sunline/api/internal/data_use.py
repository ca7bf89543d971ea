"""Where a number's data went, for our own tools: addresses, and the sheets of a ticket."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.kernel.errors import Invalid, Problem, too_long
from sunline.knowledge import queries as knowledge
from sunline.knowledge.errors import NO_ADDRESS
from sunline.tickets import queries, services

from .tickets import uuid_of

MOST = 253


def address(call: Call) -> HttpResponse:
    """Return the service that an address or a domain belongs to, null when none is known."""
    asked = dict(http.parameters(call.request)).get("q", "").strip()
    if len(asked) > MOST:
        raise Invalid([too_long("q", MOST)])
    if not knowledge.is_address(asked):
        raise Invalid([Problem("q", "no_address", NO_ADDRESS)])
    row = knowledge.look_up_address(call.viewer, asked)
    found: dict[str, Any] | None = None
    if row is not None:
        found = {name: value for name, value in asdict(row).items() if name != "span"}
        found["covers"] = knowledge.shown_span(row)
    return http.answer({"q": asked, "table": knowledge.address_book().number, "service": found})


def sheets(call: Call, number: str) -> HttpResponse:
    """Return the explanation sheets of a ticket, newest first, without what they explain."""
    ticket = queries.ticket_for(call.viewer, number)
    return http.answer({"items": [asdict(row) for row in queries.sheets_of(call.viewer, ticket)]})


def sheet(call: Call, number: str, sheet_id: str) -> HttpResponse:
    """Return an explanation sheet whole; that it was read is written down."""
    ticket = queries.ticket_for(call.viewer, number)
    wanted = uuid_of("sheet_id", sheet_id)
    found = services.open_data_sheet(call.viewer, ticket.id, wanted, now=call.now)
    return http.answer(asdict(found))
