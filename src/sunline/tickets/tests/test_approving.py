"""Who decides for whom, what happens when nobody does, and what inspectors look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.sla import services as sla
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, grant_policies, services, tasks
from ..models import ApprovalStep, Delegate, Grant, Ticket
from ..types import TicketRef
from .granted import approval_of, give, set_policy, ticket_of

See = Callable[[str], Viewer]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    cast.people()
    set_policy(grant_policies.SAMPLE, 0, now)
    return ticket_of(viewer("lin"), org, now)


@pytest.fixture
def asked(ticket: TicketRef, viewer: See, now: datetime) -> Grant:
    return give(viewer("lin"), ticket, 80, now)


def outcomes() -> list[tuple[str, str, str, str]]:
    rows = ApprovalStep.objects.order_by("id")
    return list(rows.values_list("role", "outcome", "by_label", "for_label"))


# Time-outs


def test_it_goes_up_when_nobody_decides_and_warns_at_the_last(
    asked: Grant, viewer: See, now: datetime
) -> None:
    time = timedelta(minutes=grant_policies.APPROVAL_TIME.at(now))
    tasks.approvals(now + time - timedelta(seconds=1))
    assert approval_of(asked).role == "team_leader"
    roles = []
    for count in (1, 2, 3, 4, 5):
        tasks.approvals(now + count * time)
        tasks.approvals(now + count * time)  # a second worker finds nothing to do
        row = approval_of(asked)
        roles.append((row.role, row.warned_at is not None))
    assert roles == [
        ("floor_manager", False),
        ("complaint_specialist", False),
        ("administrator", False),
        ("administrator", True),
        ("administrator", True),
    ]
    kinds = [event.kind.split("@")[0] for event in log.history(asked.ticket_id)]
    assert kinds.count("ticket.grant_passed_up") == 3
    assert kinds.count("ticket.grant_overdue") == 1
    with pytest.raises(errors.NotYourTurn):
        services.decide_grant(viewer("qian"), asked.ticket_id, approve=True, now=now + 5 * time)
    services.decide_grant(viewer("wang"), asked.ticket_id, approve=True, now=now + 6 * time)
    asked.refresh_from_db()
    assert asked.state == "grant_given"


def test_working_time_counts_office_hours_only(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    sla.load_shipped(now)
    set_policy(grant_policies.APPROVAL_WORKING, True, now)
    # A Friday at noon: 90 minutes of lunch, four hours of work, the rest on Monday.
    set_policy(grant_policies.APPROVAL_TIME, 300, now)
    due = approval_of(give(viewer("lin"), ticket, 80, now)).due_at
    assert due is not None
    assert due > now + 2 * DAY


def test_what_is_decided_does_not_time_out(asked: Grant, viewer: See, now: datetime) -> None:
    services.decide_grant(viewer("zhao"), asked.ticket_id, note="不同意", now=now)
    tasks.approvals(now + DAY)
    assert [row[1] for row in outcomes()] == ["step_declined"]


def test_a_withdrawn_ticket_does_not_hold_an_approval_up(
    asked: Grant, viewer: See, now: datetime
) -> None:
    Ticket.objects.filter(id=asked.ticket_id).update(state="withdrawn")
    tasks.approvals(now + DAY)
    assert approval_of(asked).role == "floor_manager"
    services.decide_grant(viewer("qian"), asked.ticket_id, note="工单已撤", now=now + DAY)
    asked.refresh_from_db()
    assert asked.state == "grant_declined"


# Standing in


def test_somebody_decides_for_another_while_they_stand_in(
    asked: Grant, viewer: See, now: datetime
) -> None:
    ticket_id, up = asked.ticket_id, now + 2 * HOUR
    tasks.approvals(up)  # to the floor manager
    services.set_delegate(
        viewer("qian"), to="20002", since=up + HOUR, until=up + DAY, note="年休", now=up
    )
    for moment in (up, up + DAY):
        with pytest.raises(errors.NotYourTurn):
            services.decide_grant(viewer("zhao"), ticket_id, approve=True, now=moment)
    services.decide_grant(viewer("zhao"), ticket_id, approve=True, now=up + HOUR)
    assert outcomes()[-1] == ("floor_manager", "step_approved", "20002", "20003")
    assert log.history(ticket_id)[-1].payload["stood_in_for"] == "20003"


def test_two_levels_are_two_people(ticket: TicketRef, viewer: See, now: datetime) -> None:
    services.set_delegate(viewer("qian"), to="20002", until=now + DAY, now=now)
    give(viewer("lin"), ticket, 80, now)
    give(viewer("lin"), ticket, 240, now)
    with pytest.raises(Invalid):
        services.decide_grant(viewer("zhao"), ticket.id, approve=True, now=now)
    row = Grant.objects.get(asked=240)
    services.decide_grant(viewer("zhao"), ticket.id, approve=True, grant=row.id, now=now)
    assert approval_of(row).role == "floor_manager"
    with pytest.raises(errors.NotYourTurn):
        services.decide_grant(viewer("zhao"), ticket.id, approve=True, grant=row.id, now=now)


def test_a_stand_in_does_not_decide_what_they_asked_themselves(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.set_delegate(viewer("qian"), to="20002", until=now + DAY, now=now)
    give(viewer("zhao"), ticket, 200, now)
    with pytest.raises(errors.OwnRequest):
        services.decide_grant(viewer("zhao"), ticket.id, approve=True, now=now)


def test_nor_what_the_person_asked_whom_they_stand_in_for(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.set_delegate(viewer("jiang"), to="20003", until=now + DAY, now=now)
    give(viewer("jiang"), ticket, 800, now)
    with pytest.raises(errors.NotYourTurn):
        services.decide_grant(viewer("qian"), ticket.id, approve=True, now=now)


def test_taking_a_stand_in_back(ticket: TicketRef, viewer: See, now: datetime) -> None:
    made = services.set_delegate(viewer("qian"), to="20002", until=now + DAY, now=now)
    with pytest.raises(NotFound):
        services.end_delegate(viewer("zhao"), made, now=now)
    services.end_delegate(viewer("qian"), made, now=now)
    with pytest.raises(NotFound):
        services.end_delegate(viewer("qian"), made, now=now)
    services.set_delegate(viewer("qian"), to="20010", until=now + DAY, now=now)
    assert Delegate.objects.filter(ended_at=None).count() == 1
    kinds = [event.payload["ended"] for event in log.history(made)]
    assert kinds == [False, True]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to": "20003"}, "to"),
        ({"to": "20001"}, "to"),
        ({"to": "99999"}, "to"),
        ({"until": -HOUR}, "until"),
        ({"until": timedelta(days=61)}, "until"),
        ({"note": "长" * 256}, "note"),
        ({"since": HOUR, "until": HOUR}, "until"),
    ],
)
def test_stand_ins_that_make_no_sense(
    ticket: TicketRef, viewer: See, now: datetime, fields: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {"to": "20002", "until": DAY, "note": "", **fields}
    for name in ("since", "until"):
        if name in given:
            given[name] = now + given[name]
    with pytest.raises(Invalid) as refused:
        services.set_delegate(viewer("qian"), now=now, **given)
    assert [problem.field for problem in refused.value.problems] == [field]
    with pytest.raises(Refused):
        services.set_delegate(viewer("lin"), to="20002", until=now + DAY, now=now)


def test_two_do_not_stand_in_at_once(ticket: TicketRef, viewer: See, now: datetime) -> None:
    services.set_delegate(viewer("qian"), to="20002", until=now + DAY, now=now)
    with pytest.raises(Invalid):
        services.set_delegate(
            viewer("qian"), to="20010", since=now + HOUR, until=now + 2 * DAY, now=now
        )


# Inspection


def test_a_sampled_grant_is_inspected_once_and_by_somebody_else(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    set_policy(grant_policies.SAMPLE, 100, now + HOUR)
    zhou, later = viewer("zhou"), now + HOUR
    give(viewer("lin"), ticket, 5, now)
    with pytest.raises(errors.NothingOpen):
        services.check_grant(zhou, ticket.id, verdict="in_order", now=later)
    row = give(viewer("lin"), ticket, 6, later)
    assert row.sampled
    for verdict, note in (("maybe", "x"), ("not_in_order", " ")):
        with pytest.raises(Invalid):
            services.check_grant(zhou, ticket.id, verdict=verdict, note=note, now=later)
    with pytest.raises(Refused):
        services.check_grant(viewer("lin"), ticket.id, verdict="in_order", now=later)
    services.check_grant(zhou, ticket.id, verdict="not_in_order", note="无客户同意", now=later)
    with pytest.raises(errors.NothingOpen):
        services.check_grant(zhou, ticket.id, verdict="in_order", grant=row.id, now=later)
    row.refresh_from_db()
    assert (row.verdict, row.remark, row.checked_by, row.checked_at) == (
        "not_in_order", "无客户同意", "20005", later,
    )  # fmt: skip


def test_what_is_approved_may_be_drawn_too(asked: Grant, viewer: See, now: datetime) -> None:
    set_policy(grant_policies.SAMPLE, 100, now + HOUR)
    services.decide_grant(viewer("zhao"), asked.ticket_id, approve=True, now=now + HOUR)
    asked.refresh_from_db()
    assert asked.sampled


def test_ids_of_other_tickets_lead_nowhere(asked: Grant, viewer: See, now: datetime) -> None:
    other: UUID = uuid4()
    for act in (
        lambda: services.decide_grant(
            viewer("zhao"), asked.ticket_id, approve=True, grant=other, now=now
        ),
        lambda: services.withdraw_grant(viewer("lin"), asked.ticket_id, grant=other, now=now),
    ):
        with pytest.raises(errors.NothingOpen):
            act()
