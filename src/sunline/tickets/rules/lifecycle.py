"""The one table of a ticket's life: verb, from which states, to which, who, and the clocks.

A verb that is not in the table for the present state is refused; nothing else decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..types import Outcome, Result, State
from .verbs import (
    ALL,
    ANSWERED,
    AT_WORK,
    BEFORE_ANSWER,
    EVERY_CLOCK,
    NEW,
    OPEN,
    RESTING,
    WITH_UNIT,
    Move,
    Verb,
)

__all__ = [
    "ALL",
    "ANSWERED",
    "AT_WORK",
    "BEFORE_ANSWER",
    "EVERY_CLOCK",
    "NEW",
    "OPEN",
    "RESTING",
    "RESULT_OF_OUTCOME",
    "ROWS",
    "TABLE",
    "WITH_UNIT",
    "Move",
    "Verb",
    "after_revisit",
    "allowed",
    "verbs_in",
]


def _way() -> tuple[Move, ...]:
    """Return how a ticket goes from registration to its end."""
    s, v, row = State, Verb, Move
    return (
        row(v.DISPATCH, NEW, s.AWAITING_ACCEPTANCE, "tickets.dispatch", "home", starts=("ola",)),
        row(
            v.ACCEPT, NEW, s.IN_HANDLING, "tickets.accept", "unit",
            stops=("accept", "first_response"),
        ),
        row(v.REPLY, {s.IN_HANDLING}, s.AWAITING_CHECK, "tickets.handle", "unit", stops=("ola",)),
        row(v.APPROVE, {s.AWAITING_CHECK}, s.AWAITING_ANSWER, "tickets.check", "home"),
        row(
            v.SEND_BACK, {s.AWAITING_CHECK}, s.IN_HANDLING, "tickets.check", "home",
            starts=("ola",),
        ),
        row(
            v.ANSWER, {s.AWAITING_ANSWER}, s.AWAITING_REVISIT, "tickets.answer", "home",
            stops=EVERY_CLOCK,
        ),
        # Where a revisit leads depends on its outcome; see `after_revisit`.
        row(v.REVISIT, {s.AWAITING_REVISIT}, None, "tickets.revisit", "home"),
        row(
            v.REDISPATCH, {s.AWAITING_REVISIT}, s.AWAITING_ACCEPTANCE, "tickets.dispatch", "home",
            starts=("resolve", "ola"),
        ),
        row(
            v.RETURN, WITH_UNIT, s.AWAITING_DISPATCH, "tickets.handle", "unit", stops=("ola",)
        ),
        row(
            v.FINAL_DISPATCH, NEW, s.AWAITING_ACCEPTANCE, "tickets.final_dispatch", "home",
            starts=("ola",),
        ),
        # Inside a unit the OLA runs on; a correction gives the right unit a clock of its own.
        row(v.TRANSFER, AT_WORK, s.AWAITING_ACCEPTANCE, "tickets.assign", "unit", resumes=True),
        row(
            v.CORRECT, AT_WORK, s.AWAITING_ACCEPTANCE, "tickets.dispatch", "home",
            starts=("ola",), resumes=True,
        ),
        row(v.HOLD, {s.IN_HANDLING}, s.ON_HOLD, "tickets.handle", "unit", pauses=True),
        row(v.RESUME, RESTING, s.IN_HANDLING, "tickets.handle", "unit", resumes=True),
        row(
            v.ASK_CUSTOMER, {s.IN_HANDLING}, s.AWAITING_CUSTOMER, "tickets.handle", "unit",
            pauses=True,
        ),
        row(
            v.FINISH, WITH_UNIT | {s.AWAITING_DISPATCH}, s.AWAITING_REVISIT, "tickets.answer",
            "home", stops=EVERY_CLOCK,
        ),
        row(v.WITHDRAW, OPEN, s.WITHDRAWN, "tickets.withdraw", "home", stops=EVERY_CLOCK),
        row(v.REFUSE, NEW, s.REFUSED, "tickets.withdraw", "home", stops=EVERY_CLOCK),
        row(v.NOTE, ALL, None, "tickets.note", "any"),
        row(v.SUPPLEMENT, OPEN, None, "tickets.note", "any"),
        row(v.RECLASSIFY, BEFORE_ANSWER, None, "tickets.reclassify", "any"),
        row(v.RELATE, ALL, None, "tickets.note", "any"),
        row(v.CHASE, OPEN, None, "tickets.note", "any"),
        row(v.ADD_MESSAGE, ALL, None, "tickets.note", "any"),
        row(v.ASSIGN, AT_WORK, None, "tickets.assign", "unit"),
    )  # fmt: skip


def _together() -> tuple[Move, ...]:
    """Return what units and people do together around a ticket."""
    s, v, row = State, Verb, Move
    return (
        row(v.ASK_JOINT, AT_WORK, None, "tickets.ask_units", "any"),
        row(v.ASK_FACT, OPEN, None, "tickets.ask_units", "any"),
        row(v.ACCEPT_JOINT, OPEN, None, "tickets.accept", "joint"),
        row(v.REPLY_JOINT, OPEN, None, "tickets.handle", "joint"),
        row(v.CANCEL_JOINT, OPEN, None, "tickets.ask_units", "any"),
        row(v.PROMISE_CALLBACK, OPEN, None, "tickets.note", "any"),
        row(v.KEEP_CALLBACK, OPEN, None, "tickets.note", "any"),
        row(v.URGE, AT_WORK, None, "tickets.note", "home"),
        row(v.SUPERVISE, BEFORE_ANSWER, None, "tickets.supervise", "home"),
        row(v.REPORT, OPEN, None, "tickets.handle", "unit"),
        row(v.ASK_EXTENSION, AT_WORK, None, "tickets.handle", "unit"),
        row(v.DECIDE_EXTENSION, OPEN, None, "tickets.grant_time", "home"),
        row(v.KEEP_ON_ACCOUNT, {s.IN_HANDLING, s.AWAITING_ANSWER}, s.LONG_TERM, "tickets.answer",
            "home", stops=EVERY_CLOCK),
        row(v.ANSWER_STAGE, {s.LONG_TERM}, None, "tickets.answer", "home"),
        row(
            v.TAKE_OFF_ACCOUNT, {s.LONG_TERM}, s.AWAITING_DISPATCH, "tickets.answer", "home",
            starts=("resolve",),
        ),
        row(v.SPLIT, BEFORE_ANSWER, None, "tickets.merge", "home"),
        row(v.MERGE, BEFORE_ANSWER, s.MERGED, "tickets.merge", "home"),
        # Back to where it stood: what was kept at the merge says where.
        row(v.UNMERGE, {s.MERGED}, None, "tickets.merge", "home"),
        row(v.OFFER_HANDOVER, OPEN, None, "tickets.note", "home"),
        row(v.TAKE_HANDOVER, OPEN, None, "tickets.note", "any"),
        row(v.DECLINE_HANDOVER, OPEN, None, "tickets.note", "any"),
        row(v.JUDGE, ANSWERED, None, "tickets.judge", "home"),
        row(v.CONTEST, ANSWERED, None, "tickets.contest", "any"),
        row(v.REVIEW_JUDGEMENT, ANSWERED, None, "tickets.judge", "home"),
        row(v.FINISH_JUDGEMENT, ANSWERED, None, "tickets.judge_finally", "home"),
        row(v.TRY_REVISIT, {s.AWAITING_REVISIT}, None, "tickets.revisit", "home"),
        row(v.SCORE_ORDER, ALL - NEW, None, "tickets.handle", "any"),
        row(v.MARK_TRUTH, ALL, None, "tickets.reclassify", "any"),
    )  # fmt: skip


def _belonging() -> tuple[Move, ...]:
    """Return what is said of tickets that belong together: repeats, copies, group complaints."""
    v, row, lead = Verb, Move, "tickets.lead_groups"
    return (
        row(v.TELL_REPEAT_CAUSE, ALL, None, "tickets.note", "any"),
        row(v.NOT_DUPLICATE, OPEN, None, "tickets.note", "any"),
        row(v.JOIN_GROUP, OPEN, None, lead, "home"),
        row(v.LEAVE_GROUP, ALL, None, lead, "home"),
        row(v.PUT_NOTICE, OPEN, None, lead, "home"),
        # What was put up can always be taken down.
        row(v.END_NOTICE, ALL, None, lead, "home"),
        row(v.TELL_MEMBERS, OPEN, None, lead, "home"),
        row(v.ANSWER_MEMBERS, ALL, None, lead, "home"),
        row(v.PLAN_REVISITS, ALL, None, lead, "home"),
        row(v.END_GROUP, ALL, None, lead, "home"),
    )


def _case() -> tuple[Move, ...]:
    """Return what is done to a complaint as a case; only a settlement moves its ticket."""
    s, v, row = State, Verb, Move
    return (
        row(v.ASSESS, OPEN, None, "tickets.assess", "any"),
        row(v.SET_CAUSE, ALL, None, "tickets.assess", "any"),
        row(v.CHOOSE_STRATEGY, OPEN, None, "tickets.assess", "any"),
        row(v.ESCALATE, OPEN, None, "tickets.escalate", "any"),
        row(v.DEESCALATE, OPEN, None, "tickets.deescalate", "home"),
        row(v.ADD_EVIDENCE, ALL, None, "tickets.note", "any"),
        row(v.REMOVE_EVIDENCE, ALL, None, "tickets.assess", "any"),
        row(v.MAKE_OFFER, OPEN, None, "tickets.settle", "any"),
        row(v.ANSWER_OFFER, OPEN, None, "tickets.settle", "any"),
        row(
            v.SETTLE, {s.IN_HANDLING, s.AWAITING_ANSWER}, s.AWAITING_REVISIT, "tickets.settle",
            "any", stops=EVERY_CLOCK,
        ),
        row(v.ATTACH_PLAN, OPEN, None, "tickets.supervise", "home"),
        row(v.DO_STEP, ALL, None, "tickets.note", "any"),
    )  # fmt: skip


def _redress() -> tuple[Move, ...]:
    """Return what is done about who the customer is and what is owed to them."""
    v, row, give = Verb, Move, "tickets.grant"
    return (
        row(v.VERIFY, OPEN, None, "tickets.verify", "any"),
        row(v.EXPLAIN_DATA, OPEN, None, "tickets.explain_data", "any"),
        row(v.SEND_DATA_SHEET, OPEN, None, "tickets.explain_data", "any"),
        row(v.CANCEL_UNSOLICITED, OPEN, None, give, "any"),
        row(v.PROPOSE_WAIVER, OPEN, None, give, "any"),
        # What is owed for late work is often known only when the ticket has ended.
        row(v.ACCEPT_PROPOSAL, ALL, None, give, "any"),
        row(v.DECLINE_PROPOSAL, ALL, None, give, "any"),
        row(v.RECKON, ALL, None, give, "any"),
    )


def _appeals() -> tuple[Move, ...]:
    """Return what is done to a complaint's appeals; they outlive the ticket and never move it."""
    v, row, work = Verb, Move, "tickets.appeal"
    return (
        row(v.RECEIVE_APPEAL, ALL - {State.MERGED}, None, work, "home"),
        row(v.ACCEPT_APPEAL, ALL, None, work, "home"),
        row(v.REFUSE_APPEAL, ALL, None, work, "home"),
        row(v.SEND_BACK_APPEAL, ALL, None, work, "home"),
        row(v.RETURN_APPEAL, ALL, None, work, "home"),
        row(v.REPLY_APPEAL, ALL, None, work, "home"),
        row(v.MEDIATE_APPEAL, ALL, None, work, "home"),
        row(v.SIGN_AGREEMENT, ALL, None, work, "home"),
        row(v.CLOSE_APPEAL, ALL, None, work, "home"),
        row(v.WITHDRAW_APPEAL, ALL, None, work, "home"),
        row(v.EXPORT_PACK, ALL, None, work, "home"),
    )


