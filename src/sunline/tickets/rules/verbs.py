"""The verbs on a ticket, what a row of its table says, and the sets of states rows speak of."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from ..types import FINAL, State


class Verb(StrEnum):
    """What can be done to a ticket."""

    DISPATCH = "dispatch"
    ACCEPT = "accept"
    REPLY = "reply"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    ANSWER = "answer"
    REVISIT = "revisit"
    REDISPATCH = "redispatch"
    RETURN = "return_order"
    HOLD = "hold"
    RESUME = "resume"
    ASK_CUSTOMER = "ask_customer"
    FINISH = "finish_at_once"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"
    ASSIGN = "assign"
    NOTE = "add_note"
    RECLASSIFY = "reclassify"
    RELATE = "relate"
    CHASE = "chase"
    ADD_MESSAGE = "add_message"
    TRANSFER = "transfer"
    CORRECT = "correct"
    FINAL_DISPATCH = "final_dispatch"
    ASK_JOINT = "ask_joint"
    ASK_FACT = "ask_fact"
    ACCEPT_JOINT = "accept_joint"
    REPLY_JOINT = "reply_joint"
    CANCEL_JOINT = "cancel_joint"
    URGE = "urge"
    SUPERVISE = "supervise"
    REPORT = "report"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    SUPPLEMENT = "supplement"
    SPLIT = "split"
    MERGE = "merge"
    UNMERGE = "unmerge"
    KEEP_ON_ACCOUNT = "keep_on_account"
    ANSWER_STAGE = "answer_stage"
    TAKE_OFF_ACCOUNT = "take_off_account"
    OFFER_HANDOVER = "offer_handover"
    TAKE_HANDOVER = "take_handover"
    DECLINE_HANDOVER = "decline_handover"
    JUDGE = "judge"
    CONTEST = "contest"
    REVIEW_JUDGEMENT = "review_judgement"
    FINISH_JUDGEMENT = "finish_judgement"
    SCORE_ORDER = "score_order"
    PROMISE_CALLBACK = "promise_callback"
    KEEP_CALLBACK = "keep_callback"
    TELL_REPEAT_CAUSE = "tell_repeat_cause"
    NOT_DUPLICATE = "not_duplicate"
    JOIN_GROUP = "join_group"
    LEAVE_GROUP = "leave_group"
    PUT_NOTICE = "put_notice"
    END_NOTICE = "end_notice"
    TELL_MEMBERS = "tell_members"
    ANSWER_MEMBERS = "answer_members"
    PLAN_REVISITS = "plan_revisits"
    END_GROUP = "end_group"
    ASSESS = "assess"
    SET_CAUSE = "set_cause"
    CHOOSE_STRATEGY = "choose_strategy"
    ESCALATE = "escalate"
    DEESCALATE = "deescalate"
    ADD_EVIDENCE = "add_evidence"
    REMOVE_EVIDENCE = "remove_evidence"
    MAKE_OFFER = "make_offer"
    ANSWER_OFFER = "answer_offer"
    SETTLE = "settle"
    ATTACH_PLAN = "attach_plan"
    DO_STEP = "do_step"
    MARK_TRUTH = "mark_truth"
    TRY_REVISIT = "try_revisit"
    VERIFY = "verify"
    GRANT = "grant"
    DECIDE_GRANT = "decide_grant"
    WITHDRAW_GRANT = "withdraw_grant"
    CHECK_GRANT = "check_grant"
    CANCEL_UNSOLICITED = "cancel_unsolicited"
    EXPLAIN_DATA = "explain_data_use"
    SEND_DATA_SHEET = "send_data_sheet"
    PROPOSE_WAIVER = "propose_waiver"
    ACCEPT_PROPOSAL = "accept_proposal"
    DECLINE_PROPOSAL = "decline_proposal"
    RECKON = "reckon"
    RECEIVE_APPEAL = "receive_appeal"
    ACCEPT_APPEAL = "accept_appeal"
    REFUSE_APPEAL = "refuse_appeal"
    SEND_BACK_APPEAL = "send_back_appeal"
    RETURN_APPEAL = "return_appeal"
    REPLY_APPEAL = "reply_appeal"
    MEDIATE_APPEAL = "mediate_appeal"
    SIGN_AGREEMENT = "sign_agreement"
    CLOSE_APPEAL = "close_appeal"
    WITHDRAW_APPEAL = "withdraw_appeal"
    EXPORT_PACK = "export_pack"
    OPEN_OUTAGE = "open_outage"
    REVISE_OUTAGE = "revise_outage"
    CLOSE_OUTAGE = "close_outage"
    CANCEL_OUTAGE = "cancel_outage"
    LINK_OUTAGE = "link_outage"
    UNLINK_OUTAGE = "unlink_outage"
    OPEN_FIELD = "open_field"
    BOOK_FIELD = "book_field"
    GIVE_FIELD = "give_field"
    START_FIELD = "start_field"
    PHOTO_FIELD = "photo_field"
    COMPLETE_FIELD = "complete_field"
    CANCEL_FIELD = "cancel_field"
    FAIL_FIELD = "fail_field"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. `target` None keeps the state; `at` names whose path must be held.

    `clocks` is what happens to clocks that may pause: start, stop, pause, resume or nothing;
    legal clocks run on whatever the verb.
    """

    verb: Verb
    sources: Set[State]
    target: State | None
    permission: str
    at: str  # "home": where the customer is; "unit": where the work is; "joint": who assists
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: bool = False
    resumes: bool = False


OPEN = frozenset(State) - FINAL
ALL = frozenset(State)
NEW = frozenset({State.AWAITING_DISPATCH, State.AWAITING_ACCEPTANCE})
WITH_UNIT = frozenset({State.AWAITING_ACCEPTANCE, State.IN_HANDLING})
RESTING = frozenset({State.ON_HOLD, State.AWAITING_CUSTOMER})
AT_WORK = WITH_UNIT | RESTING
BEFORE_ANSWER = OPEN - {State.AWAITING_REVISIT, State.LONG_TERM}
ANSWERED = frozenset({State.AWAITING_REVISIT, State.LONG_TERM, State.CLOSED})
EVERY_CLOCK = ("accept", "first_response", "resolve", "legal_answer", "ola")
