"""What is owed for late work, through the services: hand-worked amounts and who takes them on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from typing import cast as typed
from uuid import UUID

import pytest
from django.db import connection, connections

from sunline.customers import services as customers
from sunline.customers.models import Customer, Subscriber
from sunline.customers.types import NewAccount, NewCustomer, NewHolding, NewSubscriber
from sunline.kernel.errors import Conflict, Invalid, Refused
from sunline.kernel.models import Event
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as topics
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, handlers, queries, services
from ..models import CompensationProposal, Grant, Ticket
from ..types import Registration, TicketRef
from .casework import kinds

See = Callable[[str], Viewer]
Make = Callable[..., TicketRef]
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
# Half past midnight on 1 November in Beijing, still October by the world's clock.
NOVEMBER = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)


def customer(org: cast.Organisation, *, rural: bool = False, fee: int | None = 60) -> UUID:
    """Register a customer with a broadband line; without a fee no product is known on it."""
    plan = NewHolding("F60", "融合60", monthly_fee=Decimal(fee or 0), since=NOVEMBER - 90 * DAY)
    extra = NewHolding("V15", "视频会员", "value_added", Decimal(15), NOVEMBER - 90 * DAY)
    line = NewSubscriber(
        f"kd{Subscriber.objects.count():09d}", "broadband",
        holdings=(plan, extra) if fee is not None else (),
    )  # fmt: skip
    new = NewCustomer(
        name="陈晓", home_unit_id=org["gz"].id, rural=rural,
        accounts=(NewAccount(subscribers=(line,)),),
    )  # fmt: skip
    return customers.register_many([new], now=NOVEMBER - 90 * DAY)[0].id


@pytest.fixture
def make(org: cast.Organisation, viewer: See) -> Make:
    """Return a function that registers a ticket in a handler's hands: `make(at, ...)`."""
    cast.people()
    topics.load_topics(now=NOVEMBER - 400 * DAY)

    def made(
        at: datetime, *, kind: str = "fault", topic: str = "broadband.fault.down", **whose: Any
    ) -> TicketRef:
        found = customer(org, **whose)
        fields = Registration(
            kind=kind,
            title="宽带无法上网",
            description="光猫红灯，无法上网。",
            channel="phone",
            home_unit_id=org["gz"].id,
            contact="19900000001",
            customer_id=found,
            subscriber_id=Subscriber.objects.get(customer_id=found).id,
            topic_id=knowledge.topic_id(topic),
        )
        ref = services.register(viewer("lin"), fields, now=at)
        services.dispatch(viewer("sun"), ref.id, unit_id=org["gz-net"].id, now=at)
        return services.accept(viewer("zheng"), ref.id, now=at)

    return made


def restore(ref: TicketRef, viewer: See, at: datetime) -> None:
    """Let the unit reply, and do what the worker does for it, twice as after a crash."""
    services.reply(viewer("zheng"), ref.id, text="已修复。", now=at)
    for _again in range(2):
        hear(ref.id, at)


def hear(ticket_id: UUID, now: datetime) -> None:
    handlers.on_owed(typed(Event, SimpleNamespace(subject_id=ticket_id)), now)


def rows(ref: TicketRef) -> list[tuple[str, str | None, int, str]]:
    found = CompensationProposal.objects.filter(ticket_id=ref.id).order_by("id")
    return [
        (row.action, str(row.amount) if row.amount is not None else None, row.days, row.state)
        for row in found
    ]


RENT, PROMISE = "rent_waiver", "slow_pay"


@pytest.mark.parametrize(
    ("begun", "lasted", "rural", "rent", "promise"),
    [
        (NOVEMBER, 48 * HOUR, False, None, None),
        # 3 of 30 days at 60 yuan, one day beyond the limit at 5 yuan.
        (NOVEMBER, 48 * HOUR + SECOND, False, ("6.00", 3), ("5.00", 1)),
        (NOVEMBER, 72 * HOUR, False, ("6.00", 3), ("5.00", 1)),
        (NOVEMBER, 72 * HOUR + SECOND, False, ("8.00", 4), ("10.00", 2)),
        (NOVEMBER, 72 * HOUR, True, None, None),
        (NOVEMBER, 72 * HOUR + SECOND, True, ("8.00", 4), ("5.00", 1)),
        # An hour earlier it is October, which has 31 days: 60 x 3 / 31 = 5.806.
        (NOVEMBER - HOUR, 49 * HOUR, False, ("5.81", 3), ("5.00", 1)),
        # The promise ends at 100 yuan; the law has no end: 60 x 25 / 30.
        (NOVEMBER, 25 * DAY, False, ("50.00", 25), ("100.00", 23)),
    ],
)
def test_what_a_late_repair_owes(
    make: Make, viewer: See, begun: datetime, lasted: timedelta, rural: bool,
    rent: tuple[str, int] | None, promise: tuple[str, int] | None,
) -> None:  # fmt: skip
    ref = make(begun, rural=rural)
    restore(ref, viewer, begun + lasted)
    wanted = [
        (action, *owed, "proposed") for action, owed in ((RENT, rent), (PROMISE, promise)) if owed
    ]
    assert rows(ref) == wanted
    assert kinds(ref).count("compensation_proposed") == len(wanted)


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("fault", "broadband.fault.device"),
        ("fault", "mobile.state.restore"),
        ("complaint", "broadband.fault.down"),
        ("transaction", "broadband.order.speed"),
    ],
)
def test_the_own_terminal_and_other_matters_owe_nothing(
    make: Make, viewer: See, kind: str, topic: str
) -> None:
    ref = make(NOVEMBER, kind=kind, topic=topic)
    restore(ref, viewer, NOVEMBER + 40 * DAY)
    services.sweep(NOVEMBER + 41 * DAY)
    assert rows(ref) == []


