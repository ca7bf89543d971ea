"""The administrator's pages: what they show, what they change, and what they refuse."""

from __future__ import annotations

from uuid import uuid4

import pytest

from sunline.kernel import clock, unreadable
from sunline.staff import queries as staff
from sunline.testing import cast
from sunline.web.manage.frame import SECTIONS

pytestmark = pytest.mark.django_db
PAGES = [path for _title, entries in SECTIONS for _label, path, _icon in entries]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages(browser, ticket, path):
    client = browser("wang")
    for language in ("zh-hans", "en"):
        client.cookies["sunline_language"] = language
        answer = client.get(path)
        assert answer.status_code in {200, 403}, path
        assert " style=" not in answer.content.decode()


def test_a_person_is_created_granted_and_ended(browser, org: cast.Organisation):
    client = browser("wang")
    values = {"staff_no": "29999", "name": "新人", "unit_id": str(org["gz-hot"].id)}
    page = client.post("/manage/people", values)
    assert page.status_code == 200
    row = staff.account_by_number("29999")
    assert row is not None
    path = f"/manage/people/{row.id}"
    role = {"role": "agent", "unit_id": str(org["gz"].id)}
    assert client.post(f"{path}/grant", role).status_code == 302
    assert [grant.role for grant in staff.grants_held(row.id, now=clock.now())] == ["agent"]
    assert client.post(f"{path}/revoke", role).status_code == 302
    assert client.post(f"{path}/revoke", role).status_code == 404
    assert client.post(f"{path}/grant", {"role": "nope", **role, "unit_id": "x"}).status_code == 422
    shown = client.post(f"{path}/password")
    assert shown["Cache-Control"] == "no-store"
    assert client.post(f"{path}/end").status_code == 302
    assert client.get(f"/manage/people/{uuid4()}").status_code == 404


@pytest.mark.parametrize("values", [{}, {"staff_no": "29998"}, {"unit_id": "x"}])
def test_a_person_without_what_is_needed_is_refused_in_words(browser, values):
    assert browser("wang").post("/manage/people", values).status_code == 422


def test_a_cell_of_the_matrix_changes_what_a_role_may_do(browser):
    client = browser("wang")
    cell = {"role": "agent", "permission": "tickets.export", "held": "1"}
    assert client.post("/manage/roles/cells", cell).status_code == 302
    assert "tickets.export" in staff.role_permissions()["agent"]
    assert client.post("/manage/roles/cells", {"role": "agent"}).status_code == 422


def test_a_secret_is_shown_once(browser, org: cast.Organisation):
    client = browser("wang")
    values = {"name": "CRM", "unit_id": str(org["gz"].id), "scopes": ["tickets:read"]}
    page = client.post("/manage/clients", values)
    made = page.context["made"]
    assert made.client_secret in page.content.decode()
    assert made.client_secret not in client.get("/manage/clients").content.decode()
    again = client.post(f"/manage/clients/{made.id}/rotate")
    assert again.context["made"].client_secret != made.client_secret
    assert client.post(f"/manage/clients/{made.id}/close").status_code == 302
    assert client.post("/manage/clients", {"name": "x"}).status_code == 422


def test_the_log_is_searched_by_who_what_and_when(browser, ticket):
    client = browser("wang")
    assert "ticket.registered@1" in client.get("/manage/log?kind=ticket.").content.decode()
    assert "ticket.registered@1" not in client.get("/manage/log?actor=nobody").content.decode()
    assert client.get("/manage/log?since=2026-13-01").status_code == 400
    assert client.get(f"/manage/log?subject={ticket.id}&until=2000-01-01").status_code == 200
    assert client.get("/manage/log?subject=x").status_code == 400


def test_dead_letters_that_are_not_there_cannot_be_replayed(browser):
    client = browser("wang")
    assert client.post(f"/manage/dead-letters/{uuid4()}/replay").status_code == 404
    assert client.post(f"/manage/dead-letters/{uuid4()}/skip").status_code == 404


def test_an_unreadable_item_is_downloaded_as_bytes_and_settled(browser):
    item = unreadable.keep(
        source="email", reason="broken", body=b"<script>alert(1)</script>", now=clock.now()
    )
    client = browser("wang")
    page = client.get("/manage/unreadable")
    if page.status_code == 403:
        pytest.skip("the administrator does not look after these")
    body = client.get(f"/manage/unreadable/{item}/body")
    assert body["Content-Type"] == "application/octet-stream"
    assert body.content == b"<script>alert(1)</script>"
    assert client.post(f"/manage/unreadable/{item}/settle").status_code == 302
    assert client.post(f"/manage/unreadable/{item}/settle").status_code == 404
