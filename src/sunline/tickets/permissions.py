"""What may be done with tickets; where is decided by the paths a permission is held for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("tickets.view", _("See tickets"))
REGISTER = Permission("tickets.register", _("Register tickets"))
DISPATCH = Permission("tickets.dispatch", _("Dispatch tickets to units"))
ACCEPT = Permission("tickets.accept", _("Accept orders"))
HANDLE = Permission("tickets.handle", _("Handle orders: reply, hold, return"))
CHECK = Permission("tickets.check", _("Check replies before the answer"))
ANSWER = Permission("tickets.answer", _("Answer the customer"))
REVISIT = Permission("tickets.revisit", _("Record revisits and close tickets"))
WITHDRAW = Permission("tickets.withdraw", _("Withdraw tickets or refuse them"))
ASSIGN = Permission("tickets.assign", _("Assign tickets to people"))
NOTE = Permission("tickets.note", _("Write notes on tickets"))
RECLASSIFY = Permission("tickets.reclassify", _("Change the classification of tickets"))
SEARCH = Permission("tickets.search", _("Search tickets"))
IMPORT = Permission("tickets.import", _("Import historical tickets"))
EXPORT = Permission("tickets.export", _("Export tickets"))
FINAL_DISPATCH = Permission("tickets.final_dispatch", _("Dispatch with the final say"))
ASK_UNITS = Permission("tickets.ask_units", _("Ask other units to join or for facts"))
SUPERVISE = Permission("tickets.supervise", _("Supervise tickets"))
GRANT_TIME = Permission("tickets.grant_time", _("Decide on extension requests"))
MERGE = Permission("tickets.merge", _("Split and merge tickets"))
JUDGE = Permission("tickets.judge", _("Judge who is responsible"))
JUDGE_FINALLY = Permission("tickets.judge_finally", _("Decide finally who is responsible"))
CONTEST = Permission("tickets.contest", _("Contest a unit's responsibility"))
LEAD_GROUPS = Permission("tickets.lead_groups", _("Lead group complaints"))
LEAD_OUTAGES = Permission("tickets.lead_outages", _("Open and close outages"))
ASSESS = Permission("tickets.assess", _("Assess complaints and name their cause"))
ESCALATE = Permission("tickets.escalate", _("Escalate complaints"))
DEESCALATE = Permission("tickets.deescalate", _("Bring complaints down a level"))
SETTLE = Permission("tickets.settle", _("Offer settlements and carry them out"))
CONFIGURE_CASES = Permission("tickets.configure_cases", _("Change the tables of complaints"))
VIEW_REVISITS = Permission("tickets.view_revisits", _("See revisits and their rates"))
SET_CHECKS = Permission("tickets.set_checks", _("Set the questions of the check"))
VERIFY = Permission("tickets.verify", _("Verify who the customer is"))
SET_PROOFS = Permission("tickets.set_proofs", _("Set which proofs are enough"))
EXPLAIN_DATA = Permission("tickets.explain_data", _("Explain where a number's data went"))
GRANT = Permission("tickets.grant", _("Grant waivers and compensation within the authority"))
DECIDE_GRANTS = Permission("tickets.decide_grants", _("Decide on grants above others' authority"))
VIEW_GRANTS = Permission("tickets.view_grants", _("See the use of authority"))
CHECK_GRANTS = Permission("tickets.check_grants", _("Inspect sampled grants"))
SET_AUTHORITY = Permission("tickets.set_authority", _("Set the matrix of authority"))
APPEAL = Permission("tickets.appeal", _("Take in appeals, answer their doors, export the pack"))
BOOK_FIELD = Permission("tickets.book_field", _("Open field orders and make appointments"))
ASSIGN_FIELD = Permission("tickets.assign_field", _("Name engineers and set the visits of a day"))
DO_FIELD = Permission("tickets.do_field", _("Work on field orders at the customer's"))

ALL: tuple[Permission, ...] = (
    VIEW,
    REGISTER,
    DISPATCH,
    ACCEPT,
    HANDLE,
    CHECK,
    ANSWER,
    REVISIT,
    WITHDRAW,
    ASSIGN,
    NOTE,
    RECLASSIFY,
    SEARCH,
    IMPORT,
    EXPORT,
    FINAL_DISPATCH,
    ASK_UNITS,
    SUPERVISE,
    GRANT_TIME,
    MERGE,
    JUDGE,
    JUDGE_FINALLY,
    CONTEST,
    LEAD_GROUPS,
    LEAD_OUTAGES,
    ASSESS,
    ESCALATE,
    DEESCALATE,
    SETTLE,
    CONFIGURE_CASES,
    SET_CHECKS,
    VIEW_REVISITS,
    VERIFY,
    SET_PROOFS,
    EXPLAIN_DATA,
    GRANT,
    DECIDE_GRANTS,
    VIEW_GRANTS,
    CHECK_GRANTS,
    SET_AUTHORITY,
    APPEAL,
    BOOK_FIELD,
    ASSIGN_FIELD,
    DO_FIELD,
)
