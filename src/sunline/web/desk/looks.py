"""How each act looks on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Look:
    """An act's icon, tone and hint; what a customer will read must not look like a note.

    `tone` is main, answer, internal, danger or plain.
    """

    icon: str = "point"
    tone: str = "plain"
    hint: str | Promise = ""


CUSTOMER_READS = _("The customer will read this text.")
PLAIN = Look()

LOOKS: Mapping[str, Look] = {
    "accept": Look("check", "main"),
    "dispatch": Look("send", "main"),
    "reply": Look(
        "corner-up-left",
        "main",
        hint=_("The customer does not see this reply; the dispatcher checks it first."),
    ),
    "approve": Look("checks", "main"),
    "send_back": Look("arrow-back-up"),
    "answer": Look("message-2", "answer", hint=CUSTOMER_READS),
    "revisit": Look("phone-check", "main"),
    "try_revisit": Look("phone-off"),
    "finish_at_once": Look("bolt", "answer", hint=CUSTOMER_READS),
    "ask_customer": Look("message-question", "answer", hint=CUSTOMER_READS),
    "resume": Look("player-play", "main"),
    "hold": Look("player-pause", hint=_("Clocks required by law go on while a ticket is on hold.")),
    "return_order": Look("arrow-back"),
    "redispatch": Look("repeat"),
    "assign": Look("user-check"),
    "add_note": Look("note", "internal", hint=_("Only colleagues see this note.")),
    "chase": Look("bell-ringing", "internal"),
    "reclassify": Look("category"),
    "mark_truth": Look(
        "eye-check",
        hint=_("Analysis leaves out what could not be verified and what was said before."),
    ),
    "relate": Look("link"),
    "withdraw": Look("trash", "danger"),
    "final_dispatch": Look("send"),
    "transfer": Look("arrows-exchange"),
    "correct": Look("route", hint=_("The right unit gets the order and a clock of its own.")),
    "ask_joint": Look("users", hint=_("The unit that leads stays responsible.")),
    "ask_fact": Look("help-circle", hint=_("Responsibility does not move.")),
    "accept_joint": Look("check", "main"),
    "reply_joint": Look("corner-up-left", "main"),
    "cancel_joint": Look("users-minus"),
    "offer_handover": Look("user-share"),
    "take_handover": Look("user-check", "main"),
    "decline_handover": Look("user-x"),
    "urge": Look("bell", "internal"),
    "supervise": Look("eye-exclamation"),
    "report": Look("report", "main"),
    "ask_extension": Look(
        "clock-plus", hint=_("Once, before the limit is over. Limits set by law do not move.")
    ),
    "decide_extension": Look("clock-check", "main"),
    "promise_callback": Look("phone-plus"),
    "keep_callback": Look("phone-check", "main"),
    "keep_on_account": Look("calendar-time", "answer", hint=CUSTOMER_READS),
    "answer_stage": Look("message-2", "answer", hint=CUSTOMER_READS),
    "take_off_account": Look("player-play"),
    "supplement": Look("file-plus", "internal"),
    "split": Look("arrows-split"),
    "merge": Look("arrow-merge", hint=_("Clocks run on: a merge gains no time. It can be undone.")),
    "unmerge": Look("arrow-back-up"),
    "tell_repeat_cause": Look("repeat", "internal"),
    "not_duplicate": Look("x", "internal"),
    "join_group": Look("users"),
    "leave_group": Look("users-minus"),
    "put_notice": Look("bell-ringing", "answer", hint=_("Everybody hears or reads this text.")),
    "end_notice": Look("x"),
    "tell_members": Look("message", "answer", hint=_("Every member receives this text.")),
    "answer_members": Look("message-2", "answer", hint=_("Every member receives this text.")),
    "plan_revisits": Look("phone-check"),
    "end_group": Look("archive"),
    "revise_outage": Look("clock-plus", "answer", hint=_("Every linked customer is told once.")),
    "close_outage": Look("check", "answer", hint=_("Every linked customer is told once.")),
    "cancel_outage": Look("x"),
    "link_outage": Look("plug"),
    "unlink_outage": Look("x"),
    "judge": Look("gavel"),
    "contest": Look("message-report"),
    "review_judgement": Look("gavel"),
    "finish_judgement": Look("gavel"),
    "score_order": Look("star"),
    "assess": Look("adjustments", hint=_("Grade and score follow by rule.")),
    "escalate": Look("alert-triangle"),
    "deescalate": Look("arrow-back"),
    "choose_strategy": Look("route", hint=_("A person's word counts more than the score.")),
    "set_cause": Look("category"),
    "add_evidence": Look("paperclip", hint=_("Evidence is frozen: it stays until the time bar.")),
    "remove_evidence": Look("trash", "danger"),
    "make_offer": Look("wallet"),
    "answer_offer": Look("check"),
    "settle": Look("message-2", "answer", hint=CUSTOMER_READS),
    "grant": Look(
        "wallet",
        hint=_("Within your authority it takes effect at once; above it an approval is asked."),
    ),
    "decide_grant": Look("gavel", "main"),
    "withdraw_grant": Look("x"),
    "check_grant": Look("eye-check", "internal"),
    "reply_appeal": Look(
        "message-2", "main", hint=_("The door reads this; the customer is answered as usual.")
    ),
    "receive_appeal": Look("scale", hint=_("Several doors meet on one complaint.")),
    "accept_appeal": Look("scale"),
    "refuse_appeal": Look("ban"),
    "send_back_appeal": Look(
        "arrow-back-up", hint=_("Counted apart, and never held against the customer.")
    ),
    "return_appeal": Look("arrow-back", hint=_("Only within the door's window.")),
    "mediate_appeal": Look("users"),
    "sign_agreement": Look(
        "writing-sign", hint=_("The record pays nothing: grant what it gives beside it.")
    ),
    "close_appeal": Look("archive"),
    "withdraw_appeal": Look("x"),
    "attach_plan": Look("report"),
    "do_step": Look("checks"),
    "verify": Look(
        "user-check",
        hint=_("Tick which proofs passed or failed; never write down what was said or shown."),
    ),
    "cancel_unsolicited": Look(
        "receipt-refund", hint=_("The page of orders and agreements fills this in.")
    ),
    "explain_data_use": Look(
        "report",
        hint=_("By service, day and hour, with words to read out; kept with the ticket."),
    ),
    "send_data_sheet": Look(
        "send", "answer", hint=_("The newest sheet goes to the customer's bound address only.")
    ),
    "propose_waiver": Look("cash"),
    "accept_proposal": Look("check"),
    "decline_proposal": Look("x"),
    "open_field": Look("map-pin"),
    "book_field": Look("calendar-time"),
    "give_field": Look("user-check"),
    "start_field": Look("player-play", "main"),
    "photo_field": Look("camera"),
    "complete_field": Look("checks", "main"),
    "fail_field": Look("x"),
    "cancel_field": Look("ban", "danger"),
    "refuse": Look("ban", "danger", hint=_("The customer is told the reason.")),
}
