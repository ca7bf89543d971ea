"""What is open around a ticket, and which verbs that makes sense of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from sunline.kernel.prepared import ask
from sunline.sla import queries as sla
from sunline.sla.types import CALLBACK, ClockView
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import permissions
from ..models import (
    Appeal,
    Approval,
    CheckResult,
    CompensationProposal,
    Complaint,
    Escalation,
    Evidence,
    Extension,
    FieldOrder,
    Grant,
    GroupCase,
    GroupMember,
    Handover,
    IdentityCheck,
    JointWork,
    Judgement,
    LongTerm,
    Merge,
    Notice,
    Offer,
    OrderScore,
    Outage,
    OutageLink,
    PlanStep,
    Pressure,
    Relation,
    Repeat,
    RevisitPlan,
    Suspicion,
)
from ..rules.appeals import Step
from ..rules.fieldwork import after
from ..rules.lifecycle import Verb
from ..types import LIVE_OUTAGE, FieldStep, Kind, Level, OutageState, ProposalState
from ..types.fieldwork import FIELD_OPEN
from .appeals import steps_of
from .checking import found_on

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Situation:
    """What stands around a ticket beside its own row; newest last."""

    joint_works: tuple[JointWork, ...]
    pressures: tuple[Pressure, ...]
    extensions: tuple[Extension, ...]
    long_terms: tuple[LongTerm, ...]
    handovers: tuple[Handover, ...]
    merged_into: tuple[Merge, ...]
    took_in: tuple[Merge, ...]
    judgements: tuple[Judgement, ...]
    scores: tuple[OrderScore, ...]
    repeat: Repeat | None
    suspicions: tuple[Suspicion, ...]
    group: GroupCase | None  # that the ticket is the parent case of
    membership: GroupMember | None
    notices: tuple[Notice, ...]
    case: Complaint | None = None
    escalations: tuple[Escalation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    offers: tuple[Offer, ...] = ()
    plan: tuple[PlanStep, ...] = ()
    call_promised: bool = False
    revisits: tuple[RevisitPlan, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    grants: tuple[Grant, ...] = ()
    approvals: tuple[Approval, ...] = ()
    chained: bool = False  # it repeats another, or another repeats it
    linked: bool = False
    proved: bool = False  # the customer's identity was asked for
    proposals: tuple[CompensationProposal, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    outage: Outage | None = None  # that the ticket is the parent of
    in_outage: OutageLink | None = None
    field_orders: tuple[FieldOrder, ...] = ()

    @property
    def field_order(self) -> FieldOrder | None:
        """The open field order."""
        return next((row for row in self.field_orders if row.state in FIELD_OPEN), None)

    @property
    def open_approvals(self) -> list[Approval]:
        """What waits for somebody's approval."""
        return [row for row in self.approvals if row.ended_at is None]

    @property
    def open_works(self) -> list[JointWork]:
        """The parts that other units still owe."""
        return [row for row in self.joint_works if not row.replied_at and not row.cancelled_at]

    @property
    def supervision(self) -> Pressure | None:
        """The supervision whose report is due."""
        due = (row for row in self.pressures if row.kind == "supervise" and not row.reported_at)
        return next(due, None)

    @property
    def extension(self) -> Extension | None:
        """The request for more time that waits for a decision."""
        return next((row for row in self.extensions if row.granted is None), None)

    @property
    def owed_revisit(self) -> RevisitPlan | None:
        """The revisit that has to take place before the ticket is closed."""
        owed = (row for row in self.revisits if row.required and row.ended_at is None)
        return next(owed, None)

    @property
    def handover(self) -> Handover | None:
        """The handover that waits for an answer."""
        waiting = (row for row in self.handovers if not row.accepted_at and not row.declined_at)
        return next(waiting, None)

    @property
    def offer(self) -> Offer | None:
        """The offer that waits for the customer's answer."""
        return next((row for row in self.offers if row.agreed is None), None)

    @property
    def agreed(self) -> Offer | None:
        """The offer that was agreed to and is not carried out."""
        return next((row for row in self.offers if row.agreed and not row.settled_at), None)


