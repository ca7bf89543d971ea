"""The revisit after the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sunline.interactions import queries as interactions
from sunline.kernel.errors import Invalid, Refused
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

from .. import errors, queries, services
from ..models import RevisitAttempt, RevisitPlan, Ticket
from ..types import Registration
from .answered import See, answered, checked, kinds, plan_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SYSTEM = system_viewer()


# Which answers owe a revisit


def test_an_ordinary_answer_owes_none_and_is_closed_by_rule_without_claiming_acceptance(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now)
    assert (plan_of(ticket).required, plan_of(ticket).step) == (False, "not_needed")
    assert services.close_by_rule(now + 6 * DAY) == 0
    assert services.close_by_rule(now + 7 * DAY) == 1
    row = Ticket.objects.get(id=ticket.id)
    assert (row.state, row.result, row.next_due_at) == ("closed", "not_reached", None)
    assert plan_of(ticket).ended_how == "rule"
    assert services.close_by_rule(now + 8 * DAY) == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"severity": "major"}, "major"),
        ({"channel": "regulator"}, "appeal"),
    ],
)
def test_a_grave_answer_is_closed_by_a_call_alone(
    changes: dict[str, object], reason: str, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now, **changes)
    plan = plan_of(ticket)
    assert (plan.required, plan.reason, plan.due_at) == (True, reason, now + DAY)
    assert Ticket.objects.get(id=ticket.id).next_due_at == now + DAY
    for outcome in ("accepted", "not_reached", "explained"):
        with pytest.raises(errors.RevisitOwed):
            services.record_revisit(SYSTEM, ticket.id, outcome=outcome, score=9, now=now)
    with pytest.raises(errors.RevisitOwed):
        services.record_revisit(viewer("shen"), ticket.id, outcome="not_reached", now=now)
    with pytest.raises(errors.RevisitOwed):
        services.withdraw(viewer("sun"), ticket.id, reason="customer", now=now)
    assert services.close_by_rule(now + 90 * DAY) == 0
    done = services.record_revisit(
        viewer("shen"),
        ticket.id,
        outcome="accepted",
        score=8,
        promise_kept="yes",
        attitude="good",
        now=now + DAY,
    )
    plan.refresh_from_db()
    assert done.state == "closed"
    assert (plan.ended_how, plan.score, plan.promise_kept, plan.attempts) == ("call", 8, "yes", 1)


def test_whoever_handled_or_took_part_never_revisits(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now, severity="major")
    Ticket.objects.filter(id=ticket.id).update(handler_id=None)
    people = cast.people()
    Ticket.objects.get(id=ticket.id).handlings.update(handler_id=people["jiang"].id)
    with pytest.raises(errors.SameHandler):
        services.record_revisit(viewer("jiang"), ticket.id, outcome="accepted", now=now)
    with pytest.raises(errors.SameHandler):
        services.try_revisit(viewer("jiang"), ticket.id, code="busy", now=now)
    with pytest.raises(Refused):
        services.try_revisit(viewer("lin"), ticket.id, code="busy", now=now)


def test_finishing_at_once_does_not_close_what_owes_a_revisit(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    made = services.register(
        viewer("lin"),
        Registration(
            kind="fault", title="断网", description="全屋断网。", channel="phone", urgency="urgent",
            home_unit_id=org["gz"].id,
        ),
        now=now,
    )  # fmt: skip
    done = services.finish_at_once(viewer("lin"), made.id, text="已恢复", accepted=True, now=now)
    assert done.state == "awaiting_revisit"
    Ticket.objects.filter(id=made.id).update(handler_id=cast.people()["shen"].id)
    with pytest.raises(errors.SameHandler):
        services.record_revisit(viewer("shen"), made.id, outcome="accepted", now=now)


def test_what_was_merged_in_counts_with_it(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = checked(org, viewer, now)
    grave = services.register(
        viewer("lin"),
        Registration(
            kind="complaint", title="话费多收", description="再次投诉", channel="phone",
            severity="major", home_unit_id=org["gz"].id, contact="19900000001",
        ),
        now=now,
    )  # fmt: skip
    services.merge(viewer("sun"), grave.id, into_number=ticket.number, now=now)
    services.approve(viewer("sun"), ticket.id, now=now)
    services.answer(viewer("lin"), ticket.id, text="已退还。", now=now)
    assert plan_of(ticket).reason == "major"


# Calls


def test_three_calls_at_other_times_of_day_then_in_writing_then_not_reached(
    org: cast.Organisation, viewer: See, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "can_send_by", lambda channel: False)
    ticket = answered(org, viewer, now, severity="major")
    shen, first = viewer("shen"), now + DAY  # 12:00 in Beijing
    services.try_revisit(shen, ticket.id, code="no_answer", now=first)
    assert plan_of(ticket).due_at == first + 5 * HOUR
    services.try_revisit(shen, ticket.id, code="busy", now=first + HOUR)
    plan = plan_of(ticket)
    assert (plan.attempts, [row.counts for row in plan.tries.order_by("at")]) == (1, [True, False])
    services.try_revisit(shen, ticket.id, code="busy", now=first + 5 * HOUR)
    assert plan_of(ticket).due_at == first + 21 * HOUR
    with pytest.raises(errors.RevisitOwed):
        services.record_revisit(shen, ticket.id, outcome="not_reached", now=first + 6 * HOUR)
    services.try_revisit(shen, ticket.id, code="no_answer", now=first + 21 * HOUR)
    plan = plan_of(ticket)
    assert (plan.step, plan.attempts, plan.fallback_channel) == ("fallback", 3, "")
    assert kinds(ticket)[-1] == "revisit_given_up"
    assert services.close_by_rule(first + 22 * HOUR) == 0
    assert services.close_by_rule(first + 21 * HOUR + 3 * DAY) == 1
    row = Ticket.objects.get(id=ticket.id)
    assert (row.state, row.result) == ("closed", "not_reached")
    assert (plan_of(ticket).ended_how, plan_of(ticket).attempts) == ("rule", 3)


def test_the_message_goes_out_once_where_a_channel_exists(
    org: cast.Organisation, viewer: See, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(interactions, "can_send_by", lambda channel: True)
    monkeypatch.setattr(
        "sunline.tickets.services.revisiting._send",
        lambda ticket, channel, body, now: sent.append(f"{channel} {body}"),
    )
    ticket = answered(org, viewer, now, severity="major")
    services.try_revisit(viewer("shen"), ticket.id, code="wrong_number", now=now + DAY)
    assert plan_of(ticket).fallback_channel == "sms"
    services.try_revisit(viewer("shen"), ticket.id, code="no_answer", now=now + DAY + 5 * HOUR)
    assert len(sent) == 1
    assert ticket.number in sent[0]
    assert "好评" not in sent[0]
    # Whoever answers in writing after all is believed.
    assert services.record_revisit(SYSTEM, ticket.id, outcome="accepted", now=now + 2 * DAY).state


def test_a_customer_who_asks_for_a_time_is_called_then(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now, severity="major")
    wanted = now + 2 * DAY + 2 * HOUR
    with pytest.raises(Invalid):
        services.try_revisit(viewer("shen"), ticket.id, code="call_later", now=now)
    with pytest.raises(Invalid):
        services.try_revisit(
            viewer("shen"), ticket.id, code="call_later", call_at=now - HOUR, now=now
        )
    services.try_revisit(viewer("shen"), ticket.id, code="call_later", call_at=wanted, now=now)
    assert plan_of(ticket).due_at == wanted


def test_who_refuses_is_left_in_peace_and_not_counted_as_accepted(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now, severity="major")
    done = services.try_revisit(viewer("shen"), ticket.id, code="refused", now=now)
    row = Ticket.objects.get(id=ticket.id)
    assert (done.state, row.result, plan_of(ticket).outcome) == ("closed", "not_reached", "refused")


@pytest.mark.parametrize("hours_later", [9, 15, 20])
def test_nobody_is_called_at_night(
    hours_later: int, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now, severity="major")
    with pytest.raises(errors.OutsideHours):
        services.try_revisit(viewer("shen"), ticket.id, code="busy", now=now + hours_later * HOUR)
    assert not RevisitAttempt.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("outcome", "x"), ("score", 11), ("score", 0), ("promise_kept", "x"), ("attitude", "x")],
)
def test_what_cannot_have_been_heard_is_refused(
    field: str, value: object, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now)
    heard: dict[str, object] = {"outcome": "accepted", field: value}
    with pytest.raises(Invalid):
        services.record_revisit(viewer("shen"), ticket.id, **heard, now=now)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        services.try_revisit(viewer("shen"), ticket.id, code="reached", now=now)


# What is not solved comes back


def test_not_solved_goes_back_to_work_and_the_next_answer_owes_a_revisit(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now)
    back = services.record_revisit(viewer("shen"), ticket.id, outcome="unsolved", now=now)
    assert back.state == "awaiting_acceptance"
    assert (plan_of(ticket).ended_how, plan_of(ticket).outcome) == ("call", "unsolved")
    services.accept(SYSTEM, ticket.id, now=now)
    services.reply(SYSTEM, ticket.id, text="已重新核实。", now=now)
    services.approve(viewer("sun"), ticket.id, now=now)
    services.answer(viewer("lin"), ticket.id, text="已补退。", now=now)
    plan = plan_of(ticket)
    assert (plan.required, plan.reason) == (True, "unsatisfied")
    assert RevisitPlan.objects.filter(ticket_id=ticket.id).count() == 2


def test_a_customer_who_says_solved_with_a_low_score_is_asked(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = answered(org, viewer, now)
    kept = services.record_revisit(SYSTEM, ticket.id, outcome="accepted", score=3, now=now)
    assert kept.state == "awaiting_revisit"
    plan, row = plan_of(ticket), Ticket.objects.get(id=ticket.id)
    assert (plan.required, plan.reason, row.rating) == (True, "unsatisfied", 3)
    assert kinds(ticket)[-1] == "revisit_planned"


def test_answers_without_a_plan_get_one(org: cast.Organisation, viewer: See, now: datetime) -> None:
    ticket = answered(org, viewer, now, severity="major")
    RevisitPlan.objects.all().delete()
    assert services.plan_missing(now + HOUR) == 1
    assert services.plan_missing(now + HOUR) == 0
    assert plan_of(ticket).reason == "major"


# Lists and rates


def test_the_list_and_the_rates_lead_to_their_rows(
    org: cast.Organisation, viewer: See, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "can_send_by", lambda channel: False)
    shen = viewer("shen")
    due, later, over, good, bad, plain = [
        answered(org, viewer, now, **({"severity": "major"} if index < 5 else {}))
        for index in range(6)
    ]
    morning = now + DAY
    services.try_revisit(shen, later.id, code="busy", now=morning)
    services.try_revisit(shen, over.id, code="wrong_number", now=morning)
    services.record_revisit(shen, good.id, outcome="accepted", score=9, now=morning)
    services.record_revisit(
        shen, bad.id, outcome="unsolved", score=2, promise_kept="no", now=morning
    )
    counted = queries.revisit_counts(shen, now=morning)
    assert counted == {"due": 1, "later": 1, "fallback": 1}
    for view, wanted in (("due", due), ("later", later), ("fallback", over)):
        rows = queries.revisit_rows(shen, view, now=morning).items
        assert [row.ticket_number for row in rows] == [wanted.number]
    figures = queries.revisit_figures(shen, now - DAY, morning)
    assert (figures.answered, figures.required, figures.revisited) == (6, 5, 4)
    assert (figures.reached, figures.satisfied, figures.reopened) == (2, 1, 1)
    assert (figures.given_up, figures.promise_broken, figures.score) == (1, 1, 5.5)
    for measure in ("answered", "required", "revisited", "reached", "satisfied", "reopened"):
        rows = queries.revisit_rows(
            shen, "rows", measure=measure, since=now - DAY, until=morning, now=morning
        ).items
        assert len(rows) == getattr(figures, measure), measure
    first = queries.revisit_rows(shen, "rows", now=morning, limit=4)
    rest = queries.revisit_rows(shen, "rows", now=morning, limit=4, cursor=first.next)
    numbers = [row.ticket_number for row in (*first.items, *rest.items)]
    assert len(set(numbers)) == 6
    assert plain.number in numbers


def test_other_provinces_see_none_of_it(org: cast.Organisation, viewer: See, now: datetime) -> None:
    answered(org, viewer, now, severity="major")
    with pytest.raises(Refused):
        queries.revisit_counts(viewer("lin"), now=now)
    elsewhere = cast.viewer("shen")
    path = org.path("js")
    narrow = Viewer(
        elsewhere.actor, grants={"tickets.view_revisits": frozenset({path})}, roles=elsewhere.roles
    )
    assert queries.revisit_rows(narrow, "later", now=now).items == []
    assert queries.revisit_figures(narrow, now - DAY, now + DAY).answered == 0


def test_only_one_plan_is_open(org: cast.Organisation, viewer: See, now: datetime) -> None:
    ticket = answered(org, viewer, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        RevisitPlan.objects.create(
            ticket_id=ticket.id, answer=99, required=False, step="not_needed", made_at=now
        )
    assert RevisitPlan.objects.filter(ended_at=None).count() == 1
