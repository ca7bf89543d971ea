"""Topics in versions, what they ask for, and what comes after them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.ids import local_day
from sunline.knowledge import queries, rules, services
from sunline.knowledge.types import NewTopic, TopicField, TopicRow

ADDRESS = TopicField("address", "装机地址", "Installation address")
PERIOD = TopicField("period", "账期", "Billing month", "month")
AMOUNT = TopicField("amount", "金额", "Amount", "amount", required=False)
DAY = TopicField("paid_on", "日期", "Day", "day", required=False)
FIELDS = (ADDRESS, PERIOD, AMOUNT, DAY)


GOOD = {"address": "x", "period": "2026-11"}


@pytest.mark.parametrize(
    ("name", "typed", "kept", "code"),
    [
        ("address", " 天河路 1 号 ", "天河路 1 号", ""),
        ("period", "202611", "2026-11", ""),
        ("period", "2026/11", "2026-11", ""),
        ("amount", 12.5, "12.50", ""),
        ("amount", "１２", "12.00", ""),
        ("paid_on", "2026-11-21", "2026-11-21", ""),
        ("address", "", None, "required"),
        ("period", None, None, "required"),
        ("period", "2026-13", None, "not_a_month"),
        ("amount", "NaN", None, "not_an_amount"),
        ("amount", "-1", None, "not_an_amount"),
        ("amount", "1e99", None, "not_an_amount"),
        ("paid_on", "2026-02-30", None, "not_a_day"),
        ("address", "x" * 201, None, "too_long"),
        ("address", ["x"], None, "wrong_type"),
        ("colour", "red", None, "unknown_field"),
    ],
)
def test_values_of_fields_are_kept_or_refused(name, typed, kept, code):
    found, wrong = rules.checked(FIELDS, {**GOOD, name: typed})
    wanted = {**GOOD, name: kept}
    assert found == {one: value for one, value in wanted.items() if value is not None}
    problems = [(f"details.{name}", code)] if code else []
    assert [(one.field, one.code) for one in wrong] == problems


def test_what_is_missing_is_no_problem_where_it_may_come_later():
    assert rules.checked(FIELDS, {"address": "x"}, complete=False) == ({"address": "x"}, [])
    assert rules.missing(FIELDS, {"address": "x"}) == [PERIOD]


@pytest.mark.parametrize(
    "field",
    [
        TopicField("1x", "a"),
        TopicField("x", " "),
        TopicField("x", "a", kind="colour"),
        TopicField("x", "a" * 65),
    ],
)
def test_fields_that_make_no_sense_are_refused(field):
    assert [one.field for one in rules.field_problems([field])] == ["fields"]
    assert len(rules.field_problems([ADDRESS, ADDRESS])) == 1


def topic(code: str) -> TopicRow:
    row = queries.topics().by_code(code)
    assert row is not None
    return row


def topic_of(topic_id: UUID) -> TopicRow:
    row = queries.topics().get(topic_id)
    assert row is not None
    return row


def forward(topic_id: UUID, day: date) -> TopicRow:
    row = queries.topics().forward(topic_id, day)
    assert row is not None
    return row


@pytest.mark.django_db
class TestVersions:
    def test_a_change_makes_a_version_and_the_same_again_none(self, now, viewer):
        services.load_topics(now=now)
        row = topic("mobile.card.esim")
        change = NewTopic(row.code, "eSIM与手表", fields=(PERIOD,))
        later = now + timedelta(days=1)
        assert services.publish_topics(viewer("wang"), [change], now=later) == 1
        assert services.publish_topics(viewer("wang"), [change], now=later) == 1
        held = queries.topic_versions(row.code)
        assert [(one.number, one.name) for one in held] == [
            (2, "eSIM与手表"),
            (1, "eSIM与一号双终端"),
        ]
        assert (held[0].since, held[0].made_by) == (local_day(later), "10001")
        found = topic_of(row.id)
        assert (found.version, found.name, found.fields) == (2, "eSIM与手表", (PERIOD,))
        assert queries.name_in_version(row.id, 1) == "eSIM与一号双终端"

    def test_fields_stay_when_a_change_does_not_name_them(self, now):
        services.load_topics(now=now)
        before = topic("broadband.fault").fields
        services.load_topics([NewTopic("broadband.fault", "宽带故障修复")], now=now)
        after = topic("broadband.fault")
        assert (after.name, after.fields) == ("宽带故障修复", before)

    def test_a_version_to_come_waits_for_its_day(self, now, viewer):
        services.load_topics(now=now)
        since = local_day(now) + timedelta(days=3)
        services.publish_topics(viewer("wang"), [NewTopic("mobile", "移动", since=since)], now=now)
        services.begin_versions(now + timedelta(days=2))
        assert topic("mobile").name == "移动业务"
        services.begin_versions(now + timedelta(days=3))
        services.begin_versions(now + timedelta(days=3))
        row = topic("mobile")
        assert (row.name, row.version, row.pinyin) == ("移动", 2, "yd")

    def test_what_stands_higher_up_is_asked_below_as_well(self, now):
        services.load_topics(now=now)
        slow = queries.topic_id("broadband.fault.slow")
        assert [one.code for one in queries.topics().fields(slow)] == [
            "address",
            "symptom",
            "lights",
        ]
        assert queries.topics().fields(None) == []

    def test_a_topic_that_ended_counts_to_the_one_after_it(self, now, viewer):
        services.load_topics(now=now)
        today = local_day(now)
        old, new = topic("fixed.order.close"), topic("broadband.order.cancel")
        services.end_topic(viewer("wang"), old.code, until=today, successor=new.code, now=now)
        assert topic_of(old.id).holds(today - timedelta(days=1)) is False  # it began today
        assert not topic_of(old.id).holds(today)
        assert forward(old.id, today).id == new.id
        found = queries.search_topics("固话拆机", day=today, limit=3)
        assert old.id not in [row.id for row in found]
        services.end_topic(
            viewer("wang"), new.code, until=today, successor="broadband.fault.down", now=now
        )
        assert forward(old.id, today).code == "broadband.fault.down"

    def test_everything_below_a_topic_ends_with_it(self, now, viewer):
        services.load_topics(now=now)
        today = local_day(now)
        services.end_topic(viewer("wang"), "fraud", until=today, successor="service", now=now)
        tree = queries.topics()
        below = tree.below("fraud")
        assert len(below) == 8
        assert {forward(row.id, today).code for row in below} == {"service"}

    @pytest.mark.parametrize(
        ("code", "successor", "days", "field"),
        [
            ("nothing", "", 0, "code"),
            ("mobile", "nothing", 0, "successor"),
            ("mobile", "mobile", 0, "successor"),
            ("mobile", "mobile.card.open", 0, "successor"),
            ("mobile", "", -1, "until"),
        ],
    )
    def test_an_end_that_makes_no_sense_is_refused(self, now, viewer, code, successor, days, field):
        services.load_topics(now=now)
        until = local_day(now) + timedelta(days=days)
        with pytest.raises(Invalid) as refused:
            services.end_topic(viewer("wang"), code, until=until, successor=successor, now=now)
        assert [problem.field for problem in refused.value.problems] == [field]

    def test_only_an_editor_changes_topics(self, now, viewer):
        services.load_topics(now=now)
        with pytest.raises(Refused):
            services.end_topic(viewer("lin"), "mobile", until=date(2030, 1, 1), now=now)
