"""What our facts are called outside: one listener turns them into notifications that are owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from sunline.api.models import HubSubscription
from sunline.api.tmf.common import times
from sunline.api.tmf.common.hub import query, services
from sunline.api.tmf.common.hub.services import Notice
from sunline.kernel.models import Event
from sunline.staff.models import ApiClient
from sunline.staff.queries import unit_tree

from . import mapping, queries
from .representation import Held, resource

API = "tmf621"
ROOM = 16  # how many notifications one fact may become, with their order
CREATED = frozenset({"ticket.registered@1"})
CHANGED = frozenset({"ticket.reclassified@1", "ticket.noted@1"})
MOVED = frozenset(
    f"ticket.{name}@1"
    for name in (
        *("dispatched", "accepted", "replied", "approved", "sent_back", "answered", "revisited"),
        *("closed", "withdrawn", "refused", "returned", "redispatched", "held", "resumed"),
        *("customer_asked", "finally_dispatched", "transferred", "corrected"),
        *("kept_on_account", "taken_off_account", "merged", "unmerged"),
    )
)
KINDS = CREATED | CHANGED | MOVED


def on_fact(event: Event, now: datetime) -> None:
    """Owe each subscription the notifications that a fact about a ticket becomes."""
    subscriptions = _subscriptions()
    if not subscriptions:
        return
    held = queries.for_events(event.subject_id)
    if held is None:
        return
    types = types_of(event, held)
    if not types:
        return
    status = mapping.status_of(event.payload["state"])
    notices = []
    for subscription in subscriptions:
        if not _within(subscription, held):
            continue
        shown = at_event(resource(held, subscription.version), event, status)
        for index, type_ in enumerate(types):
            body = notification(event, type_, shown, subscription.version)
            if query.wants(subscription.query, body):
                notices.append(
                    Notice(
                        subscription.id,
                        event.subject_id,
                        event.sequence * ROOM + index,
                        event.id,
                        type_,
                        orjson.dumps(body).decode(),
                    )
                )
    if notices:
        services.owe(notices, now=now)


def _subscriptions() -> Sequence[HubSubscription]:
    """Return the live subscriptions of clients that are not closed."""
    rows = list(HubSubscription.objects.filter(api=API, ended_at=None).order_by("id"))
    clients = {row.client_id for row in rows}
    open_ = set(
        ApiClient.objects.filter(public_id__in=clients, closed_at=None).values_list(
            "public_id", flat=True
        )
    )
    return [row for row in rows if row.client_id in open_]


def _within(subscription: HubSubscription, held: Held) -> bool:
    """Return whether the subscriber may see the ticket: its own, or of its unit's scope."""
    if held.row["client_id"] == subscription.client_id:
        return True
    tree = unit_tree()
    paths = [tree.path(held.row["home_unit_id"]), tree.path(held.row["unit_id"])]
    return any(path.startswith(subscription.unit_path) for path in paths if path)


def types_of(event: Event, held: Held) -> tuple[str, ...]:
    """Return the event types that a fact becomes, in their order."""
    found: list[str] = []
    if event.kind in CREATED:
        found.append("TroubleTicketCreateEvent")
    elif event.kind in MOVED:
        after = mapping.status_of(event.payload["state"])
        if after != _status_before(event):
            found.append("TroubleTicketStatusChangeEvent")
            if after == "resolved":
                found.append("TroubleTicketResolvedEvent")
            if after == "pending":
                found.append("TroubleTicketInformationRequiredEvent")
    elif event.kind in CHANGED and _is_outward(event, held):
        found.append("TroubleTicketAttributeValueChangeEvent")
    if held.described and held.described.deleted_version == event.sequence:
        found.append("TroubleTicketDeleteEvent")
    return tuple(found)


def _status_before(event: Event) -> str:
    before = (
        Event.objects.filter(subject_id=event.subject_id, sequence__lt=event.sequence)
        .order_by("-sequence")
        .values_list("payload", flat=True)
        .first()
    )
    state = (before or {}).get("state")
    return mapping.status_of(state) if state else ""


def _is_outward(event: Event, held: Held) -> bool:
    """Return whether the change shows outside: internal notes of our people do not."""
    if event.kind != "ticket.noted@1" or event.payload.get("public"):
        return True
    return held.described is not None and event.actor_id == held.described.client_id


def at_event(shown: dict[str, Any], event: Event, status: str) -> dict[str, Any]:
    """Return the resource with the status it had at the fact, not the one it has by now."""
    result = {**shown, "status": status, "lastUpdate": times.written(event.at)}
    if shown["status"] != status:
        result.pop("statusChangeReason", None)
        result["statusChangeDate"] = times.written(event.at)
    moment = times.written(event.at)
    for name, date in (("statusChangeHistory", "statusChangeDate"), ("statusChange", "changeDate")):
        if name in result:
            result[name] = [step for step in result[name] if step[date] <= moment]
    return result


def notification(
    event: Event, type_: str, shown: Mapping[str, Any], version: str
) -> dict[str, Any]:
    """Return the body of a notification; v4 and v5 spell one attribute differently."""
    ticket: Mapping[str, Any] = shown
    if type_ == "TroubleTicketDeleteEvent":
        ticket = {name: shown[name] for name in ("id", "href", "@type") if name in shown}
    moment = times.written(event.at)
    body: dict[str, Any] = {
        "eventId": str(_event_id(event, type_)),
        "eventTime": moment,
        "eventType": type_,
        "correlationId": event.correlation_id or str(event.id),
        "domain": "TroubleTicket",
        "title": type_,
        "event": {"troubleTicket": ticket},
    }
    if version == "v4":
        return {**body, "timeOcurred": moment}
    reporter = {
        "id": settings.PUBLIC_URL,
        "name": "Sunline",
        "@type": "ReportingResource",
        "@referredType": "LogicalResource",
    }
    return {
        **body,
        "timeOccurred": moment,
        "source": reporter,
        "reportingSystem": reporter,
        "@type": type_,
        "@baseType": "Event",
    }


def _event_id(event: Event, type_: str) -> UUID:
    """Return an id of the notification that is the same however often it is made."""
    first = type_ in ("TroubleTicketCreateEvent", "TroubleTicketStatusChangeEvent")
    if first or type_ == "TroubleTicketAttributeValueChangeEvent":
        return event.id
    return UUID(int=event.id.int ^ (hash_of(type_) & 0xFFFFFFFF))


def hash_of(text: str) -> int:
    """Return a small number that is the same in every process."""
    return sum((index + 1) * byte for index, byte in enumerate(text.encode()))
