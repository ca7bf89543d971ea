"""The examples of the published v5 document go in and come back."""

from __future__ import annotations

from typing import Any

import pytest

from . import schemas
from .conftest import Caller, read

EXAMPLES = schemas.document("v5")["components"]["examples"]
PATCHES = [
    name
    for name in EXAMPLES
    if name.startswith("TroubleTicket_partialupdate")
    and name.endswith("_request")
    and "json_patch" not in name
]
RESPONSES = [
    name
    for name in EXAMPLES
    if name.startswith("TroubleTicket_") and name.endswith("_response") and "list" not in name
]
SET_BY_SERVER = {"id", "href", "creationDate", "lastUpdate", "statusChangeDate"} | {
    "statusChangeHistory"
}


def held_by(sent: Any, got: Any, path: str = "") -> list[str]:
    """Return what was sent and did not come back."""
    if isinstance(sent, dict):
        if not isinstance(got, dict):
            return [f"{path}: {got!r}"]
        return [
            line
            for name, value in sent.items()
            for line in (
                held_by(value, got[name], f"{path}.{name}")
                if name in got
                else [f"{path}.{name} is missing"]
            )
        ]
    if isinstance(sent, list):
        if not isinstance(got, list) or len(got) < len(sent):
            return [f"{path}: {got!r}"]
        return [
            line
            for index, (left, right) in enumerate(zip(sent, got, strict=False))
            for line in held_by(left, right, f"{path}[{index}]")
        ]
    return [] if sent == got else [f"{path}: {sent!r} became {got!r}"]


def test_the_create_example_comes_back(crm: Caller) -> None:
    body = EXAMPLES["TroubleTicket_create_example_request"]["value"]
    response = crm.post("/troubleTicket", body)
    made = read(response)
    assert response.status_code == 201
    assert held_by(body, made) == []
    assert response["Location"] == made["href"]
    again = read(crm.get(f"/troubleTicket/{made['id']}"))
    assert held_by(body, again) == []
    assert schemas.problems("v5", "TroubleTicket_RES", again) == []


@pytest.mark.parametrize("name", RESPONSES)
def test_resources_of_the_examples_can_be_created(crm: Caller, name: str) -> None:
    body = {
        key: value for key, value in EXAMPLES[name]["value"].items() if key not in SET_BY_SERVER
    }
    body.setdefault("ticketType", "Bill Dispute")
    response = crm.post("/troubleTicket", body)
    assert response.status_code == 201, response.content.decode()
    again = read(crm.get(f"/troubleTicket/{read(response)['id']}"))
    assert held_by(body, again) == []
    assert schemas.problems("v5", "TroubleTicket_RES", again) == []
    old = read(crm.at("v4").get(f"/troubleTicket/{again['id']}"))
    assert schemas.problems("v4", "TroubleTicket", old) == []


@pytest.mark.parametrize("name", PATCHES)
def test_the_patch_examples_apply(crm: Caller, name: str) -> None:
    body = EXAMPLES["TroubleTicket_create_example_request"]["value"]
    made = read(crm.post("/troubleTicket", body))
    patch = EXAMPLES[name]["value"]
    for kind in ("application/json", "application/merge-patch+json"):
        made = read(crm.post("/troubleTicket", body))
        response = crm.patch(f"/troubleTicket/{made['id']}", patch, content_type=kind)
        assert response.status_code == 200, response.content.decode()
        assert held_by(patch, read(response)) == []
        assert schemas.problems("v5", "TroubleTicket_RES", read(response)) == []


def test_specification_examples_come_back(crm: Caller) -> None:
    body = EXAMPLES["TroubleTicketSpecification_create_example_request"]["value"]
    made = read(crm.post("/troubleTicketSpecification", body))
    assert held_by(body, made) == []
    assert schemas.problems("v5", "TroubleTicketSpecification_RES", made) == []
    patch = EXAMPLES["TroubleTicketSpecification_partialupdate_application_json_request"]["value"]
    response = crm.patch(f"/troubleTicketSpecification/{made['id']}", patch)
    assert response.status_code == 200, response.content.decode()
    assert held_by(patch, read(response)) == []
    assert crm.delete(f"/troubleTicketSpecification/{made['id']}").status_code == 204
    assert crm.get(f"/troubleTicketSpecification/{made['id']}").status_code == 404


def test_the_published_examples_fit_their_own_schemas() -> None:
    """The checker itself is sound: it accepts what TM Forum shows."""
    for name in RESPONSES:
        assert schemas.problems("v5", "TroubleTicket", EXAMPLES[name]["value"]) == [], name
