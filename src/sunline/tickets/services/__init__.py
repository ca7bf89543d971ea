"""Every change to a ticket: one verb each, for every way in."""

from .accounting import answer_stage, keep_on_account, take_off_account
from .answering import (
    answer,
    finish_at_once,
    handlers_of,
    redispatch,
    refuse,
    withdraw,
)
from .batch import answer_members, run_answers, tell_members
from .bulk_acts import ask_bulk, run_bulk
from .case_tables import set_row
from .cases import climb_due, escalate_by_rule, open_missing_cases, renew_by_rule
from .changing import lock
from .checks import end_check, load_checks, set_check
from .complaints import (
    add_evidence,
    assess,
    choose_strategy,
    deescalate,
    escalate,
    remove_evidence,
    set_cause,
)
from .deciding import decide_grant, pass_up_due
from .extending import ask_extension, decide_extension
from .field_slots import set_capacity
from .fieldwork import (
    book_field,
    call_off_by_rule,
    cancel_field,
    complete_field,
    fail_field,
    give_field,
    open_field,
    photo_field,
    start_field,
)
from .granting import grant, withdraw_grant
from .grouping import (
    end_group,
    end_notice,
    join,
    join_group,
    leave_group,
    plan_revisits,
    put_notice,
)
from .handling import accept, approve, assign, dispatch, reply, return_order, send_back
from .importing_csv import ask_import, ask_real_import
from .inspecting import check_grant
from .joint import accept_joint, ask_fact, ask_joint, cancel_joint, reply_joint
from .judging import contest, finish_judgement, judge, review_judgement, score_order
from .kin import find_copies, find_repeat, not_duplicate, tell_repeat_cause
from .merging import merge, split, unmerge
from .moving import correct, final_dispatch, transfer
from .owed import accept_proposal, decline_proposal, follow_grant, reckon, sweep
from .owning import decline_handover, offer_handover, take_handover
from .planning import attach_plan, do_step
from .pressing import chase, report, supervise, supplement, urge
from .promising import keep_callback, promise_callback
from .proofs import check_verified, end_proofs, load_proofs, set_proofs, verify
from .reclassifying import mark_truth, reclassify
from .registration import check, register, register_many
from .remarks import add_message, add_note, relate
from .resting import ask_customer, hold, resume
from .revisiting import close_by_rule, plan_missing, record_revisit, try_revisit
from .settling import answer_offer, make_offer, settle
from .standing_in import end_delegate, set_delegate
from .training import ask_training
from .unsolicited import cancel_unsolicited, propose_waiver
from .warning import warn
from .watching import count_past, take_members, tidy, watch

__all__ = [
    "accept",
    "accept_joint",
    "accept_proposal",
    "add_evidence",
    "add_message",
    "add_note",
    "answer",
    "answer_members",
    "answer_offer",
    "answer_stage",
    "approve",
    "ask_bulk",
    "ask_customer",
    "ask_extension",
    "ask_fact",
    "ask_import",
    "ask_joint",
    "ask_real_import",
    "ask_training",
    "assess",
    "assign",
    "attach_plan",
    "book_field",
    "call_off_by_rule",
    "cancel_field",
    "cancel_joint",
    "cancel_unsolicited",
    "chase",
    "check",
    "check_grant",
    "check_verified",
    "choose_strategy",
    "climb_due",
    "close_by_rule",
    "complete_field",
    "contest",
    "correct",
    "count_past",
    "decide_extension",
    "decide_grant",
    "decline_handover",
    "decline_proposal",
    "deescalate",
    "dispatch",
    "do_step",
    "end_check",
    "end_delegate",
    "end_group",
    "end_notice",
    "end_proofs",
    "escalate",
    "escalate_by_rule",
    "fail_field",
    "final_dispatch",
    "find_copies",
    "find_repeat",
    "finish_at_once",
    "finish_judgement",
    "follow_grant",
    "give_field",
    "grant",
    "handlers_of",
    "hold",
    "join",
    "join_group",
    "judge",
    "keep_callback",
    "keep_on_account",
    "leave_group",
    "load_checks",
    "load_proofs",
    "lock",
    "make_offer",
    "mark_truth",
    "merge",
    "not_duplicate",
    "offer_handover",
    "open_field",
    "open_missing_cases",
    "pass_up_due",
    "photo_field",
    "plan_missing",
    "plan_revisits",
    "promise_callback",
    "propose_waiver",
    "put_notice",
    "reckon",
    "reclassify",
    "record_revisit",
    "redispatch",
    "refuse",
    "register",
    "register_many",
    "relate",
    "remove_evidence",
    "renew_by_rule",
    "reply",
    "reply_joint",
    "report",
    "resume",
    "return_order",
    "review_judgement",
    "run_answers",
    "run_bulk",
    "score_order",
    "send_back",
    "set_capacity",
    "set_cause",
    "set_check",
    "set_delegate",
    "set_proofs",
    "set_row",
    "settle",
    "split",
    "start_field",
    "supervise",
    "supplement",
    "sweep",
    "take_handover",
    "take_members",
    "take_off_account",
    "tell_members",
    "tell_repeat_cause",
    "tidy",
    "transfer",
    "try_revisit",
    "unmerge",
    "urge",
    "verify",
    "warn",
    "watch",
    "withdraw",
    "withdraw_grant",
]
