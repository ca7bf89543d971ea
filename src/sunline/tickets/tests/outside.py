"""Tickets that an engineer goes out for, for tests of field orders."""

from __future__ import annotations

from datetime import datetime, timedelta

from sunline.sla import services as sla
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.types import Registration, TicketRef

ADDRESS = "广州市天河区体育西路101号1203房"


def ticket(org: cast.Organisation, now: datetime, kind: str = "transaction") -> TicketRef:
    """Return a ticket in the hands of the field team of Guangzhou."""
    cast.people()
    sla.load_shipped(now - timedelta(days=1))
    fields = Registration(
        kind=kind,
        title="新装宽带" if kind == "transaction" else "宽带断线",
        description="请尽快上门。",
        channel="phone",
        home_unit_id=org["gz"].id,
        contact="19900000001",
    )
    ref = services.register(cast.viewer("lin"), fields, now=now)
    services.dispatch(cast.viewer("sun"), ref.id, unit_id=org["gz-field"].id, now=now)
    return services.accept(cast.viewer("wu"), ref.id, now=now)


def order(
    org: cast.Organisation, now: datetime, kind: str = "install", slot: str = ""
) -> TicketRef:
    """Return such a ticket with a field order, booked where a window is named."""
    ref = ticket(org, now, "fault" if kind == "repair" else "transaction")
    services.open_field(cast.viewer("lin"), ref.id, kind=kind, address=ADDRESS, now=now)
    if slot:
        services.book_field(cast.viewer("lin"), ref.id, slot=slot, now=now)
    return ref
