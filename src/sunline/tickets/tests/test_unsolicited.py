"""Orders never made (不知情定制) and agreements left early (违约金), through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sunline.customers import services as customers
from sunline.customers.models import Subscriber
from sunline.customers.types import NewAccount, NewCustomer, NewSubscriber
from sunline.kernel import log
from sunline.kernel import policies as figures
from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.types import SYSTEM
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as topics
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, queries, redress_policies, services
from ..models import CompensationProposal, Grant, UndoneOrder
from ..queries.orders import pack_of
from ..rules import unsolicited as rules
from ..types import TicketRef
from . import ordered
from .casework import kinds, registration

See = Callable[[str], Viewer]


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime, settings: Any) -> TicketRef:
    settings.SUNLINE_BSS = ordered.HERE
    cast.people()
    topics.load_topics(now=now - timedelta(days=400))
    services.load_proofs(now)
    line = NewSubscriber(ordered.NUMBER)
    new = NewCustomer(
        name="陈晓", home_unit_id=org["gz"].id, accounts=(NewAccount(subscribers=(line,)),)
    )
    found = customers.register_many([new], now=now)[0]
    fields = registration(
        org,
        customer_id=found.id,
        subscriber_id=Subscriber.objects.get().id,
        topic_id=knowledge.topic_id("billing.dispute.unknown"),
    )
    return services.register(viewer("lin"), fields, now=now)


@pytest.fixture
def known(ticket: TicketRef, viewer: See, now: datetime) -> TicketRef:
    """Return the ticket of a customer who has shown who they are."""
    passed = ["service_password", "sms_code"]
    return services.verify(viewer("lin"), ticket.id, klass="transaction", passed=passed, now=now)


@pytest.mark.parametrize(
    ("day", "until", "months"),
    [
        (date(2026, 11, 20), date(2027, 6, 1), 7),
        (date(2026, 11, 20), date(2026, 12, 20), 1),
        (date(2026, 11, 20), date(2026, 12, 21), 2),
        (date(2026, 11, 20), date(2026, 11, 21), 1),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 1, 1), 0),
        (date(2027, 1, 31), date(2027, 2, 28), 1),
    ],
)
def test_a_month_that_has_begun_is_left(day: date, until: date, months: int) -> None:
    assert rules.months_left(day, until) == months


def test_what_leaving_early_costs() -> None:
    assert rules.penalty(Decimal(99), Decimal("0.30"), 7) == Decimal("207.90")
    assert rules.penalty(Decimal("59.90"), Decimal("0.25"), 1) == Decimal("14.98")
    assert rules.penalty(Decimal(99), Decimal("0.30"), 0) == 0


def test_topics_that_the_page_belongs_to(ticket: TicketRef) -> None:
    def has(code: str) -> bool:
        return queries.has_pack(knowledge.topic_id(code))

    assert has("billing.dispute.unknown")
    assert has("mobile.plan.contract")
    assert not has("broadband.fault.down")
    assert not queries.has_pack(None)


def test_the_pack_says_what_is_proven_and_what_to_refund(ticket: TicketRef, now: datetime) -> None:
    line = Subscriber.objects.get()
    pack = pack_of(ticket.id, line.id, now)
    assert pack is not None
    assert [(one.order.number, one.proven, str(one.refund)) for one in pack.orders] == [
        ("ORD-1", False, "45.00"), ("ORD-2", False, "18.00"), ("ORD-3", True, "0.00"),
    ]  # fmt: skip
    assert pack.exit is not None
    assert (pack.exit.months, str(pack.exit.penalty)) == (7, "207.90")
    assert "19900000001" not in pack.number
    assert pack_of(ticket.id, None, now) is None


def test_one_act_cancels_refunds_and_notes(known: TicketRef, viewer: See, now: datetime) -> None:
    services.cancel_unsolicited(viewer("lin"), known.id, order="ORD-1", note="客户未订购", now=now)
    row = UndoneOrder.objects.get()
    assert (row.name, row.staff_no, row.confirmed) == ("视频会员月包", "20177", False)
    assert (str(row.charged), str(row.refund), row.by_label) == ("45.00", "45.00", "20001")
    grant = Grant.objects.get()
    assert (grant.action, str(grant.amount), grant.basis) == (
        "refund_unsolicited", "45.00", "unproven_order",
    )  # fmt: skip
    assert CompensationProposal.objects.get().state == "granted"
    assert kinds(known)[-2:] == ["order_cancelled", "granted"]
    texts = [entry.text for entry in queries.timeline(viewer("lin"), _view(viewer, known))]
    assert any("客户未订购" in text for text in texts)
    with pytest.raises(errors.OrderUndone):
        services.cancel_unsolicited(viewer("lin"), known.id, order="ORD-1", now=now)
    assert Grant.objects.count() == 1


def _view(viewer: See, ref: TicketRef) -> Any:
    return queries.ticket_for(viewer("lin"), ref.id)


def test_without_an_identity_check_nothing_is_done(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    before = len(log.history(ticket.id))
    with pytest.raises(errors.NotVerified):
        services.cancel_unsolicited(viewer("lin"), ticket.id, order="ORD-1", now=now)
    with pytest.raises(errors.NotVerified):
        services.propose_waiver(viewer("lin"), ticket.id, reason="moved", note="搬家", now=now)
    assert not UndoneOrder.objects.exists()
    assert len(log.history(ticket.id)) == before
    figures.publish(redress_policies.PROOF_FOR_MONEY, False, since=now, actor=SYSTEM, now=now)
    services.cancel_unsolicited(viewer("lin"), ticket.id, order="ORD-1", now=now)


def test_a_check_that_ran_out_counts_no_more(known: TicketRef, viewer: See, now: datetime) -> None:
    with pytest.raises(errors.NotVerified):
        services.cancel_unsolicited(
            viewer("lin"), known.id, order="ORD-1", now=now + timedelta(minutes=30)
        )


@pytest.mark.parametrize(
    ("order", "amount", "note", "error"),
    [
        ("ORD-9", None, "", errors.OrderUnknown),
        ("ORD-1", Decimal("45.01"), "", Invalid),
        ("ORD-1", Decimal(-1), "", Invalid),
        ("ORD-1", Decimal("0.001"), "", Invalid),
        ("ORD-1", Decimal("Infinity"), "", Invalid),
        ("ORD-3", Decimal(10), "", Invalid),
    ],
)
def test_bad_input_leaves_nothing(
    known: TicketRef, viewer: See, now: datetime, order: str, amount: Decimal | None, note: str,
    error: type[Exception],
) -> None:  # fmt: skip
    with pytest.raises(error):
        services.cancel_unsolicited(
            viewer("lin"), known.id, order=order, amount=amount, note=note, now=now
        )
    assert not UndoneOrder.objects.exists()
    assert not Grant.objects.exists()


def test_a_confirmed_order_is_cancelled_without_a_refund_or_with_a_word_why(
    known: TicketRef, viewer: See, now: datetime
) -> None:
    lin = viewer("lin")
    services.cancel_unsolicited(lin, known.id, order="ORD-3", now=now)
    assert not Grant.objects.exists()
    assert UndoneOrder.objects.get().refund == 0


def test_a_silent_billing_system_is_said(
    known: TicketRef, viewer: See, now: datetime, settings: Any
) -> None:
    settings.SUNLINE_BSS = ""
    with pytest.raises(errors.OrderUnknown):
        services.cancel_unsolicited(viewer("lin"), known.id, order="ORD-1", now=now)
    # What leaving costs is then a person's word.
    fields: dict[str, Any] = {"reason": "moved", "note": "搬到无资源小区", "now": now}
    with pytest.raises(Invalid):
        services.propose_waiver(viewer("lin"), known.id, **fields)
    services.propose_waiver(viewer("lin"), known.id, amount=Decimal(80), **fields)
    assert str(CompensationProposal.objects.get().amount) == "80.00"


def test_a_waiver_is_proposed_accepted_and_approved(
    known: TicketRef, viewer: See, now: datetime
) -> None:
    lin, fields = viewer("lin"), {"reason": "no_coverage", "note": "无覆盖", "now": now}
    with pytest.raises(Invalid):
        services.propose_waiver(lin, known.id, amount=Decimal("207.91"), **fields)  # type: ignore[arg-type]
    services.propose_waiver(lin, known.id, **fields)  # type: ignore[arg-type]
    with pytest.raises(errors.ProposalOpen):
        services.propose_waiver(lin, known.id, **fields)  # type: ignore[arg-type]
    row = CompensationProposal.objects.get()
    assert (str(row.amount), row.basis, row.reason) == ("207.90", "contract", "no_coverage")
    # An agent may not waive on their own.
    services.accept_proposal(lin, known.id, action="waive_penalty", now=now)
    row.refresh_from_db()
    assert row.state == "asked"


def test_who_may_not_grant_is_refused(known: TicketRef, viewer: See, now: datetime) -> None:
    with pytest.raises(Refused):
        services.cancel_unsolicited(viewer("sun"), known.id, order="ORD-1", now=now)
    with pytest.raises(Refused):
        services.propose_waiver(viewer("sun"), known.id, reason="moved", note="搬家", now=now)
