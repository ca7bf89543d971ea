"""What routing is told about a ticket: its traits, its home, and whose customer it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sunline.routing import queries as routing
from sunline.routing.types import Rehearsal, Wanted
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from ..models import Handling, Ticket
from ..rules.language import language_of
from .reading import id_of


def wanted(ticket: Ticket) -> Wanted:
    """Return a ticket as the dispatch rules and the choice of a person see it."""
    return Wanted(
        traits=dispatch_traits(ticket),
        home_path=unit_tree().path(ticket.home_unit_id),
        unit_id=ticket.unit_id,
        channel=ticket.channel,
        last_account=last_account(ticket),
        manager_account=ticket.customer.manager_id if ticket.customer is not None else None,
    )


def dispatch_traits(ticket: Ticket) -> dict[str, str]:
    """Return what dispatch rules may ask of a ticket."""
    customer, subscriber = ticket.customer, ticket.subscriber
    return {
        "topic": ticket.topic.code if ticket.topic is not None else "",
        "kind": str(ticket.kind),
        "reporting_type": reporting_type(ticket),
        "urgency": str(ticket.urgency),
        "severity": ticket.severity,
        "complexity": ticket.complexity,
        "channel": ticket.channel,
        "tier": str(customer.tier) if customer is not None else "ordinary",
        "rural": "yes" if customer is not None and customer.rural else "no",
        "product": subscriber.service if subscriber is not None else "",
        "language": language_of(ticket.title + ticket.description[:500]),
    }


def reporting_type(ticket: Ticket) -> str:
    """Return the ticket's own reporting type where it has one, else its topic's."""
    topic = ticket.topic
    return str(getattr(ticket, "reporting_type", "") or (topic.reporting_type if topic else ""))


def last_account(ticket: Ticket) -> UUID | None:
    """Return who handled a ticket of the same customer last, None when nobody did."""
    if ticket.customer_id is None:
        return None
    stays = Handling.objects.filter(ticket__customer_id=ticket.customer_id)
    last = stays.exclude(ticket_id=ticket.id).exclude(handler_id=None).order_by("-id")
    return last.values_list("handler_id", flat=True).first()


def rehearse(viewer: Viewer, number: str, *, now: datetime) -> Rehearsal:
    """Return who would get a ticket now and why; raises NotFound for one out of sight."""
    ticket = Ticket.objects.select_related("topic", "customer", "subscriber").get(
        id=id_of(viewer, number)
    )
    since = ticket.dispatched_at or ticket.registered_at
    asked = wanted(ticket)
    return routing.rehearse(
        viewer,
        Wanted(
            asked.traits,
            asked.home_path,
            asked.unit_id,
            asked.channel,
            None,
            asked.last_account,
            asked.manager_account,
            int((now - since).total_seconds() // 60),
        ),
        now,
    )
