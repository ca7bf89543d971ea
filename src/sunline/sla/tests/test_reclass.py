"""What becomes of clocks when a matter is classified anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from django.utils import translation

from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.types import Actor, Subject
from sunline.sla import queries, services
from sunline.sla.models import Clock, ClockChange
from sunline.sla.rules.reclass import Running, settle
from sunline.sla.types import PlannedClock

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
HOUR = timedelta(hours=1)
LEGAL = datetime(2026, 12, 5, 15, 59, 59, tzinfo=UTC)
LIN = Actor(Actor.PERSON, UUID(int=7), "20001")


def clock(number, hours, purpose="resolve"):
    return Running(UUID(int=number), purpose, UUID(int=100 + number), NOW + hours * HOUR)


def plan(number, hours, purpose="resolve"):
    return PlannedClock(purpose, UUID(int=100 + number), NOW, NOW + hours * HOUR, None)


@pytest.mark.parametrize(
    ("running", "demanded", "replaced", "lapsed", "begins"),
    [
        ([], [], [], [], []),
        ([], [plan(1, 48)], [], [], [1]),
        ([clock(1, 48)], [plan(1, 48)], [], [], []),
        # sooner takes the place, later does not
        ([clock(1, 72)], [plan(2, 48)], [1], [], [2]),
        ([clock(1, 48)], [plan(2, 48)], [1], [], [2]),
        ([clock(1, 48)], [plan(2, 72)], [], [], []),
        # nothing statutory is demanded any more: repair lapses, the answer never
        ([clock(1, 48)], [], [], [1], []),
        ([clock(1, 360, "legal_answer")], [], [], [], []),
        ([clock(1, 48), clock(2, 360, "legal_answer")], [], [], [1], []),
        # a fault that becomes a complaint keeps the repair and gets the answer
        ([clock(1, 48)], [plan(2, 360, "legal_answer")], [], [], [2]),
        ([clock(1, 360, "legal_answer")], [plan(2, 48)], [], [], [2]),
        # a limit that still applies beside a later one of its purpose
        ([clock(1, 48)], [plan(1, 48), plan(2, 72)], [], [], []),
        ([clock(1, 48)], [plan(1, 48), plan(2, 24)], [], [], [2]),
        ([clock(1, 48)], [plan(1, 48), plan(2, 48)], [], [], []),
    ],
)
def test_statutory_clocks_are_settled(running, demanded, replaced, lapsed, begins):
    found = settle(running, demanded)
    assert [key.int for key in found.replaced] == replaced
    assert [key.int for key in found.lapsed] == lapsed
    assert [one.limit_id.int - 100 for one in found.starts] == begins


@pytest.fixture
def shipped(db):
    services.load_shipped(NOW)


def traits(kind, urgency="normal", complexity="simple"):
    return {"kind": kind, "urgency": urgency, "complexity": complexity}


def started(*given, path="/hq/gd/gz/", rural=False):
    subject = Subject("ticket", new_id())
    planned = services.plan_clocks(traits(*given), unit_path=path, rural=rural, now=NOW)
    services.start(planned, subject=subject)
    return subject


def reclassify(
    subject, *given, now, purposes=("accept", "first_response", "resolve", "legal_answer", "ola"),
    path="/hq/gd/gz/", rural=False,
):  # fmt: skip
    return services.reclassify(
        traits(*given),
        subject=subject,
        starts=dict.fromkeys(purposes, NOW),
        unit_path=path,
        rural=rural,
        received_at=NOW,
        by=LIN,
        now=now,
    )


def running(subject, purpose):
    rows = Clock.objects.filter(subject_id=subject.id, purpose=purpose, stopped_at=None)
    return [(row.due_at - NOW) // HOUR for row in rows.order_by("due_at")]


def ended(subject, purpose):
    rows = Clock.objects.filter(subject_id=subject.id, purpose=purpose).exclude(stopped_at=None)
    return [row.stop_reason for row in rows.order_by("due_at")]


@pytest.mark.usefixtures("shipped")
class TestReplanning:
    def test_an_urgent_matter_counts_from_its_own_start(self):
        subject = started("enquiry")
        assert running(subject, "resolve") == [24]
        reclassify(subject, "enquiry", "urgent", now=NOW + HOUR / 2)
        assert (running(subject, "resolve"), ended(subject, "resolve")) == ([1], ["reclassified"])

    def test_a_promise_that_still_fits_is_left_as_it_is(self):
        subject = started("enquiry")
        before = set(Clock.objects.values_list("id", "due_at", "stopped_at"))
        assert reclassify(subject, "query", now=NOW + HOUR) == []
        assert set(Clock.objects.values_list("id", "due_at", "stopped_at")) == before
        assert ClockChange.objects.count() == 0

    def test_an_enquiry_that_becomes_a_complaint_gets_its_answer_from_the_receipt(self):
        subject = started("enquiry")
        reclassify(subject, "complaint", now=NOW + 50 * HOUR)
        answer = Clock.objects.get(subject_id=subject.id, purpose="legal_answer")
        assert (answer.started_at, answer.due_at) == (NOW, LEGAL)
        assert running(subject, "resolve") == [48]

    @pytest.mark.parametrize("kind", ["enquiry", "praise", "transaction", "fault"])
    def test_a_complaint_keeps_its_legal_answer_whatever_it_is_called(self, kind):
        subject = started("complaint")
        reclassify(subject, kind, now=NOW + HOUR)
        answer = Clock.objects.get(subject_id=subject.id, purpose="legal_answer")
        assert (answer.due_at, answer.stopped_at) == (LEGAL, None)

    @pytest.mark.parametrize("order", list(permutations(["enquiry", "fault", "complaint"])))
    def test_no_way_round_brings_a_legal_moment_later(self, order):
        subject = started("complaint")
        for hours, kind in enumerate(order, start=1):
            reclassify(subject, kind, now=NOW + hours * HOUR)
        reclassify(subject, "complaint", now=NOW + 9 * HOUR)
        rows = Clock.objects.filter(subject_id=subject.id, purpose="legal_answer")
        assert [(row.started_at, row.due_at, row.stopped_at) for row in rows] == [
            (NOW, LEGAL, None)
        ]

    def test_a_fault_that_is_none_ends_its_repair_limit_and_gets_it_back_as_it_was(self):
        subject = started("fault")
        assert running(subject, "resolve") == [24, 48]
        reclassify(subject, "enquiry", now=NOW + HOUR)
        assert running(subject, "resolve") == [24]
        assert "lapsed" in ended(subject, "resolve") or "reclassified" in ended(subject, "resolve")
        reclassify(subject, "fault", now=NOW + 30 * HOUR)
        assert running(subject, "resolve") == [24, 48]
        law = Clock.objects.get(subject_id=subject.id, limit__pausable=False, purpose="resolve")
        assert (law.started_at, law.stop_reason) == (NOW, "")

    def test_a_fault_that_becomes_a_complaint_keeps_its_repair_limit(self):
        subject = started("fault")
        reclassify(subject, "complaint", now=NOW + HOUR)
        assert 48 in running(subject, "resolve")
        assert running(subject, "legal_answer")

    def test_from_country_to_town_the_shorter_limit_counts_and_not_the_other_way(self):
        country, town = started("fault", rural=True), started("fault")
        reclassify(country, "fault", now=NOW + HOUR, rural=False)
        reclassify(town, "fault", now=NOW + HOUR, rural=True)
        assert running(country, "resolve") == [24, 48]
        assert running(town, "resolve") == [24, 48]

    def test_a_move_to_a_stricter_province_counts_from_the_receipt(self):
        subject = started("complaint")
        reclassify(subject, "complaint", now=NOW + 20 * HOUR, path="/hq/ha/zz/")
        rows = Clock.objects.filter(subject_id=subject.id, purpose="legal_answer", stopped_at=None)
        assert [row.due_at for row in rows] == [datetime(2026, 11, 27, 9, 30, tzinfo=UTC)]
        assert ended(subject, "legal_answer") == ["reclassified"]

    def test_holds_and_extensions_go_along(self):
        subject = started("enquiry")
        services.pause(subject.id, reason="customer", by=None, now=NOW + HOUR)
        services.resume(subject.id, now=NOW + 4 * HOUR)
        services.extend(subject.id, purposes=["resolve"], minutes=60, by=LIN, now=NOW + 5 * HOUR)
        reclassify(subject, "complaint", now=NOW + 6 * HOUR)
        assert running(subject, "resolve") == [48 + 3 + 1]

    def test_a_resting_matter_rests_on(self):
        subject = started("enquiry")
        services.pause(subject.id, reason="customer", by=None, now=NOW + HOUR)
        reclassify(subject, "complaint", now=NOW + 6 * HOUR)
        reclassify(subject, "enquiry", now=NOW + 7 * HOUR)
        (view,) = [
            one
            for one in queries.clocks_of(subject.id, now=NOW + 8 * HOUR)
            if one.purpose == "resolve" and one.stopped_at is None
        ]
        assert (view.state, view.remaining) == ("paused", 23 * HOUR)
        services.resume(subject.id, now=NOW + 11 * HOUR)
        assert running(subject, "resolve") == [24 + 10]

    def test_what_was_late_before_the_hold_does_not_rest(self):
        subject = started("complaint")
        services.pause(subject.id, reason="customer", by=None, now=NOW + 30 * HOUR)
        reclassify(subject, "enquiry", now=NOW + 31 * HOUR)
        row = Clock.objects.get(subject_id=subject.id, purpose="resolve", stopped_at=None)
        assert (row.paused_at, row.due_at) == (None, NOW + 24 * HOUR)
        services.sweep(NOW + 31 * HOUR)
        assert Event.objects.filter(subject_id=row.id, kind="clock.breached@1").count() == 1

    def test_purposes_that_are_done_do_not_begin_again(self):
        subject = started("enquiry")
        services.stop(subject.id, purposes=["accept", "first_response"], now=NOW + HOUR)
        begun = reclassify(
            subject, "complaint", now=NOW + 2 * HOUR, purposes=("resolve", "legal_answer")
        )
        assert {row.purpose for row in begun} == {"resolve", "legal_answer"}

    def test_a_promise_later_than_the_law_does_not_begin(self):
        limit = services.plan_clocks(
            traits("fault"), purposes=["resolve"], unit_path="/hq/", rural=False, now=NOW
        )
        assert len(limit) == 2
        subject = started("enquiry")
        services.extend(subject.id, purposes=["resolve"], minutes=60, by=LIN, now=NOW)
        reclassify(subject, "fault", now=NOW + HOUR)
        assert running(subject, "resolve") == [25, 48]

    def test_a_missed_promise_stays_missed_on_record(self):
        subject = started("enquiry")
        reclassify(subject, "complaint", now=NOW + 25 * HOUR)
        old = Clock.objects.get(
            subject_id=subject.id, purpose="resolve", stop_reason="reclassified"
        )
        assert old.breached_at == NOW + 24 * HOUR

    def test_the_unit_s_own_clock_keeps_its_unit(self):
        subject, unit = started("enquiry"), new_id()
        services.reclassify(
            traits("enquiry", complexity="complex"),
            subject=subject,
            starts={"ola": NOW + 2 * HOUR},
            unit_path="/hq/gd/",
            rural=False,
            received_at=NOW,
            by=LIN,
            now=NOW + 3 * HOUR,
            unit_id=unit,
        )
        row = Clock.objects.get(subject_id=subject.id, purpose="ola", stopped_at=None)
        assert (row.unit_id, row.started_at) == (unit, NOW)

    def test_both_sides_tell_what_happened(self):
        subject = started("enquiry")
        reclassify(subject, "complaint", now=NOW + HOUR)
        with translation.override("en"):
            said = {
                (view.purpose, view.state): queries.explain(view)[-1]
                for view in queries.clocks_of(subject.id, now=NOW + HOUR)
            }
        assert said["resolve", "replaced"] == (
            "Replaced on 2026-11-20 11:00 by 20001 when the classification changed; "
            "was due 2026-11-21 10:00."
        )
        assert said["resolve", "running"] == (
            "Counts since the classification changed on 2026-11-20 11:00 (20001); "
            "was due 2026-11-21 10:00, now 2026-11-22 10:00."
        )
        assert said["first_response", "running"] == (
            "Counts since the classification changed on 2026-11-20 11:00 (20001); "
            "due 2026-11-20 14:00."
        )
