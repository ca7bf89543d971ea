"""What is done to an appeal after it came in, each step with its moment, reason and clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sunline.kernel.errors import Invalid, Problem, required, unknown_choice
from sunline.kernel.ids import local_day
from sunline.staff.types import Viewer

from .. import appeal_errors as errors
from .. import events
from ..errors import NothingOpen
from ..models import Appeal, Complaint
from ..rules import appeals as rules
from ..rules.appeals import Step
from ..rules.lifecycle import Verb
from ..types import (
    AppealResult,
    AppealReturn,
    AppealState,
    Door,
    RefusalCode,
    TicketRef,
    WordOfUser,
)
from .appeals import end_due, follow_clocks, freeze, set_due
from .cases import case_of
from .changing import Change, changing
from .handling import text_of
from .settling import check_money

VERBS = {
    Step.ACCEPT: Verb.ACCEPT_APPEAL,
    Step.REFUSE: Verb.REFUSE_APPEAL,
    Step.SEND_BACK: Verb.SEND_BACK_APPEAL,
    Step.RETURN: Verb.RETURN_APPEAL,
    Step.REPLY: Verb.REPLY_APPEAL,
    Step.MEDIATE: Verb.MEDIATE_APPEAL,
    Step.SIGN: Verb.SIGN_AGREEMENT,
    Step.CLOSE: Verb.CLOSE_APPEAL,
    Step.WITHDRAW: Verb.WITHDRAW_APPEAL,
}
REFUSALS = tuple(code for code in RefusalCode if code not in rules.SEND_BACK)


class Stepping:
    """One appeal under one step, within the change of its ticket."""

    def __init__(self, change: Change, row: Appeal, step: Step) -> None:
        self.change, self.row, self.step = change, row, step
        self.met: datetime | None = None

    def record(self, fact: type[events.AppealFact], note: str, **details: Any) -> None:
        """Record the step's fact with its text."""
        row = self.row
        self.change.record(fact, appeal=row.id, door=row.door, **details)
        self.change.note(note, "appeal")


@contextmanager
def _stepping(
    viewer: Viewer,
    ticket_id: UUID,
    step: Step,
    appeal: str,
    now: datetime,
    version: int | None,
) -> Iterator[Stepping]:
    """Find the appeal, ask the table, and write what the body decided with the clock."""
    with changing(viewer, ticket_id, VERBS[step], now=now, version=version) as change:
        row = _find(change, step, appeal)
        if not rules.allowed(step, row.state, row.door):
            raise errors.WrongAppealState(reference=row.number, state=AppealState(row.state).label)
        before = row.due_at
        stepping = Stepping(change, row, step)
        yield stepping
        row.state = rules.after(step, row.state)
        if row.state in rules.ENDED:
            row.ended_at = now
        row.updated_at = now
        set_due(row)
        row.save()
        # A ticket that is no complaint any more keeps its appeals, and they are answered.
        for case in Complaint.objects.filter(ticket_id=ticket_id):
            freeze(case, now)
            case.save(update_fields=["frozen_until"])
        follow_clocks(change, since=row.received_at, met=before if stepping.met else None)


def _find(change: Change, step: Step, appeal: str) -> Appeal:
    """Return the appeal named by its id or its door's number, or the only one that fits."""
    rows = list(Appeal.objects.filter(ticket_id=change.ticket.id).order_by("id"))
    if not rows:
        raise NothingOpen(number=change.ticket.number)
    wanted = appeal.strip()
    if wanted:
        found = [row for row in rows if wanted in {str(row.id), row.number}]
        if len(found) != 1:
            raise Invalid([unknown_choice("appeal")])
        return found[0]
    fitting = [row for row in rows if rules.allowed(step, row.state, row.door)]
    if len(fitting) > 1:
        raise Invalid([required("appeal")])
    return fitting[0] if fitting else rows[-1]


def accept_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    although: bool = False,
    material_at: datetime | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Note that the door takes the appeal on; the centre answers 30 days after all material.

    Raises AppealBarred when the rules speak against it, unless it did so `although` they do.
    """
    note = text_of(note, "note", needed=False)
    with _stepping(viewer, ticket_id, Step.ACCEPT, appeal, now, version) as one:
        row = one.row
        codes = bars_of(row)
        if codes and not although:
            reasons = ", ".join(str(code.label) for code in codes)
            raise errors.AppealBarred(reasons=reasons)
        row.accepted_at, row.although = now, [str(code) for code in codes]
        row.material_at = _within(material_at, row.received_at, now)
        row.end_due = end_due(row.material_at)
        one.record(events.AppealAccepted, note, although=tuple(row.although))
    return one.change.ref()


def bars_of(row: Appeal) -> tuple[RefusalCode, ...]:
    """Return why the centre would not take an appeal on; other doors have no such rules."""
    if row.door != Door.REGULATOR:
        return ()
    return rules.bars(
        rules.Matter(
            category=row.category,
            event_on=row.event_on,
            received_on=local_day(row.received_at),
            first_complaint_on=_day(row.first_complaint_at),
            answered_on=_day(row.answered_at),
        )
    )


def _day(moment: datetime | None) -> date | None:
    return local_day(moment) if moment else None


def _within(moment: datetime | None, since: datetime, now: datetime) -> datetime:
    """Return the moment of a step, now when none is named; raise Invalid outside its time."""
    if moment is not None and not since <= moment <= now:
        text = errors.FUTURE_DAY if moment > now else errors.BEFORE_EVENT
        raise Invalid([Problem("material_at", "out_of_range", text)])
    return moment or now


def refuse_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    reason: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Note that the centre does not take the appeal on, with its reason."""
    note = text_of(note, "note", needed=False)
    if reason not in REFUSALS:
        raise Invalid([unknown_choice("reason")])
    with _stepping(viewer, ticket_id, Step.REFUSE, appeal, now, version) as one:
        one.row.reason = reason
        one.record(events.AppealRefused, note, reason=reason)
    return one.change.ref()


