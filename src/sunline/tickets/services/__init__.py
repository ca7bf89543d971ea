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
from .appeal_intake import take_in
from .appeal_steps import (
    accept_appeal,
    close_appeal,
    export_pack,
    mediate_appeal,
    refuse_appeal,
    reply_appeal,
    return_appeal,
    send_back_appeal,
    sign_agreement,
    withdraw_appeal,
)
from .appeals import receive_appeal
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
from .data_use import explain_data_use, open_data_sheet, send_data_sheet
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
from .importing_appeals import ask_again, ask_appeals, ask_counts
from .importing_appeals import columns as appeal_columns
from .importing_csv import ask_import, ask_real_import
from .inspecting import check_grant
from .joint import accept_joint, ask_fact, ask_joint, cancel_joint, reply_joint
from .judging import contest, finish_judgement, judge, review_judgement, score_order
from .kin import find_copies, find_repeat, not_duplicate, tell_repeat_cause
from .merging import merge, split, unmerge
from .moving import correct, final_dispatch, transfer
from .outage_closing import close_outage, run_close, run_texts
from .outage_links import (
    draw_in,
    link_by_rule,
    link_contact,
    link_outage,
    sweep_outages,
    unlink_outage,
)
from .outages import begin_works, cancel_outage, open_outage, revise_outage
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
from .retention import forget_files
from .revisiting import close_by_rule, plan_missing, record_revisit, try_revisit
from .settling import answer_offer, make_offer, settle
from .standing_in import end_delegate, set_delegate
from .training import ask_training
from .unsolicited import cancel_unsolicited, propose_waiver
from .warning import warn
from .watching import count_past, take_members, tidy, watch

__all__ = [
    "accept",
    "accept_appeal",
    "accept_joint",
    "accept_proposal",
    "add_evidence",
    "add_message",
    "add_note",
    "answer",
    "answer_members",
    "answer_offer",
    "answer_stage",
    "appeal_columns",
    "approve",
    "ask_again",
    "ask_appeals",
    "ask_bulk",
    "ask_counts",
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
    "begin_works",
    "book_field",
    "call_off_by_rule",
    "cancel_field",
    "cancel_joint",
    "cancel_outage",
    "cancel_unsolicited",
    "chase",
    "check",
    "check_grant",
    "check_verified",
    "choose_strategy",
    "climb_due",
    "close_appeal",
    "close_by_rule",
    "close_outage",
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
    "draw_in",
    "end_check",
    "end_delegate",
    "end_group",
    "end_notice",
    "end_proofs",
    "escalate",
    "escalate_by_rule",
    "explain_data_use",
    "export_pack",
    "fail_field",
    "final_dispatch",
    "find_copies",
    "find_repeat",
    "finish_at_once",
    "finish_judgement",
    "follow_grant",
    "forget_files",
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
    "link_by_rule",
    "link_contact",
    "link_outage",
    "load_checks",
    "load_proofs",
    "lock",
    "make_offer",
    "mark_truth",
    "mediate_appeal",
    "merge",
    "not_duplicate",
    "offer_handover",
    "open_data_sheet",
    "open_field",
    "open_missing_cases",
    "open_outage",
    "pass_up_due",
    "photo_field",
    "plan_missing",
    "plan_revisits",
    "promise_callback",
    "propose_waiver",
    "put_notice",
    "receive_appeal",
    "reckon",
    "reclassify",
    "record_revisit",
    "redispatch",
    "refuse",
    "refuse_appeal",
    "register",
    "register_many",
    "relate",
    "remove_evidence",
    "renew_by_rule",
    "reply",
    "reply_appeal",
    "reply_joint",
    "report",
    "resume",
    "return_appeal",
    "return_order",
    "review_judgement",
    "revise_outage",
    "run_answers",
    "run_bulk",
    "run_close",
    "run_texts",
    "score_order",
    "send_back",
    "send_back_appeal",
    "send_data_sheet",
    "set_capacity",
    "set_cause",
    "set_check",
    "set_delegate",
    "set_proofs",
    "set_row",
    "settle",
    "sign_agreement",
    "split",
    "start_field",
    "supervise",
    "supplement",
    "sweep",
    "sweep_outages",
    "take_handover",
    "take_in",
    "take_members",
    "take_off_account",
    "tell_members",
    "tell_repeat_cause",
    "tidy",
    "transfer",
    "try_revisit",
    "unlink_outage",
    "unmerge",
    "urge",
    "verify",
    "warn",
    "watch",
    "withdraw",
    "withdraw_appeal",
    "withdraw_grant",
]
