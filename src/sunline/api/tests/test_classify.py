"""Suggesting topics and registering with details, for connected systems."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sunline.kernel import clock
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as topics
from sunline.tickets.models import Ticket

from .conftest import Caller, read

PATH = "/api/internal/classify"


@pytest.fixture(autouse=True)
def _tree(crm: Caller) -> None:
    topics.load_topics(now=clock.now())


def ask(caller: Caller, body: Any, path: str = PATH) -> Any:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return caller.post(path, raw, content_type="application/json")


def test_a_text_is_named(crm: Caller) -> None:
    shown = read(ask(crm, {"text": "家里宽带断网了，光猫亮红灯", "limit": 2}))
    assert shown["model"] == 0
    assert shown["items"][0]["code"] == "broadband.fault.down"
    assert len(shown["items"]) == 2
    first = shown["items"][0]
    assert (first["kind"], first["label_en"]) == (
        "fault",
        "Broadband / Broadband faults / No connection",
    )
    assert first["asks_for"] == ["address", "symptom"]
    assert 0 < first["confidence"] <= 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ({"text": "  "}, 400),
        ({"text": 7}, 400),
        ({"text": "x", "colour": 1}, 400),
        ({"text": "长" * 100_001}, 400),
        (b'{"text": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
)
def test_what_is_no_text_is_refused_in_words(crm: Caller, body: Any, status: int) -> None:
    response = ask(crm, body)
    assert response.status_code == status
    assert read(response)["code"]


def test_what_the_topic_asks_for_is_demanded(crm: Caller) -> None:
    line = {
        "description": "网慢",
        "kind": "fault",
        "topic_id": str(knowledge.topic_id("broadband.fault.slow")),
        "scope": "area",
    }
    refused = ask(crm, line, "/api/internal/tickets")
    assert refused.status_code == 400
    assert [problem["field"] for problem in read(refused)["problems"]] == [
        "details.address",
        "details.symptom",
    ]
    details = {"address": "天河路1号", "symptom": "慢"}
    made = ask(crm, {**line, "details": details}, "/api/internal/tickets")
    assert made.status_code == 201
    ticket = Ticket.objects.get()
    assert (ticket.details, ticket.scope, ticket.reporting_type) == (details, "area", "complaint")
    one = read(crm.get(f"/api/internal/tickets/{ticket.number}"))
    assert one["priority_why"] == [["scope.area", 15], ["kind.fault", 5]]
    listed = read(crm.get("/api/internal/tickets?reporting_type=complaint&scope=area"))
    assert [item["number"] for item in listed["items"]] == [ticket.number]
