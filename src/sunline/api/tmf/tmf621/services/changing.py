"""Changing tickets by merge-patch, and withdrawing them, for connected systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from sunline.api.errors import StatusNotReachable
from sunline.api.tmf.common import merge
from sunline.api.tmf.common.shapes import problems
from sunline.api.tmf.common.texts import NOT_PATCHABLE, OTHER_TYPE
from sunline.kernel.errors import Invalid, Problem
from sunline.staff.types import Viewer
from sunline.tickets import services as tickets
from sunline.tickets.types import FINAL, TicketRef

from .. import mapping, queries
from ..representation import Described, Held, resource
from ..schema import SET_BY_SERVER, TICKETS
from . import documents
from .verbs import act, reason_of


def change(
    viewer: Viewer, number: str, patch: Mapping[str, Any], version: str, *, now: datetime
) -> Held:
    """Apply a merge-patch: attributes first, then the status by its verb; all or nothing.

    Raises Invalid for what cannot be patched, StatusNotReachable or WrongState for a status that
    has no way from here, Changed when somebody else was quicker.
    """
    with transaction.atomic():
        held = queries.one(viewer, number)
        before = resource(held, version)
        after = merge.merged(before, dict(patch))
        differing = merge.changed(before, after)
        _check(before, after, differing, version)
        if not differing:
            return held
        ref = TicketRef(held.row["id"], number, held.row["state"], held.row["version"])
        described = _redescribed(viewer, held, after, differing, version)
        ref = _attributes(viewer, ref, held, described, after, before, differing, now)
        if "status" in differing:
            ref = _to_status(viewer, ref, after, now)
        if "status" in differing or "statusChangeReason" in differing:
            described = replace(described, reason_version=ref.version)
        documents.replace(ref.id, described, now)
        return queries.one(viewer, number)


def _check(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    differing: Mapping[str, Any],
    version: str,
) -> None:
    found = [
        Problem(name, "not_patchable", NOT_PATCHABLE)
        for name in differing
        if name in SET_BY_SERVER[version]
    ]
    if "status" in differing and after.get("status") is None:
        found.append(Problem("status", "not_patchable", NOT_PATCHABLE))
    found += problems(TICKETS[version], after) + documents.type_problems(after)
    if "@type" in differing and before.get("@type") != "TroubleTicket":
        found.append(Problem("@type", "other_type", OTHER_TYPE))
    if found:
        raise Invalid(found)


def _redescribed(
    viewer: Viewer,
    held: Held,
    after: Mapping[str, Any],
    differing: Mapping[str, Any],
    version: str,
) -> Described:
    """Return the client's document as the patched resource leaves it."""
    own = held.described.client_id if held.described else viewer.actor.id
    staff_notes = {str(note["note"]) for note in held.notes if note["author_id"] != own}
    kept = {key: value for key, value in after.items() if key not in SET_BY_SERVER[version]}
    said = held.described
    if "resolutionDate" not in differing and "resolutionDate" not in (
        said.document if said else ()
    ):
        kept.pop("resolutionDate", None)
    if isinstance(kept.get("note"), list):
        kept["note"] = [note for note in kept["note"] if note.get("id") not in staff_notes]
    unpatched = said is None or "description" not in said.document
    as_registered = unpatched and "description" not in differing
    ticket_type = str(after["ticketType"])
    return Described(
        version=version,
        client_id=own,
        ticket_type=ticket_type,
        kind=str(mapping.kind_of(ticket_type)) if "ticketType" in differing else held.row["kind"],
        severity=str(after["severity"]),
        priority=str(after.get("priority", "")),
        document=documents.kept_of(kept, without_description=as_registered),
        reason_version=said.reason_version if said else 0,
    )


def _attributes(
    viewer: Viewer,
    ref: TicketRef,
    held: Held,
    described: Described,
    after: Mapping[str, Any],
    before: Mapping[str, Any],
    differing: Mapping[str, Any],
    now: datetime,
) -> TicketRef:
    """Bring what the ticket itself keeps up to date, and note the rest for the people at work."""
    row = held.row
    classes = _classes(row, described, after, differing)
    if any(classes):
        kind, severity, urgency, title = classes
        ref = tickets.reclassify(
            viewer,
            ref.id,
            kind=kind,
            severity=severity,
            urgency=urgency,
            title=title,
            now=now,
            version=ref.version,
        )
    texts = [
        note["text"]
        for note in after.get("note") or ()
        if note.get("text") and note not in (before.get("note") or ())
    ]
    if "description" in differing:
        texts.append(str(after["description"]))
    noted = frozenset({"name", "severity", "priority", "status", "statusChangeReason"})
    noted |= {"note", "description"} if texts else set()
    rest = sorted(set(differing) - noted - ({"ticketType"} if classes[0] else set()))
    if rest or not (any(classes) or texts or "status" in differing):
        names = ", ".join(rest or sorted(differing))
        texts.append(gettext("The connected system changed: %(names)s") % {"names": names})
    if texts:
        ref = tickets.add_note(
            viewer, ref.id, text="\n\n".join(texts), now=now, version=ref.version
        )
    return ref


def _classes(
    row: Mapping[str, Any],
    described: Described,
    after: Mapping[str, Any],
    differing: Mapping[str, Any],
) -> tuple[str | None, str | None, str | None, str | None]:
    """Return the kind, severity, urgency and title that the ticket must take on; None to stay."""
    title = mapping.title_of(str(after.get("name") or ""), str(after["description"]))
    wanted = {
        "kind": ("ticketType", described.kind),
        "severity": ("severity", mapping.stored_severity(described.severity)),
        "urgency": ("priority", str(mapping.urgency_of(described.priority))),
        "title": ("name", title),
    }
    kind, severity, urgency, name = (
        value if attribute in differing and value != row[column] else None
        for column, (attribute, value) in wanted.items()
    )
    return kind, severity, urgency, name


def _to_status(
    viewer: Viewer, ref: TicketRef, after: Mapping[str, Any], now: datetime
) -> TicketRef:
    wanted = str(after["status"])
    verb = mapping.verb_for(ref.state, wanted)
    if not verb:
        raise StatusNotReachable(status=mapping.status_of(ref.state), wanted=wanted)
    return act(viewer, ref, verb, reason_of(after), now=now)


def delete(viewer: Viewer, number: str, *, now: datetime) -> None:
    """Withdraw a ticket for a connected system, which will not see it again; history stays."""
    with transaction.atomic():
        held = queries.one(viewer, number)
        ref = TicketRef(held.row["id"], number, held.row["state"], held.row["version"])
        text = gettext("Deleted by the connected system.")
        if held.row["state"] in FINAL:
            ref = tickets.add_note(viewer, ref.id, text=text, now=now, version=ref.version)
        else:
            ref = act(viewer, ref, "withdraw", text, now=now)
        described = held.described or Described(
            version="v5",
            client_id=viewer.actor.id,
            ticket_type=held.row["kind"],
            kind=held.row["kind"],
            severity=held.row["severity"],
            priority="",
            document={},
        )
        documents.replace(ref.id, replace(described, deleted_version=ref.version), now)