def _granting() -> tuple[Move, ...]:
    """Return what is granted to the customer; what was asked is decided whatever became of it."""
    v, row = Verb, Move
    return (
        # Which actions on a closed ticket is said by the matrix of authority.
        row(v.GRANT, OPEN | {State.CLOSED}, None, "tickets.grant", "any"),
        row(v.DECIDE_GRANT, ALL, None, "tickets.decide_grants", "home"),
        row(v.WITHDRAW_GRANT, ALL, None, "tickets.grant", "any"),
        row(v.CHECK_GRANT, ALL, None, "tickets.check_grants", "home"),
    )


def _outages() -> tuple[Move, ...]:
    """Return what is done about an outage on its parent ticket, and to tickets linked to it."""
    v, row, lead = Verb, Move, "tickets.lead_outages"
    return (
        row(v.OPEN_OUTAGE, NEW, None, lead, "home"),
        row(v.REVISE_OUTAGE, ALL, None, lead, "home"),
        # These end the parent unless it has ended already; an outage does not outlive its end.
        row(v.CLOSE_OUTAGE, ALL, None, lead, "home", stops=EVERY_CLOCK),
        row(v.CANCEL_OUTAGE, ALL, None, lead, "home", stops=EVERY_CLOCK),
        row(v.LINK_OUTAGE, OPEN, None, lead, "home"),
        row(v.UNLINK_OUTAGE, ALL, None, lead, "home"),
    )