def send_back_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Note that the centre sent the user to the operator first; the complaint goes on here."""
    note = text_of(note, "note", needed=False)
    with _stepping(viewer, ticket_id, Step.SEND_BACK, appeal, now, version) as one:
        row = one.row
        never = row.first_complaint_at is None
        row.reason = RefusalCode.SKIPPED if never else RefusalCode.TOO_EARLY
        one.record(events.AppealSentBack, note, reason=str(row.reason))
    return one.change.ref()


def return_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    reason: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Give an appeal back to its door within the door's window; raise ReturnWindowOver."""
    note = text_of(note, "note")
    if reason not in AppealReturn.values:
        raise Invalid([unknown_choice("reason")])
    with _stepping(viewer, ticket_id, Step.RETURN, appeal, now, version) as one:
        row = one.row
        if not rules.may_return(row.received_at, row.return_until, now):
            raise errors.ReturnWindowOver(reference=row.number)
        row.reason = reason
        one.record(events.AppealReturned, note, reason=reason)
    return one.change.ref()


def reply_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    text: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Give the operator's reply to the door, once."""
    text = text_of(text)
    with _stepping(viewer, ticket_id, Step.REPLY, appeal, now, version) as one:
        row = one.row
        if row.replied_at is not None:
            raise errors.WrongAppealState(reference=row.number, state=AppealState(row.state).label)
        row.replied_at, one.met = now, row.reply_due
        one.record(events.AppealReplied, text, in_time=now <= row.reply_due)
    return one.change.ref()


def mediate_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Note that the door begins to mediate; it ends 30 days after all material was there."""
    note = text_of(note, "note", needed=False)
    with _stepping(viewer, ticket_id, Step.MEDIATE, appeal, now, version) as one:
        row = one.row
        row.mediation_at = row.mediation_at or now
        row.material_at = row.material_at or now
        row.end_due = row.end_due or end_due(row.material_at)
        one.record(events.MediationBegun, note)
    return one.change.ref()


def sign_agreement(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    text: str,
    amount: Decimal | None = None,
    signed_at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Record the agreement that user and operator signed: its words, amount in yuan and day.

    What it gives is granted by the acts of compensation; the record alone pays nothing.
    """
    text = text_of(text)
    problems = check_money("amount", amount)
    if problems:
        raise Invalid(problems)
    with _stepping(viewer, ticket_id, Step.SIGN, appeal, now, version) as one:
        row = one.row
        signed = local_day(signed_at or now)
        if not local_day(row.received_at) <= signed <= local_day(now):
            late = signed > local_day(now)
            text_wrong = errors.FUTURE_DAY if late else errors.BEFORE_EVENT
            raise Invalid([Problem("signed_at", "out_of_range", text_wrong)])
        row.agreement_signed_on, row.agreement, row.amount = signed, text, amount
        row.replied_at = row.replied_at or now
        one.met = row.due_at
        shown = f"{amount:.2f}" if amount else ""
        one.record(events.AgreementSigned, text, amount=shown)
    return one.change.ref()


def close_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    result: str,
    solved: str = "",
    satisfied: str = "",
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Note how the door closed the appeal, and what it heard from the user.

    Raises NotRepliedYet while the operator owes its reply.
    """
    note = text_of(note, "note", needed=False)
    problems = [] if result in AppealResult.values else [unknown_choice("result")]
    problems += [
        unknown_choice(name)
        for name, word in (("solved", solved), ("satisfied", satisfied))
        if word not in WordOfUser.values
    ]
    if problems:
        raise Invalid(problems)
    with _stepping(viewer, ticket_id, Step.CLOSE, appeal, now, version) as one:
        row = one.row
        if result not in rules.RESULTS[AppealState(row.state)]:
            raise Invalid([Problem("result", "wrong_result", errors.WRONG_RESULT)])
        if row.replied_at is None:
            raise errors.NotRepliedYet(reference=row.number)
        row.result = result
        row.solved, row.satisfied = _heard(solved), _heard(satisfied)
        one.met = row.due_at
        one.record(
            events.AppealClosed, note, how=result, solved=row.solved, satisfied=row.satisfied
        )
    return one.change.ref()


def _heard(word: str) -> bool | None:
    return {WordOfUser.YES: True, WordOfUser.NO: False}.get(WordOfUser(word))


def withdraw_appeal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    appeal: str = "",
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Note that the user took the appeal back; the complaint goes on as it stands."""
    note = text_of(note, "note")
    with _stepping(viewer, ticket_id, Step.WITHDRAW, appeal, now, version) as one:
        one.record(events.AppealWithdrawn, note)
    return one.change.ref()


def export_pack(viewer: Viewer, ticket_id: UUID, *, now: datetime) -> TicketRef:
    """Note that the evidence pack of a complaint leaves the system."""
    with changing(viewer, ticket_id, Verb.EXPORT_PACK, now=now) as change:
        case_of(change)
        change.record(events.PackExported)
    return change.ref()
