"""Appeals taken in: put on their complaint, several doors on one, with clocks and the freeze."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice
from sunline.kernel.ids import local_day
from sunline.kernel.types import Subject
from sunline.sla import queries as limits
from sunline.sla import services as sla
from sunline.staff.types import Viewer

from .. import appeal_policies, case_policies, events
from ..appeal_errors import BEFORE_EVENT, FUTURE_DAY, TOO_LONG_AGO, AppealTwice
from ..models import Appeal, Complaint
from ..rules import appeals as rules
from ..rules.lifecycle import Verb
from ..types import AppealCategory, Door, Referral, Signal, TicketRef
from .cases import case_of, renew
from .changing import ATTENTION, SUBJECT, Change, changing

MOST_CLAIM, MOST_NUMBER = 10_000, 64
MOST_YEARS = 10
LENGTHS = {"phone": 32, "name": 64, "address": 255, "postcode": 16}
# What a door's name on a case makes it graver by.
SIGNALS = {
    Door.REGULATOR: Signal.REGULATOR,
    Door.LINE_12345: Signal.REGULATOR,
    Door.LINE_12315: Signal.CONSUMER,
    Door.MEDIA: Signal.MEDIA,
    Door.PETITION: Signal.REGULATOR,
}


def check_referral(item: Referral, now: datetime) -> list[Problem]:
    """Return what is wrong with an appeal as a door sent it."""
    problems = []
    if item.door not in Door.values:
        problems.append(unknown_choice("door"))
    if item.category not in AppealCategory.values:
        problems.append(unknown_choice("category"))
    for name, most in (("number", MOST_NUMBER), ("claim", MOST_CLAIM)):
        text = getattr(item, name)
        if not text.strip():
            problems.append(required(name))
        elif len(text) > most:
            problems.append(too_long(name, most))
    problems += [
        too_long(name, most) for name, most in LENGTHS.items() if len(getattr(item, name)) > most
    ]
    received_on = local_day(item.received_at)
    if item.received_at > now:
        problems.append(Problem("received_at", "future", FUTURE_DAY))
    if item.event_on > received_on:
        problems.append(Problem("event_on", "future", FUTURE_DAY))
    if item.event_on < _years_back(received_on) or received_on < _years_back(local_day(now)):
        problems.append(Problem("event_on", "too_long_ago", TOO_LONG_AGO))
    first = item.first_complaint_at
    if first is not None and first > item.received_at:
        problems.append(Problem("first_complaint_at", "future", FUTURE_DAY))
    elif first is not None and local_day(first) < item.event_on:
        problems.append(Problem("first_complaint_at", "before_event", BEFORE_EVENT))
    if item.reply_due is not None and item.reply_due < item.received_at:
        problems.append(Problem("reply_due", "before_event", BEFORE_EVENT))
    return problems


def _years_back(day: date) -> date:
    return rules.add_months(day, -12 * MOST_YEARS)


def receive_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    door: str,
    reference: str,
    category: str,
    claim: str,
    event_at: datetime,
    received_at: datetime | None = None,
    first_complaint_at: datetime | None = None,
    reply_due: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Put an appeal that a door brought on a complaint; raise AppealTwice for a number known.

    A complaint that stood here before it counts as the first complaint to the operator.
    """
    item = Referral(
        door=door,
        number=reference.strip(),
        category=category,
        claim=claim.strip(),
        event_on=local_day(event_at),
        received_at=received_at or now,
        first_complaint_at=first_complaint_at,
        reply_due=reply_due,
    )
    names = {"number": "reference", "event_on": "event_at"}
    problems = [
        Problem(names.get(one.field, one.field), one.code, one.text, one.params)
        for one in check_referral(item, now)
    ]
    if problems:
        raise Invalid(problems)
    return attach_appeal(viewer, ticket_id, item, now=now, version=version)


