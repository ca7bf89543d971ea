"""What a fact adds to which counts; without a database."""

from __future__ import annotations

from dataclasses import fields

import pytest

from sunline.insight.rules import counting as rules
from sunline.insight.types import Measure
from sunline.interactions import events as interactions
from sunline.quality import events as quality
from sunline.sla import events as sla
from sunline.tickets import events as tickets


@pytest.mark.parametrize(
    ("kind", "payload", "changes"),
    [
        ("ticket.registered@1", {"kind": "fault"}, [("registered", "fault", 1)]),
        ("ticket.dispatched@1", {"unit": "x"}, [("dispatched", "", 1)]),
        ("ticket.closed@1", {"result": "accepted"}, [("closed", "accepted", 1)]),
        ("survey.answered@1", {"verdict": "bad"}, [("rated", "bad", 1)]),
        ("clock.breached@1", {"purpose": "resolve"}, [("breached", "resolve", 1)]),
        (
            "survey.corrected@1",
            {"was": "good", "verdict": "bad"},
            [("rated", "good", -1), ("rated", "bad", 1)],
        ),
        ("survey.corrected@1", {"was": "good", "verdict": "good"}, []),
    ],
)
def test_each_fact_counts_for_its_measure(
    kind: str, payload: dict[str, object], changes: list[tuple[str, str, int]]
) -> None:
    assert rules.changes(kind, payload) == changes


def test_every_counted_fact_exists_and_carries_its_cut() -> None:
    known = {
        fact.KIND: {field.name for field in fields(fact)}
        for room in (interactions, tickets, quality, sla)
        for fact in vars(room).values()
        if isinstance(fact, type) and hasattr(fact, "KIND")
    }
    for kind, (measure, cut) in rules.COUNTED.items():
        assert kind in known, kind
        assert measure in Measure.values
        assert not cut or cut in known[kind], kind
    assert rules.CORRECTED in known