def test_it_grows_by_the_day_until_the_line_is_restored(make: Make, viewer: See) -> None:
    ref = make(NOVEMBER)
    services.sweep(NOVEMBER + 48 * HOUR)
    assert rows(ref) == []
    services.sweep(NOVEMBER + 48 * HOUR + SECOND)
    assert rows(ref)[0] == (RENT, "6.00", 3, "proposed")
    due = CompensationProposal.objects.get(action=RENT).next_at
    assert due == NOVEMBER + 72 * HOUR + SECOND
    services.sweep(due - SECOND)
    assert rows(ref)[0][1:3] == ("6.00", 3)
    services.sweep(due)
    assert rows(ref)[0][1:3] == ("8.00", 4)
    restore(ref, viewer, due + HOUR)
    services.sweep(due + 9 * DAY)
    assert rows(ref)[0][1:3] == ("8.00", 4)
    # Begun and ended are facts; growing by a day is none.
    assert kinds(ref).count("compensation_proposed") == 4


def test_a_repair_that_did_not_hold_goes_on_counting(make: Make, viewer: See) -> None:
    ref = make(NOVEMBER)
    restore(ref, viewer, NOVEMBER + 49 * HOUR)
    services.send_back(viewer("sun"), ref.id, reason="not_answered", now=NOVEMBER + 50 * HOUR)
    hear(ref.id, NOVEMBER + 50 * HOUR)
    assert CompensationProposal.objects.get(action=RENT).done_at is None
    services.sweep(NOVEMBER + 5 * DAY + SECOND)
    assert rows(ref)[0] == (RENT, "12.00", 6, "proposed")


def test_in_the_country_after_all_nothing_is_owed(make: Make, viewer: See) -> None:
    ref = make(NOVEMBER)
    restore(ref, viewer, NOVEMBER + 60 * HOUR)
    Customer.objects.update(rural=True)
    hear(ref.id, NOVEMBER + 61 * HOUR)
    assert [row[3] for row in rows(ref)] == ["lapsed", "lapsed"]
    Customer.objects.update(rural=False)
    hear(ref.id, NOVEMBER + 62 * HOUR)
    assert rows(ref)[2] == (RENT, "6.00", 3, "proposed")


def test_a_withdrawn_ticket_owes_nothing(make: Make, viewer: See) -> None:
    ref = make(NOVEMBER)
    services.sweep(NOVEMBER + 3 * DAY)
    services.withdraw(viewer("lin"), ref.id, reason="customer", now=NOVEMBER + 3 * DAY)
    hear(ref.id, NOVEMBER + 3 * DAY)
    assert {row[3] for row in rows(ref)} == {"lapsed"}


@pytest.mark.parametrize(("rural", "days", "owed"), [(False, 17, 1), (False, 20, 4), (True, 20, 0)])
def test_a_late_installation_owes_one_per_cent_of_the_fee_a_day(
    make: Make, viewer: See, rural: bool, days: int, owed: int
) -> None:
    order = {"kind": "transaction", "topic": "broadband.order.install"}
    ref = make(NOVEMBER, rural=rural, **order)
    at = NOVEMBER + days * DAY
    restore(ref, viewer, at)
    if not owed:
        assert rows(ref) == []
        return
    assert rows(ref) == [
        ("late_work", None, owed, "proposed"), (PROMISE, f"{5 * owed}.00", owed, "proposed"),
    ]  # fmt: skip
    lin = viewer("lin")
    with pytest.raises(Invalid):
        services.accept_proposal(lin, ref.id, action="late_work", now=at)
    with pytest.raises(errors.LawFirst):
        services.accept_proposal(lin, ref.id, action=PROMISE, now=at)
    services.accept_proposal(lin, ref.id, action="late_work", base=Decimal("158.50"), now=at)
    cents = {1: "1.59", 4: "6.34"}[owed]  # 1.585 and 6.34
    assert rows(ref)[0] == ("late_work", cents, owed, "granted")
    assert str(Grant.objects.get().amount) == cents


