"""Who listens to what: the one page that joins facts to the handlers that react to them."""

from __future__ import annotations

from datetime import timedelta

from sunline.kernel.listeners import JobKind, Listener, Periodic

LISTENERS: tuple[Listener, ...] = (
    # A customer's mail becomes a ticket, or joins the ticket of its thread.
    Listener(
        "tickets-mail",
        frozenset({"message.received@1"}),
        "sunline.tickets.handlers.on_message_received",
    ),
    # A new ticket is sent on by rule, or waits for a dispatcher.
    Listener(
        "tickets-dispatch",
        frozenset({"ticket.registered@1"}),
        "sunline.tickets.handlers.on_registered",
    ),
    # What a new ticket repeats, or is a copy of.
    Listener(
        "tickets-kin",
        frozenset({"ticket.registered@1", "ticket.reclassified@1"}),
        "sunline.tickets.handlers.on_kin",
    ),
    # Many of one topic and area: a group complaint is raised, and draws its members in.
    Listener(
        "tickets-watch",
        frozenset({"ticket.registered@1", "ticket.reclassified@1"}),
        "sunline.tickets.handlers.on_arrival",
    ),
    # Outside a transaction: each member is locked on its own, never two at once.
    Listener(
        "tickets-group",
        frozenset({"ticket.group_raised@1"}),
        "sunline.tickets.handlers.on_group_raised",
        outside=True,
    ),
    # What a ticket's way through a unit means for the line of waiting work.
    Listener(
        "tickets-routing",
        frozenset(
            f"ticket.{step}@1"
            for step in (
                *("dispatched", "redispatched", "accepted", "assigned", "replied", "returned"),
                *("answered", "withdrawn", "refused", "finally_dispatched", "transferred"),
                *("corrected", "kept_on_account", "taken_off_account", "merged"),
            )
        ),
        "sunline.tickets.handlers.on_way",
    ),
    # A limit runs short or was missed: whoever has the ticket, or leads there, is told.
    Listener(
        "tickets-warnings",
        frozenset({"clock.warned@1"}),
        "sunline.tickets.handlers.on_clock_warned",
    ),
    # A complaint is graded and scored anew when what it is judged by changed.
    Listener(
        "tickets-cases",
        frozenset(
            {
                "ticket.reclassified@1",
                "ticket.corrected@1",
                "ticket.transferred@1",
                "ticket.returned@1",
                "ticket.repeat_found@1",
                "ticket.joined_group@1",
            }
        ),
        "sunline.tickets.handlers.on_case",
    ),
    # What is owed for late work is computed anew when the work ends, goes on or is another, and
    # nobody drives to the customer of a ticket that has ended.
    Listener(
        "tickets-owed",
        frozenset(
            f"ticket.{step}@1"
            for step in (
                *("replied", "answered", "closed", "sent_back", "redispatched", "reclassified"),
                *("withdrawn", "refused", "merged", "unmerged", "resumed"),
            )
        ),
        "sunline.tickets.handlers.on_owed",
    ),
    # What an approver decided on a proposal.
    Listener(
        "tickets-owed-decided",
        frozenset({"ticket.grant_decided@1", "ticket.grant_withdrawn@1"}),
        "sunline.tickets.handlers.on_grant_decided",
    ),
    # A missed limit brings a complaint up the ladder.
    Listener(
        "tickets-ladder",
        frozenset({"clock.breached@1"}),
        "sunline.tickets.handlers.on_limit_missed",
    ),
    # Routing chose a person: the ticket learns who.
    Listener(
        "tickets-given", frozenset({"work.given@1"}), "sunline.tickets.handlers.on_work_given"
    ),
    # Room for work: somebody became ready or was freed. Outside a transaction, so that no lock on
    # one person is held while another is looked for.
    Listener(
        "routing-room",
        frozenset(
            {
                "presence.changed@1",
                "work.released@1",
                "capacity.changed@1",
                "absence.changed@1",
                "hours.set@1",
            }
        ),
        "sunline.routing.handlers.on_room",
        outside=True,
    ),
    # The system, not the agent, asks the customer to rate an answer.
    Listener(
        "quality-ask", frozenset({"ticket.answered@1"}), "sunline.quality.handlers.on_answered"
    ),
    # What went wrong with a ticket is looked at again afterwards.
    Listener(
        "quality-reviews",
        frozenset(
            {
                "ticket.graded@1",
                "ticket.redispatched@1",
                "ticket.escalated@1",
                "clock.breached@1",
            }
        ),
        "sunline.quality.handlers.on_trouble",
    ),
    Listener(
        "quality-review-times",
        frozenset({"ticket.closed@1"}),
        "sunline.quality.handlers.on_closed",
    ),
    # The figures of the day.
    Listener(
        "insight-count",
        frozenset(
            {
                "interaction.received@1",
                "ticket.registered@1",
                "ticket.dispatched@1",
                "ticket.answered@1",
                "ticket.closed@1",
                "ticket.redispatched@1",
                "survey.sent@1",
                "survey.answered@1",
                "survey.corrected@1",
                "clock.breached@1",
            }
        ),
        "sunline.insight.handlers.count",
    ),
    # Connected systems are told of what shows outside, through what is owed to each subscription.
    Listener(
        "tmf621-hub",
        frozenset(
            {
                "ticket.registered@1",
                "ticket.dispatched@1",
                "ticket.accepted@1",
                "ticket.replied@1",
                "ticket.approved@1",
                "ticket.sent_back@1",
                "ticket.answered@1",
                "ticket.revisited@1",
                "ticket.closed@1",
                "ticket.withdrawn@1",
                "ticket.refused@1",
                "ticket.returned@1",
                "ticket.redispatched@1",
                "ticket.held@1",
                "ticket.resumed@1",
                "ticket.customer_asked@1",
                "ticket.noted@1",
                "ticket.reclassified@1",
                "ticket.finally_dispatched@1",
                "ticket.transferred@1",
                "ticket.corrected@1",
                "ticket.kept_on_account@1",
                "ticket.taken_off_account@1",
                "ticket.merged@1",
                "ticket.unmerged@1",
            }
        ),
        "sunline.api.tmf.tmf621.events.on_fact",
    ),
)