def situation(ticket_id: UUID, clocks: Sequence[ClockView] | None = None) -> Situation:
    """Return what stands around a ticket that the caller may see, and may have read the clocks of.

    One statement asks for the kinds of rows it has; only those are read.
    """
    there = _kinds_there(ticket_id)
    if clocks is None:
        promised = sla.is_call_promised(ticket_id)
    else:
        promised = any(row.purpose == CALLBACK and row.stopped_at is None for row in clocks)

    def rows(model: type[Row], column: str = "ticket_id") -> QuerySet[Row]:
        found = model._default_manager.all()
        return found.filter(**{column: ticket_id}) if (model, column) in there else found.none()

    group = rows(GroupCase).first()
    outage = rows(Outage).first()
    told = Notice.objects.filter(ended_at=None).order_by("id")
    notices = told.filter(group=group) if group else told.filter(outage=outage) if outage else ()
    cases = rows(Complaint).filter(ticket__kind=Kind.COMPLAINT)
    case = cases.select_related("ticket").first()
    member = rows(GroupMember).filter(left_at=None).select_related("group__ticket").first()
    plans = rows(RevisitPlan).prefetch_related("tries").order_by("answer")
    return Situation(
        joint_works=tuple(rows(JointWork).order_by("id")),
        pressures=tuple(rows(Pressure).order_by("id")),
        extensions=tuple(rows(Extension).order_by("id")),
        long_terms=tuple(rows(LongTerm).order_by("id")),
        handovers=tuple(rows(Handover).select_related("taker").order_by("id")),
        merged_into=tuple(rows(Merge).filter(undone_at=None).select_related("into")),
        took_in=tuple(
            rows(Merge, "into_id").filter(undone_at=None).select_related("ticket").order_by("id")
        ),
        judgements=tuple(rows(Judgement).order_by("id")),
        scores=tuple(rows(OrderScore).order_by("id")),
        repeat=rows(Repeat).first(),
        suspicions=tuple(rows(Suspicion).filter(dismissed_at=None)),
        group=group,
        membership=member,
        notices=tuple(notices),
        case=case,
        escalations=tuple(rows(Escalation).order_by("id")) if case else (),
        evidence=tuple(rows(Evidence).filter(removed_at=None).order_by("id")) if case else (),
        offers=tuple(rows(Offer).order_by("id")) if case else (),
        plan=tuple(rows(PlanStep).order_by("place", "code")) if case else (),
        call_promised=promised,
        revisits=tuple(plans),
        checks=tuple(found_on(ticket_id)) if (CheckResult, "ticket_id") in there else (),
        grants=tuple(rows(Grant).order_by("id")),
        approvals=tuple(rows(Approval).prefetch_related("steps").order_by("id")),
        chained=bool({(Repeat, "ticket_id"), (Repeat, "root_id")} & there),
        linked=bool({(Relation, "ticket_id"), (Relation, "other_id")} & there),
        proved=(IdentityCheck, "ticket_id") in there,
        proposals=tuple(rows(CompensationProposal).order_by("id")),
        appeals=tuple(rows(Appeal).order_by("id")),
        outage=outage,
        in_outage=rows(OutageLink).filter(left_at=None).select_related("outage__ticket").first(),
        field_orders=tuple(
            rows(FieldOrder)
            .select_related("slot", "engineer")
            .prefetch_related("files")
            .order_by("id")
        ),
    )


# What may stand around a ticket, with the column that leads to it.
_KINDS: tuple[type[Model], ...] = (
    JointWork, Pressure, Extension, LongTerm, Handover, Merge, Judgement, OrderScore, Repeat,
    Suspicion, GroupCase, GroupMember, Complaint, Escalation, Evidence, Offer, PlanStep,
    RevisitPlan, CheckResult, Grant, Approval, Relation, IdentityCheck,
    CompensationProposal, Appeal, Outage, OutageLink, FieldOrder,
)  # fmt: skip
_PLACES: tuple[tuple[type[Model], str], ...] = (
    *((model, "ticket_id") for model in _KINDS),
    (Merge, "into_id"),
    (Repeat, "root_id"),
    (Relation, "other_id"),
)
_ALSO: Mapping[type[Model], str] = {  # as their indexes have it
    GroupMember: " AND left_at IS NULL",
    OutageLink: " AND left_at IS NULL",
}


def _kinds_there(ticket_id: UUID) -> set[tuple[type[Model], str]]:
    """Return which kinds of rows a ticket has at all, in one statement: most have few."""
    there = ask(_statement(), [ticket_id] * len(_PLACES))[0]
    return {place for place, is_there in zip(_PLACES, there, strict=True) if is_there}