def test_time_that_the_customer_took_is_no_delay(make: Make, viewer: See) -> None:
    ref = make(NOVEMBER, kind="transaction", topic="broadband.order.move")
    zheng = viewer("zheng")
    services.hold(zheng, ref.id, reason="customer_away", now=NOVEMBER + DAY)
    services.resume(zheng, ref.id, now=NOVEMBER + 3 * DAY)
    services.hold(zheng, ref.id, reason="parts", now=NOVEMBER + 3 * DAY)
    services.resume(zheng, ref.id, now=NOVEMBER + 6 * DAY)
    restore(ref, viewer, NOVEMBER + 18 * DAY)
    assert rows(ref) == []
    late = make(NOVEMBER, kind="transaction", topic="broadband.order.move")
    restore(late, viewer, NOVEMBER + 18 * DAY)
    assert rows(late)[0][2] == 2


def test_a_fee_of_nothing_owes_nothing_and_the_promise_is_free(make: Make, viewer: See) -> None:
    ref, at = make(NOVEMBER, kind="transaction", topic="fixed.order.install"), NOVEMBER + 26 * DAY
    restore(ref, viewer, at)
    with pytest.raises(errors.NothingOwed):
        services.accept_proposal(viewer("lin"), ref.id, action="late_work", base=Decimal(0), now=at)
    services.decline_proposal(
        viewer("lin"), ref.id, action="late_work", reason="given_before", note="未收费", now=at
    )
    services.accept_proposal(viewer("lin"), ref.id, action=PROMISE, now=at)
    assert [row[3] for row in rows(ref)] == ["declined", "granted"]


def test_the_law_comes_first_and_the_promise_beside_it(make: Make, viewer: See) -> None:
    ref, at, lin = make(NOVEMBER), NOVEMBER + 73 * HOUR, viewer("lin")
    restore(ref, viewer, at)
    with pytest.raises(errors.LawFirst):
        services.accept_proposal(lin, ref.id, action=PROMISE, now=at)
    services.accept_proposal(lin, ref.id, action=RENT, note="已告知客户", now=at)
    services.accept_proposal(lin, ref.id, action=PROMISE, now=at)
    found = Grant.objects.order_by("id")
    assert [(row.action, str(row.amount), row.basis) for row in found] == [
        (RENT, "8.00", "cn_telecom_32"), (PROMISE, "10.00", "slow_pay_promise"),
    ]  # fmt: skip
    row = CompensationProposal.objects.get(action=RENT)
    assert (row.state, row.settled_by, row.settled_at) == ("granted", "20001", at)
    hear(ref.id, at + DAY)
    assert len(rows(ref)) == 2
    for action in (RENT, PROMISE):
        with pytest.raises(errors.NothingOpen):
            services.accept_proposal(lin, ref.id, action=action, now=at)


def test_what_was_granted_before_the_end_is_taken_off_the_whole(make: Make, viewer: See) -> None:
    ref = make(NOVEMBER)
    services.sweep(NOVEMBER + 49 * HOUR)
    services.accept_proposal(viewer("lin"), ref.id, action=RENT, now=NOVEMBER + 49 * HOUR)
    restore(ref, viewer, NOVEMBER + 10 * DAY)
    assert rows(ref)[0] == (RENT, "6.00", 3, "granted")
    assert rows(ref)[2] == (RENT, "14.00", 10, "proposed")  # 60 x 10 / 30, less 6


def test_above_the_own_authority_somebody_else_decides(make: Make, viewer: See) -> None:
    ref, at = make(NOVEMBER, fee=600), NOVEMBER + 10 * DAY
    restore(ref, viewer, at)
    services.accept_proposal(viewer("lin"), ref.id, action=RENT, now=at)
    assert rows(ref)[0] == (RENT, "200.00", 10, "asked")
    with pytest.raises(errors.NothingOpen):
        services.accept_proposal(viewer("lin"), ref.id, action=RENT, now=at)
    hear(ref.id, at)
    assert rows(ref)[0][3] == "asked"
    asked = Grant.objects.get()
    services.decide_grant(viewer("zhao"), ref.id, approve=True, amount=Decimal(150), now=at)
    event = typed(Event, SimpleNamespace(payload={"grant": str(asked.id)}))
    for _again in range(2):
        handlers.on_grant_decided(event, at)
    # The law owes the rest all the same.
    assert rows(ref)[0] == (RENT, "150.00", 10, "granted")
    assert rows(ref)[2] == (RENT, "50.00", 10, "proposed")


