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
    # A new ticket belongs to an open outage; else many of one topic and area raise a group
    # complaint, which draws its members in.
    Listener(
        "tickets-watch",
        frozenset({"ticket.registered@1", "ticket.reclassified@1"}),
        "sunline.tickets.handlers.on_arrival",
    ),
    # What came before an outage was known. Outside a transaction, as each ticket is locked alone.
    Listener(
        "tickets-outages",
        frozenset({"ticket.outage_opened@1", "ticket.outage_began@1"}),
        "sunline.tickets.handlers.on_outage",
        outside=True,
    ),
    # A contact that became no ticket belongs to an outage all the same.
    Listener(
        "tickets-outage-contacts",
        frozenset({"interaction.wrapped_up@1"}),
        "sunline.tickets.handlers.on_wrapped_up",
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
            f"ticket.{step}@1"
            for step in (
                *("registered", "dispatched", "accepted", "replied", "approved"),
                *("sent_back", "answered", "revisited", "closed", "withdrawn"),
                *("refused", "returned", "redispatched", "held", "resumed"),
                *("customer_asked", "noted", "reclassified", "finally_dispatched", "transferred"),
                *("corrected", "kept_on_account", "taken_off_account", "merged", "unmerged"),
            )
        ),
        "sunline.api.tmf.tmf621.events.on_fact",
    ),
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
    # Files whose time is over, save those that a complaint or an appeal keeps frozen.
    Periodic("tickets-retention", timedelta(days=1), "sunline.tickets.tasks.retention"),
    Periodic("staff-sweep", timedelta(hours=1), "sunline.staff.services.sweep.sweep"),
    Periodic("tickets-usual", timedelta(hours=1), "sunline.tickets.services.watching.tidy"),
    Periodic("interactions-send", timedelta(seconds=1), "sunline.interactions.tasks.send_due"),
    Periodic("routing-assign", timedelta(seconds=2), "sunline.routing.tasks.assign"),
    Periodic("routing-recount", timedelta(hours=1), "sunline.routing.tasks.recount"),
    Periodic("tickets-outages", timedelta(minutes=1), "sunline.tickets.tasks.outages"),
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

APPEALS = "sunline.tickets.services.importing_appeals"
JOBS: tuple[JobKind, ...] = (
    JobKind("interactions.import", "sunline.interactions.services.import_interactions"),
    JobKind("tickets.bulk_act", "sunline.tickets.tasks.bulk_act"),
    JobKind("tickets.train_suggestions", "sunline.tickets.services.training.train"),
    JobKind("tickets.import", "sunline.tickets.services.importing_csv.import_tickets"),
    JobKind("tickets.import_appeals", f"{APPEALS}.import_appeals"),
    JobKind("tickets.import_appeal_counts", f"{APPEALS}.import_counts"),
    JobKind("tickets.answer_members", "sunline.tickets.services.batch.run_answers"),
    JobKind("tickets.close_outage", "sunline.tickets.services.outage_closing.run_close"),
    JobKind("tickets.outage_texts", "sunline.tickets.services.outage_closing.run_texts"),
    JobKind("customers.import", "sunline.customers.services.import_customers"),
    JobKind("knowledge.addresses", "sunline.knowledge.services.import_addresses"),
    JobKind("customers.rotate_keys", "sunline.customers.services.rotate_keys"),
    JobKind("insight.rebuild", "sunline.insight.tasks.rebuild"),
)
