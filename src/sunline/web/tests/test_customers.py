"""Finding customers and seeing one whole, masked until somebody says why."""

from __future__ import annotations

from uuid import uuid4

import pytest

from sunline.kernel import queries as kernel
from sunline.testing import cast

from .conftest import PHONE

pytestmark = pytest.mark.django_db


def test_a_customer_is_found_and_masked(browser, customer):
    for text in (PHONE, "陈美玲", customer.number, PHONE[-4:]):
        page = browser("lin").get("/customers", {"q": text}).content.decode()
        assert customer.number in page, text
        # Only where the viewer typed it does the number stand in full.
        assert PHONE not in page.replace(f'value="{PHONE}"', "").replace(f"?q={PHONE}", "")
    assert customer.number not in browser("lv_nj").get(f"/customers?q={PHONE}").content.decode()


def test_the_page_shows_the_three_layers_and_the_tickets(browser, customer, ticket):
    page = browser("lin").get(f"/customers/{customer.id}").content.decode()
    for words in ("陈**", "199****1234", ticket.number, "金卡"):
        assert words in page
    assert PHONE not in page
    assert "440101199003072345" not in page


def test_out_of_sight_is_not_there(browser, customer):
    client = browser("lv_nj")
    assert client.get(f"/customers/{customer.id}").status_code == 404
    assert client.get(f"/customers/{customer.id}/bills").status_code == 404
    assert client.get(f"/customers/{customer.id}/contacts").status_code == 404
    sent = {"field": "name", "purpose": "verify"}
    assert client.post(f"/customers/{customer.id}/reveal", sent).status_code == 404
    assert browser("lin").get(f"/customers/{uuid4()}").status_code == 404


def test_a_value_is_revealed_for_a_purpose_and_written_down(browser, customer):
    path = f"/customers/{customer.id}/reveal"
    client = browser("lin")
    assert client.post(path, {"field": "name"}).status_code == 422
    assert client.post(path, {"field": "name", "purpose": "nope"}).status_code == 400
    assert client.post(path, {"field": "nope", "purpose": "verify"}).status_code in {404, 422}
    shown = client.post(
        path, {"field": "name", "purpose": "verify"}, headers={"HX-Request": "true"}
    )
    assert "陈美玲" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    whole = client.post(path, {"field": "name", "purpose": "other", "words": "核对"})
    assert "陈美玲" in whole.content.decode()
    found = kernel.find_events(kernel.EventFilter(kind="customer.value_revealed", actor="20001"))
    assert len(found.items) == 2


def test_without_a_billing_system_the_page_still_works(browser, customer, settings):
    settings.SUNLINE_BSS = ""
    page = browser("lin").get(f"/customers/{customer.id}/bills", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "hx-get" in page.content.decode()


def test_the_billing_system_answers_with_the_moment(browser, customer, settings):
    settings.SUNLINE_BSS = "sunline.adapters.bss.simulator.adapter.SimulatorBss"
    page = browser("lin").get(f"/customers/{customer.id}/bills")
    assert page.status_code == 200
    assert "199****1234" in page.content.decode()


def test_a_page_cursor_that_is_none_of_ours_is_refused(browser, customer):
    assert browser("lin").get(f"/customers/{customer.id}/contacts?cursor=x").status_code == 400


def test_looking_as_a_role_shows_no_reveal(browser, customer, org: cast.Organisation):
    client = browser("wang")
    session = client.session
    session["looking_as"] = {"role": "agent", "unit_id": str(org["gz"].id)}
    session.save()
    page = client.get(f"/customers/{customer.id}").content.decode()
    assert "/reveal" not in page