def test_an_approval_that_is_declined_leaves_it_open(make: Make, viewer: See) -> None:
    ref, at = make(NOVEMBER, fee=600), NOVEMBER + 10 * DAY
    restore(ref, viewer, at)
    services.accept_proposal(viewer("lin"), ref.id, action=RENT, now=at)
    services.decide_grant(viewer("zhao"), ref.id, note="金额待核", now=at)
    services.follow_grant(Grant.objects.get().id, now=at)
    assert rows(ref)[0][3] == "proposed"
    services.accept_proposal(viewer("zhao"), ref.id, action=RENT, now=at)
    assert rows(ref)[0] == (RENT, "200.00", 10, "granted")


def test_an_unknown_rent_is_typed_once(make: Make, viewer: See) -> None:
    ref, at, lin = make(NOVEMBER, fee=None), NOVEMBER + 49 * HOUR, viewer("lin")
    restore(ref, viewer, at)
    assert rows(ref)[0] == (RENT, None, 3, "proposed")
    for base in (None, Decimal(-1), Decimal("1.001"), Decimal("NaN"), Decimal(10) ** 9):
        with pytest.raises(Invalid):
            services.accept_proposal(lin, ref.id, action=RENT, base=base, now=at)
    services.accept_proposal(lin, ref.id, action=RENT, base=Decimal(90), now=at)
    assert rows(ref)[0] == (RENT, "9.00", 3, "granted")
    assert CompensationProposal.objects.filter(typed=True).count() == 1


def test_a_known_rent_is_not_typed_over(make: Make, viewer: See) -> None:
    ref, at = make(NOVEMBER), NOVEMBER + 49 * HOUR
    restore(ref, viewer, at)
    services.accept_proposal(viewer("lin"), ref.id, action=RENT, base=Decimal(9000), now=at)
    assert rows(ref)[0] == (RENT, "6.00", 3, "granted")


def test_what_was_declined_is_not_proposed_again(make: Make, viewer: See) -> None:
    ref, lin = make(NOVEMBER), viewer("lin")
    services.sweep(NOVEMBER + 3 * DAY)
    why: dict[str, Any] = {"reason": "terminal_fault", "note": "客户自备路由器故障"}
    for bad in ({"action": "gift", **why}, {"action": RENT, **why, "reason": "mood"}):
        with pytest.raises(Invalid):
            services.decline_proposal(lin, ref.id, **bad, now=NOVEMBER + 3 * DAY)
    with pytest.raises(Invalid):
        services.accept_proposal(lin, ref.id, action="gift", now=NOVEMBER + 3 * DAY)
    with pytest.raises(Refused):
        services.decline_proposal(viewer("sun"), ref.id, action=RENT, **why, now=NOVEMBER + 3 * DAY)
    for action in (RENT, PROMISE):
        services.decline_proposal(lin, ref.id, action=action, **why, now=NOVEMBER + 3 * DAY)
    services.sweep(NOVEMBER + 9 * DAY)
    restore(ref, viewer, NOVEMBER + 9 * DAY)
    assert [row[3] for row in rows(ref)] == ["declined", "declined"]


def test_the_list_is_scoped_summed_and_paged(make: Make, viewer: See) -> None:
    for fee in (60, 90, None):
        make(NOVEMBER, fee=fee)
    services.sweep(NOVEMBER + 49 * HOUR)
    lin = viewer("lin")
    found = queries.proposals(lin, limit=4)
    assert len(found.items) == 4
    assert len(queries.proposals(lin, limit=4, cursor=found.next).items) == 2
    assert {row.basis for row in queries.proposals(lin, basis="cn_telecom_32").items} == {
        "cn_telecom_32"
    }
    sums = queries.proposal_sums(lin)
    assert sums.by_state["proposed"] == (6, Decimal("30.00"))  # 6 + 9, and three promises of 5
    assert sums.by_basis == {
        "cn_telecom_32": (3, Decimal("15.00")), "slow_pay_promise": (3, Decimal("15.00")),
    }  # fmt: skip
    assert not queries.proposals(viewer("lv_nj")).items
    assert queries.proposals(lin, state="granted").items == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_grant_once(make: Make, viewer: See) -> None:
    ref, at = make(NOVEMBER), NOVEMBER + 49 * HOUR
    restore(ref, viewer, at)
    people = [viewer("lin"), viewer("zhao")]
    gate, told = threading.Barrier(2), []

    def accept(who: Viewer) -> None:
        gate.wait()
        try:
            services.accept_proposal(who, ref.id, action=RENT, now=at)
            told.append("granted")
        except Conflict as error:
            told.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    assert sorted(told) == sorted(["granted", errors.NothingOpen.code])
    assert Grant.objects.count() == 1
    assert Ticket.objects.get(id=ref.id).version > ref.version
