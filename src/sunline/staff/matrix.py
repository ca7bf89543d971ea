"""The roles of the product and what each may do until an administrator decides otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLES: Mapping[str, str | Promise] = {
    "agent": _("Agent"),
    "team_leader": _("Team leader"),
    "floor_manager": _("Floor manager"),
    "dispatcher": _("Dispatcher"),
    "back_office": _("Back-office handler"),
    "complaint_specialist": _("Complaint specialist"),
    "revisit_caller": _("Revisit caller"),
    "inspector": _("Inspector"),
    "field_engineer": _("Field engineer"),
    "account_manager": _("Account manager"),
    "hall_clerk": _("Hall clerk"),
    "planner": _("Planner"),
    "analyst": _("Analyst"),
    "knowledge_editor": _("Knowledge editor"),
    "administrator": _("Administrator"),
    "auditor": _("Auditor"),
    "vendor_agent": _("Agent of a vendor"),
}

# Everybody who works with tickets may read these.
_LOOK = {"tickets.view", "tickets.search", "customers.view", "interactions.view", "knowledge.view"}
_CONTACT = _LOOK | {
    "tickets.verify",
    "customers.reveal",
    "interactions.register",
    "interactions.send",
    "routing.presence",
}
_UNIT_WORK = {
    "tickets.accept",
    "tickets.handle",
    "tickets.note",
    "tickets.ask_units",
    "routing.presence",
}
_EXPLAIN = {"tickets.explain_data"}
_BOOK = {"tickets.book_field"}
_FRONT = (
    _CONTACT
    | _EXPLAIN
    | _BOOK
    | {"tickets.register", "tickets.note", "tickets.withdraw", "tickets.answer"}
)
# What may be done to a complaint as a case: by whoever takes it, and by whoever leads.
_CASE = {"tickets.assess", "tickets.escalate", "tickets.settle"}
_LEAD_CASE = _CASE | {"tickets.deescalate"}
# What may be granted is said by the matrix of authority; here is who may at all.
_GIVE = {"tickets.grant"}
_LEAD_FIELD = _BOOK | {"tickets.assign_field"}
_DECIDE = _GIVE | {"tickets.decide_grants", "tickets.view_grants"}
_ROUTE = {"tickets.dispatch", "tickets.assign", "tickets.check", "tickets.reclassify"}
_STEER = {"tickets.final_dispatch", "tickets.supervise", "tickets.grant_time", "tickets.merge"} | {
    "tickets.lead_groups",
    "tickets.lead_outages",
}
_LEAD = {"routing.view", "routing.override", "staff.view", "quality.view", "insight.view"} | {
    "sla.view_led_warnings"
}
# Reviews of tickets that went wrong: seen, written, checked.
_SEE_REVIEWS = {"quality.view_reviews"}
_WEEKLY = {"insight.view_weekly", "insight.edit_weekly"}
_WRITE_REVIEWS = _SEE_REVIEWS | _WEEKLY | {"quality.write_reviews", "quality.do_measures"}
# Whoever takes work is told of its clocks.
_TOLD = {"sla.view_warnings", "sla.acknowledge"}

DEFAULT: Mapping[str, frozenset[str]] = {
    role: frozenset(codes | _TOLD if "routing.presence" in codes else codes)
    for role, codes in {
        "agent": _FRONT
        | _CASE
        | _GIVE
        | {"tickets.reclassify", "tickets.dispatch", "customers.search_last_four"},
        "team_leader": _FRONT
        | _LEAD_FIELD
        | _LEAD_CASE
        | _DECIDE
        | _ROUTE
        | _LEAD
        | _WRITE_REVIEWS
        | {"workforce.view"}
        | {"customers.search_last_four", "tickets.supervise", "tickets.ask_units"}
        | {"tickets.grant_time", "tickets.merge", "tickets.contest", "tickets.lead_groups"},
        "floor_manager": _FRONT
        | _LEAD_FIELD
        | _LEAD_CASE
        | _DECIDE
        | _ROUTE
        | _LEAD
        | _STEER
        | _WRITE_REVIEWS
        | {"quality.check_reviews", "insight.publish_weekly"}
        | {"tickets.ask_units", "tickets.judge", "tickets.judge_finally", "tickets.contest"}
        | {"tickets.export", "customers.search_last_four", "routing.configure", "sla.view"}
        | {"tickets.set_checks", "tickets.set_proofs", "tickets.view_revisits"}
        | {"tickets.appeal"}
        | {"workforce.view", "workforce.hand_over", "workforce.report"}
        | {"interactions.settle_unreadable"},
        "dispatcher": _LOOK
        | _LEAD_FIELD
        | {"tickets.assess", "tickets.escalate", "tickets.appeal"}
        | _SEE_REVIEWS
        | _WEEKLY
        | {"quality.do_measures", "workforce.view"}
        | _ROUTE
        | _STEER
        | {"tickets.ask_units"}
        | {"tickets.register", "tickets.answer", "tickets.note", "tickets.withdraw"}
        | {"interactions.send", "interactions.settle_unreadable", "customers.reveal"}
        | {"routing.view", "routing.presence", "routing.override"}
        | {"staff.view", "insight.view", "sla.view"},
        "back_office": _LOOK
        | _UNIT_WORK
        | _GIVE
        | _SEE_REVIEWS
        | {"quality.do_measures"}
        | {"tickets.assign", "tickets.contest", "tickets.escalate", "customers.reveal"},
        "complaint_specialist": _CONTACT
        | _EXPLAIN
        | _BOOK
        | _LEAD_CASE
        | _DECIDE
        | _UNIT_WORK
        | _ROUTE
        | _WRITE_REVIEWS
        | {"tickets.register", "tickets.answer", "tickets.revisit", "tickets.withdraw"}
        | {"tickets.supervise", "tickets.merge", "tickets.judge", "tickets.lead_groups"}
        | {"tickets.appeal"}
        | {"customers.search_last_four", "staff.view", "sla.view", "tickets.view_revisits"},
        "revisit_caller": _CONTACT
        | {"tickets.view_revisits"}
        | {"tickets.revisit", "tickets.note", "quality.view"},
        "inspector": _LOOK
        | {"tickets.view_revisits", "tickets.view_grants", "tickets.check_grants"}
        | _SEE_REVIEWS
        | _WEEKLY
        | {"quality.check_reviews"}
        | {"quality.view", "staff.view", "insight.view"},
        "field_engineer": _UNIT_WORK
        | _BOOK
        | {"tickets.do_field", "tickets.view", "customers.view", "knowledge.view"},
        "account_manager": _FRONT | _CASE | _GIVE | {"customers.register", "customers.grade"},
        "hall_clerk": _FRONT | _CASE | _GIVE | {"customers.register", "customers.search_last_four"},
        "planner": {"insight.view", "routing.view", "staff.view", "knowledge.view"},
        "analyst": _LOOK
        | _SEE_REVIEWS
        | _WEEKLY
        | {"insight.publish_weekly"}
        | {"tickets.view_revisits", "tickets.view_grants"}
        | {"insight.view", "quality.view", "tickets.export"},
        "knowledge_editor": {"knowledge.view", "knowledge.edit", "tickets.view", "tickets.search"},
        "administrator": _LOOK
        | _SEE_REVIEWS
        | {"insight.view_weekly"}
        | {"tickets.set_checks", "tickets.set_proofs", "tickets.view_revisits"}
        | {"tickets.set_authority"}
        | {"tickets.decide_grants", "tickets.view_grants"}
        | {"staff.view", "staff.manage_units", "staff.manage_people", "staff.grant_roles"}
        | {"staff.change_matrix", "staff.manage_clients", "staff.look_as", "staff.view_log"}
        | {
            "staff.operate",
            "staff.set_policies",
            "tickets.import",
            "tickets.configure_cases",
            "tickets.export",
            "customers.import",
        }
        | {"customers.register", "customers.grade", "interactions.import", "knowledge.edit"}
        | {"interactions.configure", "interactions.settle_unreadable"}
        | {"routing.view", "routing.configure", "routing.override"}
        | {"sla.view", "sla.manage", "quality.view", "insight.view"},
        "auditor": _LOOK
        | {"tickets.view_grants", "insight.view_weekly"}
        | _SEE_REVIEWS
        | {"staff.view", "staff.view_log", "quality.view", "insight.view", "sla.view"}
        | {"routing.view"},
        "vendor_agent": {"tickets.view", "tickets.register", "tickets.note", "customers.view"}
        | {"tickets.verify"}
        | {"interactions.view", "interactions.register", "knowledge.view", "routing.presence"},
    }.items()
}