def _field() -> tuple[Move, ...]:
    """Return what is done about work at the customer's; the ticket itself stays where it is."""
    v, row, do = Verb, Move, "tickets.do_field"
    return (
        row(v.OPEN_FIELD, BEFORE_ANSWER, None, "tickets.book_field", "any"),
        row(v.BOOK_FIELD, OPEN, None, "tickets.book_field", "any"),
        row(v.GIVE_FIELD, OPEN, None, "tickets.assign_field", "any"),
        row(v.START_FIELD, OPEN, None, do, "any"),
        row(v.PHOTO_FIELD, OPEN, None, do, "any"),
        row(v.COMPLETE_FIELD, OPEN, None, do, "any"),
        row(v.FAIL_FIELD, OPEN, None, do, "any"),
        # A visit is called off by rule when its ticket has ended.
        row(v.CANCEL_FIELD, ALL, None, "tickets.book_field", "any"),
    )


ROWS = (
    *_way(),
    *_together(),
    *_belonging(),
    *_case(),
    *_redress(),
    *_granting(),
    *_appeals(),
    *_outages(),
    *_field(),
)


TABLE: Mapping[Verb, Move] = {move.verb: move for move in ROWS}

# How a revisit ends a ticket; an outcome that is missing here sends it back to work.
RESULT_OF_OUTCOME: dict[str, Result] = {
    Outcome.ACCEPTED: Result.ACCEPTED,
    Outcome.EXPLAINED: Result.EXPLAINED,
    Outcome.SETTLED: Result.SETTLED,
    Outcome.NOT_REACHED: Result.NOT_REACHED,
}


def allowed(verb: Verb, state: str) -> bool:
    """Return whether the table lets the verb act on a ticket in the state."""
    return State(state) in TABLE[verb].sources


def verbs_in(state: str) -> tuple[Verb, ...]:
    """Return the verbs that the table allows in a state, in the table's order."""
    return tuple(verb for verb, move in TABLE.items() if State(state) in move.sources)


def after_revisit(outcome: str, unit_known: bool) -> State:
    """Return where a revisit leads: closed, or back to the unit or the dispatcher."""
    if outcome in RESULT_OF_OUTCOME:
        return State.CLOSED
    return State.AWAITING_ACCEPTANCE if unit_known else State.AWAITING_DISPATCH
