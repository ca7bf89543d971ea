"""Appeals on complaints: doors, clocks, bypasses, the freeze, files of regulator's cases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.sla import services as sla
from sunline.sla.queries import clocks_of
from sunline.testing import cast

from .. import appeal_errors as errors
from .. import queries, services
from ..errors import NotAComplaint
from ..models import Appeal, Complaint, Ticket
from ..queries.cases import customer_facts
from ..services.complaints import is_frozen
from ..types import AppealFilter, Referral, TicketRef
from .casework import HOUR, See, case, kinds, opened, registration

DAY = timedelta(days=1)
PHONE = "19900000001"


@pytest.fixture
def complained(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    """Return a complaint of twenty days ago that nobody has answered."""
    cast.people()
    sla.load_shipped(now - timedelta(days=400))
    made = services.register(viewer("lin"), registration(org), now=now - 20 * DAY)
    opened(made.id, now - 20 * DAY)
    return made


def receive(see: See, ticket: TicketRef, now: datetime, **changes: Any) -> Appeal:
    fields: dict[str, Any] = {
        "door": "regulator",
        "reference": f"SS-{Appeal.objects.count() + 1:03}",
        "category": "charges",
        "claim": "多收费用一直未退，要求退还。",
        "event_at": now - 30 * DAY,
        **changes,
    }
    services.receive_appeal(see("jiang"), ticket.id, now=now, **fields)
    return Appeal.objects.order_by("-id")[0]


def referral(now: datetime, **changes: Any) -> Referral:
    fields: dict[str, Any] = {
        "door": "12345",
        "number": "GZ-7001",
        "category": "service",
        "received_at": now,
        "event_on": (now - 3 * DAY).date(),
        "claim": "客服态度差，要求道歉。",
        "phone": PHONE,
        **changes,
    }
    return Referral(**fields)


def beijing(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}" if moment else "-"


def appeal_clocks(ticket: TicketRef, now: datetime) -> list[tuple[str, str]]:
    rows = [row for row in clocks_of(ticket.id, now=now) if row.purpose == "appeal"]
    return [(row.state, beijing(row.due_at)) for row in rows]


def running(ticket: TicketRef, now: datetime) -> list[str]:
    return [due for state, due in appeal_clocks(ticket, now) if state == "running"]


# The life of an appeal, with its dates. Now is Friday 20 November 2026, noon in Beijing.


def test_an_appeal_takes_over_what_is_known_of_the_complaint(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    row = receive(viewer, complained, now)
    assert (row.state, row.bypassing) == ("received", False)
    assert row.first_complaint_at == now - 20 * DAY
    assert beijing(row.operator_answer_due) == "11-15 23:59"
    assert beijing(row.accept_due) == "11-27 17:30"  # five working days
    assert beijing(row.reply_due) == "11-30 23:59"  # ten days, whatever rests here
    assert beijing(row.return_until) == "11-25 17:30"
    assert row.due_at == row.reply_due
    assert appeal_clocks(complained, now) == [("running", "11-30 23:59")]
    assert "appeal_received" in kinds(complained)
    assert "regulator" in case(complained).codes
    assert case(complained).frozen_until == now + 730 * DAY


def test_the_whole_way_to_an_agreement(complained: TicketRef, viewer: See, now: datetime) -> None:
    see, row = viewer("jiang"), receive(viewer, complained, now)
    services.accept_appeal(see, complained.id, material_at=now + DAY, now=now + 2 * DAY)
    row.refresh_from_db()
    assert row.state == "accepted"
    assert row.although == []
    assert beijing(row.end_due) == "12-21 23:59"  # thirty days from all material
    services.mediate_appeal(see, complained.id, now=now + 3 * DAY)
    services.reply_appeal(see, complained.id, text="已核实，同意退费。", now=now + 4 * DAY)
    row.refresh_from_db()
    assert (row.state, row.replied_at, row.due_at) == ("mediation", now + 4 * DAY, row.end_due)
    assert appeal_clocks(complained, now + 4 * DAY) == [
        ("stopped", "11-30 23:59"),
        ("running", "12-21 23:59"),
    ]
    services.sign_agreement(
        see, complained.id, text="退还 30 元。", amount=Decimal(30), now=now + 5 * DAY
    )
    services.close_appeal(
        see, complained.id, result="agreed", solved="yes", satisfied="no", now=now + 6 * DAY
    )
    row.refresh_from_db()
    assert (row.state, row.result, row.solved, row.satisfied) == ("closed", "agreed", True, False)
    assert row.agreement_signed_on == date(2026, 11, 25)
    assert (row.ended_at, row.due_at) == (now + 6 * DAY, None)
    assert {state for state, _due in appeal_clocks(complained, now + 6 * DAY)} == {"stopped"}
    steps = [kind for kind in kinds(complained) if kind.startswith(("appeal", "med", "agree"))]
    assert steps == [
        "appeal_received",
        "appeal_accepted",
        "mediation_begun",
        "appeal_replied",
        "agreement_signed",
        "appeal_closed",
    ]
    with pytest.raises(errors.WrongAppealState):
        services.withdraw_appeal(see, complained.id, note="用户撤回", now=now + 7 * DAY)


def test_who_skipped_the_operator_is_answered_at_once_and_sent_back(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    sla.load_shipped(now - timedelta(days=400))
    made = services.take_in(
        viewer("jiang"), referral(now, door="regulator", home_unit_id=org["gz"].id), now=now
    )
    row = Appeal.objects.get()
    assert row.bypassing
    assert row.first_complaint_at is None
    assert row.reply_due == now + DAY
    with pytest.raises(errors.AppealBarred) as refused:
        services.accept_appeal(viewer("jiang"), made.id, now=now)
    assert "reasons" in refused.value.params
    services.send_back_appeal(viewer("jiang"), made.id, now=now + HOUR)
    row.refresh_from_db()
    assert (row.state, row.reason, row.due_at) == ("sent_back", "skipped_operator", None)
    ticket = Ticket.objects.get(id=made.id)
    assert (ticket.kind, ticket.closed_at) == ("complaint", None)
    assert not Complaint.objects.get(ticket_id=made.id).bypassing
    # The next complaint of the same customer is not scored for it.
    later = services.register(viewer("lin"), registration(org), now=now + 2 * DAY)
    found = customer_facts(Ticket.objects.get(id=later.id), now + 2 * DAY)
    assert (found.in_30_days, found.appeals) == (1, 0)


def test_the_centre_may_accept_against_the_rules(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    receive(viewer, complained, now, event_at=now - 200 * DAY)
    with pytest.raises(errors.AppealBarred):
        services.accept_appeal(viewer("jiang"), complained.id, now=now)
    services.accept_appeal(viewer("jiang"), complained.id, although=True, now=now)
    assert Appeal.objects.get().although == ["fee_too_old"]


def test_other_doors_have_clocks_and_windows_of_their_own(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    found = {}
    for door in ("12345", "12315", "media", "petition"):
        row = receive(viewer, complained, now, door=door)
        found[door] = (beijing(row.reply_due), beijing(row.return_until), row.accept_due)
    assert found == {
        "12345": ("11-25 23:59", "11-23 17:30", None),
        "12315": ("11-27 23:59", "11-24 17:30", None),
        "media": ("11-21 23:59", "-", None),
        "petition": ("12-20 23:59", "11-27 17:30", None),
    }
    # One case, and the earliest door's clock.
    assert running(complained, now) == ["11-21 23:59"]
    media = Appeal.objects.get(door="media")
    services.reply_appeal(
        viewer("jiang"), complained.id, appeal=str(media.id), text="已答复。", now=now + HOUR
    )
    assert running(complained, now + HOUR) == ["11-25 23:59"]
    with pytest.raises(Invalid):  # several doors wait: which one?
        services.reply_appeal(viewer("jiang"), complained.id, text="已答复。", now=now + HOUR)
    with pytest.raises(errors.WrongAppealState):
        services.send_back_appeal(
            viewer("jiang"), complained.id, appeal=str(media.id), now=now + HOUR
        )


def test_returning_is_for_the_window_and_closing_for_after_the_reply(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    see = viewer("jiang")
    first = receive(viewer, complained, now, door="12345")
    late = now + 4 * DAY
    with pytest.raises(errors.ReturnWindowOver):
        services.return_appeal(
            see, complained.id, reason="not_this_operator", note="非本网", now=late
        )
    services.return_appeal(see, complained.id, reason="sent_twice", note="重复", now=now + HOUR)
    first.refresh_from_db()
    assert (first.state, first.reason) == ("returned", "sent_twice")
    second = receive(viewer, complained, now + HOUR)
    services.accept_appeal(see, complained.id, now=now + 2 * HOUR)
    services.mediate_appeal(see, complained.id, now=now + 3 * HOUR)
    with pytest.raises(errors.NotRepliedYet):
        services.close_appeal(see, complained.id, result="failed", now=now + 4 * HOUR)
    with pytest.raises(Invalid):
        services.close_appeal(see, complained.id, result="agreed", now=now + 4 * HOUR)
    services.reply_appeal(see, complained.id, text="不予认可。", now=now + 30 * DAY)
    services.close_appeal(see, complained.id, result="failed", now=now + 31 * DAY)
    second.refresh_from_db()
    assert second.state == "closed"
    figures = {row.door: row for row in queries.door_figures(see, AppealFilter(), now=late)}
    assert (figures["regulator"].due, figures["regulator"].in_time) == (1, 0)
    assert figures["regulator"].reply_rate == 0
    # A missed moment of the door is a missed limit of the ticket.
    assert ("breached", "11-30 23:59") in appeal_clocks(complained, now + 31 * DAY)


def test_what_cannot_be_taken_in(complained: TicketRef, viewer: See, now: datetime) -> None:
    receive(viewer, complained, now, reference="SS-1")
    with pytest.raises(errors.AppealTwice):
        receive(viewer, complained, now, reference="SS-1")
    receive(viewer, complained, now, reference="SS-1", door="12315")  # numbers are the door's own
    with pytest.raises(Invalid) as wrong:
        receive(
            viewer, complained, now, door="x", category="y", reference=" ", claim="",
            event_at=now + 2 * DAY, received_at=now + DAY,
        )  # fmt: skip
    assert {problem.field for problem in wrong.value.problems} == {
        "door", "category", "reference", "claim", "event_at", "received_at",
    }  # fmt: skip
    with pytest.raises(Refused):
        services.receive_appeal(
            viewer("lin"), complained.id, door="media", reference="1", category="service",
            claim="…", event_at=now, now=now,
        )  # fmt: skip
    with pytest.raises(NotFound):
        services.receive_appeal(
            viewer("shi_js"), complained.id, door="media", reference="1", category="service",
            claim="…", event_at=now, now=now,
        )  # fmt: skip


def test_only_a_complaint_has_appeals(org: cast.Organisation, viewer: See, now: datetime) -> None:
    cast.people()
    other = services.register(viewer("lin"), registration(org, kind="fault"), now=now)
    with pytest.raises(NotAComplaint):
        receive(viewer, other, now)


def test_doors_meet_on_the_customers_own_complaint(
    complained: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    see = viewer("jiang")
    one = services.take_in(see, referral(now), now=now)
    two = services.take_in(see, referral(now, door="12315", number="9"), now=now)
    assert one.id == two.id == complained.id
    other = services.take_in(
        see, referral(now, number="10", phone="19900000077", home_unit_id=org["gz"].id), now=now
    )
    assert other.id != complained.id
    with pytest.raises(Invalid):  # nobody knows where this belongs
        services.take_in(see, referral(now, number="11", phone="19900000078"), now=now)
    with pytest.raises(Invalid):
        services.take_in(see, referral(now, number="12", ticket="T20200101-000009"), now=now)


def test_an_appeal_on_a_closed_complaint_freezes_it_anew(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    services.withdraw(viewer("lin"), complained.id, reason="customer", now=now - 19 * DAY)
    later = now + 900 * DAY
    row = receive(viewer, complained, later, event_at=later - 40 * DAY)
    assert Ticket.objects.get(id=complained.id).state == "withdrawn"
    assert row.due_at is not None
    assert is_frozen(Ticket.objects.get(id=complained.id), later + DAY)
