"""What happened to a ticket in words, with the icon and the look of each kind of step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sunline.tickets import types

# kind of step: words, icon, look (plain, in, out, internal, bad, good)
STEPS: Mapping[str, tuple[str | Promise, str, str]] = {
    "ticket.registered": (_("Registered"), "file-plus", "plain"),
    "ticket.dispatched": (_("Dispatched"), "send", "plain"),
    "ticket.accepted": (_("Accepted by the unit"), "check", "plain"),
    "ticket.replied": (_("Unit's reply"), "corner-up-left", "plain"),
    "ticket.approved": (_("Passed the check"), "checks", "plain"),
    "ticket.sent_back": (_("Sent back after the check"), "arrow-back-up", "bad"),
    "ticket.answered": (_("Customer answered"), "message-2", "out"),
    "ticket.revisited": (_("Revisited"), "phone-check", "plain"),
    "ticket.closed": (_("Closed"), "archive", "good"),
    "ticket.withdrawn": (_("Withdrawn"), "trash", "plain"),
    "ticket.refused": (_("Not accepted for handling"), "ban", "plain"),
    "ticket.returned": (_("Returned by the unit"), "arrow-back", "bad"),
    "ticket.redispatched": (_("Re-dispatched"), "repeat", "bad"),
    "ticket.held": (_("Put on hold"), "player-pause", "plain"),
    "ticket.resumed": (_("Resumed"), "player-play", "plain"),
    "ticket.customer_asked": (_("Customer asked for information"), "message-question", "out"),
    "ticket.noted": (_("Note"), "note", "internal"),
    "ticket.assigned": (_("Assigned"), "user-check", "plain"),
    "ticket.reclassified": (_("Classification changed"), "category", "plain"),
    "ticket.truth_marked": (_("Truth of the feedback marked"), "eye-check", "plain"),
    "ticket.related": (_("Linked to another ticket"), "link", "plain"),
    "ticket.chased": (_("Customer chased"), "bell-ringing", "in"),
    "ticket.message_added": (_("Customer wrote again"), "message", "in"),
    "ticket.finally_dispatched": (_("Dispatched finally"), "send", "plain"),
    "ticket.transferred": (_("Transferred inside the unit"), "arrows-exchange", "plain"),
    "ticket.corrected": (_("Routing corrected"), "route", "plain"),
    "ticket.joint_asked": (_("Another unit was asked"), "users", "plain"),
    "ticket.joint_accepted": (_("Part taken on"), "check", "plain"),
    "ticket.joint_replied": (_("Part handed in"), "corner-up-left", "plain"),
    "ticket.joint_cancelled": (_("Part taken back"), "users-minus", "plain"),
    "ticket.urged": (_("Unit urged"), "bell", "bad"),
    "ticket.supervised": (_("Under supervision"), "eye-exclamation", "bad"),
    "ticket.reported": (_("Report on the supervision"), "report", "plain"),
    "ticket.extension_asked": (_("More time asked for"), "clock-plus", "plain"),
    "ticket.extension_decided": (_("Request for more time decided"), "clock-check", "plain"),
    "ticket.supplemented": (_("Facts added"), "file-plus", "in"),
    "ticket.split": (_("Part split off"), "arrows-split", "plain"),
    "ticket.merged": (_("Merged into another ticket"), "arrow-merge", "plain"),
    "ticket.took_in": (_("Another ticket was merged into this one"), "arrow-merge", "plain"),
    "ticket.unmerged": (_("Merge undone"), "arrow-back-up", "plain"),
    "ticket.callback_promised": (_("Call-back promised"), "phone-plus", "out"),
    "ticket.callback_made": (_("Called back"), "phone-check", "out"),
    "ticket.kept_on_account": (_("Kept on account"), "calendar-time", "out"),
    "ticket.stage_answered": (_("Stage answer"), "message-2", "out"),
    "ticket.taken_off_account": (_("Back to work"), "player-play", "plain"),
    "ticket.handover_offered": (_("Handover offered"), "user-share", "plain"),
    "ticket.handover_taken": (_("Handover accepted"), "user-check", "plain"),
    "ticket.handover_declined": (_("Handover declined"), "user-x", "plain"),
    "ticket.ownership_breached": (_("First-contact ownership breached"), "alert-triangle", "bad"),
    "ticket.judged": (_("Responsibility"), "gavel", "plain"),
    "ticket.order_scored": (_("Order scored"), "star", "plain"),
    "ticket.repeat_found": (_("Repeats an earlier matter"), "repeat", "bad"),
    "ticket.repeat_cause_told": (_("Cause of the repeat"), "repeat", "plain"),
    "ticket.copy_suspected": (_("May be a duplicate"), "copy", "plain"),
    "ticket.not_duplicate": (_("Not a duplicate"), "x", "plain"),
    "ticket.group_raised": (_("Group complaint raised"), "users", "bad"),
    "ticket.joined_group": (_("Belongs to a group complaint"), "users", "plain"),
    "ticket.left_group": (_("Taken out of the group complaint"), "users-minus", "plain"),
    "ticket.notice_put": (_("Notice put up"), "bell-ringing", "out"),
    "ticket.notice_ended": (_("Notice taken down"), "x", "plain"),
    "ticket.members_told": (_("Short message to the members"), "message", "out"),
    "ticket.members_answered": (_("Answer to all members"), "message-2", "out"),
    "ticket.revisits_planned": (_("Revisits of the members planned"), "phone-check", "plain"),
    "ticket.group_ended": (_("Group complaint ended"), "archive", "good"),
    "ticket.outage_opened": (_("Outage opened"), "plug", "bad"),
    "ticket.outage_announced": (_("Planned works announced"), "bell-ringing", "out"),
    "ticket.outage_began": (_("Planned works began"), "plug", "bad"),
    "ticket.outage_revised": (_("New estimate of the outage"), "clock-plus", "out"),
    "ticket.outage_closed": (_("Outage closed for all"), "check", "good"),
    "ticket.outage_cancelled": (_("Outage was called off"), "x", "plain"),
    "ticket.linked_outage": (_("Belongs to an outage"), "plug", "out"),
    "ticket.left_outage": (_("Taken out of the outage"), "x", "plain"),
    "ticket.outage_told": (_("Told of the new estimate"), "message", "out"),
    "ticket.assessed": (_("Complaint assessed"), "adjustments", "plain"),
    "ticket.graded": (_("Grade of the complaint changed"), "alert-triangle", "bad"),
    "ticket.segmented": (_("Strategy changed"), "route", "plain"),
    "ticket.escalated": (_("Complaint escalated"), "alert-triangle", "bad"),
    "ticket.deescalated": (_("Complaint brought down a level"), "arrow-back", "plain"),
    "ticket.cause_set": (_("Cause named"), "category", "plain"),
    "ticket.evidence_added": (_("Evidence added"), "paperclip", "plain"),
    "ticket.evidence_removed": (_("Evidence removed"), "trash", "bad"),
    "ticket.offer_made": (_("Settlement offered"), "wallet", "plain"),
    "ticket.offer_answered": (_("Customer answered the offer"), "check", "in"),
    "ticket.settled": (_("Settlement carried out"), "checks", "good"),
    "ticket.plan_attached": (_("Crisis plan attached"), "report", "bad"),
    "ticket.plan_step_done": (_("Step of the crisis plan done"), "checks", "plain"),
    "ticket.revisit_planned": (_("Revisit planned"), "phone-calling", "plain"),
    "ticket.revisit_tried": (_("Revisit call"), "phone-off", "plain"),
    "ticket.revisit_given_up": (_("Not reached by calls"), "phone-x", "bad"),
    "ticket.identity_checked": (_("Identity check"), "id", "plain"),
    "ticket.granted": (_("Granted within authority"), "wallet", "good"),
    "ticket.grant_asked": (_("Approval asked for"), "user-question", "plain"),
    "ticket.grant_passed_up": (_("Approval passed up"), "stairs-up", "plain"),
    "ticket.grant_overdue": (_("Approval overdue at the last level"), "alarm", "bad"),
    "ticket.grant_decided": (_("Approval decided"), "gavel", "plain"),
    "ticket.grant_withdrawn": (_("Request for approval taken back"), "x", "plain"),
    "ticket.grant_checked": (_("Grant inspected"), "eye-check", "plain"),
    "ticket.compensation_proposed": (_("Compensation proposed"), "cash", "plain"),
    "ticket.compensation_settled": (_("Proposed compensation settled"), "cash", "plain"),
    "ticket.order_cancelled": (_("Order cancelled for the customer"), "receipt-refund", "out"),
    "ticket.data_use_explained": (_("Data use explained"), "report", "plain"),
    "ticket.data_sheet_sent": (_("Explanation of data use sent"), "send", "out"),
    "ticket.appeal_received": (_("Appeal taken in"), "scale", "in"),
    "ticket.appeal_accepted": (_("Appeal accepted by the door"), "scale", "plain"),
    "ticket.appeal_refused": (_("Appeal refused by the centre"), "scale", "plain"),
    "ticket.appeal_sent_back": (_("User sent back to us by the centre"), "scale", "in"),
    "ticket.appeal_returned": (_("Appeal returned to its door"), "arrow-back", "plain"),
    "ticket.appeal_replied": (_("Replied to the door"), "message-2", "out"),
    "ticket.mediation_begun": (_("Mediation begun"), "scale", "plain"),
    "ticket.agreement_signed": (_("Agreement with the user signed"), "writing-sign", "good"),
    "ticket.appeal_closed": (_("Appeal closed by the door"), "archive", "plain"),
    "ticket.appeal_withdrawn": (_("Appeal taken back by the user"), "x", "plain"),
    "ticket.pack_exported": (_("Evidence pack exported"), "file-export", "plain"),
    "ticket.field_opened": (_("Field order opened"), "map-pin", "plain"),
    "ticket.field_moved": (_("Field order"), "map-pin", "plain"),
    "ticket.imported": (_("Taken over from another system"), "download", "plain"),
    "message.inbound": (_("Message from the customer"), "message", "in"),
    "message.outbound": (_("Message to the customer"), "message-2", "out"),
    "clock.breached": (_("Limit exceeded"), "alarm", "bad"),
}

# What customers read on the portal: the same steps in their words; others are not shown.
PUBLIC: Mapping[str, str | Promise] = {
    "ticket.registered": _("We have received your request."),
    "ticket.dispatched": _("Your request was passed to the unit in charge."),
    "ticket.accepted": _("Somebody is working on your request."),
    "ticket.customer_asked": _("We need something from you."),
    "ticket.answered": _("We have answered you."),
    "ticket.redispatched": _("You were not satisfied; we are looking at it again."),
    "ticket.chased": _("You asked about it; we are hurrying."),
    "ticket.message_added": _("We have received your message."),
    "ticket.noted": _("A message for you."),
    "ticket.kept_on_account": _("This will take longer; we keep you informed."),
    "ticket.linked_outage": _("Your service is affected by a disturbance that we know of."),
    "ticket.outage_told": _("There is news about the disturbance."),
    "ticket.stage_answered": _("We have told you how far it has got."),
    "ticket.closed": _("Your request is closed."),
    "ticket.withdrawn": _("Your request was withdrawn."),
    "ticket.refused": _("We cannot take this request on."),
}

STATES: Mapping[str, str | Promise] = {
    "awaiting_dispatch": _("Received"),
    "awaiting_acceptance": _("Passed to the unit in charge"),
    "in_handling": _("Being worked on"),
    "on_hold": _("Being worked on"),
    "awaiting_customer": _("Waiting for your reply"),
    "awaiting_check": _("Being worked on"),
    "awaiting_answer": _("Being worked on"),
    "awaiting_revisit": _("Answered"),
    "closed": _("Closed"),
    "withdrawn": _("Withdrawn"),
    "refused": _("Not taken on"),
    "long_term": _("We are keeping at it"),
    "merged": _("Handled together with your other request"),
}

REASONS: Mapping[str, str | Promise] = {
    str(item.value): item.label
    for group in (
        types.HoldReason,
        types.ReturnReason,
        types.SendBackReason,
        types.WithdrawReason,
        types.RefuseReason,
        types.CorrectionReason,
        types.ExtensionReason,
        types.LongTermReason,
        types.SuperviseCause,
        types.RepeatCause,
        types.Cause,
        types.OrderFault,
        types.Stage,
        types.JointKind,
        types.EscalationReason,
        types.OfferKind,
        types.EvidenceKind,
        types.ConsentHow,
        types.Truth,
        types.RevisitReason,
        types.AttemptCode,
        types.GrantAction,
        types.GrantCause,
        types.WaiverReason,
        types.DeclineReason,
        types.StepOutcome,
        types.Basis,
        types.Verdict,
        types.RefusalCode,
        types.AppealReturn,
        types.FieldEnd,
        types.LateReason,
    )
    for item in group
}


def step(kind: str) -> str:
    """Return what happened in words; an unknown kind stands for itself."""
    return str(STEPS.get(kind, (kind, "", ""))[0])


def icon(kind: str) -> str:
    """Return the icon of a kind of step."""
    return STEPS.get(kind, ("", "point", ""))[1]


def look(entry: Any) -> str:
    """Return how a step is to look; a note that customers may read is not internal."""
    found = STEPS.get(entry.kind, ("", "", "plain"))[2]
    return "out" if found == "internal" and entry.public else found
