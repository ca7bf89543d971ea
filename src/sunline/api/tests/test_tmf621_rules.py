"""The rules that all TM Forum APIs share, one test each, on both versions where it matters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse

from sunline.kernel import clock
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.types import Registration

from .calls import fits, names, refused
from .conftest import Caller, Connect, minimal, read


def test_create_makes_what_the_server_sets(api: Caller) -> None:
    response = api.post("/troubleTicket", minimal(id="mine", href="http://mine"))
    made = read(response)
    assert response.status_code == 201
    assert response["Location"] == made["href"]
    assert made["href"].endswith(f"/troubleTicket/{made['id']}")
    assert made["id"] != "mine"
    assert made["status"] == "acknowledged"
    assert made["creationDate"].endswith("Z")
    assert len(made["creationDate"]) == 24
    assert {"lastUpdate", "statusChangeDate"} <= set(made)
    assert fits(api, made) == []
    again = api.get(f"/troubleTicket/{made['id']}")
    assert again.status_code == 200
    assert read(again) == made


def test_create_with_a_trailing_slash(api: Caller) -> None:
    assert api.post("/troubleTicket/", minimal()).status_code == 201
    assert api.get("/troubleTicket/").status_code == 200
    refused(api, api.post("/troubleTicket/", minimal(note={"text": "x"})), 400)


@pytest.mark.parametrize("missing", ["description", "severity", "ticketType"])
def test_mandatory_attributes(api: Caller, missing: str) -> None:
    body = minimal()
    spoilt: tuple[Any, ...] = (None, "", 7, {})
    for value in spoilt:
        refused(api, api.post("/troubleTicket", {**body, missing: value}), 400)
    del body[missing]
    assert missing in refused(api, api.post("/troubleTicket", body), 400)["message"]


@pytest.mark.parametrize(
    "status",
    [
        *("acknowledged", "inProgress", "held", "pending", "resolved", "closed", "cancelled"),
        "rejected",
    ],
)
def test_a_ticket_may_start_anywhere(api: Caller, status: str) -> None:
    made = api.new(status=status)
    assert made["status"] == status
    assert fits(api, made) == []
    assert api.get(f"/troubleTicket?status={status}")["X-Total-Count"] == "1"


def test_free_text_comes_back_unchanged(api: Caller) -> None:
    sent = minimal(
        ticketType="Bill Dispute 账单争议",
        severity="Very severe indeed, more than thirty-two characters",
        priority="P1 – sofort",
        name="n" * 300,
        requestedResolutionDate="2026-12-01T00:00:00+08:00",
        ownAttribute={"deep": [1, 2.5, None, "x"]},
    )
    made = read(api.post("/troubleTicket", sent))
    for name in ("ticketType", "severity", "priority", "requestedResolutionDate", "ownAttribute"):
        assert made[name] == sent[name]


def test_chinese_is_written_as_it_is(api: Caller) -> None:
    made = api.new(description="宽带掉线")
    raw = api.get(f"/troubleTicket/{made['id']}").content.decode()
    assert "宽带掉线" in raw
    assert ": " not in raw[:20]


def test_unknown_and_foreign_tickets_are_not_there(api: Caller, connect: Connect) -> None:
    made = api.new()
    outsider = connect("nj").at(api.base[-2:])
    for caller, path in (
        (api, "/troubleTicket/nonsense"),
        (api, "/troubleTicket/T20260101-999999"),
        (api, "/troubleTicket/%00"),
        (api, f"/troubleTicket/{made['id'].lower()}"),
        (outsider, f"/troubleTicket/{made['id']}"),
    ):
        refused(caller, caller.get(path), 404)
        refused(caller, caller.patch(path, {"severity": "x"}), 404)
        refused(caller, caller.delete(path), 404)
    assert read(outsider.get("/troubleTicket")) == []
    province = connect("gd")
    assert province.at(api.base[-2:]).get(f"/troubleTicket/{made['id']}").status_code == 200


def test_fields_keep_id_href_and_type(api: Caller) -> None:
    made = api.new(note=[{"text": "x"}])
    one = read(api.get(f"/troubleTicket/{made['id']}?fields=severity,status"))
    assert set(one) == {"id", "href", "@type", "severity", "status"}
    many = read(api.get("/troubleTicket?fields=severity,status"))
    assert many == [one]
    assert set(read(api.get("/troubleTicket?fields=none"))[0]) == {"id", "href", "@type"}
    shape = {"id", "href", "@type"}
    for name in made:
        got = read(api.get(f"/troubleTicket?fields={name}"))[0]
        assert set(got) == shape | {name}
    refused(api, api.get("/troubleTicket?fields=nonsense"), 400)
    posted = read(api.post("/troubleTicket?fields=status", minimal()))
    assert set(posted) == shape | {"status"}


@pytest.fixture
def three(api: Caller) -> list[dict[str, Any]]:
    return [
        api.new(severity="High", name="one", ticketType="Bill Dispute"),
        api.new(severity="Low", name="two", note=[{"author": "Jack", "text": "call me"}]),
        api.new(severity="Low", name="three", status="inProgress", priority="High"),
    ]


def test_filters(api: Caller, three: list[dict[str, Any]]) -> None:
    assert names(api, severity="High") == ["one"]
    assert names(api, severity="Low", status="inProgress") == ["three"]
    assert names(api, severity="High,Low") == ["one", "three", "two"]
    assert names(api, **{"severity.ne": "Low"}) == ["one"]
    assert names(api, severity='"High"') == ["one"]
    assert names(api, ticketType="Bill Dispute") == ["one"]
    assert names(api, id=three[1]["id"]) == ["two"]
    assert names(api, href=three[1]["href"]) == ["two"]
    assert names(api, name="two") == ["two"]
    assert names(api, priority="High") == ["three"]
    assert names(api, description="宽带昨晚起一直掉线") == ["one", "three", "two"]
    assert names(api, severity="nothing") == []
    assert names(api, **{"note.author": "Jack"}) == ["two"]
    assert names(api, **{"note.text": "call me", "severity": "High"}) == []
    assert names(api, filter="note[?(@.author=='Jack')]") == ["two"]
    for item in three:
        assert item["name"] in names(api, creationDate=item["creationDate"])
        assert item["name"] not in names(api, **{"creationDate.gt": item["creationDate"]})
        assert item["name"] in names(api, **{"creationDate.gte": item["creationDate"]})
    later = (clock.now() + timedelta(days=1)).isoformat()
    assert names(api, **{"creationDate.lt": later}) == ["one", "three", "two"]
    assert names(api, **{"lastUpdate.gt": later}) == []


@pytest.mark.parametrize(
    "query",
    [
        *("nonsense=1", "severty=High", "note.nonsense=1", "severity.regex=H.*", "fields=x"),
        *("offset=-1", "offset=x", "limit=-5", "limit=1.5", "limit=", "creationDate=yesterday"),
        *("creationDate.gt=0001-01-01T00:00:60Z", "sort=nonsense", "filter=x", "after=!!!"),
        *("filter=note%5B?(@.x==1)%5D", "severity=%00", "severity=%ff", "before=a&after=b"),
        *("after=YQ&offset=3", "sort=name&after=YQ", "expectedResolutionDate=x"),
    ],
)
def test_unknown_or_unusable_parameters_are_refused(api: Caller, query: str) -> None:
    api.new()
    refused(api, api.get(f"/troubleTicket?{query}"), 400)


def test_parameters_that_a_method_does_not_know(api: Caller) -> None:
    made = api.new()
    refused(api, api.get(f"/troubleTicket/{made['id']}?severity=High"), 400)
    refused(api, api.post("/troubleTicket?limit=1", minimal()), 400)
    refused(api, api.delete(f"/troubleTicket/{made['id']}?x=1"), 400)


def test_documents_are_searched_in_either_version(crm: Caller) -> None:
    old, new = crm.at("v4"), crm.at("v5")
    party = {"id": "9866", "@referredType": "Individual", "role": "member"}
    entity = {"id": "3472", "@referredType": "CustomerBill", "role": "bill"}
    old.new(name="old", relatedParty=[party], relatedEntity=[entity], externalId="X1")
    new.new(
        name="new",
        relatedParty=[{"role": "member", "partyOrPartyRole": {"id": "9866"}}],
        relatedEntity=[{"role": "bill", "entity": {"id": "3472"}}],
        externalIdentifier=[{"id": "X2"}],
    )
    new.new(name="other", relatedParty=[{"role": "member", "partyOrPartyRole": {"id": "1"}}])
    assert names(old, **{"relatedParty.id": "9866"}) == ["new", "old"]
    assert names(new, **{"relatedParty.partyOrPartyRole.id": "9866"}) == ["new", "old"]
    assert names(old, **{"relatedEntity.id": "3472"}) == ["new", "old"]
    assert names(new, **{"relatedEntity.entity.id": "3472,1"}) == ["new", "old"]
    assert names(new, **{"relatedParty.role": "member"}) == ["new", "old", "other"]
    assert names(old, externalId="X2") == ["new"]
    assert names(new, **{"externalIdentifier.id": "X1"}) == ["old"]
    for caller in (old, new):
        for item in read(caller.get("/troubleTicket")):
            assert fits(caller, item) == []


def test_paging(api: Caller) -> None:
    made = [api.new(name=f"t{index}")["id"] for index in range(7)]
    response = api.get("/troubleTicket?limit=3&severity=Minor")
    assert [item["id"] for item in read(response)] == made[:3:-1]
    assert (response["X-Total-Count"], response["X-Result-Count"]) == ("7", "3")
    assert 'rel="next"' in response["Link"]
    assert "severity=Minor" in response["Link"]
    second = api.get("/troubleTicket?limit=3&offset=6")
    assert [item["id"] for item in read(second)] == made[:1]
    assert second["X-Result-Count"] == "1"
    assert 'rel="prev"' in second["Link"]
    assert read(api.get("/troubleTicket?limit=0")) == []
    assert read(api.get("/troubleTicket?offset=100")) == []
    assert response.status_code == 200  # never 206: no document declares it


def test_sort_and_cursors(api: Caller) -> None:
    made = [api.new(name=name)["id"] for name in ("b", "a", "c")]
    ordered = [item["name"] for item in read(api.get("/troubleTicket?sort=name"))]
    assert ordered == ["a", "b", "c"]
    assert [i["name"] for i in read(api.get("/troubleTicket?sort=-name"))] == ["c", "b", "a"]
    counted = api.get("/troubleTicket?limit=2&offset=0")
    assert [item["id"] for item in read(counted)] == made[:0:-1]
    assert "offset=2" in counted["Link"]


def test_cursors_lead_on_and_back(crm: Caller) -> None:
    made = [crm.new(name=f"t{index}")["id"] for index in range(5)][::-1]
    response = crm.get("/troubleTicket?limit=2&severity=Minor")
    seen, pages = [], [[item["id"] for item in read(response)]]
    while following := link(response, "next"):
        assert "after=" in following
        response = crm.get(following)
        assert response["X-Total-Count"] == "5"
        pages.append([item["id"] for item in read(response)])
    seen = [number for page in pages for number in page]
    assert seen == made
    crm.new()  # a newer one does not shift the pages
    back = []
    while previous := link(response, "prev"):
        assert "before=" in previous
        response = crm.get(previous)
        back.append([item["id"] for item in read(response)])
        if back[-1] == pages[0]:
            break
    assert back == pages[-2::-1]
    after = following_of(crm, "/troubleTicket?limit=2")
    assert read(crm.get(f"/troubleTicket?limit=0&after={after}")) == []


def following_of(caller: Caller, path: str) -> str:
    return link(caller.get(path), "next").split("after=")[1]


def link(response: HttpResponse, relation: str) -> str:
    """Return the address of a relation below the API, or an empty text."""
    for part in response.headers.get("Link", "").split(", "):
        if part.endswith(f'rel="{relation}"'):
            return "/troubleTicket?" + part[1:].split(">")[0].split("?", 1)[1]
    return ""


def test_undeclared_methods_and_addresses(api: Caller) -> None:
    response = api.call("PUT", "/troubleTicket", {})
    refused(api, response, 405)
    assert response["Allow"] == "GET, POST"
    for method, path in (("DELETE", "/troubleTicket"), ("POST", "/troubleTicket/x")):
        refused(api, api.call(method, path), 405)
    for path in ("/nonsense", "/TroubleTicket", "/troubleTicket/a/b", "/listener/x"):
        refused(api, api.get(path), 404)


def test_only_json_is_answered(api: Caller) -> None:
    refused(api, api.get("/troubleTicket", Accept="text/html"), 406)
    for accept in ("*/*", "application/*", "application/json;q=0.5, text/html"):
        assert api.get("/troubleTicket", Accept=accept).status_code == 200


def test_bodies_over_the_limit(api: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused(api, api.post("/troubleTicket", minimal(description="x" * 2000)), 413)


def test_types_of_ones_own(crm: Caller) -> None:
    refused(crm, crm.post("/troubleTicket", minimal(**{"@type": "MyTicket"})), 400)
    own = {"@type": "MyTicket", "@baseType": "TroubleTicket"}
    refused(crm, crm.post("/troubleTicket", minimal(**own)), 400)
    own["@schemaLocation"] = "https://example.com/my.json"
    made = crm.new(**own, colour="red")
    assert {key: made[key] for key in own} == own
    assert made["colour"] == "red"
    body = minimal()
    del body["@type"]
    assert read(crm.post("/troubleTicket", body))["@type"] == "TroubleTicket"


def test_tokens(api: Caller, connect: Connect) -> None:
    made = api.new()
    path = f"/troubleTicket/{made['id']}"
    for header in ("", "Bearer", "Bearer nonsense", "Basic eDp5", "Bearer " + "x" * 9000):
        response = api.get(path, Authorization=header)
        refused(api, response, 401)
        assert response["WWW-Authenticate"].startswith("Bearer")
    late = connect("gz", expires=clock.now() - timedelta(seconds=1)).at(api.base[-2:])
    refused(api, late.get(path), 401)
    reader = connect("gz", scopes=("tickets:read",)).at(api.base[-2:])
    assert reader.get(path).status_code == 200
    refused(api, reader.post("/troubleTicket", minimal()), 403)
    refused(api, reader.patch(path, {"severity": "x"}), 403)
    refused(api, reader.delete(path), 403)


def test_the_same_key_is_answered_the_same(api: Caller) -> None:
    key = {"Idempotency-Key": "order-17"}
    first = api.post("/troubleTicket", minimal(), **key)
    again = api.post("/troubleTicket", minimal(), **key)
    assert read(first) == read(again)
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert api.get("/troubleTicket")["X-Total-Count"] == "1"
    refused(api, api.post("/troubleTicket", minimal(severity="other"), **key), 409)
    refused(api, api.post("/troubleTicket", minimal(), **{"Idempotency-Key": "x" * 200}), 400)
    failed = {"Idempotency-Key": "fails first"}
    refused(api, api.post("/troubleTicket", minimal(severity=1), **failed), 400)
    assert api.post("/troubleTicket", minimal(), **failed).status_code == 201


def test_an_outside_number_is_used_once(api: Caller) -> None:
    old = api.base.endswith("v4")
    number = {"externalId": "A-1"} if old else {"externalIdentifier": [{"id": "A-1"}]}
    made = api.new(**number)
    for name, value in number.items():
        assert made[name][0]["id"] == "A-1" if isinstance(value, list) else made[name] == "A-1"
    refused(api, api.post("/troubleTicket", minimal(**number)), 409)
    assert api.get("/troubleTicket")["X-Total-Count"] == "1"


def test_tickets_of_other_ways_in_are_shown_too(api: Caller) -> None:
    units = cast.organisation()
    item = Registration(
        kind="complaint",
        title="资费投诉",
        description="被扣了不明费用",
        channel="phone",
        home_unit_id=units["gz"].id,
    )
    ref = services.register(cast.viewer("lin"), item, now=clock.now())
    services.add_note(cast.viewer("lin"), ref.id, text="内部", now=clock.now())
    services.add_note(cast.viewer("lin"), ref.id, text="已联系", public=True, now=clock.now())
    shown = read(api.get(f"/troubleTicket/{ref.number}"))
    assert fits(api, shown) == []
    assert {"id", "href", "description", "severity", "ticketType"} <= set(shown)
    assert [note["text"] for note in shown["note"]] == ["已联系"]
    assert read(api.get("/troubleTicket?ticketType=complaint"))[0]["id"] == ref.number
    patched = api.patch(f"/troubleTicket/{ref.number}", {"severity": "High"})
    assert read(patched)["severity"] == "High"
    assert [note["text"] for note in read(patched)["note"]] == ["已联系"]


def test_a_correction_at_the_desk_shows_through(api: Caller) -> None:
    made = api.new(ticketType="Bill Dispute", severity="High")
    view = read(api.get(f"/api/internal/tickets/{made['id']}"))
    qian, ticket = cast.viewer("qian"), UUID(view["id"])
    services.reclassify(qian, ticket, kind="fault", severity="major", now=clock.now())
    shown = read(api.get(f"/troubleTicket/{made['id']}"))
    assert (shown["ticketType"], shown["severity"]) == ("fault", "major")
    assert read(api.get("/troubleTicket?ticketType=Bill%20Dispute")) == []
    assert len(read(api.get("/troubleTicket?ticketType=fault"))) == 1


def test_documents_are_served(api: Caller) -> None:
    document = read(api.get("/openapi.json", Authorization=""))
    assert not [path for path in document["paths"] if path.startswith("/listener")]
    declared = document["paths"]["/troubleTicket"]["post"]["responses"]
    assert {"201", "400", "401", "403", "409", "415", "429"} <= set(declared)
