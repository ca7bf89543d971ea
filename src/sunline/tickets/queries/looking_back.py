"""What a review of a ticket starts from: where it was, who was responsible, and its cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..models import Complaint, Handling, Judgement, Ticket


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a ticket with a unit; the handler by staff number."""

    unit_id: UUID
    handler: str
    dispatched_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Whose:
    """Where a ticket is at home, and which unit answers for what went wrong."""

    number: str
    title: str
    home_unit_id: UUID
    unit_id: UUID
    cause: str
    closed_at: datetime | None


def stays(ticket_id: UUID) -> list[Stay]:
    """Return the stays of a ticket the caller may see, oldest first."""
    rows = Handling.objects.filter(ticket_id=ticket_id).order_by("dispatched_at", "id")
    fields = ("unit_id", "handler__staff_no", "dispatched_at", "accepted_at", "ended_at", "outcome")
    return [Stay(row[0], row[1] or "", *row[2:]) for row in rows.values_list(*fields)]


def whose(ticket_id: UUID) -> Whose | None:
    """Return whose a ticket is, for the system's own use; None for one that is not there.

    The unit judged at fault answers for it; else the one that has it or had it last, else home.
    """
    ticket = Ticket.objects.filter(id=ticket_id).first()
    if ticket is None:
        return None
    judged = Judgement.objects.filter(ticket_id=ticket_id).order_by("-at", "-id").first()
    last = Handling.objects.filter(ticket_id=ticket_id).order_by("-dispatched_at").first()
    unit_id = ticket.unit_id or (last.unit_id if last else ticket.home_unit_id)
    if judged is not None and judged.at_fault:
        unit_id = judged.unit_id
    case = Complaint.objects.filter(ticket_id=ticket_id).values_list("cause", flat=True).first()
    return Whose(
        ticket.number, ticket.title, ticket.home_unit_id, unit_id, case or "", ticket.closed_at
    )