# Facts that nobody needs to react to: they are history only.
NO_LISTENER: frozenset[str] = frozenset(
    {
        # tickets: steps on the timeline that start nothing else
        "ticket.related@1",
        "ticket.truth_marked@1",
        "ticket.joint_asked@1",
        "ticket.joint_accepted@1",
        "ticket.joint_replied@1",
        "ticket.joint_cancelled@1",
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
        "ticket.handover_offered@1",
        "ticket.handover_taken@1",
        "ticket.handover_declined@1",
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
        "ticket.notice_put@1",
        "ticket.notice_ended@1",
        "ticket.members_told@1",
        "ticket.members_answered@1",
        "ticket.revisits_planned@1",
        "ticket.group_ended@1",
        # complaints: judged, moved on the ladder, settled; the list and the panel read the rows
        "ticket.assessed@1",
        "ticket.segmented@1",
        "ticket.deescalated@1",
        "ticket.cause_set@1",
        "ticket.evidence_added@1",
        "ticket.evidence_removed@1",
        "ticket.offer_made@1",
        "ticket.offer_answered@1",
        "ticket.settled@1",
        "ticket.plan_attached@1",
        "ticket.plan_step_done@1",
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
        # what is owed: the list and the card read the rows
        "ticket.compensation_proposed@1",
        "ticket.compensation_settled@1",
        "ticket.order_cancelled@1",
        *("ticket.field_opened@1", "ticket.field_moved@1", "tickets.field_capacity_set@1"),
        # customers and knowledge: the audit trail of who was registered, graded, shown, looked up
        "customer.registered@1",
        "customer.graded@1",
        "customer.manager_set@1",
        "customer.consent_recorded@1",
        "customer.value_revealed@1",
        "customer.looked_up@1",
        "customer.subscriber_added@1",
        "customer.import_asked@1",
        "knowledge.topic_published@1",
        "knowledge.topic_ended@1",
        "knowledge.suggestions_trained@1",
        "knowledge.article_saved@1",
        "knowledge.article_published@1",
        "knowledge.article_withdrawn@1",
        # interactions: what was set aside or owed stands on lists of its own
        "interaction.imported@1",
        "interaction.wrapped_up@1",
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

PERIODIC: tuple[Periodic, ...] = (
    # Warnings at 50 and 80 %, and missed limits.
    Periodic("sla-sweep", timedelta(seconds=10), "sunline.sla.tasks.sweep"),
    # Complaints that stood too long at one level.
    Periodic("complaints-climb", timedelta(minutes=1), "sunline.tickets.tasks.climb"),
    # Approvals that nobody decided in time.
    Periodic("tickets-approvals", timedelta(minutes=1), "sunline.tickets.tasks.approvals"),
    # What is owed for late work that still goes on.
    Periodic("tickets-owed", timedelta(minutes=10), "sunline.tickets.tasks.owed"),
    Periodic("staff-sweep", timedelta(hours=1), "sunline.staff.services.sweep.sweep"),
    Periodic("tickets-usual", timedelta(hours=1), "sunline.tickets.services.watching.tidy"),
    Periodic("interactions-send", timedelta(seconds=1), "sunline.interactions.tasks.send_due"),
    Periodic("routing-assign", timedelta(seconds=2), "sunline.routing.tasks.assign"),
    Periodic("routing-recount", timedelta(hours=1), "sunline.routing.tasks.recount"),
    Periodic("tickets-revisits", timedelta(minutes=5), "sunline.tickets.tasks.revisits"),
    Periodic("workforce-bulletins", timedelta(minutes=5), "sunline.workforce.tasks.bulletins"),
    Periodic("quality-expire", timedelta(minutes=5), "sunline.quality.tasks.expire"),
    Periodic("quality-reviews", timedelta(minutes=10), "sunline.quality.tasks.warn_overdue"),
    Periodic("insight-week", timedelta(hours=1), "sunline.insight.tasks.make_last_week"),
    Periodic("insight-forget", timedelta(days=1), "sunline.insight.tasks.forget_counted"),
    Periodic("hub-send", timedelta(seconds=1), "sunline.api.tmf.common.hub.services.send_due"),
    Periodic("topic-versions", timedelta(minutes=10), "sunline.knowledge.services.begin_versions"),
    Periodic("idempotency-purge", timedelta(hours=1), "sunline.api.tasks.forget_keys"),
)

JOBS: tuple[JobKind, ...] = (
    JobKind("interactions.import", "sunline.interactions.services.import_interactions"),
    JobKind("tickets.bulk_act", "sunline.tickets.tasks.bulk_act"),
    JobKind("tickets.train_suggestions", "sunline.tickets.services.training.train"),
    JobKind("tickets.import", "sunline.tickets.services.importing_csv.import_tickets"),
    JobKind("tickets.answer_members", "sunline.tickets.services.batch.run_answers"),
    JobKind("customers.import", "sunline.customers.services.import_customers"),
    JobKind("customers.rotate_keys", "sunline.customers.services.rotate_keys"),
    JobKind("insight.rebuild", "sunline.insight.tasks.rebuild"),
)
