"""Outages and planned works: opening, another estimate, calling off, and what begins by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from sunline.customers import queries as customers
from sunline.kernel.errors import Invalid, too_long
from sunline.kernel.models import Job
from sunline.knowledge import queries as knowledge
from sunline.staff.queries import unit_tree
from sunline.staff.types import UnitRow, Viewer, system_viewer

from .. import events, outage_policies, permissions
from ..models import Hold, Notice, Outage, OutageArea, OutageEstimate, OutageLink, Ticket
from ..outage_errors import NoOutage, OutageOver
from ..queries import outages as found
from ..queries.groups import valid_notices
from ..rules import outages as rules
from ..rules.lifecycle import Verb
from ..types import (
    FINAL,
    LIVE_OUTAGE,
    Kind,
    NewOutage,
    NoticePlace,
    OutageState,
    Outcome,
    Registration,
    Result,
    Scope,
    State,
    TicketRef,
    Urgency,
)
from . import outage_checks as checks
from . import outage_words as words
from . import revisit_plans as plans
from .changing import Change, changing, end_handling
from .handling import text_of
from .registration import register
from .turns import take_turn

TOPIC, WORKS_TOPIC = "network.outage.area", "network.outage.planned"
LINGERS = timedelta(hours=12)  # how long a notice stays after the expected end, without a new one
TURN = "outages"
TEXTS = "tickets.outage_texts"


def open_outage(viewer: Viewer, new: NewOutage, *, now: datetime) -> TicketRef:
    """Open an outage, or announce planned works, with a parent ticket and its notices.

    Raises Invalid for what cannot be used, Refused without the permission for one of the areas,
    OutageOverlaps where another one has the same place, product and time.
    """
    units = checks.check_new(new, now)
    for unit in units:
        viewer.require(permissions.LEAD_OUTAGES.code, unit.path)
    with transaction.atomic():
        take_turn(TURN)  # two that overlap are never opened at once
        checks.check_alone(checks.extent_of(new, units), now)
        home = home_of(units)
        text = new.text.strip() or words.opening(new, _labels(new, units))
        case = register(viewer, _parent(new, units, home, text), now=now)
        outage = _write(viewer, new, case.id, text, units, now)
        _put_notices(outage, viewer, now)
        with changing(viewer, case.id, Verb.OPEN_OUTAGE, now=now) as change:
            change.record(
                events.OutageOpened,
                outage=outage.id,
                cause=outage.cause,
                products=tuple(outage.products),
                planned=outage.planned,
                started_at=outage.started_at,
                estimated_end_at=outage.estimated_end_at,
            )
            change.note(text, "outage")
        forget()
    return change.ref()


def forget() -> None:
    """Read the open outages and the notices afresh."""
    found.open_outages.forget()
    valid_notices.forget()


def home_of(units: Sequence[UnitRow]) -> UUID:
    """Return the lowest unit that is over all of the areas."""
    tree = unit_tree()
    over = [row for row in tree.rows if all(unit.path.startswith(row.path) for unit in units)]
    return max(over, key=lambda row: len(row.path)).id


def _labels(new: NewOutage, units: Sequence[UnitRow]) -> list[str]:
    return list(new.names) or checks.codes_of(new) or [unit.name for unit in units]


def _parent(new: NewOutage, units: Sequence[UnitRow], home: UUID, text: str) -> Registration:
    codes = checks.codes_of(new)
    topic = knowledge.topic_id(WORKS_TOPIC if new.planned else TOPIC)
    return Registration(
        kind=Kind.FAULT,
        title=words.title(new, [unit.name for unit in units], codes)[:255],
        description=text,
        channel="desk",
        home_unit_id=home,
        urgency=Urgency.NORMAL if new.planned else Urgency.PRIORITY,
        scope=Scope.AREA,
        topic_id=topic,
        area_code=codes[0] if len(codes) == 1 else "",
    )


def _write(
    viewer: Viewer,
    new: NewOutage,
    ticket_id: UUID,
    text: str,
    units: Sequence[UnitRow],
    now: datetime,
) -> Outage:
    lead = timedelta(hours=outage_policies.WORKS_LEAD.at(now))
    codes, names = checks.codes_of(new), [name.strip() for name in new.names if name.strip()]
    known = new.subscribers
    if known is None and not codes:
        homes = unit_tree().ids_below([unit.path for unit in units])
        known = customers.count_lines(homes, new.products)
    outage = Outage.objects.create(
        ticket_id=ticket_id,
        state=OutageState.PLANNED if new.planned else OutageState.OPEN,
        cause=new.cause,
        products=list(dict.fromkeys(new.products)),
        planned=new.planned,
        started_at=new.started_at,
        estimated_end_at=new.estimated_end_at,
        text=text[: checks.MOST_TOLD],
        subscribers=known,
        opened_at=now,
        opened_by=viewer.actor.id,
        announce_at=rules.announce_at(new.started_at, now, lead) if new.planned else None,
    )
    OutageArea.objects.bulk_create(
        OutageArea(outage=outage, unit_id=unit.id, code=code, names=names)
        for unit in units
        for code in codes or [""]
    )
    _estimate(outage, viewer, now)
    return outage


def _estimate(outage: Outage, viewer: Viewer, now: datetime) -> None:
    OutageEstimate.objects.create(
        outage=outage,
        estimated_end_at=outage.estimated_end_at,
        text=outage.text,
        at=now,
        by=viewer.actor.id,
        by_label=viewer.actor.label[:64],
    )


def _put_notices(outage: Outage, viewer: Viewer, now: datetime) -> None:
    """Tell callers and readers until some hours after the expected end; works in time before."""
    end_notices(outage, viewer, now)
    since = max(now, outage.announce_at or now)
    for place in NoticePlace:
        Notice.objects.create(
            outage=outage,
            place=place,
            text=words.heard(outage.text, place),
            since=since,
            until=max(outage.estimated_end_at, since) + LINGERS,
            by=viewer.actor.id,
        )


def end_notices(outage: Outage, viewer: Viewer, now: datetime) -> None:
    """Take the notices of an outage down."""
    rows = Notice.objects.filter(outage=outage, ended_at=None)
    rows.update(ended_at=now, ended_by=viewer.actor.id)


def outage_of(change: Change) -> Outage:
    """Return the outage that a ticket under change is the parent of; raise NoOutage."""
    row = Outage.objects.select_for_update(no_key=True).filter(ticket_id=change.ticket.id).first()
    if row is None:
        raise NoOutage(number=change.ticket.number)
    return row


def check_stage(change: Change, outage: Outage, *stages: OutageState) -> None:
    """Raise OutageOver unless the outage is at one of the stages."""
    if outage.state not in stages:
        state = OutageState(outage.state).label
        raise OutageOver(number=change.ticket.number, state=state)


def revise_outage(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    estimated_end_at: datetime,
    text: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Expect another end, and tell every customer who is linked once, in the background."""
    text = text_of(text, needed=False)
    if len(text) > checks.MOST_TOLD:
        raise Invalid([too_long("text", checks.MOST_TOLD)])
    with changing(viewer, ticket_id, Verb.REVISE_OUTAGE, now=now, version=version) as change:
        take_turn(TURN)
        outage = outage_of(change)
        check_stage(change, outage, *LIVE_OUTAGE)
        checks.check_estimate(outage, estimated_end_at, now)
        outage.estimated_end_at = estimated_end_at
        outage.text = text or words.revised(outage)
        outage.round += 1
        job = None
        if OutageLink.objects.filter(outage=outage, left_at=None).exists():
            job = start_job(viewer, outage, TEXTS, now, round=f"update-{outage.round}")
            outage.job = job.id
        outage.save()
        _estimate(outage, viewer, now)
        _put_notices(outage, viewer, now)
        change.record(
            events.OutageRevised,
            outage=outage.id,
            estimated_end_at=estimated_end_at,
            job=job.id if job else None,
        )
        change.note(outage.text, "outage")
        forget()
    return change.ref()


