"""Who is responsible (定责: 初判 → 申辩 → 复核 → 终审), and how good the order before was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel.errors import Conflict, Invalid, Problem, unknown_choice
from sunline.kernel.policies import OUT_OF_RANGE
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import events, permissions, policies
from ..errors import ContestTooLate, UnitClosed, WrongStage
from ..models import Handling, Judgement, OrderScore
from ..rules.lifecycle import Verb
from ..types import Cause, OrderFault, Stage, TicketRef
from .changing import Change, changing
from .handling import text_of


def judge(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID,
    at_fault: bool = False,
    cause: str,
    text: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Give the first judgement (初判) on a unit: at fault or not, and why."""
    text = text_of(text)
    if cause not in Cause.values:
        raise Invalid([unknown_choice("cause")])
    if unit_tree().get(unit_id) is None:
        raise UnitClosed([Problem("unit_id", "unknown", UnitClosed.text)])
    with changing(viewer, ticket_id, Verb.JUDGE, now=now, version=version) as change:
        if stages(ticket_id):
            raise WrongStage(number=change.ticket.number)
        _add(change, Stage.FIRST, unit_id, at_fault, cause, text)
    return change.ref()


def contest(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Contest the first judgement (申辩) for the unit it fell on, within the days allowed."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.CONTEST, now=now, version=version) as change:
        number = change.ticket.number
        found = stages(ticket_id)
        if len(found) != 1 or not found[0].at_fault:
            raise WrongStage(number=number)
        first = found[0]
        viewer.require(permissions.CONTEST.code, unit_tree().path(first.unit_id))
        if now > first.at + timedelta(days=policies.CONTEST_DAYS.at(now)):
            raise ContestTooLate(number=number)
        _add(change, Stage.CONTESTED, first.unit_id, False, first.cause, text)
    return change.ref()


def review_judgement(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    at_fault: bool = False,
    text: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Decide on a contested judgement (复核), by somebody other than who judged first."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.REVIEW_JUDGEMENT, now=now, version=version) as change:
        found = stages(ticket_id)
        if not found or found[-1].stage != Stage.CONTESTED or found[0].by == viewer.actor.id:
            raise WrongStage(number=change.ticket.number)
        first = found[0]
        _add(change, Stage.REVIEWED, first.unit_id, at_fault, first.cause, text)
    return change.ref()


def finish_judgement(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    at_fault: bool = False,
    text: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Decide finally (终审); nothing follows."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.FINISH_JUDGEMENT, now=now, version=version) as change:
        found = stages(ticket_id)
        if not found or found[-1].stage not in (Stage.REVIEWED, Stage.CONTESTED):
            raise WrongStage(number=change.ticket.number)
        first = found[0]
        _add(change, Stage.FINAL, first.unit_id, at_fault, first.cause, text)
    return change.ref()


def stages(ticket_id: UUID) -> list[Judgement]:
    """Return the stages so far, in their order."""
    return list(Judgement.objects.filter(ticket_id=ticket_id).order_by("id"))


def _add(
    change: Change, stage: Stage, unit_id: UUID, at_fault: bool, cause: str, text: str
) -> None:
    try:
        with transaction.atomic():
            Judgement.objects.create(
                ticket=change.ticket,
                unit_id=unit_id,
                stage=stage,
                at_fault=at_fault,
                cause=cause,
                text=text,
                by=change.viewer.actor.id,
                at=change.now,
            )
    except IntegrityError:
        raise Conflict() from None
    change.record(
        events.Judged, stage=stage.value, at_fault=at_fault, cause=cause, judged_unit=unit_id
    )
    change.note(text, "judgement")


def score_order(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    score: int,
    faults: Sequence[str] = (),
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Score the order (1 to 5) as the unit that had to work with it; once for each unit."""
    note = text_of(note, "note", needed=False)
    problems = []
    if not 1 <= score <= 5:
        problems.append(Problem("score", "out_of_range", OUT_OF_RANGE, {"least": 1, "most": 5}))
    if any(fault not in OrderFault.values for fault in faults):
        problems.append(unknown_choice("faults"))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.SCORE_ORDER, now=now, version=version) as change:
        ticket, tree = change.ticket, unit_tree()
        worked = Handling.objects.filter(ticket_id=ticket_id).order_by("-id")
        mine = next(
            (
                stay
                for stay in worked
                if viewer.may(change.move.permission, tree.path(stay.unit_id))
            ),
            None,
        )
        if mine is None or mine.unit_id == ticket.home_unit_id:
            raise WrongStage(number=ticket.number)
        try:
            with transaction.atomic():
                OrderScore.objects.create(
                    ticket=ticket,
                    of_unit_id=ticket.home_unit_id,
                    by_unit_id=mine.unit_id,
                    score=score,
                    faults=list(faults),
                    by=viewer.actor.id,
                    at=now,
                )
        except IntegrityError:
            raise Conflict() from None
        change.record(events.OrderScored, score=score, of_unit=ticket.home_unit_id)
        change.note(note, "score")
    return change.ref()
