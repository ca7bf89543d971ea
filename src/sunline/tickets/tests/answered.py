"""Tickets on their way to the customer, and what follows the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sunline.kernel import log
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import services
from ..models import RevisitPlan
from ..types import Registration, TicketRef

See = Callable[[str], Viewer]


def checked(org: cast.Organisation, see: See, now: datetime, **changes: object) -> TicketRef:
    """Return a ticket whose reply waits for the check."""
    cast.people()
    fields: dict[str, object] = {
        "kind": "complaint",
        "title": "话费多收",
        "description": "本月多扣了三十元。",
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "contact": "19900000001",
    }
    made = services.register(see("lin"), Registration(**{**fields, **changes}), now=now)  # type: ignore[arg-type]
    services.dispatch(see("sun"), made.id, unit_id=org["gz-bill"].id, now=now)
    services.accept(see("wei"), made.id, now=now)
    return services.reply(see("wei"), made.id, text="已核实，多收三十元。", now=now)


def answered(org: cast.Organisation, see: See, now: datetime, **changes: object) -> TicketRef:
    made = checked(org, see, now, **changes)
    services.approve(see("sun"), made.id, now=now)
    return services.answer(see("lin"), made.id, text="已退还三十元。", now=now)


def plan_of(ticket: TicketRef) -> RevisitPlan:
    return RevisitPlan.objects.filter(ticket_id=ticket.id).order_by("-answer")[0]


def kinds(ticket: TicketRef) -> list[str]:
    return [event.kind.split("@")[0].split(".")[1] for event in log.history(ticket.id)]