def start_job(viewer: Viewer, outage: Outage, kind: str, now: datetime, **arguments: str) -> Job:
    """Ask for work on all who are linked; the job remembers who asked."""
    return Job.objects.create(
        kind=kind,
        arguments={
            "outage": str(outage.id),
            "actor": viewer.actor.label,
            "actor_kind": viewer.actor.kind,
            **arguments,
        },
        total=OutageLink.objects.filter(outage=outage, left_at=None).count(),
        due_at=now,
        asked_at=now,
        actor_id=viewer.actor.id,
        unit_id=viewer.actor.unit_id,
    )


def cancel_outage(
    viewer: Viewer, ticket_id: UUID, *, note: str = "", now: datetime, version: int | None = None
) -> TicketRef:
    """Call an outage or works off: notices end, what was linked goes its own way again."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.CANCEL_OUTAGE, now=now, version=version) as change:
        outage = outage_of(change)
        check_stage(change, outage, *LIVE_OUTAGE)
        left = OutageLink.objects.filter(outage=outage, left_at=None).update(left_at=now)
        outage.state, outage.closed_at = OutageState.CANCELLED, now
        outage.closed_by = viewer.actor.id
        outage.save()
        end_notices(outage, viewer, now)
        if change.ticket.state not in FINAL:
            plans.end(change, how=plans.RULE, outcome="withdrawn")
            end_parent(change, State.WITHDRAWN, Result.WITHDRAWN)
        change.record(events.OutageCancelled, outage=outage.id, links=left)
        change.note(note, "outage")
        forget()
    return change.ref()


def end_parent(change: Change, state: State, result: Result) -> None:
    """Put the parent ticket into a final state; nobody is there to be asked about it."""
    ticket, now = change.ticket, change.now
    end_handling(ticket, "withdrawn" if state == State.WITHDRAWN else "replied", now)
    Hold.objects.filter(ticket_id=ticket.id, until=None).update(until=now)
    ticket.result, ticket.closed_at = result, now
    change.go(state)


def close_parent(change: Change, text: str) -> None:
    """Close the parent ticket with what was told to everybody."""
    ticket, now = change.ticket, change.now
    plans.end(change, how=plans.RULE, outcome=Outcome.ACCEPTED)
    ticket.replied_at = ticket.replied_at or now
    ticket.answered_at, ticket.answer = ticket.answered_at or now, text
    end_parent(change, State.CLOSED, Result.ACCEPTED)
    change.record(events.Closed, result=str(Result.ACCEPTED))


def begin_works(now: datetime) -> int:
    """Write down that the notices of works went up, and begin works whose time has come."""
    planned = Outage.objects.filter(state=OutageState.PLANNED)
    told = planned.filter(announced_at=None, announce_at__lte=now)
    for row in told.order_by("id")[: checks.MOST_AREAS]:
        with changing(system_viewer(), row.ticket_id, Verb.NOTE, now=now) as change:
            outage = outage_of(change)
            if outage.announced_at is None and outage.state == OutageState.PLANNED:
                outage.announced_at = now
                outage.save(update_fields=["announced_at"])
                late = outage.announce_at is None or outage.announce_at <= outage.opened_at
                change.record(events.OutageAnnounced, outage=outage.id, late=late)
    begun = 0
    for row in planned.filter(started_at__lte=now).order_by("id")[: checks.MOST_AREAS]:
        with changing(system_viewer(), row.ticket_id, Verb.NOTE, now=now) as change:
            outage = outage_of(change)
            if outage.state == OutageState.PLANNED:
                outage.state, begun = OutageState.OPEN, begun + 1
                outage.save(update_fields=["state"])
                change.record(events.OutageBegan, outage=outage.id)
                forget()
    return begun


def parent_of(number: str) -> Outage | None:
    """Return the outage with a parent ticket's number, or None."""
    row = Ticket.objects.filter(number=number.strip().upper()[:24]).values("id")
    return Outage.objects.filter(ticket_id__in=row).select_related("ticket").first()
