"""Chains of repeats, suspected duplicates, and why customers came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sunline.customers import queries as customers
from sunline.kernel import crypto
from sunline.staff.types import Viewer

from .. import permissions, policies
from ..access import may_see_row, visible
from ..models import Repeat, Suspicion, Ticket
from ..rules import kin
from ..types import FINAL, State

MOST_COMPARED = 30  # of one customer's tickets
LOOKED_AT = (
    "id", "number", "title", "description", "topic_id", "state", "registered_at", "home_unit_id",
    "unit_id", "handler_id", "client_id", "closed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """One ticket of a chain of repeats."""

    number: str
    title: str
    state: str
    registered_at: datetime
    seq: int
    cause: str
    here: bool


@dataclass(frozen=True, slots=True)
class Likely:
    """A ticket that may be the same as another; `likeness` is from 0 to 1."""

    number: str
    title: str
    state: str
    registered_at: datetime
    likeness: float


def neighbours(ticket: Ticket, *, since: datetime, **more: Any) -> list[Ticket]:
    """Return the newest tickets of the same customer, line or contact, for the system's own use.

    Each is asked for by its own index, so the cost is bounded whatever the customer has behind.
    """
    whose = {
        "customer_id": ticket.customer_id,
        "subscriber_id": ticket.subscriber_id,
        "contact_index": ticket.contact_index,
    }
    found: dict[UUID, Ticket] = {}
    for name, value in whose.items():
        if not value:
            continue
        rows = Ticket.objects.filter(**{name: value}, registered_at__gte=since, **more)
        if ticket.pk is not None:
            rows = rows.exclude(id=ticket.id)
        for row in rows.order_by("-id").only(*LOOKED_AT)[:MOST_COMPARED]:
            found[row.id] = row
    return sorted(found.values(), key=lambda row: row.id, reverse=True)


def chain(viewer: Viewer, ticket_id: UUID) -> list[Link]:
    """Return the whole chain that a ticket belongs to, its root first; blank when it stands alone.

    Tickets of the chain that the viewer may not see are left out.
    """
    own = Repeat.objects.filter(ticket_id=ticket_id).values_list("root_id", flat=True).first()
    root = own or ticket_id
    rows = list(Repeat.objects.filter(root_id=root).select_related("ticket").order_by("seq"))
    if not rows:
        return []
    first = Ticket.objects.get(id=root)
    links = [(first, kin.ROOT_SEQ, ""), *((row.ticket, row.seq, row.cause) for row in rows)]
    return [
        Link(one.number, one.title, one.state, one.registered_at, seq, cause, one.id == ticket_id)
        for one, seq, cause in links
        if may_see_row(viewer, one.__dict__)
    ]


def suspicions(viewer: Viewer, ticket_id: UUID) -> list[Likely]:
    """Return the open tickets that a ticket is suspected of being a duplicate of."""
    rows = Suspicion.objects.filter(ticket_id=ticket_id, dismissed_at=None)
    return [
        Likely(row.other.number, row.other.title, row.other.state, row.other.registered_at,
               row.likeness)
        for row in rows.select_related("other").order_by("-likeness", "id")
        if row.other.state not in FINAL and may_see_row(viewer, row.other.__dict__)
    ]  # fmt: skip


def likely_copies(
    viewer: Viewer,
    text: str,
    *,
    customer_id: UUID | None = None,
    contact: str = "",
    now: datetime,
) -> list[Likely]:
    """Return the customer's open tickets that a text not yet registered may be a copy of.

    Needs `tickets.register`; only tickets the viewer may see are told.
    """
    viewer.require(permissions.REGISTER.code)
    index = crypto.blind_index(customers.normal_address(contact), "contact") if contact else ""
    asked = Ticket(pk=None, customer_id=customer_id, contact_index=index)
    since = now - timedelta(days=policies.COPY_WINDOW.at(now))
    rows = {row.id: row for row in neighbours(asked, since=since, closed_at=None)}
    texts = [(key, f"{row.title}\n{row.description}") for key, row in rows.items()]
    found = kin.alike(text, texts, least=policies.COPY_LIKENESS.at(now))
    return [
        Likely(row.number, row.title, row.state, row.registered_at, likeness)
        for row, likeness in ((rows[key], likeness) for key, likeness in found)
        if may_see_row(viewer, row.__dict__)
    ][:5]


def repeat_causes(
    viewer: Viewer, since: datetime, until: datetime
) -> tuple[int, Sequence[tuple[str, int]]]:
    """Return how many repeats came in a period, and how many of each told cause, most first."""
    rows = Repeat.objects.filter(
        ticket__in=Ticket.objects.filter(
            visible(viewer), registered_at__gte=since, registered_at__lt=until
        ).exclude(state=State.MERGED)
    )
    found = Counter(rows.values_list("cause", flat=True))
    told = [(cause, count) for cause, count in found.most_common() if cause]
    return sum(found.values()), told
