"""What the tests of complaints share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from typing import cast as typed
from uuid import UUID

from sunline.kernel import log
from sunline.kernel.models import Event
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import handlers, services
from ..models import Complaint
from ..types import Registration, TicketRef

See = Callable[[str], Viewer]
HOUR = timedelta(hours=1)


def registration(org: cast.Organisation, **changes: object) -> Registration:
    fields: dict[str, object] = {
        "kind": "complaint",
        "title": "多收费",
        "description": "账单多收费，要求退费。",
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "contact": "19900000001",
    }
    return Registration(**{**fields, **changes})  # type: ignore[arg-type]


def opened(ticket_id: UUID, now: datetime) -> Complaint:
    """Do what the worker does when a ticket was registered."""
    handlers.on_registered(typed(Event, SimpleNamespace(subject_id=ticket_id)), now)
    return Complaint.objects.get(ticket_id=ticket_id)


def case(ticket: TicketRef) -> Complaint:
    return Complaint.objects.get(ticket_id=ticket.id)


def kinds(ticket: TicketRef) -> list[str]:
    return [event.kind.split("@")[0].split(".")[1] for event in log.history(ticket.id)]


def assess(see: Viewer, ticket: TicketRef, now: datetime, **changes: Any) -> Complaint:
    fields = {"severity": "general", "urgency": "normal", "note": "客户反映情况", **changes}
    services.assess(see, ticket.id, now=now, **fields)
    return case(ticket)