@cache
def _statement() -> str:
    asked = ", ".join(
        f"EXISTS (SELECT 1 FROM {model._meta.db_table} "  # noqa: S608 - our own names
        f"WHERE {column} = %s{_ALSO.get(model, '')})"
        for model, column in _PLACES
    )
    return f"SELECT {asked}"


Test = Callable[[Situation, Viewer], bool]
OF_THE_ENGINEER = frozenset({FieldStep.START, FieldStep.PHOTO, FieldStep.COMPLETE, FieldStep.FAIL})


def _field(step: FieldStep) -> Test:
    """Return the test whether a step can be done to the open field order, by the viewer."""

    def fits(found: Situation, viewer: Viewer) -> bool:
        row = found.field_order
        if row is None or after(row.kind, step, row.state) is None:
            return False
        own = row.engineer_id in {None, viewer.account_id}
        return own or step not in OF_THE_ENGINEER or viewer.may(permissions.ASSIGN_FIELD.code)

    return fits


def _proposed(found: Situation, viewer: Viewer) -> bool:
    return any(row.state == ProposalState.PROPOSED for row in found.proposals)


def _appeal(step: Step) -> Test:
    return lambda found, viewer: any(step in steps_of(row) for row in found.appeals)


def _own_part(found: Situation, viewer: Viewer, permission: str) -> list[JointWork]:
    tree = unit_tree()
    return [row for row in found.open_works if viewer.may(permission, tree.path(row.unit_id))]


def _stage(found: Situation) -> str:
    return found.judgements[-1].stage if found.judgements else ""


def _leads(found: Situation, viewer: Viewer) -> bool:
    return found.group is not None


def _leads_open(found: Situation, viewer: Viewer) -> bool:
    return found.group is not None and found.group.ended_at is None


def _outage_live(found: Situation, viewer: Viewer) -> bool:
    return found.outage is not None and found.outage.state in LIVE_OUTAGE


def _outage_open(found: Situation, viewer: Viewer) -> bool:
    return found.outage is not None and found.outage.state == OutageState.OPEN


def _others_wait(found: Situation, viewer: Viewer) -> bool:
    return any(row.asked_by != viewer.actor.id for row in found.open_approvals)


