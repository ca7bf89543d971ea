"""Granting within the own authority and above it: limits, chain, decisions, bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, NotFound, Refused
from sunline.staff import matrix
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, grant_policies, services
from ..models import Approval, ApprovalStep, Grant, Ticket
from ..queries import authority as tables
from ..types import TicketRef
from ..types.grants import GrantAction
from .granted import approval_of, customer_of, give, set_policy, ticket_of

See = Callable[[str], Viewer]
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    cast.people()
    set_policy(grant_policies.SAMPLE, 0, now)
    return ticket_of(viewer("lin"), org, now)


def facts(ticket: TicketRef) -> list[tuple[str, dict[str, Any]]]:
    return [
        (event.kind.split("@")[0].split(".")[1], event.payload)
        for event in log.history(ticket.id)
        if "grant" in event.kind
    ]


# Within the own authority


def test_within_the_limit_it_takes_effect_at_once_and_is_logged(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    row = give(viewer("lin"), ticket, 20, now, basis="goodwill", note="致歉补偿")
    assert (row.state, row.amount, row.granted_at, row.cause) == (
        "grant_given",
        Decimal(20),
        now,
        "",
    )
    ((kind, told),) = facts(ticket)
    assert kind == "granted"
    wanted = {
        "grant": str(row.id),
        "action": "goodwill_credit",
        "amount": "20.00",
        "basis": "goodwill",
        "role": "agent",
        "limit": "20.00",
    }
    assert {name: told[name] for name in wanted} == wanted
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    ("tier", "amount", "state"),
    [
        ("ordinary", "20.01", "grant_waiting"),
        ("silver", "30", "grant_given"),
        ("gold", "50", "grant_given"),
        ("diamond", "100", "grant_given"),
        ("diamond", "100.01", "grant_waiting"),
    ],
)
def test_the_grade_of_the_customer_widens_the_limit(
    org: cast.Organisation, viewer: See, now: datetime, tier: str, amount: str, state: str
) -> None:
    cast.people()
    ticket = ticket_of(viewer("lin"), org, now, customer_of(org, now, tier))
    row = give(viewer("lin"), ticket, amount, now)
    assert (row.state, row.tier) == (state, tier)


def test_days_and_what_has_no_amount(ticket: TicketRef, viewer: See, now: datetime) -> None:
    lin = viewer("lin")
    assert give(lin, ticket, 30, now, action="extend_validity").state == "grant_given"
    assert give(lin, ticket, 31, now, action="extend_validity").state == "grant_waiting"
    assert give(lin, ticket, None, now, action="merge_duplicates").state == "grant_given"


def test_a_role_without_authority_asks(ticket: TicketRef, viewer: See, now: datetime) -> None:
    row = give(viewer("lin"), ticket, 1, now, action="waive_penalty")
    assert (row.state, row.cause, approval_of(row).role) == (
        "grant_waiting", "above_limit", "team_leader",
    )  # fmt: skip


def test_a_role_held_elsewhere_gives_nothing_here(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    there = ticket_of(viewer("lin"), org, now)
    with pytest.raises(NotFound):
        give(viewer("he_sz"), there, 5, now)


def test_the_sum_of_a_day_and_of_a_customer(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    set_policy(grant_policies.DAY_MOST, 50, now)
    set_policy(grant_policies.CUSTOMER_MOST, 45, now)
    lin, customer = viewer("lin"), customer_of(org, now)
    tickets = [ticket_of(lin, org, now, customer) for _ in range(2)]
    other = ticket_of(lin, org, now)
    causes = [
        give(lin, tickets[0], 20, now).cause,
        give(lin, tickets[1], 20, now).cause,
        give(lin, tickets[1], 6, now).cause,
        give(lin, other, 11, now).cause,
        give(lin, other, 10, now).cause,
        give(lin, tickets[0], 5, now + timedelta(days=1)).cause,
        give(lin, tickets[0], 6, now + timedelta(days=1)).cause,
        give(lin, tickets[0], 20, now + timedelta(days=91)).cause,
    ]
    assert causes == ["", "", "above_customer", "above_day", "", "", "above_customer", ""]


# Above it


def test_the_chain_goes_up_until_a_limit_reaches(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    row = give(viewer("lin"), ticket, 250, now)
    assert (row.state, row.amount, approval_of(row).role) == ("grant_waiting", None, "team_leader")
    services.decide_grant(viewer("zhao"), ticket.id, approve=True, note="情况属实", now=now)
    assert approval_of(row).role == "floor_manager"
    with pytest.raises(errors.NotYourTurn):
        services.decide_grant(viewer("zhao"), ticket.id, approve=True, now=now)
    services.decide_grant(viewer("qian"), ticket.id, approve=True, now=now)
    row.refresh_from_db()
    assert (row.state, row.amount, row.role, row.most) == (
        "grant_given", Decimal(250), "floor_manager", Decimal(300),
    )  # fmt: skip
    steps = ApprovalStep.objects.order_by("id").values_list("role", "outcome", "by_label")
    assert list(steps) == [
        ("team_leader", "step_passed_up", "20002"),
        ("floor_manager", "step_approved", "20003"),
    ]
    assert [kind for kind, _told in facts(ticket)] == [
        "grant_asked", "grant_passed_up", "grant_decided",
    ]  # fmt: skip


def test_a_lowered_amount_may_lie_within_the_level(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    row = give(viewer("lin"), ticket, 250, now)
    with pytest.raises(Invalid):
        services.decide_grant(viewer("zhao"), ticket.id, approve=True, amount=Decimal(251), now=now)
    services.decide_grant(viewer("zhao"), ticket.id, approve=True, amount=Decimal(100), now=now)
    row.refresh_from_db()
    assert (row.state, row.amount) == ("grant_given", Decimal(100))


def test_declined_with_a_reason_and_taken_back(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    lin, zhao = viewer("lin"), viewer("zhao")
    first = give(lin, ticket, 80, now)
    with pytest.raises(Invalid):
        services.decide_grant(zhao, ticket.id, approve=False, now=now)
    services.decide_grant(zhao, ticket.id, note="已赔付过", now=now)
    second = give(lin, ticket, 60, now)
    with pytest.raises(errors.NothingOpen):
        services.withdraw_grant(viewer("qian"), ticket.id, now=now)
    services.withdraw_grant(lin, ticket.id, now=now)
    states = Grant.objects.order_by("id").values_list("state", "amount")
    assert list(states) == [("grant_declined", None), ("grant_withdrawn", None)]
    for row in (first, second):
        with pytest.raises(errors.NothingOpen):
            services.decide_grant(zhao, ticket.id, approve=True, grant=row.id, now=now)


def test_one_of_several_has_to_be_named(ticket: TicketRef, viewer: See, now: datetime) -> None:
    first, second = (give(viewer("lin"), ticket, amount, now) for amount in (60, 70))
    with pytest.raises(Invalid):
        services.decide_grant(viewer("zhao"), ticket.id, approve=True, now=now)
    services.decide_grant(viewer("zhao"), ticket.id, approve=True, grant=second.id, now=now)
    services.decide_grant(viewer("zhao"), ticket.id, approve=True, now=now)
    first.refresh_from_db()
    assert first.amount == 60


def test_nobody_decides_for_themselves(ticket: TicketRef, viewer: See, now: datetime) -> None:
    row = give(viewer("zhao"), ticket, 200, now)
    assert approval_of(row).role == "floor_manager"
    with pytest.raises(errors.OwnRequest):
        services.decide_grant(viewer("zhao"), ticket.id, approve=True, now=now)
    with pytest.raises(Refused):
        services.decide_grant(viewer("lin"), ticket.id, approve=True, now=now)


def test_a_level_that_nobody_holds_is_skipped(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    there = ticket_of(viewer("he_sz"), org, now, home="sz")
    row = give(viewer("he_sz"), there, 50, now)
    assert approval_of(row).role == "complaint_specialist"  # Shenzhen has no leaders of its own
    with pytest.raises(NotFound):
        services.decide_grant(viewer("zhao"), there.id, approve=True, now=now)
    services.decide_grant(viewer("jiang"), there.id, approve=True, now=now)
    row.refresh_from_db()
    assert row.state == "grant_given"


def test_two_deciders_at_once(ticket: TicketRef, viewer: See, now: datetime) -> None:
    row = give(viewer("lin"), ticket, 80, now)
    version = Ticket.objects.get(id=ticket.id).version
    services.decide_grant(viewer("zhao"), ticket.id, approve=True, version=version, now=now)
    with pytest.raises(errors.Changed):
        services.decide_grant(viewer("qian"), ticket.id, note="不同意", version=version, now=now)
    with pytest.raises(Conflict):
        services.decide_grant(viewer("qian"), ticket.id, note="不同意", now=now)
    row.refresh_from_db()
    assert (row.state, ApprovalStep.objects.count()) == ("grant_given", 1)


def test_a_proposal_is_carried_out_once(ticket: TicketRef, viewer: See, now: datetime) -> None:
    lin, proposal = viewer("lin"), uuid4()
    give(lin, ticket, 5, now, proposal_id=proposal)
    before = Ticket.objects.get(id=ticket.id).version
    with pytest.raises(errors.ProposalDone):
        give(lin, ticket, 5, now, proposal_id=proposal)
    assert Grant.objects.count() == 1
    assert Ticket.objects.get(id=ticket.id).version == before
    again = uuid4()
    give(lin, ticket, 80, now, proposal_id=again)
    services.withdraw_grant(lin, ticket.id, now=now)
    assert give(lin, ticket, 15, now, proposal_id=again).state == "grant_given"


def test_on_a_closed_ticket_only_what_the_matrix_has_for_it(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    Ticket.objects.filter(id=ticket.id).update(state="closed", closed_at=now, result="accepted")
    with pytest.raises(errors.WrongState):
        give(viewer("lin"), ticket, 5, now)
    # The agent has no row for closed tickets, the team leader has.
    assert give(viewer("lin"), ticket, 5, now, action="rent_waiver").state == "grant_waiting"
    assert give(viewer("zhao"), ticket, 5, now, action="rent_waiver").state == "grant_given"
    Ticket.objects.filter(id=ticket.id).update(state="withdrawn")
    with pytest.raises(errors.WrongState):
        give(viewer("zhao"), ticket, 5, now, action="rent_waiver")


# Bad input


@pytest.mark.parametrize(
    ("action", "amount", "field"),
    [
        ("bribe", "5", "action"),
        ("goodwill_credit", None, "amount"),
        ("goodwill_credit", "0", "amount"),
        ("goodwill_credit", "-1", "amount"),
        ("goodwill_credit", "0.001", "amount"),
        ("goodwill_credit", "1000000.01", "amount"),
        ("goodwill_credit", "1e30", "amount"),
        ("goodwill_credit", "NaN", "amount"),
        ("goodwill_credit", "Infinity", "amount"),
        ("extend_validity", "1.5", "amount"),
        ("extend_validity", "3651", "amount"),
        ("extend_validity", "sNaN", "amount"),
        ("merge_duplicates", "1", "amount"),
        ("merge_duplicates", "NaN", "amount"),
    ],
)
def test_amounts_that_make_no_sense(
    ticket: TicketRef, viewer: See, now: datetime, action: str, amount: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        give(viewer("lin"), ticket, amount, now, action=action)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert (Grant.objects.count(), facts(ticket)) == (0, [])


def test_a_basis_is_a_code_and_a_note_has_an_end(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    for fields in ({"basis": "见附件 张三"}, {"note": "长" * 100_001}):
        with pytest.raises(Invalid):
            give(viewer("lin"), ticket, 5, now, **fields)
    assert Grant.objects.count() == 0


# The matrix


def test_a_dated_row_of_the_matrix_holds_from_its_moment_on(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    code = "agent.goodwill_credit"
    services.set_row(viewer("wang"), "authority", code, {"most": "40"}, since=now + HOUR, now=now)
    assert give(viewer("lin"), ticket, 40, now).state == "grant_waiting"
    assert give(viewer("lin"), ticket, 40, now + HOUR).state == "grant_given"
    services.set_row(viewer("wang"), "authority", code, {}, ended=True, now=now + 2 * HOUR)
    assert give(viewer("lin"), ticket, 1, now + 2 * HOUR).state == "grant_waiting"


@pytest.mark.parametrize(
    ("table", "code", "values"),
    [
        ("authority", "nobody.goodwill_credit", {"most": "1"}),
        ("authority", "agent.bribe", {"most": "1"}),
        ("authority", "agent.goodwill_credit.royal", {"most": "1"}),
        ("authority", "agent.goodwill_credit", {"most": "-1"}),
        ("authority", "agent.goodwill_credit", {"most": "0.001"}),
        ("authority", "agent.goodwill_credit", {"most": "NaN"}),
        ("authority", "agent.extend_validity", {"most": "1.5"}),
        ("authority", "agent.merge_duplicates", {"most": "2"}),
        ("chain", "x", {"name": "x", "levels": []}),
        ("chain", "x", {"name": "x", "levels": ["agent", "agent"]}),
        ("chain", "x", {"name": "x", "levels": ["king"]}),
        ("chain", "x", {"name": "x", "levels": ["agent"], "kind": "bribe"}),
        ("chain", "x", {"name": "x", "levels": ["agent"], "unit": "mars"}),
        ("chain", "x", {"name": "x", "levels": ["agent"], "above": "5"}),
    ],
)
def test_rows_of_the_matrix_that_make_no_sense(
    org: cast.Organisation, viewer: See, now: datetime, table: str, code: str, values: Any
) -> None:
    with pytest.raises(Invalid):
        services.set_row(viewer("wang"), table, code, values, now=now)
    with pytest.raises(Refused):
        services.set_row(viewer("zhao"), table, code, values, now=now)


def test_every_role_has_a_row_for_every_action(org: cast.Organisation, now: datetime) -> None:
    rows = tables.limits(now)
    held = {(row.role, row.action) for row in rows if not row.tier}
    assert held == {(role, action) for role in matrix.ROLES for action in GrantAction.values}
    assert tables.chains(now)[0].levels[-1] == "administrator"
