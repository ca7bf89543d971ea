"""Suggestions: what they get right from the first day, and models that are not what they seem."""

from __future__ import annotations

import random
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest

from sunline.kernel.ids import local_day
from sunline.kernel.types import SYSTEM
from sunline.knowledge import queries, services
from sunline.knowledge.models import SuggestionModel
from sunline.knowledge.queries.suggestions import shipped, shipped_texts
from sunline.knowledge.rules import classifier, suggester
from sunline.knowledge.types import Labelled
from sunline.testing.demo.customers import Person
from sunline.testing.demo.words import Speaker

ROUNDS = 12  # texts of each of the demo's topics


def test_every_shipped_topic_has_phrases():
    parents = {row.code.rpartition(".")[0] for row in services.shipped_topics()}
    leaves = {row.code for row in services.shipped_topics()} - parents
    assert {item.topic for item in shipped_texts()} == leaves


@pytest.mark.django_db
def test_texts_of_the_demo_are_named_by_the_shipped_model(now, org, record_property):
    services.load_topics(now=now)
    speaker = Speaker(random.Random("held out"))
    texts = [
        (speaker.say(theme, somebody(org), now).body, theme.topic)
        for theme in speaker.themes
        for _round in range(ROUNDS)
    ]
    first, third = classifier.accuracy(shipped().suggester.topic, texts)
    record_property("top_1", first)
    record_property("top_3", third)
    assert len(texts) > 900
    assert first is not None
    assert third is not None
    assert third >= 0.8
    assert first >= 0.6


def somebody(org) -> Person:
    return Person(
        id=uuid4(),
        city="gz",
        home_id=org["gz"].id,
        phone="19900001234",
        tier="ordinary",
        rural=False,
        senior=False,
    )


@pytest.mark.django_db
class TestSuggesting:
    def test_a_fault_is_named_with_its_kind(self, now):
        services.load_topics(now=now)
        found = queries.suggest("家里宽带断网了，光猫亮红灯", day=local_day(now))
        assert (found[0].code, found[0].kind) == ("broadband.fault.down", "fault")
        assert found[0].confidence > 0.5
        assert len(found) == 3
        assert sum(one.confidence for one in found) <= 1

    @pytest.mark.parametrize("text", ["", "\0", "？！", "0000", "𠀀𠀁"])
    def test_a_text_that_says_nothing_gets_no_suggestion(self, now, text):
        services.load_topics(now=now)
        assert queries.suggest(text, day=local_day(now)) == []

    def test_a_very_long_text_is_read_at_its_beginning(self, now):
        services.load_topics(now=now)
        text = "宽带断网光猫红灯" + "积分兑换" * 3_000_000
        day = local_day(now)
        assert queries.suggest(text, day=day) == queries.suggest(text[:2000], day=day)

    def test_a_topic_that_ended_is_suggested_as_the_one_after_it(self, now, viewer):
        services.load_topics(now=now)
        day = local_day(now)
        services.end_topic(
            viewer("wang"), "broadband.fault.down", until=day, successor="network", now=now
        )
        found = queries.suggest("宽带断网了上不了网", day=day)
        assert "broadband.fault.down" not in [one.code for one in found]
        assert found[0].code == "network"

    def test_own_tickets_teach_what_the_phrases_do_not_know(self, now):
        services.load_topics(now=now)
        own = [
            Labelled(f"量子水晶套件第{n}次坏了", "value.home.camera", "fault", n) for n in range(40)
        ]
        row = services.train_suggestions(own, actor=SYSTEM, now=now)
        assert (row.number, row.samples, row.held_out) == (1, len(shipped_texts()) + 40, 8)
        assert row.top_1 == row.top_3 == 1.0
        found = queries.suggest("量子水晶套件", day=local_day(now))
        assert (found[0].code, found[0].kind) == ("value.home.camera", "fault")
        again = services.train_suggestions([], actor=SYSTEM, now=now + timedelta(hours=1))
        assert again.number == 2
        assert queries.active_number() == 2
        assert [one.number for one in queries.models()] == [2, 1, 0]
        assert queries.models()[0].active

    def test_a_damaged_model_leaves_the_work_to_the_shipped_one(self, now):
        services.load_topics(now=now)
        services.train_suggestions([], actor=SYSTEM, now=now)
        SuggestionModel.objects.update(weights=b"something else", digest="0" * 64)
        found = queries.suggest("宽带断网了上不了网", day=local_day(now))
        assert found[0].code == "broadband.fault.down"

    def test_a_second_suggestion_needs_no_query(self, now, django_assert_num_queries):
        services.load_topics(now=now)
        queries.suggest("宽带断网", day=local_day(now))
        with django_assert_num_queries(0):
            queries.suggest("流量超套", day=local_day(now))


def test_a_model_is_the_same_after_packing():
    made = shipped().suggester
    packed = suggester.pack(made)
    back = suggester.unpack(packed, suggester.digest_of(packed))
    assert back.topic.labels == made.topic.labels
    assert back.kinds == made.kinds
    text = "积分怎么换话费"
    assert [name for name, _ in back.topic.ranked(text)] == [
        name for name, _ in made.topic.ranked(text)
    ]


@pytest.mark.parametrize(
    "plain",
    [
        b"[]",
        b'{"format": 2}',
        b'{"format": 1}',
        b'{"format": 1, "kinds": {}, "topic": {"labels": [], "base": [], "grams": {}}}',
        b'{"format": 1, "kinds": {}, "kind": {}, "topic": {"labels": ["a"], "base": [0],'
        b' "temperature": 1, "grams": {"x": [1, [7, 1]]}}}',
        b"not json",
    ],
)
def test_bytes_that_are_no_model_are_refused(plain):
    packed = zlib.compress(plain)
    with pytest.raises(ValueError):  # noqa: PT011 - each in its own words
        suggester.unpack(packed, suggester.digest_of(packed))


def test_changed_bytes_are_refused():
    packed = suggester.pack(shipped().suggester)
    with pytest.raises(ValueError, match="checksum"):
        suggester.unpack(packed[:-1] + b"\0", suggester.digest_of(packed))