def attach_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    item: Referral,
    *,
    known_before: bool = True,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Put a checked appeal on a complaint; a ticket made for it was not `known_before`."""
    with changing(viewer, ticket_id, Verb.RECEIVE_APPEAL, now=now, version=version) as change:
        case = case_of(change)
        held = Appeal.objects.filter(door=item.door, number=item.number).first()
        if held is not None:
            raise AppealTwice(reference=item.number, number=held.ticket.number)
        row = _row(change, item, known_before)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise AppealTwice(reference=item.number, number=change.ticket.number) from None
        # The door's name makes the case graver; that the user came too soon does not.
        case.signals = sorted({*case.signals, str(SIGNALS[Door(row.door)])})
        change.record(
            events.AppealReceived,
            appeal=row.id,
            door=row.door,
            category=row.category,
            bypassing=row.bypassing,
        )
        change.note(row.claim, "appeal")
        freeze(case, now)
        renew(change, case)
        follow_clocks(change, since=row.received_at)
    return change.ref()


def _row(change: Change, item: Referral, known_before: bool) -> Appeal:
    ticket, now = change.ticket, change.now
    first = item.first_complaint_at
    if first is None and known_before and ticket.registered_at < item.received_at:
        first = ticket.registered_at
    answered = ticket.answered_at
    if answered is not None and answered > item.received_at:
        answered = None
    first_on = local_day(first) if first else None
    answered_on = local_day(answered) if answered else None
    bypassing = bool(rules.bypassed(first_on, answered_on, local_day(item.received_at)))
    regulator = item.door == Door.REGULATOR
    window = appeal_policies.return_days(item.door, now)
    row = Appeal(
        ticket=ticket,
        door=item.door,
        number=item.number,
        category=item.category,
        claim=item.claim,
        name=item.name,
        phone=item.phone,
        address=item.address,
        postcode=item.postcode,
        event_on=item.event_on,
        first_complaint_at=first,
        operator_answer_due=_days(first, rules.ANSWER_DAYS) if first else None,
        answered_at=answered,
        user_satisfied=False if answered else None,
        received_at=item.received_at,
        bypassing=bypassing,
        accept_due=_days(item.received_at, rules.ACCEPT_DAYS, working=True) if regulator else None,
        return_until=_days(item.received_at, window, working=True) if window else None,
        reply_due=rules.reply_due(
            item.received_at,
            _days(item.received_at, appeal_policies.reply_days(item.door, now)),
            bypassing=bypassing,
            at_once=timedelta(hours=appeal_policies.AT_ONCE.at(now)),
            told=item.reply_due,
        ),
        updated_at=now,
    )
    set_due(row)
    return row


def _days(since: datetime, days: int, *, working: bool = False) -> datetime:
    return limits.day_due(since, days, working=working)


def end_due(material_at: datetime) -> datetime:
    """Return when the centre has to answer the user, from the receipt of all material."""
    return _days(material_at, rules.MEDIATION_DAYS)


def set_due(row: Appeal) -> None:
    """Set the next moment that an appeal has to keep."""
    row.due_at = rules.due(row.state, row.reply_due, row.end_due, row.replied_at is not None)


def follow_clocks(change: Change, *, since: datetime, met: datetime | None = None) -> None:
    """Bring the ticket's clock in line with its doors: the earliest moment is the one that runs.

    `met` is the moment of the step that was just done, if one was.
    """
    ticket = change.ticket
    open_ones = Appeal.objects.filter(ticket_id=ticket.id).exclude(due_at=None)
    first = rules.earliest(open_ones.values_list("due_at", flat=True))
    sla.fix(
        Subject(SUBJECT, ticket.id),
        first,
        since=since,
        met=met is not None,
        now=change.now,
    )
    if not change.move.starts:  # else it is looked for when those clocks have begun
        change.due_at = limits.next_due(ticket.id) or change.now + ATTENTION


def freeze(case: Complaint, now: datetime) -> None:
    """Keep everything of a case until the time bar has passed, counted anew from now."""
    until = now + timedelta(days=case_policies.EVIDENCE_DAYS.at(now))
    case.frozen_until = max(filter(None, (case.frozen_until, until)))
