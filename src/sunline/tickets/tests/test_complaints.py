"""Complaints as cases: opened, graded, scored, moved on the ladder."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast as typed
from uuid import UUID, uuid4

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.models import Event
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as knowing
from sunline.sla import services as sla
from sunline.sla.queries import clocks_of
from sunline.testing import cast

from .. import case_policies, errors, handlers, queries, services
from ..models import Complaint, Escalation, PlanStep, Pressure, Ticket
from ..types import TicketRef, WorkFilter
from .casework import HOUR, See, assess, case, kinds, opened, registration


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    cast.people()
    sla.load_shipped(now)
    made = services.register(viewer("lin"), registration(org), now=now)
    opened(made.id, now)
    return made


@pytest.fixture
def handled(ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-bill"].id, now=now)
    return services.accept(viewer("wei"), ticket.id, now=now)


# Opening and grading


def test_a_complaint_is_opened_quietly_and_other_tickets_have_no_case(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    found = case(ticket)
    assert (found.grade, found.level, found.score, found.codes) == ("ordinary", "agent", 0, [])
    assert found.strategy == "standard"
    assert found.step_at == now + timedelta(days=1)
    assert kinds(ticket) == ["registered"]
    other = services.register(viewer("lin"), registration(org, kind="fault"), now=now)
    services.renew_by_rule(other.id, now=now)
    assert not Complaint.objects.filter(ticket_id=other.id).exists()
    with pytest.raises(errors.NotAComplaint):
        assess(viewer("lin"), other, now)


def test_reclassifying_to_a_complaint_opens_its_case(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    made = services.register(viewer("lin"), registration(org, kind="enquiry"), now=now)
    services.reclassify(viewer("lin"), made.id, kind="complaint", now=now)
    event = typed(Event, SimpleNamespace(subject_id=made.id))
    handlers.on_case(event, now)
    handlers.on_case(event, now)
    assert case(made).grade == "ordinary"


def test_an_imported_complaint_is_opened_by_the_sweep(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    made = services.register(viewer("lin"), registration(org), now=now)
    assert services.open_missing_cases(now) == 1
    assert services.open_missing_cases(now) == 0
    assert case(made).level == "agent"


def test_assessing_grades_it_and_says_so(ticket: TicketRef, viewer: See, now: datetime) -> None:
    found = assess(viewer("lin"), ticket, now, urgency="urgent", mood="angry")
    assert (found.grade, found.codes, found.score) == ("urgent", ["urgency"], 10)
    assert (found.level, found.strategy) == ("team_leader", "tense")
    assert kinds(ticket)[1:] == ["assessed", "graded", "segmented", "escalated", "dispatched"]
    graded = next(row for row in log.history(ticket.id) if row.kind == "ticket.graded@1")
    assert (graded.payload["before"], graded.payload["grade"]) == ("ordinary", "urgent")
    assert Ticket.objects.get(id=ticket.id).severity == "general"


def test_a_major_complaint_gets_its_plan_once_and_is_supervised(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    found = assess(viewer("lin"), ticket, now, severity="major", signals=("media",))
    assert (found.grade, found.level) == ("major", "province")
    steps = PlanStep.objects.filter(ticket_id=ticket.id)
    assert steps.count() == 12
    assert {row.phase for row in steps} == {"prevention", "response", "recovery"}
    assert {row.circle for row in steps} == {"internal", "cross_department", "media_contact"}
    assert Pressure.objects.get(ticket_id=ticket.id).cause == "major"
    assess(viewer("lin"), ticket, now)
    again = assess(viewer("lin"), ticket, now, severity="major")
    assert (again.grade, steps.count()) == ("major", 12)
    with pytest.raises(errors.PlanTwice):
        services.attach_plan(viewer("qian"), ticket.id, now=now)


def test_the_second_complaint_on_a_topic_is_a_repeated_one(
    org: cast.Organisation, viewer: See, now: datetime, topic: UUID
) -> None:
    cast.people()
    first, second, other = (
        services.register(viewer("lin"), registration(org, topic_id=wanted), now=at).id
        for wanted, at in ((topic, now), (topic, now + 29 * 24 * HOUR), (None, now + HOUR))
    )
    assert not opened(first, now).repeated
    assert not opened(other, now).repeated
    found = opened(second, now + 29 * 24 * HOUR)
    assert (found.repeated, found.grade, found.score) == (True, "urgent", 25)
    assert found.segment["in_30_days"] == 2
    late = services.register(
        viewer("lin"), registration(org, topic_id=topic), now=now + 60 * 24 * HOUR
    )
    assert not opened(late.id, now + 60 * 24 * HOUR).repeated


@pytest.fixture
def topic(org: cast.Organisation, now: datetime) -> UUID:
    knowing.load_topics(now=now)
    rows = knowledge.topics().rows
    return next(row.id for row in rows if knowledge.topics().is_leaf(row))


# The ladder


def test_time_brings_a_case_up_rung_by_rung_and_stops_at_the_top(
    ticket: TicketRef, org: cast.Organisation, now: datetime
) -> None:
    day = timedelta(days=1)
    assert services.climb_due(now + day - HOUR) == 0
    for number in range(1, 7):
        services.climb_due(now + number * day)
    steps = Escalation.objects.filter(ticket_id=ticket.id).order_by("id")
    assert [(row.level_from, row.level_to, row.reason) for row in steps] == [
        ("agent", "team_leader", "time"),
        ("team_leader", "specialist", "time"),
        ("specialist", "province", "time"),
        ("province", "hq", "time"),
    ]
    units = [row.unit_id for row in steps]
    assert units == [org[code].id for code in ("gz-hot", "gd-comp", "gd", "hq")]
    assert (case(ticket).level, case(ticket).step_at) == ("hq", None)


def test_an_answered_or_resting_case_does_not_climb(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    services.hold(viewer("wei"), handled.id, reason="parts", now=now)
    assert services.climb_due(now + timedelta(days=2)) == 0
    services.resume(viewer("wei"), handled.id, now=now + timedelta(days=2))
    services.withdraw(viewer("lin"), handled.id, reason="customer", now=now + timedelta(days=2))
    assert services.climb_due(now + timedelta(days=3)) == 0
    assert (case(handled).level, case(handled).step_at) == ("agent", None)


def test_a_missed_limit_brings_it_up_once_for_each_clock(ticket: TicketRef, now: datetime) -> None:
    for clock in (uuid4(), uuid4()):
        payload = {"subject_kind": "ticket", "subject_id": str(ticket.id)}
        event = typed(Event, SimpleNamespace(subject_id=clock, payload=payload))
        handlers.on_limit_missed(event, now)
        handlers.on_limit_missed(event, now)
    assert case(ticket).level == "specialist"
    assert Escalation.objects.filter(ticket_id=ticket.id, reason="limit_missed").count() == 2


def test_a_person_escalates_and_only_a_person_brings_it_down(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.escalate(viewer("lin"), ticket.id, reason="wish", note="客户要求找领导", now=now)
    assert case(ticket).level == "team_leader"
    with pytest.raises(errors.NotHigher):
        services.escalate(
            viewer("lin"), ticket.id, reason="wish", level="team_leader", note="再升", now=now
        )
    with pytest.raises(Refused):
        services.deescalate(
            viewer("lin"), ticket.id, level="agent", reason="calmed", note="已安抚", now=now
        )
    services.deescalate(
        viewer("zhao"), ticket.id, level="agent", reason="calmed", note="已安抚", now=now
    )
    services.renew_by_rule(ticket.id, now=now)
    assert case(ticket).level == "agent"
    with pytest.raises(errors.NotHigher):
        services.deescalate(
            viewer("zhao"), ticket.id, level="agent", reason="calmed", note="再降", now=now
        )
    assert kinds(ticket)[-1] == "deescalated"


def test_what_was_brought_down_goes_up_again_only_for_a_new_reason(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    assess(viewer("lin"), ticket, now, signals=("leak",))
    assert case(ticket).level == "specialist"
    services.deescalate(
        viewer("zhao"), ticket.id, level="agent", reason="judgement", note="误报", now=now
    )
    assert assess(viewer("lin"), ticket, now, signals=("leak",)).level == "agent"
    assert assess(viewer("lin"), ticket, now, signals=("leak", "media")).level == "province"


def test_an_order_nobody_has_is_offered_to_the_unit_of_the_level(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    services.escalate(
        viewer("lin"), ticket.id, reason="judgement", level="specialist", note="复杂", now=now
    )
    row = Ticket.objects.get(id=ticket.id)
    assert (row.state, row.unit_id) == ("awaiting_acceptance", org["gd-comp"].id)
    shown = queries.work_list(viewer("jiang"), WorkFilter(view="escalated"), now=now)
    assert [line.number for line in shown.items] == [ticket.number]
    assert queries.work_list(viewer("lv_nj"), WorkFilter(view="escalated"), now=now).items == []


def test_a_high_score_brings_it_to_a_specialist_and_moves_no_limit(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    before = {row.purpose: row.due_at for row in clocks_of(ticket.id, now=now)}
    Complaint.objects.filter(ticket_id=ticket.id).update(repeated=True)
    policies_weight = case_policies.WEIGHTS["threat"].default
    found = assess(
        viewer("lin"), ticket, now, signals=("consumer", "court"), mood="threatening",
        flags=("repeated",),
    )  # fmt: skip
    assert found.score == policies_weight + 10
    after = {row.purpose: row.due_at for row in clocks_of(ticket.id, now=now)}
    assert all(after[purpose] <= due for purpose, due in before.items())
    assert found.first_contact_due is not None
    assert found.first_contact_due <= min(after.values())


def test_a_person_may_choose_the_strategy_and_the_score_no_longer_does(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.choose_strategy(
        viewer("lin"), ticket.id, strategy="valued", note="老客户，人工判断", now=now
    )
    found = assess(viewer("lin"), ticket, now, mood="angry")
    assert (found.strategy, found.strategy_by) == ("valued", viewer("lin").actor.id)
    with pytest.raises(Invalid):
        services.choose_strategy(viewer("lin"), ticket.id, strategy="no", note="x", now=now)
