"""Keeping what a connected system said of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sunline.api.models import ClientDocument
from sunline.api.tmf.common.texts import NEEDS_BASE, OTHER_TYPE
from sunline.kernel import rows
from sunline.kernel.errors import Problem

from ..representation import Described

NOT_KEPT = frozenset({"id", "href", "name", "severity", "ticketType", "priority", "status"})


def type_problems(body: Mapping[str, Any], type_: str = "TroubleTicket") -> list[Problem]:
    """Return what is wrong with the top-level `@type`: another one must say what it extends."""
    named = body.get("@type", type_)
    if named == type_ or not isinstance(named, str):
        return []
    if body.get("@baseType") != type_:
        return [Problem("@type", "other_type", OTHER_TYPE)]
    if not body.get("@schemaLocation"):
        return [Problem("@schemaLocation", "needs_base", NEEDS_BASE)]
    return []


def kept_of(values: Mapping[str, Any], *, without_description: bool) -> dict[str, Any]:
    """Return the attributes that only the document keeps."""
    left_out = NOT_KEPT | ({"description"} if without_description else set())
    return {key: value for key, value in values.items() if key not in left_out}


def _row_of(ticket_id: UUID, described: Described, now: datetime) -> ClientDocument:
    return ClientDocument(
        ticket_id=ticket_id,
        client_id=described.client_id,
        version=described.version,
        ticket_type=described.ticket_type,
        kind=described.kind,
        severity=described.severity,
        priority=described.priority,
        document=dict(described.document),
        reason_version=described.reason_version,
        deleted_version=described.deleted_version,
        updated_at=now,
    )


def keep(ticket_id: UUID, described: Described, now: datetime) -> None:
    """Write the document of a new ticket."""
    rows.insert([_row_of(ticket_id, described, now)])


def replace(ticket_id: UUID, described: Described, now: datetime) -> None:
    """Write the document of a ticket that may have one."""
    row = _row_of(ticket_id, described, now)
    names = [field.attname for field in ClientDocument._meta.concrete_fields]
    ClientDocument.objects.update_or_create(
        ticket_id=ticket_id,
        defaults={name: getattr(row, name) for name in names if name != "ticket_id"},
    )
