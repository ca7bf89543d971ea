"""The addresses of the screens. Each view says itself who may open it (`access.py`)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from sunline.tickets.acts import ACTS

from . import figures, files, first_contact, shell
from .customers import views as customers
from .desk import (
    appeals,
    authority,
    bulk,
    classify,
    complaint_list,
    data_use,
    entry,
    field,
    groups,
    knowledge,
    lists,
    outages,
    redress,
    reviews,
    revisits,
    search,
    shifts,
    tickets,
    warnings,
    weekly,
)
from .manage import (
    addresses,
    case_tables,
    checks,
    floor,
    imports,
    limits,
    mailboxes,
    matrix,
    operation,
    organisation,
    overview,
    people,
    policies,
    proofs,
    queues,
    rights,
    suggestions,
    topics,
)
from .manage import knowledge as articles
from .portal import progress
from .portal import views as portal

Addresses = list[URLPattern | URLResolver]

DESK: Addresses = [
    path("", lists.home, name="home"),
    path("search", search.search, name="search"),
    path("figures", figures.figures, name="figures"),
    path("figures/first-contact", first_contact.first_contact, name="figures-first-contact"),
    path("warnings", warnings.warnings, name="warnings"),
    path("warnings/<uuid:notice_id>/seen", warnings.acknowledge, name="warning-seen"),
    path("knowledge", knowledge.articles, name="knowledge"),
    path("knowledge/<uuid:article_id>", knowledge.article, name="knowledge-article"),
    path("complaints", complaint_list.complaints, name="complaints"),
    path("appeals", appeals.appeals, name="appeals"),
    path("appeals/new", appeals.new_appeal, name="appeal-new"),
    path("appeals/quarter", appeals.quarter, name="appeals-quarter"),
    path("grants", authority.grants, name="grants"),
    path("grants/<uuid:grant_id>/check", authority.check, name="grant-check"),
    path("approvals", authority.approvals, name="approvals"),
    path("approvals/<uuid:grant_id>/decide", authority.decide, name="approval-decide"),
    path("approvals/stand-ins", authority.stand_in, name="stand-in-new"),
    path("approvals/stand-ins/<uuid:delegate_id>/end", authority.end_stand_in, name="stand-in-end"),
    path("field", field.field_orders, name="field"),
    path("field/room", field.set_room, name="field-room"),
    path("field/mine", field.own_orders, name="field-mine"),
    path("field/mine/<str:number>/<str:slug>", field.own_act, name="field-mine-act"),
    path("shifts", shifts.shifts, name="shifts"),
    path("shifts/new", shifts.open_log, name="shift-new"),
    path("shifts/<uuid:log_id>", shifts.shift, name="shift"),
    path("shifts/<uuid:log_id>/act", shifts.act, name="shift-act"),
    path("bulletins", shifts.bulletins, name="bulletins"),
    path("bulletins/new", shifts.make_bulletin, name="bulletin-new"),
    path("compensation", redress.compensation, name="compensation"),
    path("revisits", revisits.revisits, name="revisits"),
    path("weekly", weekly.weekly, name="weekly"),
    path("weekly/count", weekly.count, name="week-count"),
    path("weekly/typical", weekly.mark, name="week-mark"),
    path("weekly/entries/<uuid:entry_id>", weekly.entry, name="week-entry"),
    path("weekly/entries/<uuid:entry_id>/change", weekly.change, name="week-entry-change"),
    path("weekly/<uuid:list_id>", weekly.week, name="week"),
    path("weekly/<uuid:list_id>/add", weekly.add, name="week-add"),
    path("weekly/<uuid:list_id>/publish", weekly.publish, name="week-publish"),
    path("reviews", reviews.reviews, name="reviews"),
    path("reviews/measures/<uuid:measure_id>/done", reviews.do_measure, name="measure-done"),
    path("reviews/<str:number>", reviews.review, name="review"),
    path("reviews/<str:number>/start", reviews.start, name="review-start"),
    path("reviews/<str:number>/write", reviews.write, name="review-write"),
    path("reviews/<str:number>/check", reviews.check, name="review-check"),
    path("reviews/<str:number>/assign", reviews.assign, name="review-assign"),
    path("reviews/<str:number>/measures", reviews.set_measure, name="measure-new"),
    path(
        "reviews/<str:number>/measures/<uuid:measure_id>/drop",
        reviews.drop_measure,
        name="measure-drop",
    ),
    path("tickets", lists.work_list, name="tickets"),
    path("groups", groups.group_list, name="groups"),
    path("groups/<str:number>", groups.group_page, name="group"),
    path("outages", outages.outages, name="outages"),
    path("outages/new", outages.new_outage, name="outage-new"),
    path("outages/<str:number>", outages.outage, name="outage"),
    path("outages/<str:number>/waivers", outages.waivers, name="outage-waivers"),
    path("outages/<str:number>/waivers.csv", outages.waivers_file, name="outage-waivers-file"),
    path("tickets/new", entry.new_ticket, name="ticket-new"),
    path("tickets/new/customers", entry.customer_choices, name="ticket-new-customers"),
    path("tickets/new/copies", entry.copies, name="ticket-new-copies"),
    path("tickets/bulk", bulk.bulk, name="bulk"),
    path("tickets/bulk/<uuid:run_id>", bulk.bulk_run, name="bulk-run"),
    path("tickets/new/topics", classify.topic_choices, name="ticket-new-topics"),
    path("tickets/new/fields", classify.topic_fields, name="ticket-new-fields"),
    path("tickets/new/suggestions", classify.suggestions, name="ticket-new-suggestions"),
    path("tickets/<str:number>", tickets.ticket_page, name="ticket"),
    path(
        "tickets/<str:number>/suggestions", classify.ticket_suggestions, name="ticket-suggestions"
    ),
    path("tickets/<str:number>/evidence/<uuid:evidence_id>", files.evidence, name="evidence"),
    path("tickets/<str:number>/field/<uuid:file_id>", files.field_photo, name="field-photo"),
    path("tickets/<str:number>/pack", redress.pack, name="ticket-pack"),
    path("tickets/<str:number>/data-use", data_use.data_use, name="ticket-data-use"),
    path("tickets/<str:number>/data-use/explain", data_use.explain, name="data-use-explain"),
    path("tickets/<str:number>/data-use/<uuid:sheet_id>", data_use.sheet, name="ticket-data-sheet"),
    path(
        "tickets/<str:number>/data-use/<uuid:sheet_id>/send",
        data_use.send,
        name="data-use-send",
    ),
    path("tickets/<str:number>/evidence-pack", appeals.evidence_pack, name="evidence-pack"),
    path("tickets/<str:number>/watchers", tickets.ticket_watchers, name="ticket-watchers"),
    *(
        path(f"tickets/<str:number>/{act.slug}", tickets.act_view(act), name=f"ticket-{act.slug}")
        for act in ACTS
    ),
]

CUSTOMERS: Addresses = [
    path("customers", customers.search, name="customers"),
    path("customers/<uuid:customer_id>", customers.customer_page, name="customer"),
    path("customers/<uuid:customer_id>/contacts", customers.timeline, name="customer-contacts"),
    path("customers/<uuid:customer_id>/bills", customers.bills, name="customer-bills"),
    path(
        "customers/<uuid:customer_id>/numbers/<uuid:subscriber_id>/data-use",
        data_use.of_number,
        name="customer-data-use",
    ),
    path("customers/<uuid:customer_id>/reveal", customers.reveal, name="customer-reveal"),
]

PORTAL: Addresses = [
    path("portal", portal.start, name="portal"),
    path("portal/request", portal.submit, name="portal-submit"),
    path("portal/fields", classify.portal_fields, name="portal-fields"),
    path("portal/track", portal.track, name="portal-track"),
    path("portal/progress", progress.progress, name="portal-progress"),
    path("portal/requests/<str:number>", portal.ticket_page, name="portal-ticket"),
    path("portal/requests/<str:number>/messages", portal.add_message, name="portal-message"),
    path("portal/requests/<str:number>/rating", portal.rate_tracked, name="portal-rating"),
    path("r/thanks", portal.rated, name="portal-rated"),
    path("r/<str:token>", portal.rate, name="portal-rate"),
]

PERSON = "manage/people/<uuid:account_id>"
ARTICLE = "manage/knowledge/<uuid:article_id>"
RULE = "manage/queues/rules/<uuid:rule_id>"

MANAGE: Addresses = [
    path("manage", overview.overview, name="manage"),
    path("manage/traffic", overview.turn_traffic, name="manage-traffic"),
    path("manage/units", organisation.units, name="manage-units"),
    path("manage/units/<uuid:unit_id>/close", organisation.close_unit, name="manage-unit-close"),
    path("manage/skills", organisation.skills, name="manage-skills"),
    path("manage/skills/new", organisation.create_skill, name="manage-skill-new"),
    path("manage/people", people.people, name="manage-people"),
    path(PERSON, people.person, name="manage-person"),
    path(f"{PERSON}/grant", people.grant, name="manage-person-grant"),
    path(f"{PERSON}/revoke", people.revoke, name="manage-person-revoke"),
    path(f"{PERSON}/move", people.move, name="manage-person-move"),
    path(f"{PERSON}/skills", people.set_skills, name="manage-person-skills"),
    path(f"{PERSON}/end", people.end, name="manage-person-end"),
    path(f"{PERSON}/unlock", people.unlock, name="manage-person-unlock"),
    path(f"{PERSON}/factor", people.remove_factor, name="manage-person-factor"),
    path(f"{PERSON}/password", people.reset_password, name="manage-person-password"),
    path("manage/roles", rights.roles, name="manage-roles"),
    path("manage/roles/new", rights.create_role, name="manage-role-new"),
    path("manage/roles/cells", rights.change_cell, name="manage-roles-cells"),
    path("manage/clients", rights.clients, name="manage-clients"),
    path(
        "manage/clients/<uuid:public_id>/rotate", rights.rotate_client, name="manage-client-rotate"
    ),
    path("manage/clients/<uuid:public_id>/close", rights.close_client, name="manage-client-close"),
    path("manage/queues", queues.queues, name="manage-queues"),
    path("manage/queues/new", queues.create_queue, name="manage-queue-new"),
    path("manage/queues/<uuid:queue_id>/close", queues.close_queue, name="manage-queue-close"),
    path("manage/queues/<uuid:queue_id>/change", queues.change_queue, name="manage-queue-change"),
    path("manage/rehearsal", floor.rehearsal, name="manage-rehearsal"),
    path("manage/duty", floor.duty, name="manage-duty"),
    path("manage/duty/absences/new", floor.enter_absence, name="manage-absence-new"),
    path(
        "manage/duty/absences/<uuid:absence_id>/end", floor.end_absence, name="manage-absence-end"
    ),
    path("manage/duty/people", floor.set_person, name="manage-duty-person"),
    path("manage/duty/channels", floor.limit_channel, name="manage-duty-channel"),
    path("manage/duty/managers", floor.set_manager, name="manage-duty-manager"),
    path("manage/queues/rules/new", queues.create_rule, name="manage-rule-new"),
    path(f"{RULE}/change", queues.change_rule, name="manage-rule-change"),
    path(f"{RULE}/end", queues.end_rule, name="manage-rule-end"),
    path("manage/limits", limits.limits, name="manage-limits"),
    path("manage/limits/new", limits.publish, name="manage-limit-new"),
    path(
        "manage/limits/<uuid:limit_id>/confirm", limits.confirm_limit, name="manage-limit-confirm"
    ),
    path("manage/limits/profiles/<str:code>", limits.set_profile, name="manage-profile"),
    path("manage/limits/days", limits.set_day, name="manage-day"),
    path("manage/limits/calendars/new", limits.add_calendar, name="manage-calendar-new"),
    path(
        "manage/limits/calendars/<str:code>/days/clear", limits.clear_day, name="manage-day-clear"
    ),
    path("manage/complaints", case_tables.case_tables, name="manage-complaints"),
    path("manage/complaints/<str:table>", case_tables.set_row, name="manage-case-row"),
    path("manage/authority", matrix.matrix, name="manage-authority"),
    path("manage/authority/limits", matrix.set_limit, name="manage-authority-limit"),
    path("manage/authority/chains", matrix.set_chain, name="manage-authority-chain"),
    path("manage/policies", policies.policies, name="manage-policies"),
    path("manage/policies/<str:code>", policies.set_policy, name="manage-policy-set"),
    path("manage/checks", checks.checks, name="manage-checks"),
    path("manage/checks/new", checks.save, name="manage-check-new"),
    path("manage/checks/<uuid:item_id>/end", checks.end, name="manage-check-end"),
    path("manage/proofs", proofs.proofs, name="manage-proofs"),
    path("manage/proofs/new", proofs.save, name="manage-proofs-new"),
    path("manage/proofs/<uuid:way_id>/end", proofs.end, name="manage-proofs-end"),
    path("manage/topics", topics.topics, name="manage-topics"),
    path("manage/topics/new", topics.save, name="manage-topic-new"),
    path("manage/topics/load", topics.load, name="manage-topics-load"),
    path("manage/topics/end", topics.end, name="manage-topic-end"),
    path("manage/topics/<str:code>", topics.topic, name="manage-topic"),
    path("manage/suggestions", suggestions.suggestions, name="manage-suggestions"),
    path("manage/suggestions/train", suggestions.train, name="manage-suggestions-train"),
    path("manage/knowledge", articles.articles, name="manage-articles"),
    path("manage/knowledge/new", articles.create, name="manage-article-new"),
    path(ARTICLE, articles.article, name="manage-article"),
    path(f"{ARTICLE}/save", articles.save, name="manage-article-save"),
    path(f"{ARTICLE}/publish", articles.publish, name="manage-article-publish"),
    path(f"{ARTICLE}/withdraw", articles.withdraw, name="manage-article-withdraw"),
    path("manage/addresses", addresses.addresses, name="manage-addresses"),
    path("manage/mailboxes", mailboxes.mailboxes, name="manage-mailboxes"),
    path("manage/mailboxes/save", mailboxes.save, name="manage-mailbox-save"),
    path("manage/mailboxes/<str:code>/test", mailboxes.test_mailbox, name="manage-mailbox-test"),
    path("manage/mailboxes/<str:code>/close", mailboxes.close, name="manage-mailbox-close"),
    path("manage/log", operation.log, name="manage-log"),
    path("manage/dead-letters", operation.dead_letters, name="manage-dead-letters"),
    path(
        "manage/dead-letters/<uuid:delivery_id>/replay", operation.replay, name="manage-dead-replay"
    ),
    path("manage/dead-letters/<uuid:delivery_id>/skip", operation.skip, name="manage-dead-skip"),
    path("manage/unreadable", operation.unreadable, name="manage-unreadable"),
    path(
        "manage/unreadable/<uuid:item_id>/body",
        operation.unreadable_body,
        name="manage-unreadable-body",
    ),
    path(
        "manage/unreadable/<uuid:item_id>/settle", operation.settle, name="manage-unreadable-settle"
    ),
    path(
        "manage/unreadable/messages/<uuid:message_id>/admit", operation.admit, name="manage-admit"
    ),
    path("manage/outgoing", operation.outgoing, name="manage-outgoing"),
    path(
        "manage/outgoing/<uuid:outgoing_id>/settle",
        operation.settle_outgoing,
        name="manage-outgoing-settle",
    ),
    path("manage/jobs", operation.jobs, name="manage-jobs"),
    path("manage/imports", imports.imports, name="manage-imports"),
    path("manage/imports/<uuid:job_id>", imports.import_page, name="manage-import"),
    path("manage/imports/<uuid:job_id>/errors", imports.import_errors, name="manage-import-errors"),
    path("manage/imports/<uuid:job_id>/again", imports.import_again, name="manage-import-again"),
]

urlpatterns: Addresses = [
    *DESK,
    *CUSTOMERS,
    *MANAGE,
    *PORTAL,
    path("", include("sunline.web.account.urls")),
    path("language", shell.language, name="language"),
    path("presence", shell.presence, name="presence"),
    path("attachments/<uuid:attachment_id>", files.attachment, name="attachment"),
]
