"""What must hold of working time for any calendar, moment and pause; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sunline.sla.rules import due, ladder
from sunline.sla.rules.due import Allowance

from .calendars import hours

NAMES = (
    "office",
    "office+",
    "every day",
    "night",
    "london",
    "london night",
    "new york",
    "new york night",
    "new york gap",
    "24 h Asia/Shanghai",
    "24 h Europe/London",
)
calendars = st.sampled_from(NAMES).map(hours)
first, last = datetime(2025, 11, 1), datetime(2027, 3, 31)  # noqa: DTZ001 - made aware below
any_moment = st.datetimes(first, last).map(lambda naive: naive.replace(tzinfo=UTC))
# The days around year ends and changes of clocks, to the minute and a little beside it.
edges = st.sampled_from(
    [
        datetime(2025, 12, 31, 16, tzinfo=UTC),
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2026, 12, 31, 16, tzinfo=UTC),
    ]
)
offsets = st.integers(-300, 300).map(lambda minutes: timedelta(minutes=minutes))
near_edges = st.builds(lambda moment, offset: moment + offset, edges, offsets)
moments = st.one_of(any_moment, near_edges)
spans = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))
amounts = st.integers(1, 60 * 24 * 3)
allowances = st.one_of(
    st.builds(Allowance, amounts),
    st.builds(Allowance, st.integers(1, 20), st.just("working_days")),
    st.builds(Allowance, st.integers(1, 20), st.just("days")),
)
stretches = st.builds(lambda since, span: (since, since + span), moments, spans)
quick = settings(max_examples=80, deadline=None)


@quick
@given(calendars, moments, spans, spans)
def test_splitting_an_interval_changes_nothing(calendar, start, one, two):
    middle, end = start + one, start + one + two
    whole = due.elapsed(start, end, calendar)
    assert whole == due.elapsed(start, middle, calendar) + due.elapsed(middle, end, calendar)


@quick
@given(calendars, moments, amounts)
def test_due_is_the_inverse_of_elapsed(calendar, start, amount):
    end = due.due_at(start, Allowance(amount), calendar)
    assert due.elapsed(start, end, calendar) == timedelta(minutes=amount)
    just_before = end - timedelta(microseconds=1)
    assert due.elapsed(start, just_before, calendar) < timedelta(minutes=amount)


@quick
@given(calendars, moments, amounts, st.lists(stretches, max_size=4))
def test_due_is_the_inverse_of_elapsed_with_pauses(calendar, start, amount, pauses):
    end = due.due_at(start, Allowance(amount), calendar, pauses)
    assert due.elapsed(start, end, calendar, pauses) == timedelta(minutes=amount)


@quick
@given(calendars, moments, allowances, st.lists(stretches, max_size=3), stretches)
def test_a_pause_never_brings_the_due_moment_forward(calendar, start, allowance, pauses, more):
    before = due.due_at(start, allowance, calendar, pauses)
    assert due.due_at(start, allowance, calendar, [*pauses, more]) >= before


@quick
@given(calendars, moments, allowances, st.integers(0, 99), spans)
def test_a_pause_never_shortens_what_is_left(calendar, start, allowance, share, span):
    end = due.due_at(start, allowance, calendar)
    since = start + (end - start) * share / 100
    until = since + span
    left = due.remaining(since, start, allowance, calendar)
    assert due.remaining(until, start, allowance, calendar, [(since, until)]) >= left


@quick
@given(calendars, moments, allowances, moments, spans, spans)
def test_splitting_a_pause_changes_nothing(calendar, start, allowance, since, one, two):
    middle, until = since + one, since + one + two
    whole = due.due_at(start, allowance, calendar, [(since, until)])
    split = due.due_at(start, allowance, calendar, [(middle, until), (since, middle)])
    assert whole == split


@quick
@given(calendars, moments, allowances, spans)
def test_who_starts_later_is_due_no_earlier(calendar, start, allowance, span):
    early = due.due_at(start, allowance, calendar)
    assert due.due_at(start + span, allowance, calendar) >= early > start


@quick
@given(calendars, moments, allowances)
def test_more_allowance_is_due_no_earlier(calendar, start, allowance):
    more = Allowance(allowance.amount + 1, allowance.unit)
    assert due.due_at(start, more, calendar) > due.due_at(start, allowance, calendar)


@quick
@given(calendars, moments, allowances, st.lists(stretches, max_size=2))
def test_warnings_come_in_order_between_start_and_due(calendar, start, allowance, pauses):
    end = due.due_at(start, allowance, calendar, pauses)
    counted = due.basis(allowance, calendar)
    moments_of = [
        found[1]
        for told in (0, 50, 80, 100, 150)
        if (found := ladder.next_rung(told, start, end, counted, pauses))
    ]
    assert [start, *moments_of] == sorted([start, *moments_of])
    assert moments_of[2] == end
    assert len(moments_of) == 5
