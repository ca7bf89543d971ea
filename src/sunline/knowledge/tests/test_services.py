"""Loading topics."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from sunline.kernel.errors import Invalid
from sunline.knowledge import queries, services
from sunline.knowledge.models import Topic
from sunline.knowledge.types import NewTopic

pytestmark = pytest.mark.django_db


def test_topics_are_loaded_once_and_read_without_a_statement(now, django_assert_num_queries):
    count = services.load_topics(now=now)
    before = set(Topic.objects.values_list("id", "code"))
    assert services.load_topics(now=now + timedelta(days=9)) == count
    assert set(Topic.objects.values_list("id", "code")) == before
    tree = queries.topics()
    with django_assert_num_queries(0):
        slow = queries.topic_id("broadband.fault.slow")
        assert tree.label(slow, "zh-hans") == "宽带业务 / 宽带故障 / 网速慢"
        assert tree.label(slow, "en") == "Broadband / Broadband faults / Slow connection"
        assert queries.topic_id("nothing") is None
        assert [row.code for row in queries.search_topics("网速慢", limit=1)] == [
            "broadband.fault.slow"
        ]
        assert len(tree.children(None)) == 10
        assert 60 <= len(tree.leaves()) <= 80
        assert tree.chain(uuid4()) == []


def test_topics_are_renamed_in_place_and_bad_ones_refused(now):
    services.load_topics(now=now)
    services.load_topics([NewTopic("mobile", "移动")], now=now)
    row = queries.topics().by_code("mobile")
    assert row is not None
    assert row.name == "移动"
    with pytest.raises(Invalid):
        services.load_topics([NewTopic("no.parent", "x")], now=now)
