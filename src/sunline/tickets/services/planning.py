"""The crisis plan of a complaint: prevention, response, recovery; who did which step when."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel.errors import Invalid, Problem
from sunline.staff.types import Viewer

from .. import events
from ..errors import NOT_IN_TABLE, NotAComplaint, PlanTwice
from ..models import PlanStep
from ..queries import tables
from ..rules.lifecycle import Verb
from ..types import Kind, TicketRef
from .changing import Change, changing
from .handling import text_of


def attach(change: Change, *, once: bool = False) -> None:
    """Attach the plan in force; raise PlanTwice unless `once` lets a second time pass."""
    ticket, now = change.ticket, change.now
    if PlanStep.objects.filter(ticket_id=ticket.id).exists():
        if once:
            return
        raise PlanTwice(number=ticket.number)
    steps = [
        PlanStep(
            ticket=ticket,
            code=row.code,
            phase=row.values["phase"],
            circle=row.values["circle"],
            name=row.name,
            name_en=row.name_en,
            place=row.values["place"],
            due_at=now + timedelta(minutes=row.values["minutes"]),
        )
        for row in tables.rows(tables.STEP, now).values()
    ]
    PlanStep.objects.bulk_create(steps)
    change.record(events.PlanAttached, steps=len(steps))


def attach_plan(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Attach the crisis plan to a complaint that is not major, by a person's judgement."""
    with changing(viewer, ticket_id, Verb.ATTACH_PLAN, now=now, version=version) as change:
        if change.ticket.kind != Kind.COMPLAINT:
            raise NotAComplaint(number=change.ticket.number)
        attach(change)
    return change.ref()


def do_step(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    step: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Tick a step of the plan off; raise Invalid for one that is done or not on the plan."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.DO_STEP, now=now, version=version) as change:
        open_steps = PlanStep.objects.filter(ticket_id=ticket_id, code=step, done_at=None)
        done = open_steps.update(
            done_at=now,
            done_by=viewer.actor.id,
            done_label=viewer.actor.label[:64],
            note=note,
        )
        if not done:
            raise Invalid([Problem("step", "unknown", NOT_IN_TABLE)])
        change.record(events.PlanStepDone, step=step)
        change.note(note, "plan")
    return change.ref()
