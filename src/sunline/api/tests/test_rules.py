"""Decisions of the edge that need no database."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from sunline.api.errors import CallbackRefused
from sunline.api.tmf.common import fields, filters, merge, paging, times
from sunline.api.tmf.common.hub import guard, query
from sunline.api.tmf.common.hub.sender import signature
from sunline.api.tmf.common.shapes import Many, Shape, problems, with_types
from sunline.api.tmf.tmf621 import convert, mapping, schema
from sunline.kernel.errors import Invalid
from sunline.tickets.types import State

from . import schemas
from .conftest import minimal

V5, V4 = schema.TICKET_V5, schema.TICKET_V4


def test_every_state_has_a_status_and_every_status_a_verb() -> None:
    assert set(mapping.STATUS_OF_STATE) == set(State)
    enum = set(schemas.schemas("v5")["TroubleTicketStatusType"]["enum"])
    assert enum == mapping.STATUSES
    assert set(mapping.VERB_OF_STATUS) == mapping.STATUSES - {"acknowledged"}
    assert set(mapping.VERBS_TO_START) == set(mapping.REACHABLE) == mapping.STATUSES


@pytest.mark.parametrize(
    ("state", "wanted", "verb"),
    [
        ("awaiting_dispatch", "inProgress", "accept"),
        ("on_hold", "inProgress", "resume"),
        ("awaiting_customer", "inProgress", "resume"),
        ("awaiting_revisit", "inProgress", "redispatch"),
        ("in_handling", "held", "hold"),
        ("in_handling", "resolved", "finish_at_once"),
        ("awaiting_revisit", "closed", "record_revisit"),
        ("awaiting_dispatch", "closed", ""),
        ("closed", "inProgress", ""),
        ("in_handling", "acknowledged", ""),
        ("in_handling", "rejected", ""),
    ],
)
def test_a_status_asks_for_one_verb(state: str, wanted: str, verb: str) -> None:
    assert mapping.verb_for(state, wanted) == verb


def test_free_text_is_understood_in_both_languages() -> None:
    assert mapping.kind_of("Bill Dispute") == "complaint"
    assert mapping.kind_of("宽带故障") == "fault"
    assert mapping.kind_of("fault") == "fault"
    assert mapping.kind_of("???") == "enquiry"
    assert mapping.urgency_of("Critical") == "urgent"
    assert mapping.urgency_of("whatever") == "normal"


def test_shapes_have_the_attributes_of_the_published_schemas() -> None:
    for version, name, shape in (
        ("v5", "TroubleTicket", V5),
        ("v4", "TroubleTicket", V4),
        ("v5", "TroubleTicketSpecification", schema.SPECIFICATION),
    ):
        assert set(shape.attributes) == attributes(version, name) - fields.META, name
        for attribute, node in shape.attributes.items():
            inner = node.of if isinstance(node, Many) else node
            if isinstance(inner, Shape) and inner.type in schemas.schemas(version):
                published = attributes(version, inner.type) - fields.META
                assert set(inner.attributes) - {"@referredType"} <= published, attribute


def attributes(version: str, name: str) -> set[str]:
    """Return the attributes of a published schema with those it inherits."""
    found = schemas.schemas(version)[name]
    names = set(found.get("properties", {}))
    for part in found.get("allOf", ()):
        names |= set(part.get("properties", {}))
        if "$ref" in part:
            names |= attributes(version, part["$ref"].rsplit("/", 1)[1])
    return names


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"severity": None}, "required"),
        ({"description": "  "}, "blank"),
        ({"note": {"text": "x"}}, "wrong_type"),
        ({"note": ["x"]}, "wrong_type"),
        ({"status": "open"}, "unknown_choice"),
        ({"expectedResolutionDate": "tomorrow"}, "bad_date"),
        ({"channel": {"name": "x"}}, "required"),
        ({"channel": "x"}, "wrong_type"),
        ({"description": "a\x00b"}, "unstorable"),
        ({"own": {"a\x00": 1}}, "unstorable"),
        ({"relatedEntity": [{"role": "x"}]}, "required"),
        ({"externalIdentifier": [{}]}, "required"),
        (
            {"troubleTicketCharacteristic": [{"@type": "IntegerCharacteristic", "name": "n"}]},
            "required",
        ),
        (
            {
                "troubleTicketCharacteristic": [
                    {"@type": "IntegerCharacteristic", "name": "n", "value": "x"}
                ]
            },
            "wrong_type",
        ),
        ({"attachment": [{"size": {"amount": "big"}}]}, "wrong_type"),
        ({"attachment": [{"size": {"amount": 10**30}}]}, "too_big"),
        ({"own": [10**400]}, "too_big"),
        ({"own": float("inf")}, "too_big"),
        ({"own": 1e20}, "too_big"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, object], code: str) -> None:
    found = problems(V5, minimal(**change))
    assert [problem.code for problem in found] == [code]


def test_deep_nesting_is_refused_before_it_hurts() -> None:
    value: object = 1
    for _ in range(200):
        value = [value]
    assert {problem.code for problem in problems(V5, minimal(own=value))} == {"too_deep"}


def test_types_are_put_where_they_belong_and_kept_where_they_are_unknown() -> None:
    body = minimal(
        note=[{"text": "x"}],
        relatedParty=[{"role": "r", "partyOrPartyRole": {"id": "1", "@type": "Odd"}}],
        attachment=[{"size": {"amount": 1}}],
    )
    typed = with_types(V5, body)
    assert typed["note"][0]["@type"] == "Note"
    assert typed["relatedParty"][0]["@type"] == "RelatedPartyRefOrPartyRoleRef"
    assert typed["relatedParty"][0]["partyOrPartyRole"]["@type"] == "Odd"
    assert "@type" not in typed["attachment"][0]["size"]
    assert "@type" not in with_types(V4, {"note": [{"text": "x"}]})["note"][0]


def test_merge_patch_follows_its_standard() -> None:
    before = {"a": 1, "b": {"c": 1, "d": 2}, "e": [1, 2]}
    patch = {"a": None, "b": {"c": None, "x": 3}, "e": [3]}
    assert merge.merged(before, patch) == {"b": {"d": 2, "x": 3}, "e": [3]}
    assert merge.changed(before, {**before, "a": 2}) == {"a": 2}


def test_fields_always_say_what_it_is() -> None:
    names = fields.wanted("severity,status", V5.attributes)
    shown = fields.select({"id": 1, "href": 2, "@type": 3, "severity": 4, "name": 5}, names)
    assert shown == {"id": 1, "href": 2, "@type": 3, "severity": 4}
    assert fields.wanted("none", V5.attributes) == frozenset(fields.ALWAYS)
    assert fields.wanted(None, V5.attributes) is None
    with pytest.raises(Invalid):
        fields.wanted("nonsense", V5.attributes)


def holds(name: str, value: str, resource: Any, shape: Shape = V5) -> bool:
    return all(condition.holds(resource) for condition in filters.parse([(name, value)], shape))


def test_filters_reach_through_lists_and_compare_dates_as_instants() -> None:
    resource = {
        "severity": "High",
        "note": [{"author": "Jack"}, {"author": "林"}],
        "expectedResolutionDate": "2026-11-21T08:00:00.000+08:00",
        "attachment": [{"size": {"amount": 300}}],
    }
    assert holds("note.author", "林", resource)
    assert holds("note.author", "Nobody,Jack", resource)
    assert not holds("note.author.ne", "Jack", resource)
    assert holds("severity.ne", "Low", resource)
    assert holds("severity", '"High"', resource)
    assert holds("expectedResolutionDate", "2026-11-21T00:00:00.000Z", resource)
    assert holds("expectedResolutionDate.lt", "2026-11-21T00:00:01Z", resource)
    assert not holds("expectedResolutionDate.gt", "2026-11-21T00:00:00Z", resource)
    assert holds("attachment.size.amount.gte", "300", resource)
    assert not holds("name", "x", resource)
    for name in ("nonsense", "note.nonsense", "note.author.regex", "severity.below"):
        with pytest.raises(Invalid):
            holds(name, "x", resource)


def test_jsonpath_filters_bind_one_element() -> None:
    resource = {"note": [{"author": "a", "text": "1"}, {"author": "b", "text": "2"}]}

    def fits(text: str) -> bool:
        return filters.parse_jsonpath(text, V5).holds(resource)

    assert fits("note[?(@.author=='a')]")
    assert fits("$.note[?(@.author=='a' && @.text=='1')]")
    assert not fits("note[?(@.author=='a' && @.text=='2')]")
    for bad in ("note", "note[0]", "note[?(@.x==1)]", "x[?(@.y==1)]", "note[?(@.author=~'a')]"):
        with pytest.raises(Invalid):
            fits(bad)


def test_windows_refuse_what_is_not_a_count() -> None:
    assert paging.window({"limit": "9999"}).limit == paging.MOST
    for bad in ("-1", "x", "", "1.5", "²", "99999999999"):
        with pytest.raises(Invalid):
            paging.window({"offset": bad})


def test_dates_are_written_in_utc_with_milliseconds() -> None:
    assert times.written(times.read("2026-11-21T08:00:00.5+08:00")) == "2026-11-21T00:00:00.500Z"


def test_the_other_version_can_read_a_document() -> None:
    new = {
        "externalIdentifier": [{"id": "A1", "owner": "crm"}],
        "relatedParty": [
            {"role": "customer", "partyOrPartyRole": {"id": "9", "@referredType": "Customer"}}
        ],
        "relatedEntity": [{"role": "bill", "entity": {"id": "7", "name": "May"}}],
    }
    old = convert.converted(new, "v5", "v4")
    assert old["externalId"] == "A1"
    assert problems(V4, {**minimal(), **old}) == []
    back = convert.converted(convert.converted(old, "v4", "v5"), "v5", "v5")
    assert problems(V5, {**minimal(), **back}) == []
    assert back["relatedParty"][0]["partyOrPartyRole"]["id"] == "9"


@pytest.mark.parametrize(
    "callback",
    [
        *("ftp://example.com/", "https://", "x", "https://user:pw@example.com/"),
        *("http://example.com/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/x"),
        *("https://169.254.169.254/latest", "https://192.168.1.1/", "https://0.0.0.0/"),
        *("https://[::ffff:10.0.0.1]/", "https://localhost/", "https://a b/", "https://x:99999/"),
        *("https://100.64.0.1/", "https://[fe80::1]/", "https://[2002:0a00:0001::1]/"),
        *("http://2130706433.example\r\nX: y/", "https://" + "a" * 3000),
    ],
)
def test_callbacks_into_private_networks_are_refused(callback: str, settings: object) -> None:
    settings.HUB_ALLOW_LOOPBACK = False  # type: ignore[attr-defined]
    with pytest.raises(CallbackRefused):
        guard.target_of(callback)


def test_numbers_that_mean_loopback_are_judged_when_resolved(settings: object) -> None:
    settings.HUB_ALLOW_LOOPBACK = False  # type: ignore[attr-defined]
    for host in ("2130706433", "0x7f000001", "127.1"):
        with pytest.raises(CallbackRefused):
            guard.resolve(guard.target_of(f"https://{host}/"))
    assert guard.allowed(ipaddress.ip_address("8.8.8.8"))


def test_subscription_queries() -> None:
    event = {"eventType": "TroubleTicketCreateEvent", "event": {"troubleTicket": {"id": "T1"}}}
    assert query.wants("", event)
    assert query.wants("eventType=TroubleTicketCreateEvent", event)
    assert query.wants("event.troubleTicket.id=T1&eventType=X,TroubleTicketCreateEvent", event)
    assert not query.wants("eventType=TroubleTicketDeleteEvent", event)
    for bad in ("nonsense", "nonsense=1", "eventType", "a.b=1", "=1"):
        with pytest.raises(Invalid):
            query.parse(bad)


def test_signatures_change_with_moment_and_body() -> None:
    first = signature("s", "t", b"{}")
    assert first != signature("s", "u", b"{}") != signature("s", "t", b"[]")
