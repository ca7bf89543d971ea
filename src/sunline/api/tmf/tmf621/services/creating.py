"""Registering a ticket from a resource and leading it to the status it is sent with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from sunline.api.tmf.common.shapes import problems
from sunline.kernel.errors import Invalid
from sunline.staff.types import Viewer
from sunline.tickets import services as tickets
from sunline.tickets.types import Registration, TicketRef

from .. import mapping, queries
from ..representation import Described, Held, Step
from ..schema import SET_BY_SERVER, TICKETS
from . import documents
from .verbs import act, reason_of

CHANNEL = "api"
MOST_EXTERNAL = 64


def create(viewer: Viewer, body: Mapping[str, Any], version: str, *, now: datetime) -> Held:
    """Register a ticket from a resource and lead it to the status it is sent with.

    Raises Invalid for what the shape refuses; see `tickets.services.register` for the rest.
    """
    found = problems(TICKETS[version], body) + documents.type_problems(body)
    if found:
        raise Invalid(found)
    values = {key: value for key, value in body.items() if key not in SET_BY_SERVER[version]}
    described = _described(viewer, values, version)
    name, description = str(values.get("name", "")), str(values["description"])
    registration = Registration(
        kind=described.kind,
        title=mapping.title_of(name, description),
        description=description,
        channel=CHANNEL,
        home_unit_id=viewer.unit_id,
        urgency=mapping.urgency_of(described.priority),
        severity=mapping.stored_severity(described.severity),
        external_id=_external_id(values),
        note="\n\n".join(note["text"] for note in values.get("note", ()) if note.get("text")),
    )
    verbs = mapping.VERBS_TO_START[values.get("status", "acknowledged")]
    with transaction.atomic():
        ref = tickets.register(viewer, registration, now=now)
        for verb in verbs:
            ref = act(viewer, ref, verb, reason_of(values), now=now)
        described = replace(described, reason_version=ref.version)
        documents.keep(ref.id, described, now)
    if verbs:
        return queries.one(viewer, ref.number)
    return _new(viewer, ref, registration, described, now)


def _new(
    viewer: Viewer, ref: TicketRef, item: Registration, described: Described, now: datetime
) -> Held:
    """Return a ticket just registered without reading it back."""
    row = {
        **{"id": ref.id, "number": ref.number, "version": ref.version, "state": ref.state},
        **{"kind": item.kind, "severity": item.severity, "urgency": item.urgency},
        **{"title": item.title, "description": item.description, "channel": item.channel},
        **{"external_id": item.external_id, "client_id": viewer.actor.id},
        **{"registered_at": now, "updated_at": now, "answered_at": None, "closed_at": None},
    }
    return Held(row, described, (), (Step(mapping.status_of(ref.state), now, "", ref.version),))


def _described(viewer: Viewer, values: Mapping[str, Any], version: str) -> Described:
    ticket_type = str(values["ticketType"])
    return Described(
        version=version,
        client_id=viewer.actor.id,
        ticket_type=ticket_type,
        kind=str(mapping.kind_of(ticket_type)),
        severity=str(values["severity"]),
        priority=str(values.get("priority", "")),
        document=documents.kept_of(values, without_description=True),
    )


def _external_id(values: Mapping[str, Any]) -> str:
    """Return the client's number when the ticket can keep it; the document always does."""
    identifiers = values.get("externalIdentifier") or [{"id": values.get("externalId", "")}]
    text = str(identifiers[0]["id"])
    return text if len(text) <= MOST_EXTERNAL else ""
