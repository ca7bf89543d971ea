"""Extensions, promised call-backs, and clocks of units and of joint handling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.policies import publish
from sunline.kernel.types import SYSTEM, Subject
from sunline.sla import errors, policies, queries, services
from sunline.sla.models import Clock, ClockChange
from sunline.sla.rules import due

from .test_properties import allowances, calendars, moments, stretches

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
HOUR = timedelta(hours=1)


@pytest.fixture
def shipped(db):
    services.load_shipped(NOW)


def started(kind="fault", *, purposes=None, unit_id=None, subject=None, **traits):
    subject = subject or Subject("ticket", new_id())
    known = {"kind": kind, "urgency": "normal", "complexity": "simple", **traits}
    planned = services.plan_clocks(
        known, purposes=purposes, unit_path="/hq/gd/", rural=False, now=NOW
    )
    services.start(planned, subject=subject, unit_id=unit_id)
    return subject


def extend(subject, minutes=60, now=NOW + HOUR, purposes=None):
    return services.extend(subject.id, purposes=purposes, minutes=minutes, by=SYSTEM, now=now)


def dues(subject):
    rows = Clock.objects.filter(subject_id=subject.id)
    return {(row.purpose, row.limit.pausable if row.limit else None): row.due_at for row in rows}


@pytest.mark.usefixtures("shipped")
class TestExtending:
    def test_a_promise_moves_and_the_law_stays(self):
        subject = started("fault", purposes=["resolve"])
        (moved,) = extend(subject, 600)
        assert dues(subject) == {
            ("resolve", True): NOW + 34 * HOUR,
            ("resolve", False): NOW + 48 * HOUR,
        }
        assert moved.extended == 600

    def test_only_the_purposes_named_move(self):
        subject = started("complaint")
        before = dues(subject)
        extend(subject, 60, purposes=["resolve"])
        changed = {key for key, at in dues(subject).items() if at != before[key]}
        assert changed == {("resolve", True)}

    def test_an_extension_outlives_a_hold(self):
        subject = started("enquiry", purposes=["resolve"])
        extend(subject, 120)
        services.pause(subject.id, reason="customer", by=None, now=NOW + 2 * HOUR)
        services.resume(subject.id, now=NOW + 5 * HOUR)
        assert dues(subject) == {("resolve", True): NOW + 29 * HOUR}

    def test_a_resting_clock_is_extended_and_runs_on_with_both(self):
        subject = started("enquiry", purposes=["resolve"])
        services.pause(subject.id, reason="customer", by=None, now=NOW + 2 * HOUR)
        extend(subject, 120, now=NOW + 40 * HOUR)
        services.resume(subject.id, now=NOW + 42 * HOUR)
        assert dues(subject) == {("resolve", True): NOW + 66 * HOUR}

    def test_extensions_add_up_and_are_told_one_by_one(self):
        subject = started("enquiry", purposes=["resolve"])
        extend(subject, 60)
        extend(subject, 30, now=NOW + 2 * HOUR)
        assert dues(subject) == {("resolve", True): NOW + 25.5 * HOUR}
        (view,) = queries.clocks_of(subject.id, now=NOW + 2 * HOUR)
        with translation.override("en"):
            said = queries.explain(view)[-2:]
        assert said == [
            "Extended by 1 hour on 2026-11-20 11:00 by system: was due 2026-11-21 10:00.",
            "Extended by 30 minutes on 2026-11-20 12:00 by system: was due 2026-11-21 11:00.",
        ]
        assert ClockChange.objects.count() == 2

    def test_warnings_come_by_the_new_moment_and_none_twice(self):
        subject = started("enquiry", purposes=["resolve"])
        services.sweep(NOW + 13 * HOUR)
        extend(subject, 24 * 60, now=NOW + 14 * HOUR)
        assert services.sweep(NOW + 38 * HOUR) == 0, "80 % of 48 hours is still to come"
        services.sweep(NOW + 39 * HOUR)
        percents = [row.payload["percent"] for row in Event.objects.order_by("id")]
        assert percents == [50, 80]

    @pytest.mark.parametrize("minutes", [0, -1, 14_401])
    def test_too_little_or_too_much_is_refused(self, minutes):
        with pytest.raises(errors.BadExtension) as caught:
            extend(started("enquiry"), minutes)
        assert caught.value.problems[0].field == "minutes"

    def test_what_has_ended_has_passed_or_is_law_is_not_extended(self):
        ended = started("enquiry", purposes=["resolve"])
        services.stop(ended.id, now=NOW)
        law = started("complaint", purposes=["legal_answer"])
        overdue = started("enquiry", purposes=["resolve"])
        for subject, now in ((ended, NOW), (law, NOW), (overdue, NOW + 24 * HOUR + HOUR)):
            before = dues(subject)
            with pytest.raises(errors.NothingToExtend):
                extend(subject, now=now)
            assert dues(subject) == before
        assert extend(overdue, now=NOW + 24 * HOUR), "the last moment is in time"


@settings(max_examples=80, deadline=None)
@given(calendars, moments, allowances, st.lists(stretches, max_size=3), st.integers(0, 5000))
def test_an_extension_never_shortens_and_more_is_no_earlier(
    calendar, start, allowance, pauses, minutes
):
    found = [
        due.due_at(start, allowance, calendar, pauses, extra) for extra in (0, minutes, minutes + 1)
    ]
    assert found == sorted(found)


@settings(max_examples=80, deadline=None)
@given(calendars, moments, st.integers(1, 4000), st.integers(1, 4000))
def test_an_extension_of_minutes_is_a_longer_limit(calendar, start, amount, minutes):
    longer = due.due_at(start, due.Allowance(amount + minutes), calendar)
    assert due.due_at(start, due.Allowance(amount), calendar, extra=minutes) == longer


@pytest.mark.usefixtures("shipped")
class TestPromises:
    def promised(self, hours=3):
        subject = Subject("ticket", new_id())
        services.promise(subject, NOW + hours * HOUR, now=NOW)
        return subject

    def test_a_call_in_time_keeps_the_promise(self):
        subject = self.promised()
        (clock,) = services.keep(subject.id, now=NOW + 3 * HOUR)
        assert (clock.started_at, clock.due_at) == (NOW, NOW + 3 * HOUR)
        assert (clock.stopped_at, clock.breached_at) == (NOW + 3 * HOUR, None)

    def test_a_late_call_leaves_it_broken(self):
        subject = self.promised()
        (clock,) = services.keep(subject.id, now=NOW + 4 * HOUR)
        assert clock.breached_at == NOW + 3 * HOUR
        payload = Event.objects.get(kind="clock.breached@1").payload
        assert (payload["purpose"], payload["jurisdiction"]) == ("callback", "promise")

    def test_nothing_moves_a_promised_moment(self):
        subject = self.promised()
        assert services.pause(subject.id, reason="x", by=None, now=NOW + HOUR) == []
        with pytest.raises(errors.NothingToExtend):
            extend(subject)
        known = {"kind": "enquiry", "urgency": "normal"}
        services.restart(
            known, subject=subject, unit_path="/hq/", rural=False, received_at=NOW, now=NOW
        )
        clock = Clock.objects.get(subject_id=subject.id, purpose="callback")
        assert (clock.due_at, clock.stopped_at) == (NOW + 3 * HOUR, None)

    def test_it_warns_like_any_clock(self):
        subject = self.promised(10)
        for hours in (6, 9, 11, 16, 21):
            services.sweep(NOW + hours * HOUR)
        rows = Event.objects.filter(kind="clock.warned@1").order_by("id")
        assert [row.payload["percent"] for row in rows] == [50, 80, 100, 150, 200]
        assert {row.payload["subject_id"] for row in rows} == {str(subject.id)}

    def test_it_says_when_it_was_promised(self):
        (view,) = queries.clocks_of(self.promised().id, now=NOW + HOUR)
        with translation.override("en"):
            assert queries.explain(view) == [
                "Promised at 2026-11-20 10:00 for 2026-11-20 13:00. Nothing moves this moment."
            ]
        assert (view.purpose, view.percent, view.remaining) == ("callback", 33, 2 * HOUR)

    @pytest.mark.parametrize("hours", [0, -1, 30 * 24 + 1])
    def test_the_past_and_the_far_future_are_refused(self, hours):
        with pytest.raises(errors.BadPromise):
            self.promised(hours)


@pytest.mark.usefixtures("shipped")
class TestUnits:
    def test_joint_handling_has_a_clock_of_its_own_unit(self):
        joint, unit = Subject("joint", new_id()), new_id()
        started(purposes=["ola"], subject=joint, unit_id=unit)
        clock = Clock.objects.get(subject_id=joint.id)
        assert (clock.subject_kind, clock.purpose, clock.unit_id) == ("joint", "ola", unit)
        services.sweep(NOW + 80 * HOUR)
        kinds = set(Event.objects.values_list("payload__subject_kind", flat=True))
        assert kinds == {"joint"}

    def test_each_dispatch_gives_the_next_unit_its_own_clock(self):
        subject, first, second = Subject("ticket", new_id()), new_id(), new_id()
        for unit, now in ((first, NOW), (second, NOW + HOUR)):
            services.restart(
                {"kind": "fault", "urgency": "normal", "complexity": "simple"},
                subject=subject,
                purposes=["ola"],
                unit_path="/hq/gd/",
                rural=False,
                received_at=NOW,
                now=now,
                unit_id=unit,
            )
        rows = Clock.objects.filter(subject_id=subject.id).order_by("started_at")
        assert [(row.unit_id, row.stop_reason) for row in rows] == [
            (first, "restarted"),
            (second, ""),
        ]
        views = queries.clocks_of(subject.id, now=NOW + 2 * HOUR)
        assert [view.state for view in views] == ["replaced", "running"]


def test_the_ladder_follows_the_operator(shipped):
    assert policies.ladder(NOW).rungs()[-2:] == ((150, 150), (200, 200))
    for policy, value in ((policies.SEVERE_SHARE, 130), (policies.SUPERVISE_SHARE, 110)):
        publish(policy, value, since=NOW, actor=SYSTEM, now=NOW)
    assert policies.ladder(NOW).rungs()[-2:] == ((150, 130), (200, 130)), "never the other way"
    subject = started("enquiry", purposes=["resolve"])
    services.sweep(NOW + 31 * HOUR)
    assert Event.objects.filter(kind="clock.warned@1").count() == 1
    services.sweep(NOW + 32 * HOUR)
    row = Clock.objects.get(subject_id=subject.id)
    assert (row.warned, row.warn_at) == (200, None)
