"""Every address of the screens with every role, in both directions.

The table says who may open what; it is written by hand, apart from the decorators, so that a
decorator that was weakened is noticed.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern

from sunline.staff import matrix, queries
from sunline.testing import cast
from sunline.web import urls
from sunline.web.access import Access

from .conftest import signed_in

PUBLIC = "public"
ANY = "any person"
POST = "POST"
IMPORTS = "customers.import tickets.import interactions.import"

# name of the address: what it asks for, and the method it takes if not GET
TABLE: dict[str, tuple[str, str]] = {
    "home": (ANY, "GET"),
    "search": ("tickets.search customers.view", "GET"),
    "figures": ("insight.view", "GET"),
    "figures-first-contact": ("insight.view", "GET"),
    "knowledge": ("knowledge.view", "GET"),
    "knowledge-article": ("knowledge.view", "GET"),
    "complaints": ("tickets.view", "GET"),
    "tickets": ("tickets.view", "GET"),
    "warnings": ("sla.view_warnings", "GET"),
    "warning-seen": ("sla.acknowledge", POST),
    "grants": ("tickets.view_grants tickets.grant", "GET"),
    "grant-check": ("tickets.check_grants", POST),
    "approvals": ("tickets.decide_grants", "GET"),
    "approval-decide": ("tickets.decide_grants", POST),
    "stand-in-new": ("tickets.decide_grants", POST),
    "stand-in-end": ("tickets.decide_grants", POST),
    "manage-authority": ("tickets.set_authority", "GET"),
    "manage-authority-limit": ("tickets.set_authority", POST),
    "manage-authority-chain": ("tickets.set_authority", POST),
    "shifts": ("workforce.view", "GET"),
    "shift-new": ("workforce.hand_over", POST),
    "shift": ("workforce.view", "GET"),
    "shift-act": ("workforce.hand_over", POST),
    "bulletins": ("workforce.view", "GET"),
    "bulletin-new": ("workforce.report", POST),
    "revisits": ("tickets.view_revisits", "GET"),
    "weekly": ("insight.view_weekly", "GET"),
    "week": ("insight.view_weekly", "GET"),
    "week-entry": ("insight.view_weekly", "GET"),
    "week-count": ("insight.publish_weekly", POST),
    "week-publish": ("insight.publish_weekly", POST),
    "week-add": ("insight.edit_weekly", POST),
    "week-entry-change": ("insight.edit_weekly", POST),
    "week-mark": ("insight.edit_weekly", POST),
    "reviews": ("quality.view_reviews", "GET"),
    "review": ("quality.view_reviews", "GET"),
    "review-start": ("quality.write_reviews", POST),
    "review-write": ("quality.write_reviews", POST),
    "review-check": ("quality.check_reviews", POST),
    "review-assign": ("quality.check_reviews", POST),
    "measure-new": ("quality.write_reviews", POST),
    "measure-drop": ("quality.write_reviews", POST),
    "measure-done": ("quality.do_measures", POST),
    "manage-checks": ("tickets.set_checks", "GET"),
    "manage-check-new": ("tickets.set_checks", POST),
    "manage-check-end": ("tickets.set_checks", POST),
    "compensation": ("tickets.view", "GET"),
    "ticket-pack": ("tickets.grant", "GET"),
    "manage-proofs": ("tickets.set_proofs", "GET"),
    "manage-proofs-new": ("tickets.set_proofs", POST),
    "manage-proofs-end": ("tickets.set_proofs", POST),
    "ticket-new": ("tickets.register", "GET"),
    "ticket-new-customers": ("tickets.register", "GET"),
    "ticket-new-copies": ("tickets.register", POST),
    "groups": ("tickets.view", "GET"),
    "group": ("tickets.view", "GET"),
    "ticket-new-topics": ("tickets.register", "GET"),
    "bulk": ("tickets.view", "GET"),
    "bulk-run": ("tickets.view", "GET"),
    "ticket-new-fields": ("tickets.view", "GET"),
    "ticket-new-suggestions": ("tickets.register", POST),
    "ticket-suggestions": ("tickets.reclassify", "GET"),
    "ticket": ("tickets.view", "GET"),
    "ticket-watchers": ("tickets.view", "GET"),
    "ticket-accept": ("tickets.accept", POST),
    "ticket-dispatch": ("tickets.dispatch", POST),
    "ticket-reply": ("tickets.handle", POST),
    "ticket-approve": ("tickets.check", POST),
    "ticket-send-back": ("tickets.check", POST),
    "ticket-answer": ("tickets.answer", POST),
    "ticket-revisit": ("tickets.revisit", POST),
    "ticket-try-revisit": ("tickets.revisit", POST),
    "ticket-finish": ("tickets.answer", POST),
    "ticket-ask-customer": ("tickets.handle", POST),
    "ticket-resume": ("tickets.handle", POST),
    "ticket-hold": ("tickets.handle", POST),
    "ticket-return": ("tickets.handle", POST),
    "ticket-redispatch": ("tickets.dispatch", POST),
    "ticket-assign": ("tickets.assign", POST),
    "ticket-note": ("tickets.note", POST),
    "ticket-chase": ("tickets.note", POST),
    "ticket-reclassify": ("tickets.reclassify", POST),
    "ticket-mark-truth": ("tickets.reclassify", POST),
    "ticket-relate": ("tickets.note", POST),
    "ticket-withdraw": ("tickets.withdraw", POST),
    "ticket-final-dispatch": ("tickets.final_dispatch", POST),
    "ticket-transfer": ("tickets.assign", POST),
    "ticket-correct": ("tickets.dispatch", POST),
    "ticket-ask-joint": ("tickets.ask_units", POST),
    "ticket-ask-fact": ("tickets.ask_units", POST),
    "ticket-accept-joint": ("tickets.accept", POST),
    "ticket-reply-joint": ("tickets.handle", POST),
    "ticket-cancel-joint": ("tickets.ask_units", POST),
    "ticket-offer-handover": ("tickets.note", POST),
    "ticket-take-handover": ("tickets.note", POST),
    "ticket-decline-handover": ("tickets.note", POST),
    "ticket-urge": ("tickets.note", POST),
    "ticket-supervise": ("tickets.supervise", POST),
    "ticket-report": ("tickets.handle", POST),
    "ticket-ask-extension": ("tickets.handle", POST),
    "ticket-decide-extension": ("tickets.grant_time", POST),
    "ticket-promise-callback": ("tickets.note", POST),
    "ticket-keep-callback": ("tickets.note", POST),
    "ticket-keep-on-account": ("tickets.answer", POST),
    "ticket-answer-stage": ("tickets.answer", POST),
    "ticket-take-off-account": ("tickets.answer", POST),
    "ticket-supplement": ("tickets.note", POST),
    "ticket-split": ("tickets.merge", POST),
    "ticket-merge": ("tickets.merge", POST),
    "ticket-unmerge": ("tickets.merge", POST),
    "ticket-judge": ("tickets.judge", POST),
    "ticket-contest": ("tickets.contest", POST),
    "ticket-review-judgement": ("tickets.judge", POST),
    "ticket-finish-judgement": ("tickets.judge_finally", POST),
    "ticket-score-order": ("tickets.handle", POST),
    "ticket-tell-repeat-cause": ("tickets.note", POST),
    "ticket-not-duplicate": ("tickets.note", POST),
    "ticket-join-group": ("tickets.lead_groups", POST),
    "ticket-leave-group": ("tickets.lead_groups", POST),
    "ticket-put-notice": ("tickets.lead_groups", POST),
    "ticket-end-notice": ("tickets.lead_groups", POST),
    "ticket-tell-members": ("tickets.lead_groups", POST),
    "ticket-answer-members": ("tickets.lead_groups", POST),
    "ticket-plan-revisits": ("tickets.lead_groups", POST),
    "ticket-end-group": ("tickets.lead_groups", POST),
    "ticket-assess": ("tickets.assess", POST),
    "ticket-escalate": ("tickets.escalate", POST),
    "ticket-deescalate": ("tickets.deescalate", POST),
    "ticket-choose-strategy": ("tickets.assess", POST),
    "ticket-set-cause": ("tickets.assess", POST),
    "ticket-add-evidence": ("tickets.note", POST),
    "ticket-remove-evidence": ("tickets.assess", POST),
    "ticket-make-offer": ("tickets.settle", POST),
    "ticket-answer-offer": ("tickets.settle", POST),
    "ticket-settle": ("tickets.settle", POST),
    "ticket-grant": ("tickets.grant", POST),
    "ticket-decide-grant": ("tickets.decide_grants", POST),
    "ticket-withdraw-grant": ("tickets.grant", POST),
    "ticket-check-grant": ("tickets.check_grants", POST),
    "ticket-attach-plan": ("tickets.supervise", POST),
    "ticket-do-step": ("tickets.note", POST),
    "ticket-cancel-unsolicited": ("tickets.grant", POST),
    "ticket-propose-waiver": ("tickets.grant", POST),
    "ticket-accept-proposal": ("tickets.grant", POST),
    "ticket-decline-proposal": ("tickets.grant", POST),
    "ticket-verify": ("tickets.verify", POST),
    "ticket-open-field": ("tickets.book_field", POST),
    "ticket-book-field": ("tickets.book_field", POST),
    "ticket-cancel-field": ("tickets.book_field", POST),
    "ticket-give-field": ("tickets.assign_field", POST),
    "ticket-start-field": ("tickets.do_field", POST),
    "ticket-photo-field": ("tickets.do_field", POST),
    "ticket-complete-field": ("tickets.do_field", POST),
    "ticket-fail-field": ("tickets.do_field", POST),
    "field": ("tickets.book_field tickets.assign_field", "GET"),
    "field-room": ("tickets.assign_field", POST),
    "field-mine": ("tickets.do_field", "GET"),
    "field-mine-act": ("tickets.do_field", POST),
    "portal-progress": (PUBLIC, "GET"),
    "field-photo": ("tickets.view", "GET"),
    "ticket-refuse": ("tickets.withdraw", POST),
    "customers": ("customers.view", "GET"),
    "customer": ("customers.view", "GET"),
    "customer-contacts": ("interactions.view", "GET"),
    "customer-bills": ("customers.view", "GET"),
    "customer-reveal": ("customers.reveal", POST),
    "manage": ("staff.operate staff.view_log staff.manage_people", "GET"),
    "manage-traffic": ("staff.operate", POST),
    "manage-units": ("staff.view", "GET"),
    "manage-unit-close": ("staff.manage_units", POST),
    "manage-skills": ("staff.view", "GET"),
    "manage-skill-new": ("staff.manage_people", POST),
    "manage-people": ("staff.view", "GET"),
    "manage-person": ("staff.view", "GET"),
    "manage-person-grant": ("staff.grant_roles", POST),
    "manage-person-revoke": ("staff.grant_roles", POST),
    "manage-person-move": ("staff.manage_people", POST),
    "manage-person-skills": ("staff.manage_people", POST),
    "manage-person-unlock": ("staff.manage_people", POST),
    "manage-person-factor": ("staff.manage_people", POST),
    "manage-person-end": ("staff.manage_people", POST),
    "manage-person-password": ("staff.manage_people", POST),
    "manage-roles": ("staff.view", "GET"),
    "manage-role-new": ("staff.change_matrix", POST),
    "manage-roles-cells": ("staff.change_matrix", POST),
    "manage-clients": ("staff.manage_clients", "GET"),
    "manage-client-rotate": ("staff.manage_clients", POST),
    "manage-client-close": ("staff.manage_clients", POST),
    "manage-queues": ("routing.view", "GET"),
    "manage-queue-new": ("routing.configure", POST),
    "manage-queue-change": ("routing.configure", POST),
    "manage-rehearsal": ("routing.view", "GET"),
    "manage-duty": ("routing.override", "GET"),
    "manage-absence-new": ("routing.override", POST),
    "manage-absence-end": ("routing.override", POST),
    "manage-duty-person": ("routing.override", POST),
    "manage-duty-channel": ("routing.configure", POST),
    "manage-duty-manager": ("customers.grade", POST),
    "manage-queue-close": ("routing.configure", POST),
    "manage-rule-new": ("routing.configure", POST),
    "manage-rule-change": ("routing.configure", POST),
    "manage-rule-end": ("routing.configure", POST),
    "manage-limits": ("sla.view", "GET"),
    "manage-limit-new": ("sla.manage", POST),
    "manage-profile": ("sla.manage", POST),
    "manage-day": ("sla.manage", POST),
    "manage-calendar-new": ("sla.manage", POST),
    "manage-day-clear": ("sla.manage", POST),
    "manage-limit-confirm": ("sla.manage", POST),
    "manage-complaints": ("tickets.configure_cases", "GET"),
    "manage-case-row": ("tickets.configure_cases", POST),
    "manage-policies": ("staff.set_policies", "GET"),
    "manage-policy-set": ("staff.set_policies", POST),
    "manage-topics": ("knowledge.view", "GET"),
    "manage-topic-new": ("knowledge.edit", POST),
    "manage-topic-end": ("knowledge.edit", POST),
    "manage-topic": ("knowledge.view", "GET"),
    "manage-suggestions": ("knowledge.view", "GET"),
    "manage-suggestions-train": ("knowledge.edit", POST),
    "manage-topics-load": ("knowledge.edit", POST),
    "manage-articles": ("knowledge.edit", "GET"),
    "manage-article-new": ("knowledge.edit", "GET"),
    "manage-article": ("knowledge.edit", "GET"),
    "manage-article-save": ("knowledge.edit", POST),
    "manage-article-publish": ("knowledge.edit", POST),
    "manage-article-withdraw": ("knowledge.edit", POST),
    "manage-mailboxes": ("interactions.configure", "GET"),
    "manage-mailbox-save": ("interactions.configure", POST),
    "manage-mailbox-close": ("interactions.configure", POST),
    "manage-mailbox-test": ("interactions.configure", POST),
    "manage-log": ("staff.view_log", "GET"),
    "manage-dead-letters": ("staff.operate", "GET"),
    "manage-dead-replay": ("staff.operate", POST),
    "manage-dead-skip": ("staff.operate", POST),
    "manage-unreadable": ("interactions.settle_unreadable", "GET"),
    "manage-unreadable-body": ("interactions.settle_unreadable", "GET"),
    "manage-unreadable-settle": ("interactions.settle_unreadable", POST),
    "manage-admit": ("interactions.settle_unreadable", POST),
    "manage-outgoing": ("interactions.send", "GET"),
    "manage-outgoing-settle": ("interactions.send", POST),
    "manage-jobs": ("staff.operate", "GET"),
    "manage-imports": (IMPORTS, "GET"),
    "manage-import": (IMPORTS, "GET"),
    "manage-import-errors": (IMPORTS, "GET"),
    "manage-import-again": (IMPORTS, POST),
    "portal": (PUBLIC, "GET"),
    "portal-submit": (PUBLIC, "GET"),
    "portal-fields": (PUBLIC, "GET"),
    "portal-track": (PUBLIC, "GET"),
    "portal-ticket": (PUBLIC, "GET"),
    "portal-message": (PUBLIC, POST),
    "portal-rating": (PUBLIC, POST),
    "portal-rated": (PUBLIC, "GET"),
    "portal-rate": (PUBLIC, "GET"),
    "language": (PUBLIC, POST),
    "presence": ("routing.presence", "GET"),
    "attachment": ("interactions.view", "GET"),
    "evidence": ("tickets.view", "GET"),
}
PATTERNS = {
    str(pattern.name): pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)
}


def address(pattern: URLPattern) -> str:
    """Return a path of the pattern, with ids of rows that do not exist."""
    route = str(pattern.pattern)
    route = re.sub(r"<uuid:\w+>", str(uuid4()), route)
    return "/" + re.sub(r"<str:\w+>", "T20990101-000001", route)


def declared(pattern: URLPattern) -> str:
    access = getattr(pattern.callback, "access", None)
    assert isinstance(access, Access)
    if access.public:
        return PUBLIC
    return " ".join(access.permissions) or ANY


def test_the_table_and_the_addresses_name_each_other():
    assert set(TABLE) == set(PATTERNS)


def test_every_view_declares_what_the_table_says():
    wrong = {
        name: (declared(pattern), TABLE[name][0])
        for name, pattern in PATTERNS.items()
        if declared(pattern) != TABLE[name][0]
    }
    assert wrong == {}


def ask(client: Client, name: str):
    path, method = address(PATTERNS[name]), TABLE[name][1]
    return client.post(path) if method == POST else client.get(path)


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(matrix.ROLES))
def test_each_role_opens_exactly_what_it_may(role: str, org: cast.Organisation):
    key = next(sketch.key for sketch in cast.PEOPLE if sketch.role == role)
    client = signed_in(Client(), key)
    held = queries.role_permissions()[role]
    wrong = []
    for name, (wanted, _method) in TABLE.items():
        if name == "home":
            continue
        allowed = wanted in {PUBLIC, ANY} or bool(held & set(wanted.split()))
        status = ask(client, name).status_code
        if allowed and status == 403:
            wrong.append(f"{name}: {role} may, and was refused")
        if not allowed and status != 403:
            wrong.append(f"{name}: {role} may not, and got {status}")
        if status >= 500:
            wrong.append(f"{name}: {role} got {status}")
    assert wrong == []


@pytest.mark.django_db
def test_a_stranger_is_led_to_the_sign_in_everywhere():
    client = Client()
    wrong = []
    for name, (wanted, _method) in TABLE.items():
        answer = ask(client, name)
        led_away = answer.status_code == 302 and answer["Location"].startswith("/sign-in")
        if (wanted == PUBLIC) == led_away:
            wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.django_db
def test_a_fragment_or_a_program_is_told_instead_of_led():
    client = Client()
    assert client.get("/tickets", headers={"HX-Request": "true"}).status_code == 401
    told = client.get("/tickets", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (401, "sign_in_first")


@pytest.mark.django_db
def test_who_looks_as_another_role_changes_nothing(org: cast.Organisation):
    client = signed_in(Client(), "wang")
    session = client.session
    session["looking_as"] = {"role": "agent", "unit_id": str(org["gz"].id)}
    session.save()
    assert client.get("/tickets").status_code == 200
    assert client.post("/tickets/new", {"description": "x"}).status_code == 403
