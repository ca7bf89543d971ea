"""The mean that was attained beside the mean that a limit allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sunline.kernel.errors import Refused
from sunline.kernel.ids import new_id
from sunline.kernel.types import SYSTEM, Subject
from sunline.sla import queries, services
from sunline.sla.types import NewLimit
from sunline.staff.types import nobody, system_viewer

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
HOUR = timedelta(hours=1)
KING = system_viewer()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shipped():
    services.load_shipped(START)


def solved(hours, *, held=0, kind="fault", topic="mobile", unsolved=False):
    subject = Subject("ticket", new_id())
    known = {"kind": kind, "urgency": "normal", "complexity": "simple", "topic": topic}
    planned = services.plan_clocks(
        known, purposes=["resolve"], unit_path="/hq/gd/", rural=False, now=START
    )
    services.start(planned, subject=subject)
    if held:
        services.pause(subject.id, reason="x", by=None, now=START + HOUR)
        services.resume(subject.id, now=START + HOUR + held * HOUR)
    reason = "lapsed" if unsolved else ""
    services.stop(subject.id, now=START + hours * HOUR, reason=reason)
    return subject


def means(since=START, until=START + timedelta(days=30)):
    return {row.limit.code: row for row in queries.means(KING, since=since, until=until)}


def test_the_mean_is_of_all_that_was_settled():
    for hours in (10, 20, 36):
        solved(hours)
    found = means()["mobile_fault"]
    assert (found.count, found.allowed, found.attained, found.kept) == (
        3, 24 * HOUR, 22 * HOUR, True,
    )  # fmt: skip
    solved(47)
    assert means()["mobile_fault"].kept is False


def test_holds_do_not_shorten_what_the_law_counts():
    solved(40, held=20)
    assert means()["mobile_fault"].attained == 40 * HOUR


def test_holds_are_left_out_where_the_limit_may_pause():
    limit = NewLimit(
        profile="promise_24h_1h", code="mean", purpose="resolve", amount=600, mean_amount=300,
        unit="minutes", calendar="office", since=date(2026, 11, 20),
        applies={"kind": ["fault"]},
    )  # fmt: skip
    services.publish_limit(KING, limit, now=START)
    # Friday 10:00 to Monday 10:00 is one working day of 7.5 hours, an hour of it on hold
    solved(72, held=1, topic="")
    assert means()["mean"].attained == 6.5 * HOUR


def test_natural_days_count_days():
    limit = NewLimit(
        profile="promise_24h_1h", code="mean", purpose="resolve", amount=25, mean_amount=15,
        unit="days", calendar="office", since=date(2026, 11, 20), applies={"kind": ["fault"]},
    )  # fmt: skip
    services.publish_limit(KING, limit, now=START)
    solved(36, topic="")
    found = means()["mean"]
    assert (found.allowed, found.attained) == (timedelta(days=15), timedelta(days=1.5))


def test_only_what_was_settled_in_the_time_counts():
    solved(10)
    solved(12, unsolved=True)
    assert means()["mobile_fault"].count == 1
    assert means(until=START + 10 * HOUR)["mobile_fault"].count == 0
    assert means(until=START + 10 * HOUR)["mobile_fault"].kept is None
    assert means(since=START + 10 * HOUR)["mobile_fault"].count == 1
    assert means(since=START + 11 * HOUR)["mobile_fault"].count == 0


def test_a_limit_that_was_weighed_counts_although_another_was_earlier():
    solved(5, topic="mobile.state.restore", kind="query")
    assert means()["mobile_restored"].attained == 5 * HOUR
    assert means()["mobile_restored"].kept is False


def test_a_matter_counts_once_although_promise_and_law_each_have_a_clock():
    solved(5)
    assert means()["mobile_fault"].count == 1


def test_extensions_change_nothing_of_what_it_took():
    subject = Subject("ticket", new_id())
    known = {"kind": "fault", "urgency": "normal", "topic": "mobile"}
    planned = services.plan_clocks(
        known, purposes=["resolve"], unit_path="/hq/gd/", rural=False, now=START
    )
    services.start(planned, subject=subject)
    services.extend(subject.id, minutes=600, by=SYSTEM, now=START)
    services.stop(subject.id, now=START + 30 * HOUR)
    assert means()["mobile_fault"].attained == 30 * HOUR


def test_figures_are_for_those_who_see_limits():
    with pytest.raises(Refused):
        queries.means(replace(nobody()), since=START, until=START)
