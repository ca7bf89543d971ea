"""Facts that nobody listens to, so that each is known to be unheard on purpose."""

from __future__ import annotations

# Facts that nobody needs to react to: they are history only.
NO_LISTENER: frozenset[str] = frozenset(
    {
        # tickets: steps on the timeline that start nothing else
        "ticket.related@1",
        "ticket.truth_marked@1",
        *(f"ticket.joint_{step}@1" for step in ("asked", "accepted", "replied", "cancelled")),
        "ticket.callback_promised@1",
        "ticket.callback_made@1",
        "ticket.urged@1",
        "ticket.supervised@1",
        "ticket.reported@1",
        "ticket.extension_asked@1",
        "ticket.extension_decided@1",
        "ticket.supplemented@1",
        "ticket.split@1",
        "ticket.took_in@1",
        "ticket.stage_answered@1",
        *(f"ticket.handover_{step}@1" for step in ("offered", "taken", "declined")),
        "ticket.ownership_breached@1",
        "ticket.judged@1",
        "ticket.order_scored@1",
        "ticket.chased@1",
        "ticket.message_added@1",
        "ticket.imported@1",
        "ticket.import_asked@1",
        "ticket.bulk_asked@1",
        "ticket.repeat_cause_told@1",
        "ticket.copy_suspected@1",
        "ticket.not_duplicate@1",
        "ticket.left_group@1",
        *(f"ticket.notice_{step}@1" for step in ("put", "ended")),
        *(f"ticket.members_{step}@1" for step in ("told", "answered")),
        "ticket.revisits_planned@1",
        "ticket.group_ended@1",
        # complaints: judged, moved on the ladder, settled; the list and the panel read the rows
        *(
            f"ticket.{step}@1"
            for step in (
                *("assessed", "segmented", "deescalated", "cause_set", "evidence_added"),
                *("evidence_removed", "offer_made", "offer_answered", "settled"),
                *("plan_attached", "plan_step_done"),
            )
        ),
        "case_row.set@1",
        # what was granted and decided; the lists read the rows
        "ticket.granted@1",
        "ticket.grant_asked@1",
        "ticket.grant_passed_up@1",
        "ticket.grant_overdue@1",
        "ticket.grant_checked@1",
        "delegate.set@1",
        "ticket.revisit_planned@1",
        # workforce: who wrote and signed what
        "shift.opened@1",
        "shift.written@1",
        "shift.signed@1",
        "bulletin.made@1",
        "ticket.revisit_tried@1",
        "ticket.revisit_given_up@1",
        "tickets.check_set@1",
        # who the customer is: the card on the ticket reads the rows
        "ticket.identity_checked@1",
        "tickets.proofs_set@1",
        # what is owed, and where data went: lists, cards and sheets read the rows
        "ticket.compensation_proposed@1",
        "ticket.compensation_settled@1",
        "ticket.order_cancelled@1",
        *("ticket.field_opened@1", "ticket.field_moved@1", "tickets.field_capacity_set@1"),
        # outages: their page reads the rows
        *(
            f"ticket.{step}@1"
            for step in ("outage_announced", "outage_revised", "outage_closed", "outage_cancelled")
        ),
        *("ticket.outage_told@1", "ticket.linked_outage@1", "ticket.left_outage@1"),
        "outage.contact_linked@1",
        "ticket.data_use_explained@1",
        "ticket.data_sheet_sent@1",
        # appeals: the list and the card read the rows; the verb itself sets the clock
        *(
            f"ticket.{step}@1"
            for step in (
                *("appeal_received", "appeal_accepted", "appeal_refused", "appeal_sent_back"),
                *("appeal_returned", "appeal_replied", "appeal_closed", "appeal_withdrawn"),
                *("mediation_begun", "agreement_signed", "pack_exported", "appeal_import_asked"),
            )
        ),
        # customers and knowledge: the audit trail of who was registered, graded, shown, looked up
        "customer.registered@1",
        "customer.graded@1",
        "customer.manager_set@1",
        "customer.consent_recorded@1",
        "customer.value_revealed@1",
        "customer.looked_up@1",
        "customer.subscriber_added@1",
        "customer.import_asked@1",
        "knowledge.addresses_asked@1",
        "knowledge.addresses_loaded@1",
        "knowledge.topic_published@1",
        "knowledge.topic_ended@1",
        "knowledge.suggestions_trained@1",
        "knowledge.article_saved@1",
        "knowledge.article_published@1",
        "knowledge.article_withdrawn@1",
        # interactions: what was set aside or owed stands on lists of its own
        "interaction.imported@1",
        "interaction.files_forgotten@1",
        "interaction.import_asked@1",
        "message.set_aside@1",
        "message.queued@1",
        "message.sent@1",
        "message.failed@1",
        "message.settled@1",
        "mailbox.configured@1",
        # sla: who published or confirmed what
        "limit.published@1",
        "limit.confirmed@1",
        "profile.set@1",
        "calendar.day_set@1",
        # staff: who changed whose rights, signed in, or tried what they may not do
        "staff.unit_created@1",
        "staff.unit_closed@1",
        "staff.person_created@1",
        "staff.person_moved@1",
        "staff.person_left@1",
        "staff.skill_created@1",
        "staff.skills_set@1",
        "staff.role_granted@1",
        "staff.role_revoked@1",
        "staff.role_created@1",
        "staff.matrix_changed@1",
        "staff.client_created@1",
        "staff.client_rotated@1",
        "staff.client_closed@1",
        "staff.password_changed@1",
        "staff.signed_in@1",
        "staff.signed_out@1",
        "staff.locked_out@1",
        "staff.lockout_reset@1",
        "staff.second_factor_set@1",
        "staff.second_factor_removed@1",
        "staff.recovery_code_used@1",
        "staff.looking_as_started@1",
        "staff.looking_as_ended@1",
        "staff.access_refused@1",
        "calendar.added@1",
        # routing: how the floor is set up
        "channel.limited@1",
        "queue.changed@1",
        "dispatch_rule.changed@1",
        # kernel: who decided on a delivery that had failed
        "policy.set@1",
        "delivery.replayed@1",
        "delivery.skipped@1",
        # kernel: who turned a switch
        "switch.turned@1",
        # quality: an unanswered survey closes its ticket, which says so itself
        "survey.expired@1",
        # quality: reviews and their measures stand on lists; improvements will begin with the last
        "review.owed@1",
        "review.put_off@1",
        "review.moved@1",
        "review.done@1",
        "review.overdue@1",
        "review.measure_overdue@1",
        "review.measure_dropped@1",
        "review.measure_set@1",
        "review.measure_done@1",
        # insight: what became of the week's lists
        "week.counted@1",
        "week.entry_changed@1",
        "week.published@1",
    }
)
