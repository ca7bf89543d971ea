"""What TM Forum leaves optional and we do not offer is refused in so many words; and bounds."""

from __future__ import annotations

import pytest

from sunline.api.tmf.common import paging

from .calls import names, refused
from .conftest import Caller, minimal, read

PATCH = [{"op": "replace", "path": "/severity", "value": "x"}]


@pytest.mark.parametrize(
    "kind", ["application/json-patch+json", "application/json-patch-query+json"]
)
def test_json_patch_is_refused_and_changes_nothing(api: Caller, kind: str) -> None:
    made = api.new()
    path = f"/troubleTicket/{made['id']}"
    for body in (PATCH, {"severity": "x"}):
        told = refused(api, api.patch(path, body, content_type=kind), 415)
        assert told["code"] == "unsupported_media_type"
    assert read(api.get(path)) == made


def test_a_list_is_no_merge_patch(api: Caller) -> None:
    path = f"/troubleTicket/{api.new()['id']}"
    refused(api, api.patch(path, PATCH), 400)


def test_regex_is_refused_by_its_name(api: Caller) -> None:
    api.new()
    for name in ("severity.regex", "note.text.regex", "regex"):
        told = refused(api, api.get(f"/troubleTicket?{name}=M.*"), 400)
        assert name in told["message"]


def test_every_operator_compares(api: Caller) -> None:
    made = api.new(name="one", severity="Major")
    at = made["creationDate"]
    for sign, fits in (("eq", 1), ("ne", 0), ("gt", 0), ("gte", 1), ("lt", 0), ("lte", 1)):
        assert names(api, **{f"creationDate.{sign}": at}) == ["one"] * fits, sign
        assert names(api, **{f"severity.{sign}": "Major"}) == ["one"] * fits, sign


def test_a_patch_answers_with_the_wanted_fields(api: Caller) -> None:
    path = f"/troubleTicket/{api.new()['id']}"
    answer = read(api.patch(f"{path}?fields=severity", {"severity": "x"}))
    assert answer == {
        **{name: answer[name] for name in ("id", "href", "@type")},
        "severity": "x",
    }


def test_a_page_has_no_more_than_its_cap(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paging.MOST == 250
    monkeypatch.setattr(paging, "MOST", 2)
    for _ in range(3):
        api.new()
    response = api.get("/troubleTicket?limit=999999999")
    assert response.status_code == 200
    assert (response["X-Total-Count"], response["X-Result-Count"]) == ("3", "2")


def test_a_change_of_status_moves_its_date_and_other_changes_do_not(api: Caller) -> None:
    made = api.new()
    path = f"/troubleTicket/{made['id']}"
    other = read(api.patch(path, {"severity": "x"}))
    assert other["statusChangeDate"] == made["statusChangeDate"]
    assert other["lastUpdate"] > made["lastUpdate"]
    moved = read(api.patch(path, {"status": "inProgress"}))
    assert moved["statusChangeDate"] > made["statusChangeDate"]
    assert moved["lastUpdate"] >= moved["statusChangeDate"]


def test_deleting_answers_without_a_body(api: Caller) -> None:
    path = f"/troubleTicket/{read(api.post('/troubleTicket', minimal()))['id']}"
    gone = api.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    refused(api, api.get(path), 404)
