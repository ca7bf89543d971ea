"""A ticket as a TM Forum resource: our row, the client's own document, notes and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from sunline.api.tmf.common import times
from sunline.api.tmf.common.shapes import with_types

from . import mapping
from .convert import converted
from .schema import TICKETS

PATH = "/tmf-api/troubleTicket"
# What comes from the ticket itself; a document holds everything else as the client sent it.
FROM_ROW = frozenset(
    {"id", "href", "name", "severity", "ticketType", "priority", "status", "creationDate"}
    | {"lastUpdate", "statusChangeDate", "statusChange", "statusChangeHistory"}
)


@dataclass(frozen=True, slots=True)
class Described:
    """What a connected system said of a ticket; see `models.ClientDocument`."""

    version: str
    client_id: Any
    ticket_type: str
    kind: str
    severity: str
    priority: str
    document: Mapping[str, Any]
    reason_version: int = 0
    deleted_version: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A change of status: which, when, why, and at which version of the ticket."""

    status: str
    at: datetime
    reason: str
    version: int


@dataclass(frozen=True, slots=True)
class Held:
    """Everything a ticket's resource is made of."""

    row: Mapping[str, Any]
    described: Described | None = None
    notes: Sequence[Mapping[str, Any]] = ()
    steps: Sequence[Step] = field(default_factory=tuple)


def href(version: str, number: str) -> str:
    """Return the absolute address of a ticket; the Host header is not trusted."""
    return f"{settings.PUBLIC_URL}{PATH}/{version}/troubleTicket/{number}"


def resource(held: Held, version: str) -> dict[str, Any]:
    """Return the full resource in the words of the version, with `@type` where v5 wants it."""
    row, described = held.row, held.described
    result: dict[str, Any] = {
        "id": row["number"],
        "href": href(version, row["number"]),
        "name": row["title"],
        "description": row["description"],
        "severity": severity_of(row, described),
        "ticketType": ticket_type_of(row, described),
        "status": mapping.status_of(row["state"]),
        "creationDate": times.written(row["registered_at"]),
        "lastUpdate": times.written(row["updated_at"]),
    }
    priority = described.priority if described and described.priority else str(row["urgency"])
    result["priority"] = priority
    if described is None:
        result["channel"] = {"id": row["channel"], "name": row["channel"]}
        if row["external_id"]:
            result["externalId"] = row["external_id"]
        document = converted(result, "v4", version)
    else:
        kept = converted(dict(described.document), described.version, version)
        document = {**kept, **{key: result[key] for key in result if key not in kept}}
        document.update({key: result[key] for key in result if key in FROM_ROW})
    _add_resolution(document, row)
    _add_notes(document, held)
    _add_steps(document, held, version)
    document.setdefault("@type", "TroubleTicket")
    return with_types(TICKETS[version], document)  # type: ignore[no-any-return]


def severity_of(row: Mapping[str, Any], described: Described | None) -> str:
    """Return the client's own words while the ticket still has what they meant, else ours."""
    if described and mapping.stored_severity(described.severity) == row["severity"]:
        return described.severity
    return row["severity"] or mapping.DEFAULT_SEVERITY


def ticket_type_of(row: Mapping[str, Any], described: Described | None) -> str:
    """Return the client's own words while the ticket is still of the kind they meant."""
    if described and described.kind == row["kind"]:
        return described.ticket_type
    return str(row["kind"])


def _add_resolution(document: dict[str, Any], row: Mapping[str, Any]) -> None:
    moment = row["answered_at"] or row["closed_at"]
    if moment is not None and "resolutionDate" not in document:
        document["resolutionDate"] = times.written(moment)


def _add_notes(document: dict[str, Any], held: Held) -> None:
    """Add what the customer may read and others wrote; the client's own notes are there."""
    own = held.described.client_id if held.described else None
    told = [
        {
            "id": str(note["note"]),
            "author": note["author_label"],
            "date": times.written(note["at"]),
            "text": note["text"],
        }
        for note in held.notes
        if own is None or note["author_id"] != own
    ]
    if told:
        document["note"] = [*document.get("note", ()), *told]


def _add_steps(document: dict[str, Any], held: Held, version: str) -> None:
    if not held.steps:
        document.pop("statusChangeReason", None)
        return
    last = held.steps[-1]
    document["statusChangeDate"] = times.written(last.at)
    said = held.described.document.get("statusChangeReason") if held.described else None
    current = bool(said) and held.described is not None
    if current and held.described is not None and held.described.reason_version < last.version:
        current = False
    reason = str(said) if current else last.reason
    document.pop("statusChangeReason", None)
    if reason:
        document["statusChangeReason"] = reason
    steps = [
        (step.status, times.written(step.at), reason if step is last else step.reason)
        for step in held.steps
    ]
    if version == "v5":
        document.pop("statusChange", None)
        document["statusChangeHistory"] = [
            {"status": status, "statusChangeDate": at, "statusChangeReason": why}
            if why
            else {"status": status, "statusChangeDate": at}
            for status, at, why in steps
        ]
    else:
        document.pop("statusChangeHistory", None)
        document["statusChange"] = [
            {"status": status, "changeDate": at, "changeReason": why}
            if why
            else {"status": status, "changeDate": at}
            for status, at, why in steps
        ]
