"""What holds a ticket back: other units' parts, and parts that were split off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sunline.staff.queries import unit_tree

from .. import policies
from ..errors import JointOpen, PartsOpen
from ..models import JointWork, Relation, Ticket
from ..types import FINAL, JointKind, RelationKind, State


def open_works(ticket_id: UUID) -> QuerySet[JointWork]:
    """Return the parts that other units have not handed in."""
    return JointWork.objects.filter(ticket_id=ticket_id, replied_at=None, cancelled_at=None)


def check_works(ticket: Ticket) -> None:
    """Raise JointOpen while an assisting unit has not replied; a fact holds nothing up."""
    work = open_works(ticket.id).filter(kind=JointKind.ASSIST).first()
    if work is not None:
        unit = unit_tree().get(work.unit_id)
        raise JointOpen(number=ticket.number, unit=unit.name if unit else "")


def check_split_off(ticket: Ticket, now: datetime) -> None:
    """Raise PartsOpen while a part that was split off is neither answered nor ended."""
    if not policies.PARTS_BLOCK.at(now):
        return
    part = (
        Relation.objects.filter(other_id=ticket.id, kind=RelationKind.PART_OF)
        .exclude(ticket__state__in=[*FINAL, State.AWAITING_REVISIT])
        .values_list("ticket__number", flat=True)
        .first()
    )
    if part is not None:
        raise PartsOpen(number=ticket.number, part=part)
