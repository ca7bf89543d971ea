"""What an administrator changes, and what is refused."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from sunline.kernel.errors import Refused
from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.sla import book, errors, queries, services
from sunline.sla.models import Clock, Limit
from sunline.sla.types import NewLimit
from sunline.staff.types import nobody, system_viewer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TOMORROW = date(2026, 11, 21)
FASTER = NewLimit(
    profile="promise_24h_1h",
    code="enquiry_answered",
    purpose="resolve",
    amount=720,
    unit="minutes",
    calendar="round_the_clock",
    since=TOMORROW,
    applies={"kind": ["enquiry"]},
    source="12 h",
)
KING = system_viewer()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shipped():
    services.load_shipped(NOW)


def hours_of(now, kind="enquiry", path="/hq/gd/"):
    known = {"kind": kind, "urgency": "normal", "complexity": "simple"}
    found = services.plan_clocks(known, purposes=["resolve"], unit_path=path, rural=False, now=now)
    return [(clock.due_at - now) // timedelta(hours=1) for clock in found]


def test_a_new_version_counts_from_its_day_and_ends_the_former():
    services.publish_limit(KING, FASTER, now=NOW)
    assert hours_of(datetime(2026, 11, 20, 15, 59, tzinfo=UTC)) == [24]
    assert hours_of(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == [12], "midnight in Shanghai"
    former = Limit.objects.get(code="enquiry_answered", until=TOMORROW)
    fact = Event.objects.get(kind="limit.published@1").payload
    assert fact["replaces"] == str(former.id)


def test_running_clocks_keep_the_version_they_began_with():
    subject = Subject("ticket", new_id())
    planned = services.plan_clocks(
        {"kind": "enquiry", "urgency": "normal"},
        purposes=["resolve"], unit_path="/hq/gd/", rural=False, now=NOW,
    )  # fmt: skip
    services.start(planned, subject=subject)
    services.publish_limit(KING, FASTER, now=NOW)
    services.pause(subject.id, reason="x", by=None, now=NOW)
    services.resume(subject.id, now=NOW + timedelta(days=2))
    assert Clock.objects.get().due_at == NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 10**9}, "amount"),
        ({"unit": "weeks"}, "unit"),
        ({"purpose": "whim"}, "purpose"),
        ({"calendar": "nowhere"}, "calendar"),
        ({"since": date(2026, 11, 19)}, "since"),
        ({"code": ""}, "code"),
        ({"code": "x" * 49}, "code"),
        ({"source": "x" * 129}, "source"),
        ({"applies": {"mood": ["bad"]}}, "applies.mood"),
        ({"applies": {"kind": []}}, "applies.kind"),
        ({"applies": {"kind": "complaint"}}, "applies.kind"),
        ({"profile": "law", "code": "complaint_answer", "pausable": True}, "pausable"),
        ({"mean_amount": 0}, "mean_amount"),
        ({"mean_amount": 721}, "mean_amount"),
        ({"unit": "working_days", "amount": 5, "mean_amount": 3}, "mean_amount"),
        ({"until": TOMORROW}, "until"),
        ({"until": date(2026, 11, 20)}, "until"),
        ({"purpose": "callback"}, "purpose"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_by_field(change, field):
    with pytest.raises(errors.BadLimit) as caught:
        services.publish_limit(KING, replace(FASTER, **change), now=NOW)
    assert field in {problem.field for problem in caught.value.problems}
    assert not Event.objects.exists()


def test_an_unknown_profile_is_not_found():
    with pytest.raises(errors.NoSuchProfile):
        services.publish_limit(KING, replace(FASTER, profile="nobody"), now=NOW)


def test_nothing_is_published_before_a_version_that_is_still_to_come():
    services.publish_limit(KING, replace(FASTER, since=date(2026, 12, 24)), now=NOW)
    with pytest.raises(errors.LaterVersion):
        services.publish_limit(KING, FASTER, now=NOW)


def test_versions_that_share_a_day_are_refused_in_words():
    first = replace(FASTER, until=date(2027, 1, 1))
    services.publish_limit(KING, first, now=NOW)
    later = NOW + timedelta(days=3)
    for since, until in ((date(2026, 11, 24), None), (date(2026, 12, 31), date(2027, 2, 1))):
        with pytest.raises(errors.OverlappingLimits) as caught:
            services.publish_limit(KING, replace(FASTER, since=since, until=until), now=later)
        with translation.override("zh-hans"):
            assert "2026-11-21 至 2027-01-01" in caught.value.message
        assert caught.value.code == "sla.overlapping"
    assert Limit.objects.filter(code="enquiry_answered").count() == 2
    services.publish_limit(KING, replace(FASTER, since=date(2027, 1, 1)), now=later)
    assert hours_of(datetime(2027, 1, 1, 2, tzinfo=UTC)) == [12]


def test_a_mean_is_kept_with_its_limit_and_told():
    services.publish_limit(KING, replace(FASTER, mean_amount=360), now=NOW)
    told = lines(
        "en", kind="enquiry", path="/hq/gd/", now=NOW + timedelta(days=1), purpose="resolve"
    )
    assert "On the mean of all such matters at most 6 hours." in told


def test_a_figure_is_confirmed_once():
    limit = Limit.objects.get(code="appeal_answer_to_centre")
    services.confirm_limit(KING, limit.id, now=NOW)
    services.confirm_limit(KING, limit.id, now=NOW)
    assert Event.objects.filter(kind="limit.confirmed@1").count() == 1
    limit.refresh_from_db()
    assert limit.confirmed
    with pytest.raises(errors.NoSuchLimit):
        services.confirm_limit(KING, new_id(), now=NOW)


def test_promises_are_switched_and_law_stands():
    assert hours_of(NOW, "fault") == [24, 48]
    services.set_profile(KING, "promise_24h_2h_4h", active=True, now=NOW)
    assert hours_of(NOW, "fault") == [4, 48]
    services.set_profile(KING, "promise_24h_2h_4h", unit_path="/hq/js/", now=NOW)
    assert hours_of(NOW, "fault") == [24, 48]
    for change in ({"active": False}, {"unit_path": "/hq/gd/"}):
        with pytest.raises(errors.LawStands):
            services.set_profile(KING, "law", now=NOW, **change)
    with pytest.raises(errors.NoSuchProfile):
        services.set_profile(KING, "nobody", active=True, now=NOW)


def office(now, minutes_due="ola"):
    (found,) = services.plan_clocks(
        {"kind": "fault", "urgency": "normal", "complexity": "simple"},
        purposes=[minutes_due], unit_path="/hq/gd/", rural=False, now=now,
    )  # fmt: skip
    return found.due_at


def test_a_day_set_apart_moves_what_starts_afterwards_and_can_be_given_back():
    assert office(NOW) == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00
    services.set_day(KING, "office", TOMORROW, periods=[["08:30", "12:00"]], now=NOW)
    assert office(NOW) == datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    services.set_day(KING, "office", date(2026, 11, 23), periods=[], reason="storm", now=NOW)
    services.clear_day(KING, "office", TOMORROW, now=NOW)
    assert office(NOW) == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    services.clear_day(KING, "office", TOMORROW, now=NOW)
    states = [row.payload["state"] for row in Event.objects.order_by("id")]
    assert states == ["worked", "off", "by_rule"]


@pytest.mark.parametrize(
    "periods",
    [[["12:00", "08:00"]], [["8:00", "9:00"]], [["08:00"]], [[None, "09:00"]], [7], "x"],
)
def test_a_day_in_disorder_is_refused(periods):
    with pytest.raises(errors.BadCalendar):
        services.set_day(KING, "office", TOMORROW, periods=periods, now=NOW)
    with pytest.raises(errors.NoSuchCalendar):
        services.set_day(KING, "nowhere", TOMORROW, periods=[], now=NOW)


def test_a_calendar_of_another_country_is_added_and_used():
    form = services.CalendarForm(
        code="london",
        name="London",
        time_zone="Europe/London",
        holidays="GB-ENG",
        week={str(day): [["09:00", "17:00"]] for day in range(1, 6)},
    )
    services.add_calendar(KING, form, now=NOW)
    services.publish_limit(KING, replace(FASTER, calendar="london", amount=60), now=NOW)
    found = hours_of(datetime(2026, 12, 24, 17, 0, tzinfo=UTC))
    assert found == [16 + 24 * 4 + 1]  # Christmas on Friday, Boxing Day on Monday
    with pytest.raises(errors.BadCalendar):
        services.add_calendar(KING, form, now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": " "}, "code"),
        ({"name": ""}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"holidays": "XX"}, "holidays"),
        ({"week": {}}, "week"),
        ({"week": {"8": [["09:00", "17:00"]]}}, "week.8"),
        ({"week": {"1": [["17:00", "09:00"]]}}, "week.1"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_by_field(change, field):
    form = services.CalendarForm(code="new", name="New", week={"1": [["09:00", "17:00"]]})
    with pytest.raises(errors.BadCalendar) as caught:
        services.add_calendar(KING, replace(form, **change), now=NOW)
    assert field in {problem.field for problem in caught.value.problems}


@pytest.mark.parametrize(
    "act",
    [
        lambda who: services.publish_limit(who, FASTER, now=NOW),
        lambda who: services.confirm_limit(who, new_id(), now=NOW),
        lambda who: services.set_profile(who, "demo", active=False, now=NOW),
        lambda who: services.set_day(who, "office", TOMORROW, periods=[], now=NOW),
        lambda who: services.clear_day(who, "office", TOMORROW, now=NOW),
        lambda who: services.add_calendar(who, services.CalendarForm("a", "A"), now=NOW),
    ],
)
def test_only_administrators_act(act, viewer):
    for who in (nobody(), viewer("lin")):
        with pytest.raises(Refused):
            act(who)


def test_limits_are_seen_by_those_who_may(viewer):
    with pytest.raises(Refused):
        queries.limits(nobody())
    assert queries.limits(viewer("wang"))


def test_an_administrator_of_the_cast_may_confirm(viewer):
    limit = Limit.objects.get(code="appeal_answer_to_centre")
    services.confirm_limit(viewer("wang"), limit.id, now=NOW)
    assert Event.objects.get(kind="limit.confirmed@1").actor_label == viewer("wang").actor.label


# Words


def lines(language, kind="complaint", path="/hq/ha/zz/", now=NOW, purpose="legal_answer"):
    subject = Subject("ticket", new_id())
    planned = services.plan_clocks(
        {"kind": kind, "urgency": "normal", "complexity": "complex"},
        purposes=[purpose], unit_path=path, rural=False, now=now,
    )  # fmt: skip
    services.start(planned, subject=subject)
    (view,) = queries.clocks_of(subject.id, now=now)
    with translation.override(language):
        return queries.explain(view)


def test_why_is_told_in_english():
    assert lines("en") == [
        "5 working days of “Office hours on working days”, received 2026-11-20 10:00. The day of "
        "receipt does not count; due when the last working day closes, 2026-11-27 17:30.",
        "Source: Henan Telecommunications Regulations, Art. 38",
        "Holds do not move this moment.",
        "Also applies, later: Measures for Handling Telecom User Appeals (MIIT Order 35), "
        "due 2026-12-05 23:59.",
    ]


def test_why_names_holidays_make_up_days_and_unknown_years():
    before = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
    found = lines("en", now=before)
    assert "Days off in between: 7 (2026-10-01 to 2026-10-07)." in found
    assert "Worked although a weekend: 2026-10-10." in found
    at_year_end = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)
    assert any("2027 are not known yet" in line for line in lines("en", now=at_year_end))


def test_why_says_what_is_still_to_be_confirmed():
    assert "This figure is still to be confirmed." in lines("en", kind="appeal")


def test_a_missing_year_is_said_in_the_log_and_to_administrators(caplog):
    book._year.cache_clear()
    book._shared.cache_clear()
    book.forget()
    with caplog.at_level(logging.WARNING, "sunline.sla.book"):
        office(datetime(2026, 12, 31, 8, 0, tzinfo=UTC))
    assert "holidays are not known" in caplog.text
    (note,) = queries.health_notes(NOW)
    assert dict(note.params) == {"holidays": "CN", "year": 2027}
    with translation.override("en"):
        assert "2027" in queries.health_texts(NOW)[0]
