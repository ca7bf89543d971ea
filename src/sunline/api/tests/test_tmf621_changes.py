"""Changing and deleting through TMF621: merge-patch, the life cycle, tombstones."""

from __future__ import annotations

import pytest

from .calls import fits, refused
from .conftest import Caller, Connect, minimal, read


def test_patch_is_a_merge(api: Caller) -> None:
    made = api.new(note=[{"id": "1", "text": "first"}], priority="Low")
    path = f"/troubleTicket/{made['id']}"
    changed = read(api.patch(path, {"severity": "Urgent", "priority": None, "name": "new name"}))
    assert (changed["severity"], changed["name"]) == ("Urgent", "new name")
    assert changed["priority"] == "normal"
    assert changed["description"] == made["description"]
    assert changed["lastUpdate"] > made["lastUpdate"]
    assert changed["statusChangeDate"] == made["statusChangeDate"]
    assert fits(api, changed) == []
    assert read(api.get(path)) == changed
    noted = read(api.patch(path, {"note": [{"id": "2", "text": "second"}]}))
    assert [note["id"] for note in noted["note"]] == ["2"]
    described = read(api.patch(path, {"description": "better", "channel": {"id": "7"}}))
    assert described["description"] == "better"
    assert described["channel"]["id"] == "7"
    assert read(api.get("/troubleTicket?description=better"))[0]["id"] == made["id"]


def test_patch_accepts_merge_patch_and_refuses_other_formats(api: Caller) -> None:
    path = f"/troubleTicket/{api.new()['id']}"
    for kind in ("application/merge-patch+json", "application/json; charset=utf-8"):
        assert api.patch(path, {"severity": "x"}, content_type=kind).status_code == 200
    for kind in ("application/json-patch+json", "text/plain", "application/xml"):
        refused(api, api.patch(path, [], content_type=kind), 415)
    refused(api, api.post("/troubleTicket", minimal(), content_type="text/xml"), 415)


@pytest.mark.parametrize("name", ["id", "href", "creationDate", "lastUpdate", "statusChangeDate"])
def test_what_the_server_sets_cannot_be_patched(api: Caller, name: str) -> None:
    made = api.new()
    path = f"/troubleTicket/{made['id']}"
    other = "2020-01-01T00:00:00.000Z"
    refused(api, api.patch(path, {name: other}), 400)
    refused(api, api.patch(path, {name: None}), 400)
    assert api.patch(path, {name: made[name], "severity": "y"}).status_code == 200


def test_mandatory_attributes_cannot_be_removed(api: Caller) -> None:
    path = f"/troubleTicket/{api.new()['id']}"
    for name in ("description", "severity", "ticketType", "status"):
        refused(api, api.patch(path, {name: None}), 400)
    refused(api, api.patch(path, {"status": "open"}), 400)


def test_a_status_moves_along_the_life_cycle(api: Caller) -> None:
    made = api.new()
    path = f"/troubleTicket/{made['id']}"
    reasons = []
    for status in ("inProgress", "held", "inProgress", "pending", "inProgress", "resolved"):
        reason = f"because of {status}"
        shown = read(api.patch(path, {"status": status, "statusChangeReason": reason}))
        assert shown["status"] == status, shown
        assert shown["statusChangeReason"] == reason
        assert fits(api, shown) == []
        reasons.append(status)
    history = shown.get("statusChangeHistory") or shown["statusChange"]
    assert [step["status"] for step in history] == ["acknowledged", *reasons]
    assert read(api.patch(path, {"status": "closed"}))["status"] == "closed"
    refused(api, api.patch(path, {"status": "inProgress"}), 409)
    assert api.patch(path, {"status": "closed"}).status_code == 200


def test_a_failed_answer_goes_back_to_work(api: Caller) -> None:
    made = api.new(status="resolved")
    shown = read(api.patch(f"/troubleTicket/{made['id']}", {"status": "inProgress"}))
    assert shown["status"] in ("acknowledged", "inProgress")


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        *(("acknowledged", "held"), ("acknowledged", "closed"), ("held", "resolved")),
        *(("cancelled", "inProgress"), ("inProgress", "rejected"), ("rejected", "acknowledged")),
    ],
)
def test_a_status_that_cannot_be_reached(api: Caller, start: str, wanted: str) -> None:
    made = api.new(status=start)
    path = f"/troubleTicket/{made['id']}"
    refused(api, api.patch(path, {"status": wanted, "severity": "lost?"}), 409)
    assert read(api.get(path))["severity"] == "Minor"  # nothing half-done


def test_delete_withdraws_and_hides(api: Caller, connect: Connect) -> None:
    made = api.new()
    path = f"/troubleTicket/{made['id']}"
    response = api.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    refused(api, api.get(path), 404)
    refused(api, api.delete(path), 404)
    assert read(api.get("/troubleTicket")) == []
    shown = read(api.get(f"/api/internal/tickets/{made['id']}"))
    assert shown["state"] == "withdrawn"  # history stays
    closed = api.new(status="closed")
    assert api.delete(f"/troubleTicket/{closed['id']}").status_code == 204
    refused(api, api.get(f"/troubleTicket/{closed['id']}"), 404)
