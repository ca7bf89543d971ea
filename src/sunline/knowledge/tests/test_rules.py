"""The shipped topics, and which of them a typed text may mean; without a database."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from sunline.kernel.pinyin import initials
from sunline.knowledge import rules
from sunline.knowledge.services import shipped_topics
from sunline.knowledge.types import REPORTING_TYPES, NewTopic, TopicRow


def rows() -> list[TopicRow]:
    return [
        TopicRow(
            uuid4(),
            new.code,
            new.name,
            new.name_en,
            None,
            rules.path_of(new.code),
            initials(new.name),
            new.aliases,
            new.reporting_type,
            date(2026, 1, 1),
            None,
        )
        for new in shipped_topics()
    ]


def test_the_shipped_topics_are_whole():
    topics = shipped_topics()
    assert rules.problems_of(topics, ()) == []
    codes = {topic.code for topic in topics}
    inner = {rules.parent_code(code) for code in codes}
    leaves = [topic for topic in topics if topic.code not in inner]
    assert all(leaf.code.count(".") == 2 for leaf in leaves)
    assert 60 <= len(leaves) <= 80
    assert {topic.reporting_type for topic in topics} == set(REPORTING_TYPES)
    assert all(topic.name_en for topic in topics)
    names = [topic.name for topic in leaves]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("网速慢", "broadband.fault.slow"),
        ("网慢", "broadband.fault.slow"),
        ("wsm", "broadband.fault.slow"),
        ("slow conn", "broadband.fault.slow"),
        ("broadband.fault.slow", "broadband.fault.slow"),
        ("家里光猫红灯了怎么办", "broadband.fault.down"),
        ("我要投诉你们乱开业务", "billing.dispute.unknown"),
        ("师傅爽约没来", "service.field.attitude"),
        ("号码被误关停", "fraud.block.wrong"),
        ("不让转网", "portability.out.obstacle"),
    ],
)
def test_what_people_type_finds_the_topic(text, code):
    assert code in [row.code for row in rules.ranked(rows(), text, 3)]


def test_nothing_fits_nothing():
    assert rules.ranked(rows(), "  ", 5) == []
    assert rules.ranked(rows(), "qqqq", 5) == []


def test_what_is_wrong_with_topics_is_told():
    bad = [
        NewTopic("Bad Code", "x"),
        NewTopic("lost.child", ""),
        NewTopic("a", "x" * 65, reporting_type="odd"),
        NewTopic("a", "x"),
    ]
    assert {(found.field, found.code) for found in rules.problems_of(bad, ())} == {
        ("Bad Code.code", "wrong_type"),
        ("lost.child.parent", "unknown_choice"),
        ("lost.child.name", "required"),
        ("a.name", "too_long"),
        ("a.reporting_type", "unknown_choice"),
        ("a.code", "wrong_type"),
    }
