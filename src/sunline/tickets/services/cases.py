"""The case behind a complaint: opened with its ticket, graded and scored anew when facts change."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sunline.kernel.errors import Conflict, NotFound
from sunline.staff.types import system_viewer

from .. import case_policies, events
from ..errors import NotAComplaint
from ..models import Complaint, Ticket
from ..queries import cases as facts
from ..queries import tables
from ..rules import complaints as rules
from ..rules import segmentation
from ..rules.lifecycle import BEFORE_ANSWER, Verb
from ..types import EscalationReason, Grade, Kind, Severity, State, SuperviseCause, Upgrade
from .changing import Change, changing
from .climbing import climb
from .planning import attach
from .pressing import supervise_by_rule

MOST_AT_ONCE = 200
# In these states a case may go up by rule.
OPEN_TO_RULES = BEFORE_ANSWER - {State.ON_HOLD, State.AWAITING_CUSTOMER}
REGULATORY = frozenset({Upgrade.REGULATOR, Upgrade.MEDIA, Upgrade.BYPASS})


def case_of(change: Change) -> Complaint:
    """Return the case of the ticket under change, opened if need be; raise NotAComplaint."""
    ticket = change.ticket
    if ticket.kind != Kind.COMPLAINT:
        raise NotAComplaint(number=ticket.number)
    return Complaint.objects.filter(ticket_id=ticket.id).first() or fresh(ticket, change.now)


def fresh(ticket: Ticket, now: datetime) -> Complaint:
    """Return a case that nobody has judged yet, not saved."""
    known = ticket.severity in Severity.values
    return Complaint(
        ticket=ticket,
        severity=ticket.severity if known else Severity.GENERAL,
        level_since=now,
        opened_at=now,
    )


def renew(change: Change, case: Complaint) -> None:
    """Grade and score a case anew by what is known now, and save it.

    A new reason brings it up the ladder; nothing here brings it down.
    """
    ticket, now = change.ticket, change.now
    clocks = facts.clocks_for(ticket, now)
    customer = facts.customer_facts(ticket, now)
    case.repeated = case.repeated or customer.same_topic > 0
    case.group = case.group or facts.in_group(ticket)
    case.promise_kept = facts.promise_kept(clocks)
    before = set(case.codes)
    _grade(change, case)
    high = case_policies.RISK_HIGH.at(now)
    was = case.score
    matter = facts.matter_facts(ticket, case, clocks)
    score = segmentation.risk(customer, matter, weights(now))
    case.score, case.reasons = score.points, [list(reason) for reason in score.reasons]
    found = segmentation.segment(customer, matter, score.points, high)
    _meet(change, case, found, customer, facts.contact_limits(clocks))
    if ticket.state in BEFORE_ANSWER:
        _climb_for_new(change, case, set(case.codes) - before, was < high <= score.points)
    case.step_at = step_at(case, now) if ticket.closed_at is None else None
    case.save()


def weights(now: datetime) -> segmentation.Weights:
    """Return the weights of the score in force."""
    return segmentation.Weights(
        **{name: one.at(now) for name, one in case_policies.WEIGHTS.items()}
    )


def step_at(case: Complaint, now: datetime) -> datetime | None:
    """Return when time alone brings the case up."""
    minutes = case_policies.LADDER[case.grade].at(now)
    return rules.next_step(case.level, case.level_since, minutes)


def _grade(change: Change, case: Complaint) -> None:
    """Derive the grade; a change of it is a fact, and a major case gets its plan."""
    most = Decimal(case_policies.CASE_AMOUNT.at(change.now))
    codes = rules.upgrade_codes(facts.case_facts(change.ticket, case), most_amount=most)
    grade = rules.grade(codes)
    case.codes = [str(code) for code in codes]
    if grade == case.grade:
        return
    before, case.grade = case.grade, grade
    change.record(
        events.Graded,
        grade=str(grade),
        before=str(before),
        codes=tuple(case.codes),
    )
    if grade == Grade.MAJOR and change.ticket.closed_at is None:
        attach(change, once=True)
        if change.ticket.state in BEFORE_ANSWER:
            supervise_by_rule(change, SuperviseCause.MAJOR)


def _meet(
    change: Change,
    case: Complaint,
    found: segmentation.Segment,
    customer: segmentation.Customer,
    limits: list[datetime],
) -> None:
    """Choose how the segment is met, unless a person has; the first contact is never too late."""
    now = change.now
    case.segment = {
        "value": found.value,
        "risk": found.risk,
        "complexity": found.complexity,
        "mood": found.mood,
        "fragile": customer.fragile,
        "tenure": customer.tenure,
        "in_30_days": customer.in_30_days,
        "in_90_days": customer.in_90_days,
        "in_365_days": customer.in_365_days,
        "same_topic": customer.same_topic,
        "escalated": customer.escalated,
        "compensated": str(customer.compensated),
        "monthly": str(customer.monthly) if customer.monthly is not None else "",
        "rating": customer.last_rating,
    }
    chosen = tables.strategy(case.strategy, now) if case.strategy_by else None
    chosen = chosen or segmentation.choose(tables.strategies(now), found)
    if chosen is None:
        case.strategy, case.first_contact_due = "", None
        return
    if case.strategy and chosen.code != case.strategy:
        codes = tuple(str(code) for code, _points in case.reasons)
        change.record(events.Segmented, strategy=chosen.code, score=case.score, reasons=codes)
    case.strategy = chosen.code
    case.first_contact_due = segmentation.first_contact_due(
        change.ticket.registered_at, chosen.first_contact, limits
    )


def _climb_for_new(change: Change, case: Complaint, new: set[str], risky: bool) -> None:
    if new & REGULATORY:
        climb(change, case, EscalationReason.REGULATOR)
    if risky:
        climb(change, case, EscalationReason.RISK)
    if Upgrade.VIP in new:
        climb(change, case, EscalationReason.VIP)
    if new:
        climb(change, case, EscalationReason.GRADE, floor=rules.FLOOR_OF_GRADE[Grade(case.grade)])


def renew_by_rule(ticket_id: UUID, *, now: datetime) -> None:
    """Open the case of a complaint, or grade and score it anew; other tickets are left alone."""
    ticket = Ticket.objects.filter(id=ticket_id).only("id", "kind", "closed_at").first()
    if ticket is None or ticket.kind != Kind.COMPLAINT or ticket.closed_at is not None:
        return
    try:
        with changing(system_viewer(), ticket_id, Verb.ASSESS, now=now) as change:
            renew(change, case_of(change))
    except (Conflict, NotFound):
        return  # it ended meanwhile


def escalate_by_rule(
    ticket_id: UUID, reason: EscalationReason, *, now: datetime, source: UUID | None = None
) -> None:
    """Bring an open complaint one rung up for time or a missed limit, once for each source."""
    ticket = Ticket.objects.filter(id=ticket_id, kind=Kind.COMPLAINT, closed_at=None).first()
    if ticket is None:
        return
    try:
        with changing(system_viewer(), ticket_id, Verb.ESCALATE, now=now) as change:
            case = case_of(change)
            if change.ticket.state not in BEFORE_ANSWER:
                return
            if reason == EscalationReason.TIME and (case.step_at is None or case.step_at > now):
                return
            climb(change, case, reason, source=source)
            renew(change, case)
    except (Conflict, NotFound):
        return


def open_missing_cases(now: datetime) -> int:
    """Open the cases of open complaints that have none, as imported ones; return how many."""
    missing = Ticket.objects.filter(kind=Kind.COMPLAINT, closed_at=None, complaint=None)
    ids = list(missing.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
    for ticket_id in ids:
        renew_by_rule(ticket_id, now=now)
    return len(ids)


def climb_due(now: datetime) -> int:
    """Bring up the cases whose time at a level is over; return how many were looked at."""
    due = Complaint.objects.filter(step_at__lte=now)
    due.exclude(ticket__closed_at=None, ticket__kind=Kind.COMPLAINT).update(step_at=None)
    waiting = due.filter(ticket__state__in=OPEN_TO_RULES).order_by("step_at", "ticket_id")
    ids = list(waiting.values_list("ticket_id", flat=True)[:MOST_AT_ONCE])
    for ticket_id in ids:
        escalate_by_rule(ticket_id, EscalationReason.TIME, now=now)
    return len(ids)
