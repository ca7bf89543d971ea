"""What a program's token allows: OAuth scopes, each standing for permissions of the rooms."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: Mapping[str, str | Promise] = {
    "tickets:read": _("Read tickets"),
    "tickets:write": _("Register and change tickets"),
    "tickets:import": _("Import tickets in bulk"),
    "outages:write": _("Open and close outages"),
    "customers:read": _("Read customers"),
    "interactions:read": _("Read interactions"),
    "interactions:write": _("Add interactions"),
    "knowledge:read": _("Read knowledge"),
    "insight:read": _("Read figures"),
    "quality:read": _("Read reviews"),
    "staff:read": _("Read units and people"),
}

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "tickets:read": frozenset({"tickets.view", "tickets.search"}),
    "tickets:write": frozenset(
        {"tickets.view", "tickets.search", "tickets.register", "tickets.note", "tickets.withdraw"}
        | {"tickets.reclassify", "tickets.dispatch", "tickets.accept", "tickets.handle"}
        | {"tickets.check", "tickets.answer", "tickets.revisit", "tickets.assign"}
        | {"tickets.explain_data"}
    ),
    "tickets:import": frozenset({"tickets.import"}),
    "outages:write": frozenset(
        {"tickets.view", "tickets.register", "tickets.note", "tickets.lead_outages"}
    ),
    "customers:read": frozenset({"customers.view"}),
    "interactions:read": frozenset({"interactions.view"}),
    "interactions:write": frozenset(
        {"interactions.view", "interactions.register", "interactions.send"}
    ),
    "knowledge:read": frozenset({"knowledge.view"}),
    "insight:read": frozenset({"insight.view"}),
    "quality:read": frozenset({"quality.view_reviews"}),
    "staff:read": frozenset({"staff.view"}),
}


def permissions_of(scopes: Collection[str]) -> frozenset[str]:
    """Return the permission codes that the scopes stand for; unknown scopes stand for none."""
    return frozenset(code for scope in scopes for code in PERMISSIONS.get(scope, ()))
