"""The ladder of complaints: agent, team leader, specialist, provincial centre, headquarters."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sunline.staff import queries as staff
from sunline.staff.types import UnitRow

from .. import events
from ..models import Complaint, Escalation
from ..rules import complaints as rules
from ..rules.lifecycle import TABLE, Verb
from ..types import Level, State
from .changing import Change, begin_handling

ROLE_OF = {Level.TEAM_LEADER: "team_leader", Level.SPECIALIST: "complaint_specialist"}


def climb(
    change: Change,
    case: Complaint,
    reason: str,
    *,
    floor: str | None = None,
    to: str | None = None,
    note: str = "",
    source: UUID | None = None,
) -> bool:
    """Bring a case up as the reason asks; return whether it moved. The caller saves the case."""
    level = Level(to) if to else rules.target(reason, case.level, floor=floor)
    if rules.place(level) <= rules.place(case.level):
        return False
    if source and Escalation.objects.filter(ticket_id=change.ticket.id, source=source).exists():
        return False
    _move(change, case, level, reason, note, events.Escalated, source)
    _offer(change, case)
    return True


def descend(change: Change, case: Complaint, level: Level, reason: str, note: str) -> None:
    """Bring a case down; only people do."""
    _move(change, case, level, reason, note, events.Deescalated, None)


def _move(
    change: Change,
    case: Complaint,
    level: Level,
    reason: str,
    note: str,
    fact: type[events.Escalated] | type[events.Deescalated],
    source: UUID | None,
) -> None:
    before = case.level
    case.level, case.level_since = level, change.now
    case.unit_id = unit_at(level, change.ticket.home_unit_id, change.now)
    Escalation.objects.create(
        ticket=change.ticket,
        level_from=before,
        level_to=level,
        reason=reason,
        unit_id=case.unit_id,
        note=note,
        at=change.now,
        by=change.viewer.actor.id,
        source=source,
    )
    change.record(
        fact,
        level_from=str(before),
        level_to=str(level),
        reason=str(reason),
        to_unit=case.unit_id,
    )
    change.note(note, "escalation")


def _offer(change: Change, case: Complaint) -> None:
    """Send an order that nobody has yet to the unit of its new level."""
    ticket = change.ticket
    if ticket.state != State.AWAITING_DISPATCH or case.unit_id is None or ticket.unit_id:
        return
    change.move = TABLE[Verb.DISPATCH]
    ticket.unit_id, ticket.handler_id, ticket.dispatched_at = case.unit_id, None, change.now
    begin_handling(ticket, case.unit_id, change.now)
    change.go(State.AWAITING_ACCEPTANCE)
    change.record(events.Dispatched)


def unit_at(level: str, home_unit_id: UUID, now: datetime) -> UUID | None:
    """Return the unit that has a customer's cases at a level, None where nobody holds the role."""
    tree = staff.unit_tree()
    if level == Level.AGENT:
        return None
    role = ROLE_OF.get(Level(level))
    if role is not None:
        return staff.unit_of_role(role, home_unit_id, now=now)
    wanted = "hq" if level == Level.HQ else "province"
    path = tree.path(home_unit_id)
    above: list[UnitRow] = [row for row in tree.rows if path.startswith(row.path)]
    return next((row.id for row in above if row.level == wanted), None)
