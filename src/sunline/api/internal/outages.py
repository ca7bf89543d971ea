"""Outages for our own tools: the list, opening one, and one with what was done."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.utils import timezone

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.tmf.common.texts import NOT_JSON, UNKNOWN_PARAMETER
from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.tickets import queries, services
from sunline.tickets.types import NewOutage, OutageState

from .tickets import decoded, limit_of, raw_of

FILTERS = frozenset({"state", "cursor", "limit"})


class Disturbance(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An outage to open, or works to announce; moments carry their zone."""

    cause: str = "unknown"
    products: list[str]
    unit_ids: list[UUID]
    started_at: datetime
    estimated_end_at: datetime
    codes: list[str] = []
    names: list[str] = []
    planned: bool = False
    text: str = ""
    subscribers: int | None = None


DISTURBANCE = msgspec.json.Decoder(Disturbance)


def listing(call: Call) -> HttpResponse:
    """Return one page of outages, newest first."""
    query = dict(http.parameters(call.request))
    for name in query:
        if name not in FILTERS:
            raise Invalid([Problem(name[:80], "unknown_parameter", UNKNOWN_PARAMETER)])
    state = query.get("state", "")
    if state and state not in OutageState.values:
        raise Invalid([unknown_choice("state")])
    page = queries.outage_list(
        call.viewer, state=state, cursor=query.get("cursor"), limit=limit_of(query)
    )
    shown = [asdict(row) for row in page.items]
    return http.answer({"items": shown, "next": page.next, "previous": page.previous})


def create(call: Call) -> HttpResponse:
    """Open an outage or announce planned works."""
    ref = services.open_outage(call.viewer, new_of(raw_of(call)), now=call.now)
    return http.answer({"number": ref.number, "state": ref.state, "version": ref.version}, 201)


def new_of(raw: bytes) -> NewOutage:
    """Return the outage of a JSON body; raise Invalid when it cannot be read."""
    said: Disturbance = decoded(DISTURBANCE, raw)
    if any("\x00" in text for text in (said.text, *said.codes, *said.names)):
        raise Invalid([Problem("text", "unstorable", NOT_JSON)])
    if said.subscribers is not None and not 0 <= said.subscribers < 1_000_000_000:
        raise Invalid([Problem("subscribers", "out_of_range", NOT_JSON)])
    return NewOutage(
        cause=said.cause,
        products=tuple(said.products),
        unit_ids=tuple(said.unit_ids),
        started_at=_aware(said.started_at, "started_at"),
        estimated_end_at=_aware(said.estimated_end_at, "estimated_end_at"),
        codes=tuple(said.codes),
        names=tuple(said.names),
        planned=said.planned,
        text=said.text,
        subscribers=said.subscribers,
    )


def _aware(moment: datetime, name: str) -> datetime:
    """Return a moment in the house's zone unless it has one; raise Invalid for a year too far."""
    if not 1900 < moment.year < 9000:
        raise Invalid([Problem(name, "out_of_range", NOT_JSON)])
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def one(call: Call, number: str) -> HttpResponse:
    """Return one outage with how many are linked and told."""
    found = queries.outage_for(call.viewer, number)
    shown: dict[str, Any] = asdict(found.row) | {
        "text": found.outage.text,
        "subscribers": found.outage.subscribers,
        "customers": found.customers,
        "tickets": found.tickets,
        "contacts": found.contacts,
        "closed": found.closed,
        "refused": found.refused,
        "told": [{"round": one.round, "states": dict(one.states)} for one in found.told],
        "estimates": [
            {"estimated_end_at": row.estimated_end_at, "at": row.at, "by": row.by_label}
            for row in found.estimates
        ],
    }
    return http.answer(shown)
