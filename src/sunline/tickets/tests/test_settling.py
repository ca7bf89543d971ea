"""Complaints as cases: cause, evidence, settlement, plan, bad input, and their tables."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sunline.kernel.errors import Invalid, Refused
from sunline.sla import services as sla
from sunline.testing import cast

from .. import errors, services
from ..models import Complaint, Evidence, Offer, PlanStep, Ticket
from ..queries import tables
from ..types import EscalationReason, TicketRef
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


# Cause, evidence, settlement, plan


def test_cause_and_evidence(ticket: TicketRef, viewer: See, now: datetime) -> None:
    lin = viewer("lin")
    services.set_cause(lin, ticket.id, cause="billing.charge.wrong", now=now)
    assert case(ticket).cause == "billing.charge.wrong"
    with pytest.raises(Invalid):
        services.set_cause(lin, ticket.id, cause="billing.nothing", now=now)
    fields = {"kind": "recording", "reference": "REC-20261122-0001", "now": now}
    services.add_evidence(lin, ticket.id, **fields)  # type: ignore[arg-type]
    with pytest.raises(errors.EvidenceTwice):
        services.add_evidence(lin, ticket.id, **fields)  # type: ignore[arg-type]
    with pytest.raises(errors.EvidenceFrozen):
        services.remove_evidence(
            lin, ticket.id, reference="REC-20261122-0001", note="误传", now=now
        )
    services.withdraw(lin, ticket.id, reason="customer", now=now)
    later = now + timedelta(days=730)
    with pytest.raises(errors.EvidenceFrozen):
        services.remove_evidence(
            lin, ticket.id, reference="REC-20261122-0001", note="到期", now=later - HOUR
        )
    services.remove_evidence(lin, ticket.id, reference="REC-20261122-0001", note="到期", now=later)
    row = Evidence.objects.get()
    assert (row.removed_at, row.removed_by) == (later, lin.actor.id)


def test_offer_consent_settlement_and_a_revisit_that_closes_as_settled(
    handled: TicketRef, viewer: See, now: datetime
) -> None:
    lin = viewer("lin")
    with pytest.raises(errors.NothingAgreed):
        services.settle(lin, handled.id, text="已办结", now=now)
    services.make_offer(
        lin, handled.id, kind="refund", amount=Decimal("35.50"), text="退还多收费用", now=now
    )
    with pytest.raises(errors.OfferOpen):
        services.make_offer(lin, handled.id, kind="apology", text="致歉", now=now)
    services.answer_offer(
        lin, handled.id, agreed=False, how="recorded_call", note="10:05 录音 1", now=now
    )
    services.make_offer(lin, handled.id, kind="credit", amount=Decimal(50), text="赠话费", now=now)
    services.answer_offer(
        lin, handled.id, agreed=True, how="message", note="10:20 短信同意", now=now
    )
    assert services.settle(lin, handled.id, text="已为您到账50元", now=now).state == (
        "awaiting_revisit"
    )
    offers = Offer.objects.order_by("id")
    assert [(row.agreed, row.settled_at) for row in offers] == [(False, None), (True, now)]
    services.record_revisit(viewer("shen"), handled.id, outcome="settled", now=now)
    assert Ticket.objects.get(id=handled.id).result == "settled"
    assert kinds(handled)[-4:] == ["settled", "answered", "revisited", "closed"]


@pytest.mark.parametrize(
    ("level", "most"),
    [("agent", 50), ("team_leader", 100), ("specialist", 200), ("province", 500), ("hq", 1000)],
)
def test_how_much_may_be_offered_at_each_level(
    ticket: TicketRef, viewer: See, now: datetime, level: str, most: int
) -> None:
    Complaint.objects.filter(ticket_id=ticket.id).update(level=level)
    with pytest.raises(errors.BeyondAuthority) as refused:
        services.make_offer(
            viewer("lin"), ticket.id, kind="credit", amount=most + Decimal("0.01"), text="x",
            now=now,
        )  # fmt: skip
    assert f"{most}.00" in refused.value.message
    services.make_offer(
        viewer("lin"), ticket.id, kind="credit", amount=Decimal(most), text="补偿", now=now
    )
    assert Offer.objects.get().amount == most


def test_the_steps_of_a_plan_are_ticked_off_once(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.attach_plan(viewer("qian"), ticket.id, now=now)
    services.do_step(viewer("lin"), ticket.id, step="watch", note="已核实", now=now)
    done = PlanStep.objects.get(code="watch")
    assert (done.done_at, done.done_label, done.note) == (now, "20001", "已核实")
    for step in ("watch", "unknown"):
        with pytest.raises(Invalid):
            services.do_step(viewer("lin"), ticket.id, step=step, now=now)


# Bad input


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"severity": "awful"}, "severity"),
        ({"severity": ""}, "severity"),
        ({"urgency": "now"}, "urgency"),
        ({"flags": ("vip",)}, "flags"),
        ({"signals": ("aliens",)}, "signals"),
        ({"mood": "sad"}, "mood"),
        ({"asked": Decimal(-1)}, "asked"),
        ({"asked": Decimal("0.001")}, "asked"),
        ({"disputed": Decimal(10**9)}, "disputed"),
        ({"asked": Decimal("NaN")}, "asked"),
        ({"note": ""}, "note"),
        ({"note": "长" * 100_001}, "note"),
    ],
)
def test_nothing_is_half_done_with_bad_input(
    ticket: TicketRef, viewer: See, now: datetime, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        assess(viewer("lin"), ticket, now, **{"severity": "major", **wrong})
    assert [problem.field for problem in refused.value.problems] == [field]
    assert (case(ticket).severity, kinds(ticket)) == ("general", ["registered"])


def test_a_closed_complaint_is_not_moved_any_more(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    lin = viewer("lin")
    services.withdraw(lin, ticket.id, reason="customer", now=now)
    for act in (
        lambda: assess(lin, ticket, now, severity="major"),
        lambda: services.escalate(lin, ticket.id, reason="wish", note="x", now=now),
        lambda: services.make_offer(lin, ticket.id, kind="apology", text="x", now=now),
        lambda: services.settle(lin, ticket.id, text="x", now=now),
        lambda: services.attach_plan(viewer("qian"), ticket.id, now=now),
    ):
        with pytest.raises(errors.WrongState):
            act()
    services.escalate_by_rule(ticket.id, EscalationReason.TIME, now=now + timedelta(days=9))
    services.renew_by_rule(ticket.id, now=now)
    assert case(ticket).level == "agent"


def test_offers_that_make_no_sense(ticket: TicketRef, viewer: See, now: datetime) -> None:
    for kind, amount in (("apology", Decimal(1)), ("bribe", None), ("credit", Decimal(-5))):
        with pytest.raises(Invalid):
            services.make_offer(
                viewer("lin"), ticket.id, kind=kind, amount=amount, text="x", now=now
            )
    with pytest.raises(errors.NothingOpen):
        services.answer_offer(viewer("lin"), ticket.id, how="message", note="x", now=now)


def test_who_may_not(ticket: TicketRef, viewer: See, now: datetime) -> None:
    with pytest.raises(Refused):
        assess(viewer("feng"), ticket, now)
    with pytest.raises(Refused):
        services.escalate(viewer("feng"), ticket.id, reason="wish", note="x", now=now)
    with pytest.raises(Refused):
        services.set_row(viewer("lin"), "cause", "new", {"name": "新"}, now=now)


# Tables


def test_the_shipped_tables_hang_together(db: None, now: datetime) -> None:
    found = tables.strategies(now)
    assert found[-1].code == "standard"
    assert not found[-1].match
    words, skills = tables.rows("wording", now), tables.rows("skill", now)
    assert all(set(one.wording) <= set(words) and set(one.skills) <= set(skills) for one in found)
    causes = tables.rows("cause", now)
    assert all(code.rpartition(".")[0] in {"", *causes} for code in causes)
    assert max(row.depth for row in causes.values()) == 2


def test_a_dated_row_holds_from_its_moment_on(viewer: See, now: datetime) -> None:
    wang = viewer("wang")
    services.set_row(wang, "cause", "weather", {"name": "天气"}, since=now + HOUR, now=now)
    assert "weather" not in tables.rows("cause", now)
    assert tables.rows("cause", now + HOUR)["weather"].name == "天气"
    services.set_row(wang, "cause", "weather", {}, ended=True, since=now + 2 * HOUR, now=now + HOUR)
    assert "weather" in tables.rows("cause", now + HOUR)
    assert "weather" not in tables.rows("cause", now + 2 * HOUR)


@pytest.mark.parametrize(
    ("table", "code", "values"),
    [
        ("nothing", "x", {"name": "x"}),
        ("cause", "Bad Code", {"name": "x"}),
        ("cause", "a.b.c.d", {"name": "x"}),
        ("cause", "nobranch.leaf", {"name": "x"}),
        ("cause", "x", {"name": " "}),
        ("wording", "a.b", {"name": "x"}),
        ("wording", "x", {"name": "长" * 129}),
        ("step", "x", {"name": "x", "phase": "later", "circle": "internal"}),
        ("strategy", "x", {"name": "x"}),
    ],
)
def test_rows_that_make_no_sense_are_refused(
    viewer: See, now: datetime, table: str, code: str, values: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        services.set_row(viewer("wang"), table, code, values, now=now)
