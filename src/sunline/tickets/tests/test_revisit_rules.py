"""Which answers owe a revisit, when calls are made, and what ends them: tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules import checking, revisit

CN = ZoneInfo("Asia/Shanghai")
HOURS = revisit.Hours(9, 20, timedelta(hours=3), CN)
MINUTE = timedelta(minutes=1)
SOME = UUID("0190c1f0-0000-7000-8000-000000000001")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CN)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, ""),
        ({"severity": "major"}, "major"),
        ({"severity": "Critical"}, "urgent_case"),
        ({"severity": "larger"}, ""),
        ({"urgency": "urgent"}, "urgent_case"),
        ({"urgency": "vip"}, ""),
        ({"channel": "regulator"}, "appeal"),
        ({"redispatches": 1}, "unsatisfied"),
        ({"severity": "major", "redispatches": 2, "urgency": "urgent"}, "major"),
    ],
)
def test_why_a_revisit_is_owed(values: dict[str, object], reason: str):
    usual = {"severity": "", "urgency": "normal", "channel": "phone", "redispatches": 0}
    assert revisit.reason_for(SOME, share=0, **{**usual, **values}) == reason  # type: ignore[arg-type]


@pytest.mark.samples
def test_a_sample_can_be_computed_again_and_has_its_share():
    ids = [UUID(int=number << 64 | number * 7919) for number in range(20_000)]
    drawn = [one for one in ids if revisit.sampled(one, 0.1)]
    assert drawn == [one for one in ids if revisit.sampled(one, 0.1)]
    assert 1_850 < len(drawn) < 2_150
    assert not any(revisit.sampled(one, 0) for one in ids)
    assert all(revisit.sampled(one, 1) for one in ids)
    assert all(revisit.sampled(one, 0.3) for one in drawn)


@pytest.mark.parametrize(
    ("earliest", "tried", "expected"),
    [
        (at(20, 10), [], at(20, 10)),
        (at(20, 3), [], at(20, 9)),
        (at(20, 21), [], at(21, 9)),
        (at(20, 20), [], at(21, 9)),
        (at(20, 11), [at(20, 9)], at(20, 12)),
        (at(20, 13), [at(20, 10)], at(20, 13)),
        (at(20, 15), [at(20, 10), at(20, 13)], at(20, 17)),
        (at(20, 20, 30), [at(20, 10), at(20, 13)], at(21, 17)),
        (at(20, 20, 30), [at(20, 10), at(20, 13), at(20, 18)], at(21, 9)),
        (at(31 - 1, 23), [at(30, 18)], datetime(2026, 12, 1, 9, tzinfo=CN)),
    ],
)
def test_when_to_call_next(earliest: datetime, tried: list[datetime], expected: datetime):
    assert revisit.next_call(earliest, tried, HOURS) == expected


MOMENTS = st.integers(0, 500_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)


@given(
    MOMENTS,
    st.lists(MOMENTS),
)
def test_a_call_is_never_early_and_never_outside_the_hours(
    earliest: datetime, tried: list[datetime]
):
    found = revisit.next_call(earliest, tried, HOURS)
    assert found >= earliest
    assert HOURS.allow(found)
    assert found - earliest < timedelta(days=2)


@pytest.mark.parametrize(
    ("moment", "tried", "counted"),
    [
        (at(20, 10), [], True),
        (at(20, 11, 59), [at(20, 9)], False),
        (at(20, 12), [at(20, 9)], True),
        (at(21, 9), [at(20, 9)], True),
    ],
)
def test_only_another_part_of_the_day_counts(
    moment: datetime, tried: list[datetime], counted: bool
):
    assert revisit.counts(moment, tried, HOURS) is counted


@pytest.mark.parametrize(
    ("code", "attempts", "over"),
    [
        ("no_answer", 2, False),
        ("no_answer", 3, True),
        ("wrong_number", 1, True),
        ("busy", 1, False),
    ],
)
def test_when_calling_is_given_up(code: str, attempts: int, over: bool):
    assert revisit.is_over(code, attempts, 3) is over


OWED = {"required": True, "reason": "major", "step": "calling"}


@pytest.mark.parametrize(
    ("values", "by", "outcome", "ends"),
    [
        ({"required": False, "reason": "", "step": "not_needed"}, "customer", "accepted", True),
        ({"required": False, "reason": "", "step": "not_needed"}, "customer", "not_reached", True),
        (OWED, "customer", "accepted", False),
        (OWED, "customer", "not_reached", False),
        (OWED, "customer", "unsolved", True),
        (OWED, "call", "accepted", True),
        (OWED, "call", "explained", True),
        (OWED, "call", "not_reached", False),
        ({**OWED, "step": "fallback"}, "call", "not_reached", True),
        ({**OWED, "step": "fallback"}, "customer", "not_reached", True),
        (OWED | {"reason": "appeal"}, "customer", "accepted", False),
        ({**OWED, "reason": "urgent_case"}, "customer", "accepted", True),
        ({**OWED, "reason": "urgent_case", "low": True}, "customer", "accepted", False),
        ({**OWED, "reason": "urgent_case"}, "customer", "not_reached", False),
        ({**OWED, "reason": "sample"}, "customer", "accepted", True),
        ({**OWED, "reason": "sample"}, "customer", "not_reached", False),
        ({**OWED, "reason": "unsatisfied"}, "customer", "accepted", True),
        ({**OWED, "reason": "unsatisfied", "low": True}, "customer", "accepted", False),
        ({**OWED, "reason": "unsatisfied", "low": True}, "call", "accepted", True),
    ],
)
def test_what_ends_the_matter(values: dict[str, object], by: str, outcome: str, ends: bool):
    assert revisit.may_close(by=by, outcome=outcome, **values) is ends  # type: ignore[arg-type]


class Row:
    """A question of the check without a table."""

    def __init__(
        self,
        code: str,
        kind: str = "",
        topic: UUID | None = None,
        place: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        self.code, self.kind, self.topic_id, self.place = code, kind, topic, place
        self.since, self.until = since or at(1, 0), until


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([Row("a"), Row("b", place=-1)], ["b", "a"]),
        ([Row("a", kind="fault")], ["a"]),
        ([Row("a", kind="complaint")], []),
        ([Row("a", topic=SOME)], ["a"]),
        ([Row("a", topic=UUID(int=1))], []),
        ([Row("a", since=at(21, 0))], []),
        ([Row("a", until=at(20, 0))], []),
        ([Row("a", until=at(21, 0))], ["a"]),
    ],
)
def test_which_questions_are_asked(rows: list[Row], codes: list[str]):
    found = checking.asked(rows, kind="fault", topics={SOME}, now=at(20, 12))
    assert [row.code for row in found] == codes


def test_the_narrower_question_replaces_the_wider():
    wide, kind, topic = Row("a"), Row("a", kind="fault"), Row("a", topic=SOME)
    assert checking.asked([topic, wide, kind], kind="fault", topics={SOME}, now=at(20, 12)) == [
        topic
    ]
