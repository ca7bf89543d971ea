"""Working together on a ticket: moving, joint handling, pressure, time, ownership."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, NotFound, Refused
from sunline.sla import services as sla
from sunline.sla.queries import clocks_of
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, queries, services
from ..models import Handling, JointWork, Ticket
from ..types import Registration, TicketRef, WorkFilter

See = Callable[[str], Viewer]
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    cast.people()
    sla.load_shipped(now)
    return services.register(viewer("lin"), registration(org), now=now)


def registration(org: cast.Organisation, **changes: object) -> Registration:
    fields: dict[str, object] = {
        "kind": "fault",
        "title": "宽带频繁掉线",
        "description": "宽带掉线，重启无效。",
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "contact": "19900000001",
    }
    return Registration(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def handled(ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-net"].id, now=now)
    return services.accept(viewer("zheng"), ticket.id, now=now)


def kinds(ticket_id: UUID) -> list[str]:
    return [event.kind.split("@")[0].split(".")[1] for event in log.history(ticket_id)]


def verbs(see: Viewer, ticket: TicketRef) -> set[str]:
    return set(queries.allowed_verbs(see, queries.ticket_for(see, ticket.id)))


# Moving


def test_a_transfer_stays_inside_the_unit_and_its_clock_runs_on(
    handled: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    before = {clock.id for clock in clocks_of(handled.id) if clock.purpose == "ola"}
    with pytest.raises(errors.OutsideUnit):
        services.transfer(viewer("zheng"), handled.id, unit_id=org["sz"].id, now=now)
    chu = cast.people()["chu"].id
    moved = services.transfer(viewer("zheng"), handled.id, handler_id=chu, now=now + HOUR)
    assert moved.state == "awaiting_acceptance"
    assert {clock.id for clock in clocks_of(handled.id) if clock.purpose == "ola"} == before
    assert services.accept(viewer("chu"), handled.id, now=now + HOUR).state == "in_handling"


def test_a_correction_gives_the_right_unit_the_order(
    handled: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    bill = org["gz-bill"].id
    services.hold(viewer("zheng"), handled.id, reason="parts", now=now)
    with pytest.raises(Refused):
        services.correct(viewer("zheng"), handled.id, unit_id=bill, reason="wrong_unit", now=now)
    moved = services.correct(
        viewer("sun"), handled.id, unit_id=bill, reason="wrong_unit", now=now + HOUR
    )
    row = Ticket.objects.get(id=handled.id)
    assert (moved.state, row.unit_id, row.handler_id) == ("awaiting_acceptance", bill, None)
    assert [stay.outcome for stay in Handling.objects.order_by("id")] == ["moved", ""]
    assert not Ticket.objects.get(id=handled.id).holds.filter(until=None).exists()


def test_after_too_many_returns_only_the_final_dispatcher_sends_it_on(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    net = org["gz-net"].id
    for _ in range(3):
        services.dispatch(viewer("lin"), ticket.id, unit_id=net, now=now)
        services.return_order(viewer("zheng"), ticket.id, reason="wrong_unit", now=now)
    with pytest.raises(errors.TooManyReturns):
        services.dispatch(viewer("lin"), ticket.id, unit_id=net, now=now)
    with pytest.raises(Refused):
        services.final_dispatch(viewer("lin"), ticket.id, unit_id=net, now=now)
    services.final_dispatch(viewer("sun"), ticket.id, unit_id=net, now=now)
    with pytest.raises(errors.FinalOrder):
        services.return_order(viewer("zheng"), ticket.id, reason="wrong_unit", now=now)
    assert kinds(ticket.id).count("returned") == 3


def test_an_order_cannot_be_returned_after_its_window(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    late = now + timedelta(hours=24, minutes=1)
    with pytest.raises(errors.ReturnTooLate):
        services.return_order(viewer("zheng"), handled.id, reason="incomplete", now=late)


# Joint handling


def test_units_join_reply_and_the_lead_waits_for_them(
    handled: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    bill = org["gz-bill"].id
    with pytest.raises(NotFound):
        queries.ticket_for(viewer("wei"), handled.id)
    services.ask_joint(viewer("zheng"), handled.id, unit_id=bill, text="请核对费用", now=now)
    with pytest.raises(errors.JointTwice):
        services.ask_joint(viewer("zheng"), handled.id, unit_id=bill, text="再问", now=now)
    work = JointWork.objects.get()
    assert [clock.unit_id for clock in clocks_of(work.id)] == [bill]
    assert queries.ticket_for(viewer("wei"), handled.id).number == handled.number
    page = queries.work_list(viewer("wei"), WorkFilter(view="joint"), now=now)
    assert [row.number for row in page.items] == [handled.number]
    with pytest.raises(errors.JointOpen):
        services.reply(viewer("zheng"), handled.id, text="已修复", now=now)
    assert {"accept_joint", "reply_joint"} <= verbs(viewer("wei"), handled)
    services.accept_joint(viewer("wei"), handled.id, now=now)
    services.reply_joint(viewer("wei"), handled.id, text="费用无误", now=now + HOUR)
    assert [clock.state for clock in clocks_of(work.id)] == ["stopped"]
    assert services.reply(viewer("zheng"), handled.id, text="已修复", now=now + HOUR).state == (
        "awaiting_check"
    )
    assert "reply_joint" not in verbs(viewer("wei"), handled)


def test_a_fact_holds_nothing_up_and_a_part_can_be_taken_back(
    handled: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    field = org["gz-field"].id
    services.ask_fact(viewer("zheng"), handled.id, unit_id=field, text="现场情况？", now=now)
    services.cancel_joint(viewer("zheng"), handled.id, unit_id=field, now=now)
    with pytest.raises(errors.NothingOpen):
        services.cancel_joint(viewer("zheng"), handled.id, unit_id=field, now=now)
    services.ask_fact(viewer("zheng"), handled.id, unit_id=field, text="现场情况？", now=now)
    services.reply(viewer("zheng"), handled.id, text="已修复", now=now)
    with pytest.raises(Invalid):
        services.ask_fact(
            viewer("zheng"), handled.id, unit_id=field, text="x", due_at=now - HOUR, now=now
        )


# Pressure


def test_the_third_chase_starts_supervision_once_and_a_report_ends_it(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    for times in range(4):
        services.chase(viewer("lin"), handled.id, text="催一下", now=now + times * HOUR)
    assert kinds(handled.id).count("supervised") == 1
    assert queries.situation(handled.id).supervision is not None
    with pytest.raises(errors.SupervisedAlready):
        services.supervise(viewer("zhao"), handled.id, text="请尽快", now=now)
    page = queries.work_list(viewer("zhao"), WorkFilter(view="supervised"), now=now)
    assert [row.number for row in page.items] == [handled.number]
    services.report(viewer("zheng"), handled.id, text="今晚割接", now=now)
    with pytest.raises(errors.NothingOpen):
        services.report(viewer("zheng"), handled.id, text="今晚割接", now=now)
    services.urge(viewer("lin"), handled.id, text="客户着急", now=now)
    assert kinds(handled.id)[-1] == "urged"


# Time


def test_more_time_is_asked_once_with_consent_and_leaves_the_law_alone(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    ask: dict[str, Any] = {"hours": 4, "reason": "parts", "consent": "电话同意，录音 7"}
    with pytest.raises(Invalid):
        services.ask_extension(viewer("zheng"), handled.id, **{**ask, "consent": " "}, now=now)
    with pytest.raises(Invalid):
        services.ask_extension(viewer("zheng"), handled.id, **{**ask, "hours": 0}, now=now)
    before = {clock.id: clock for clock in clocks_of(handled.id)}
    services.ask_extension(viewer("zheng"), handled.id, **ask, now=now)
    with pytest.raises(errors.ExtendedAlready):
        services.ask_extension(viewer("zheng"), handled.id, **ask, now=now)
    services.decide_extension(viewer("sun"), handled.id, granted=True, now=now)
    with pytest.raises(errors.NothingOpen):
        services.decide_extension(viewer("sun"), handled.id, granted=True, now=now)
    moved = 0
    for clock in clocks_of(handled.id):
        later = clock.due_at > before[clock.id].due_at
        assert not (later and clock.jurisdiction in {"law", "province"})
        moved += later
    assert moved


def test_more_time_comes_too_late_after_expiry(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    with pytest.raises(errors.TooLateToExtend):
        services.ask_extension(
            viewer("zheng"),
            handled.id,
            hours=4,
            reason="parts",
            consent="同意",
            now=now + timedelta(days=30),
        )


def test_a_long_matter_is_answered_in_stages_and_comes_back(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    kept = services.keep_on_account(
        viewer("sun"), handled.id, reason="coverage", text="基站在规划中。", now=now
    )
    assert kept.state == "long_term"
    assert all(clock.stopped_at for clock in clocks_of(handled.id))
    assert Ticket.objects.get(id=handled.id).next_due_at == now + timedelta(days=30)
    with pytest.raises(Invalid):
        services.answer_stage(
            viewer("sun"), handled.id, text="x", next_at=now + timedelta(days=31), now=now
        )
    services.answer_stage(viewer("sun"), handled.id, text="选址完成。", now=now + 24 * HOUR)
    assert queries.situation(handled.id).long_terms[0].stages == 2
    told = queries.timeline(viewer("lin"), handled.id, public=True)
    assert [entry.text for entry in told if entry.text][-1] == "选址完成。"
    back = services.take_off_account(viewer("sun"), handled.id, now=now + 48 * HOUR)
    assert back.state == "awaiting_dispatch"


# Ownership


def test_the_first_owner_stays_until_the_handover_is_accepted(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    lin, zhao = cast.people()["lin"].id, cast.people()["zhao"].id
    assert Ticket.objects.get(id=ticket.id).owner_id == lin
    with pytest.raises(errors.NotOwner):
        services.offer_handover(viewer("han"), ticket.id, taker_id=zhao, now=now)
    services.offer_handover(viewer("lin"), ticket.id, taker_id=zhao, note="交接", now=now)
    assert Ticket.objects.get(id=ticket.id).owner_id == lin
    with pytest.raises(errors.NothingOpen):
        services.take_handover(viewer("lin"), ticket.id, now=now)
    services.decline_handover(viewer("zhao"), ticket.id, note="不熟悉", now=now)
    services.offer_handover(viewer("lin"), ticket.id, taker_id=zhao, now=now)
    services.take_handover(viewer("zhao"), ticket.id, now=now)
    assert Ticket.objects.get(id=ticket.id).owner_id == zhao


def test_moving_a_case_twice_without_acceptance_is_a_breach(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-net"].id, now=now)
    for code in ("gz-bill", "gz-field"):
        unit = org[code].id
        services.correct(viewer("sun"), ticket.id, unit_id=unit, reason="wrong_unit", now=now)
    assert kinds(ticket.id)[-1] == "ownership_breached"


# Responsibility


def test_responsibility_is_judged_contested_reviewed_and_decided(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-net"].id, now=now)
    services.accept(viewer("zheng"), ticket.id, now=now)
    services.reply(viewer("zheng"), ticket.id, text="已恢复", now=now)
    services.approve(viewer("sun"), ticket.id, now=now)
    services.answer(viewer("sun"), ticket.id, text="已恢复", now=now)
    net = org["gz-net"].id
    first: dict[str, Any] = {"unit_id": net, "cause": "late", "text": "超时", "at_fault": True}
    services.judge(viewer("jiang"), ticket.id, **first, now=now)
    with pytest.raises(errors.WrongStage):
        services.judge(viewer("jiang"), ticket.id, **first, now=now)
    with pytest.raises((Refused, NotFound)):
        services.contest(viewer("wei"), ticket.id, text="不服", now=now)
    with pytest.raises(errors.ContestTooLate):
        services.contest(viewer("zheng"), ticket.id, text="不服", now=now + timedelta(days=4))
    services.contest(viewer("zheng"), ticket.id, text="客户约的时间", now=now)
    with pytest.raises(errors.WrongStage):  # not by whoever judged first
        services.review_judgement(viewer("jiang"), ticket.id, text="维持", now=now)
    services.review_judgement(viewer("qian"), ticket.id, text="改判", at_fault=False, now=now)
    services.finish_judgement(viewer("qian"), ticket.id, text="无责", at_fault=False, now=now)
    found = queries.situation(ticket.id).judgements
    assert [row.stage for row in found] == ["first", "contested", "reviewed", "final"]
    assert found[-1].at_fault is False


def test_a_unit_scores_the_order_it_worked_with_once(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    score: dict[str, Any] = {"score": 2, "faults": ("facts_missing",)}
    with pytest.raises(Invalid):
        services.score_order(viewer("zheng"), handled.id, score=6, now=now)
    with pytest.raises(Invalid):
        services.score_order(viewer("zheng"), handled.id, score=3, faults=("x",), now=now)
    services.score_order(viewer("zheng"), handled.id, **score, now=now)
    with pytest.raises(Conflict):
        services.score_order(viewer("zheng"), handled.id, **score, now=now)
    assert [row.score for row in queries.situation(handled.id).scores] == [2]


# Entered later


def test_what_is_entered_later_runs_from_when_the_customer_asked(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    asked = now - 5 * HOUR
    late = services.register(viewer("lin"), registration(org, asked_at=asked), now=now)
    row = Ticket.objects.get(id=late.id)
    assert (row.registered_at, row.entered_at) == (asked, now)
    assert {clock.started_at for clock in clocks_of(late.id)} == {asked}
    for moment in (now + HOUR, now - timedelta(days=31)):
        with pytest.raises(Invalid):
            services.register(viewer("lin"), registration(org, asked_at=moment), now=now)


# Promised calls


def test_a_promised_call_is_kept_once_and_late_is_told(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    with pytest.raises(Invalid):
        services.promise_callback(viewer("lin"), ticket.id, due_at=now, now=now)
    with pytest.raises(errors.NothingOpen):
        services.keep_callback(viewer("lin"), ticket.id, text="已回电", now=now)
    assert "keep_callback" not in verbs(viewer("lin"), ticket)
    soon = now + timedelta(minutes=10)
    services.promise_callback(viewer("lin"), ticket.id, due_at=soon, note="晚上回电", now=now)
    assert Ticket.objects.get(id=ticket.id).next_due_at == soon
    assert "keep_callback" in verbs(viewer("lin"), ticket)
    services.keep_callback(viewer("lin"), ticket.id, text="已回电说明进度", now=now + HOUR)
    last = list(log.history(ticket.id))[-1]
    assert (last.kind, last.payload["late"]) == ("ticket.callback_made@1", True)
    assert "keep_callback" not in verbs(viewer("lin"), ticket)
