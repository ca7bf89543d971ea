"""Clocks in the database: planned, started, paused, resumed, restarted, stopped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.sla import book, queries, services
from sunline.sla.models import Clock, Limit, Pause, Profile
from sunline.sla.rules.dates import overlap

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shipped():
    services.load_shipped(NOW)


def plan(kind="complaint", *, path="/hq/gd/gz/", now=NOW, rural=False, purposes=None, **traits):
    known = {"kind": kind, "urgency": "normal", "complexity": "simple", **traits}
    return services.plan_clocks(known, purposes=purposes, unit_path=path, rural=rural, now=now)


def started(*args, **given):
    subject = Subject("ticket", new_id())
    services.start(plan(*args, **given), subject=subject)
    return subject


def clocks(subject, **where):
    return Clock.objects.filter(subject_id=subject.id, **where)


def due_of(subject, **where):
    return clocks(subject, **where).get().due_at


def test_shipped_limits_are_loaded_once_and_left_as_the_operator_set_them():
    Limit.objects.filter(code="complaint_answer").update(amount=3)
    assert services.load_shipped(NOW) == 0
    assert set(Limit.objects.filter(code="complaint_answer").values_list("amount", flat=True)) == {
        3
    }


def test_unread_figures_are_shipped_as_to_be_confirmed():
    unread = Limit.objects.filter(confirmed=False).values_list("profile__code", "profile__active")
    assert set(unread) == {("law", True), ("order_36", False), ("internet_standard", False)}
    in_force = Limit.objects.filter(confirmed=False, profile__active=True)
    assert [row.code for row in in_force] == ["appeal_answer_to_centre"]


def test_no_two_versions_of_a_shipped_limit_hold_on_one_day():
    rows = Limit.objects.values_list("profile__code", "code", "since", "until")
    by_code: dict[tuple[str, str], list[tuple[date, date | None]]] = {}
    for profile, code, since, until in rows:
        held = by_code.setdefault((profile, code), [])
        assert not any(overlap(one, (since, until)) for one in held), (profile, code)
        held.append((since, until))


@pytest.mark.parametrize(
    ("kind", "topic", "rural", "path", "due"),
    [
        # the standard for mobile: whatever the law gives the country, 48 hours
        ("fault", "network.mobile.no_signal", True, "/hq/gd/", 48),
        ("fault", "broadband.fault.down", True, "/hq/gd/", 72),
        ("fault", "", True, "/hq/gd/", 72),
        # restored after payment: the law's 48 hours, the standard's 24, Henan's 24
        ("query", "mobile.state.restore", False, "/hq/gd/", 24),
        ("query", "mobile.state.restore", False, "/hq/ha/", 24),
        ("transaction", "mobile.card.real_name", False, "/hq/gd/", 24),
        ("transaction", "mobile.card.replace", False, "/hq/gd/", None),
        # a branch is not the branch whose name begins alike
        ("fault", "mobiles.lost", True, "/hq/gd/", 72),
    ],
)
def test_a_limit_of_a_topic_holds_for_what_is_below_it(kind, topic, rural, path, due):
    found = plan(kind, path=path, rural=rural, purposes=["resolve"], topic=topic)
    known = {row.id: row for row in Limit.objects.filter(pausable=False)}
    law = [clock.due_at - NOW for clock in found if clock.limit_id in known]
    assert law == ([] if due is None else [due * HOUR])


@pytest.mark.parametrize(
    ("profile", "given", "due"),
    [
        ("promise_24h_1h", ("enquiry", "normal", "resolve"), 24),
        ("promise_24h_1h", ("enquiry", "urgent", "resolve"), 1),
        ("promise_24h_2h_4h", ("enquiry", "normal", "first_response"), 24),
        ("promise_24h_2h_4h", ("enquiry", "urgent", "first_response"), 2),
        ("promise_24h_2h_4h", ("fault", "normal", "resolve"), 4),
        ("promise_complaint_2h_48h", ("complaint", "normal", "first_response"), 2),
        ("promise_complaint_2h_48h", ("complaint", "normal", "resolve"), 48),
    ],
)
def test_each_named_promise_gives_what_it_says(profile, given, due):
    Profile.objects.exclude(jurisdiction__in=["law", "province"]).update(active=False)
    Profile.objects.filter(code=profile).update(active=True)
    book.forget()
    kind, urgency, purpose = given
    found = plan(kind, urgency=urgency, purposes=[purpose])
    assert found[0].due_at - NOW == due * HOUR


@pytest.mark.parametrize(
    ("path", "due"),
    [
        ("/hq/gd/gz/", datetime(2026, 12, 5, 15, 59, 59, tzinfo=UTC)),  # 15 natural days
        ("/hq/ha/zz/", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),  # 5 working days
        ("/hq/cq/", datetime(2026, 12, 5, 15, 59, 59, tzinfo=UTC)),  # 15 working days are later
    ],
)
def test_the_answer_to_a_complaint_is_due_by_the_earliest_rule(path, due):
    (found,) = plan(path=path, purposes=["legal_answer"])
    assert found.due_at == due


@pytest.mark.parametrize(("rural", "hours"), [(False, 48), (True, 72)])
def test_a_fault_is_repaired_by_law_and_by_promise(rural, hours):
    found = plan("fault", rural=rural, purposes=["resolve"])
    assert [clock.due_at - NOW for clock in found] == [24 * HOUR, hours * HOUR]


def test_planning_asks_the_database_nothing_once_it_is_warm(django_assert_num_queries):
    plan()
    with django_assert_num_queries(0):
        plan("fault", rural=True)
        plan(path="/hq/ha/", now=NOW + timedelta(days=40))


def test_a_pause_moves_what_may_be_paused_and_never_the_law():
    subject = started("fault")
    paused = services.pause(subject.id, reason="customer", by=None, now=NOW + HOUR)
    assert len(paused) == clocks(subject, limit__pausable=True).count()
    assert services.next_due(subject.id) == NOW + 48 * HOUR, "only the law runs on"
    services.resume(subject.id, now=NOW + 31 * HOUR)
    assert due_of(subject, purpose="resolve", limit__pausable=False) == NOW + 48 * HOUR
    assert due_of(subject, purpose="resolve", limit__pausable=True) == NOW + 54 * HOUR


def test_pausing_twice_is_one_pause_and_resuming_twice_changes_nothing():
    subject = started("enquiry", purposes=["resolve"])
    services.pause(subject.id, reason="customer", by=None, now=NOW + HOUR)
    assert services.pause(subject.id, reason="other", by=None, now=NOW + 2 * HOUR) == []
    services.resume(subject.id, now=NOW + 3 * HOUR)
    assert services.resume(subject.id, now=NOW + 9 * HOUR) == []
    assert due_of(subject) == NOW + 26 * HOUR
    assert Pause.objects.get().reason == "customer"


def test_an_overdue_clock_is_not_paused():
    subject = started("enquiry", purposes=["resolve"])
    assert services.pause(subject.id, reason="late", by=None, now=NOW + 25 * HOUR) == []


def test_stopping_ends_a_pause_and_keeps_what_was_left():
    subject = started("enquiry", purposes=["resolve"])
    services.pause(subject.id, reason="customer", by=None, now=NOW + HOUR)
    services.stop(subject.id, now=NOW + 40 * HOUR)
    assert Pause.objects.get().until == NOW + 40 * HOUR
    clock = clocks(subject).get()
    assert (clock.breached_at, clock.due_at) == (None, NOW + 63 * HOUR)
    assert services.next_due(subject.id) is None


def test_stopping_by_purpose_leaves_the_others_running():
    subject = started()
    services.stop(subject.id, purposes=["resolve"], now=NOW + HOUR)
    running = clocks(subject, stopped_at=None).values_list("purpose", flat=True)
    assert "resolve" not in running
    assert "legal_answer" in running


def test_stopping_late_marks_the_miss_at_once_and_the_sweep_adds_nothing():
    subject = started("enquiry", purposes=["resolve"])
    services.stop(subject.id, now=NOW + 25 * HOUR)
    clock = clocks(subject).get()
    assert clock.breached_at == clock.due_at == NOW + 24 * HOUR
    assert services.sweep(NOW + 26 * HOUR) == 0
    kinds = Event.objects.filter(subject_id=clock.id).order_by("sequence")
    assert [event.kind for event in kinds] == ["clock.warned@1", "clock.breached@1"]


def test_stopping_at_the_last_moment_is_in_time():
    subject = started("enquiry", purposes=["resolve"])
    services.stop(subject.id, now=NOW + 24 * HOUR)
    assert clocks(subject).get().breached_at is None


def restart(subject, now, *, kind="fault", rural=False, purposes=("resolve", "ola")):
    return services.restart(
        {"kind": kind, "urgency": "normal", "complexity": "simple"},
        subject=subject,
        purposes=purposes,
        unit_path="/hq/gd/gz/",
        rural=rural,
        received_at=NOW,
        now=now,
    )


def test_a_failed_revisit_opens_the_law_again_where_it_began():
    subject = started("fault", purposes=["resolve", "ola"])
    services.stop(subject.id, now=NOW + 20 * HOUR)
    restart(subject, NOW + 30 * HOUR)
    law = clocks(subject, purpose="resolve", limit__pausable=False).get()
    assert (law.due_at, law.stopped_at) == (NOW + 48 * HOUR, None)
    promise = clocks(subject, purpose="resolve", limit__pausable=True, stopped_at=None).get()
    assert promise.due_at == NOW + 54 * HOUR
    services.sweep(NOW + 49 * HOUR)
    law.refresh_from_db()
    assert law.breached_at == law.due_at


def test_what_becomes_a_complaint_is_answered_from_its_receipt():
    subject = started("enquiry")
    restart(subject, NOW + 50 * HOUR, kind="complaint", purposes=None)
    law = datetime(2026, 12, 5, 15, 59, 59, tzinfo=UTC)
    assert due_of(subject, purpose="legal_answer") == law


def test_what_is_no_complaint_any_more_keeps_its_legal_clock():
    subject = started("complaint")
    restart(subject, NOW + HOUR, kind="enquiry", purposes=None)
    assert clocks(subject, purpose="legal_answer").get().stopped_at is None


def test_the_own_clock_of_a_unit_names_the_unit():
    subject, unit = Subject("ticket", new_id()), new_id()
    services.start(plan(purposes=["ola"]), subject=subject, unit_id=unit)
    assert clocks(subject).get().unit_id == unit


def test_views_say_state_share_and_what_is_left():
    subject = started("enquiry", purposes=["resolve"])

    def view(now):
        (found,) = queries.clocks_of(subject.id, now=now)
        return found.state, found.percent, found.remaining

    assert view(NOW + 12 * HOUR) == ("running", 50, 12 * HOUR)
    services.pause(subject.id, reason="customer", by=None, now=NOW + 18 * HOUR)
    assert view(NOW + 30 * HOUR) == ("paused", 75, 6 * HOUR)
    services.resume(subject.id, now=NOW + 30 * HOUR)
    assert view(NOW + 30 * HOUR) == ("running", 75, 6 * HOUR)
    assert view(NOW + 48 * HOUR) == ("breached", 150, -12 * HOUR)
    services.stop(subject.id, now=NOW + 33 * HOUR)
    assert view(NOW + 99 * HOUR) == ("stopped", 87, 3 * HOUR)