# Verbs that need something to act on; the others need nothing but their row in the table.
NEEDS: Mapping[Verb, Test] = {
    Verb.KEEP_CALLBACK: lambda found, viewer: found.call_promised,
    Verb.ACCEPT_JOINT: lambda found, viewer: any(
        row.accepted_at is None for row in _own_part(found, viewer, permissions.ACCEPT.code)
    ),
    Verb.REPLY_JOINT: lambda found, viewer: bool(_own_part(found, viewer, permissions.HANDLE.code)),
    Verb.CANCEL_JOINT: lambda found, viewer: bool(found.open_works),
    Verb.WITHDRAW: lambda found, viewer: found.owed_revisit is None,
    Verb.SUPERVISE: lambda found, viewer: found.supervision is None,
    Verb.REPORT: lambda found, viewer: found.supervision is not None,
    Verb.ASK_EXTENSION: lambda found, viewer: all(row.granted is False for row in found.extensions),
    Verb.DECIDE_EXTENSION: lambda found, viewer: found.extension is not None,
    Verb.OFFER_HANDOVER: lambda found, viewer: found.handover is None,
    Verb.TAKE_HANDOVER: lambda found, viewer: (
        found.handover is not None and found.handover.taker_id == viewer.actor.id
    ),
    Verb.DECLINE_HANDOVER: lambda found, viewer: (
        found.handover is not None and found.handover.taker_id == viewer.actor.id
    ),
    Verb.JUDGE: lambda found, viewer: not found.judgements,
    Verb.CONTEST: lambda found, viewer: (
        _stage(found) == "first"
        and found.judgements[0].at_fault
        and viewer.may(permissions.CONTEST.code, unit_tree().path(found.judgements[0].unit_id))
    ),
    Verb.REVIEW_JUDGEMENT: lambda found, viewer: (
        _stage(found) == "contested" and found.judgements[0].by != viewer.actor.id
    ),
    Verb.TELL_REPEAT_CAUSE: lambda found, viewer: found.repeat is not None,
    Verb.NOT_DUPLICATE: lambda found, viewer: bool(found.suspicions),
    Verb.JOIN_GROUP: lambda found, viewer: found.group is None and found.membership is None,
    Verb.LEAVE_GROUP: lambda found, viewer: found.membership is not None,
    Verb.PUT_NOTICE: _leads_open,
    Verb.END_NOTICE: lambda found, viewer: found.group is not None and bool(found.notices),
    Verb.TELL_MEMBERS: _leads,
    Verb.ANSWER_MEMBERS: _leads,
    Verb.PLAN_REVISITS: _leads,
    Verb.END_GROUP: _leads_open,
    Verb.REVISE_OUTAGE: _outage_live,
    Verb.CLOSE_OUTAGE: _outage_open,
    Verb.CANCEL_OUTAGE: _outage_live,
    Verb.LINK_OUTAGE: lambda found, viewer: found.outage is None and found.in_outage is None,
    Verb.UNLINK_OUTAGE: lambda found, viewer: found.in_outage is not None,
    Verb.ASSESS: lambda found, viewer: found.case is not None,
    Verb.SET_CAUSE: lambda found, viewer: found.case is not None,
    Verb.CHOOSE_STRATEGY: lambda found, viewer: found.case is not None,
    Verb.ESCALATE: lambda found, viewer: found.case is not None and found.case.level != Level.HQ,
    Verb.DEESCALATE: lambda found, viewer: (
        found.case is not None and found.case.level != Level.AGENT
    ),
    Verb.ADD_EVIDENCE: lambda found, viewer: found.case is not None,
    Verb.REMOVE_EVIDENCE: lambda found, viewer: (
        found.case is not None and bool(found.evidence) and found.case.ticket.closed_at is not None
    ),
    Verb.MAKE_OFFER: lambda found, viewer: found.case is not None and found.offer is None,
    Verb.ANSWER_OFFER: lambda found, viewer: found.offer is not None,
    Verb.SETTLE: lambda found, viewer: found.agreed is not None,
    Verb.ATTACH_PLAN: lambda found, viewer: found.case is not None and not found.plan,
    Verb.DO_STEP: lambda found, viewer: any(row.done_at is None for row in found.plan),
    Verb.DECIDE_GRANT: _others_wait,
    Verb.WITHDRAW_GRANT: lambda found, viewer: any(
        row.asked_by == viewer.actor.id for row in found.open_approvals
    ),
    Verb.CHECK_GRANT: lambda found, viewer: any(
        row.sampled and row.checked_at is None and row.by != viewer.actor.id for row in found.grants
    ),
    Verb.RECEIVE_APPEAL: lambda found, viewer: found.case is not None,
    Verb.ACCEPT_APPEAL: _appeal(Step.ACCEPT),
    Verb.REFUSE_APPEAL: _appeal(Step.REFUSE),
    Verb.SEND_BACK_APPEAL: _appeal(Step.SEND_BACK),
    Verb.RETURN_APPEAL: _appeal(Step.RETURN),
    Verb.REPLY_APPEAL: _appeal(Step.REPLY),
    Verb.MEDIATE_APPEAL: _appeal(Step.MEDIATE),
    Verb.SIGN_AGREEMENT: _appeal(Step.SIGN),
    Verb.CLOSE_APPEAL: _appeal(Step.CLOSE),
    Verb.WITHDRAW_APPEAL: _appeal(Step.WITHDRAW),
    Verb.EXPORT_PACK: lambda found, viewer: found.case is not None,
    Verb.ACCEPT_PROPOSAL: _proposed,
    Verb.DECLINE_PROPOSAL: _proposed,
    Verb.OPEN_FIELD: lambda found, viewer: found.field_order is None,
    Verb.BOOK_FIELD: _field(FieldStep.BOOK),
    Verb.GIVE_FIELD: _field(FieldStep.GIVE),
    Verb.START_FIELD: _field(FieldStep.START),
    Verb.PHOTO_FIELD: _field(FieldStep.PHOTO),
    Verb.COMPLETE_FIELD: _field(FieldStep.COMPLETE),
    Verb.FAIL_FIELD: _field(FieldStep.FAIL),
    Verb.CANCEL_FIELD: _field(FieldStep.CANCEL),
    Verb.FINISH_JUDGEMENT: lambda found, viewer: _stage(found) in {"contested", "reviewed"},
}
