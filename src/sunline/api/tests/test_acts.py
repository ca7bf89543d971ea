"""Every verb on a ticket by its description: what is told, what is done, what is refused."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from sunline.testing import cast
from sunline.tickets.acts import ACTS
from sunline.tickets.models import Evidence

from .conftest import Caller, read


def registered(crm: Caller) -> str:
    body = {"description": "宽带掉线", "kind": "fault"}
    return str(read(crm.post("/api/internal/tickets", body))["number"])


def do(crm: Caller, number: str, slug: str, **body: Any) -> Any:
    return crm.post(f"/api/internal/tickets/{number}/acts/{slug}", body)


def test_what_may_be_done_is_told_with_its_fields(crm: Caller) -> None:
    number = registered(crm)
    shown = read(crm.get(f"/api/internal/tickets/{number}/acts"))
    acts = {item["act"]: item for item in shown["items"]}
    assert shown["state"] == "awaiting_dispatch"
    assert "reply" not in acts
    unit = next(field for field in acts["dispatch"]["fields"] if field["name"] == "unit_id")
    assert unit["kind"] == "unit"
    assert unit["required"] is True


def test_an_act_is_done_and_a_stale_version_is_refused(crm: Caller) -> None:
    number = registered(crm)
    unit = str(cast.organisation()["gz-net"].id)
    done = read(do(crm, number, "dispatch", unit_id=unit, version=1))
    assert done == {"number": number, "state": "awaiting_acceptance", "version": 2}
    stale = do(crm, number, "note", text="备注", version=1)
    assert (stale.status_code, read(stale)["code"]) == (409, "ticket.changed")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "unit_id", "required"),
        ({"unit_id": 7}, "unit_id", "wrong_type"),
        ({"unit_id": "x"}, "unit_id", "unknown_choice"),
        ({"unit_id": None}, "unit_id", "required"),
        ({"nonsense": "1"}, "nonsense", "unknown_field"),
        ({"unit_id": ["a"]}, "unit_id", "wrong_type"),
        ({"version": True}, "version", "wrong_type"),
    ],
)
def test_malformed_bodies_name_the_field(
    crm: Caller, body: dict[str, Any], field: str, code: str
) -> None:
    answer = do(crm, registered(crm), "dispatch", **body)
    assert answer.status_code == 400
    assert (field, code) in {(line["field"], line["code"]) for line in read(answer)["problems"]}


def test_unknown_acts_and_verbs_out_of_place(crm: Caller) -> None:
    number = registered(crm)
    assert do(crm, number, "nonsense").status_code == 404
    refused = do(crm, number, "reply", text="已修复")
    assert refused.status_code in {403, 409}


def test_the_document_describes_every_act(crm: Caller) -> None:
    paths = read(crm.get("/api/internal/openapi.json"))["paths"]
    for act in ACTS:
        assert f"/api/internal/tickets/{{number}}/acts/{act.slug}" in paths


def test_a_file_comes_in_base64(crm: Caller, settings: LazySettings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    body = {"description": "宽带掉线", "kind": "complaint"}
    number = str(read(crm.post("/api/internal/tickets", body))["number"])
    letter = {"name": "来信.txt", "content": b64encode("请书面答复".encode()).decode()}
    for wrong in ("x", {"name": "a"}, letter | {"content": "***"}, letter | {"more": "1"}):
        answer = do(crm, number, "add-evidence", kind="letter", file=wrong)
        assert (answer.status_code, read(answer)["problems"][0]["field"]) == (400, "file"), wrong
    assert do(crm, number, "add-evidence", kind="letter", file=letter).status_code == 200
    assert Evidence.objects.get().reference == "来信.txt"
