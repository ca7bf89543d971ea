"""Field orders through the services: room for visits, the engineer's work, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sunline.interactions.types import File
from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Refused, SunlineError
from sunline.testing import cast
from sunline.testing.clock import NOON

from .. import queries, services
from ..field_policies import VISITS
from ..models import AppointmentSlot, FieldOrder, Note
from ..types import TicketRef
from . import outside

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
TOMORROW = (NOON + timedelta(days=1)).date().isoformat()
MORNING, AFTERNOON = f"{TOMORROW}.morning", f"{TOMORROW}.afternoon"
DAY = timedelta(days=1)


def row(ref: TicketRef) -> FieldOrder:
    return FieldOrder.objects.filter(ticket_id=ref.id).order_by("-id")[0]


def booked(code: str) -> int:
    day, _dot, window = code.partition(".")
    found = AppointmentSlot.objects.filter(day=day, window=window).first()
    return found.booked if found else 0


def test_an_installation_from_order_to_signature(org: cast.Organisation) -> None:
    wu, lin = cast.viewer("wu"), cast.viewer("lin")
    ref = outside.order(org, NOON, "install", MORNING)
    assert (row(ref).state, booked(MORNING)) == ("scheduled", 1)
    services.book_field(lin, ref.id, slot=AFTERNOON, now=NOON)
    assert (row(ref).moved, booked(MORNING), booked(AFTERNOON)) == (1, 0, 1)
    services.give_field(
        cast.viewer("sun"), ref.id, engineer_id=cast.person("wu").id, now=NOON + DAY
    )
    services.start_field(wu, ref.id, now=NOON + DAY)
    assert row(ref).state == "working"
    file = File("门口.png", "", PNG)
    for _again in range(2):
        services.photo_field(wu, ref.id, file=file, now=NOON + DAY)
    assert row(ref).files.count() == 1
    services.complete_field(wu, ref.id, signed="陈女士", parts="光猫 1", now=NOON + DAY)
    done = row(ref)
    assert (done.state, done.late_reason, done.ended_at) == ("completed", "", NOON + DAY)
    kinds = [event.kind for event in log.history(ref.id)]
    assert kinds.count("ticket.field_moved@1") == 7
    stored = str([event.payload for event in log.history(ref.id)])
    assert "陈女士" not in stored
    assert outside.ADDRESS not in stored


def test_a_repair_has_its_own_states_and_a_late_one_its_reason(org: cast.Organisation) -> None:
    wu = cast.viewer("wu")
    ref = outside.order(org, NOON, "repair")
    assert row(ref).promised_at == NOON + timedelta(hours=24)
    services.start_field(wu, ref.id, now=NOON + DAY)
    late = NOON + DAY + timedelta(seconds=1)
    with pytest.raises(Invalid) as refused:
        services.complete_field(wu, ref.id, signed="陈", now=late)
    assert [one.field for one in refused.value.problems] == ["late_reason"]
    assert row(ref).state == "repairing"
    services.complete_field(wu, ref.id, signed="陈", late_reason="late_parts", now=late)
    assert (row(ref).state, row(ref).late_reason) == ("cleared", "late_parts")


Act = Callable[[TicketRef], object]


def _book(slot: str) -> Act:
    return lambda ref: services.book_field(cast.viewer("lin"), ref.id, slot=slot, now=NOON)


def _photo(name: str, content: bytes, refused: str = "") -> Act:
    file = File(name, "", content, refused=refused, size=30 * 1024 * 1024)
    return lambda ref: services.photo_field(cast.viewer("wu"), ref.id, file=file, now=NOON)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (_book((NOON - DAY).date().isoformat() + ".morning"), "past"),
        (_book(NOON.date().isoformat() + ".morning"), "past"),
        (_book((NOON + 90 * DAY).date().isoformat() + ".morning"), "too_far"),
        (_book("tomorrow"), "unknown"),
        (_photo("big.png", b"", "too_big"), "too_big"),
        (_photo("run.exe", b"MZ"), "kind"),
        (_photo("paper.pdf", b"%PDF-1.4"), "kind"),
        (_photo("paper.png", b"%PDF-1.4"), "mismatch"),
    ],
)
def test_bad_input_is_told_and_leaves_everything_as_it_was(
    org: cast.Organisation, act: Act, code: str
) -> None:
    ref = outside.order(org, NOON, "install", MORNING)
    if code in {"too_big", "kind", "mismatch"}:
        services.start_field(cast.viewer("wu"), ref.id, now=NOON)
    before = FieldOrder.objects.values().get(), log.last_entry(ref.id), booked(MORNING)
    with pytest.raises(Invalid) as refused:
        act(ref)
    assert [one.code for one in refused.value.problems] == [code]
    assert (FieldOrder.objects.values().get(), log.last_entry(ref.id), booked(MORNING)) == before


def test_a_full_window_takes_nobody_more(org: cast.Organisation) -> None:
    full = [outside.order(org, NOON, "install", MORNING) for _ in range(VISITS.at(NOON))]
    one_more = outside.order(org, NOON, "move")
    with pytest.raises(SunlineError) as refused:
        services.book_field(cast.viewer("lin"), one_more.id, slot=MORNING, now=NOON)
    assert refused.value.code == "ticket.slot_full"
    assert (row(one_more).state, row(one_more).slot_id) == ("accepted", None)
    services.cancel_field(cast.viewer("lin"), full[0].id, reason="not_wanted", now=NOON)
    services.book_field(cast.viewer("lin"), one_more.id, slot=MORNING, now=NOON)
    assert booked(MORNING) == VISITS.at(NOON)
    with pytest.raises(Invalid):
        _capacity("sun", org, VISITS.at(NOON) - 1)
    _capacity("sun", org, VISITS.at(NOON) + 1)
    with pytest.raises(Refused):
        _capacity("lin", org, 9)


def _capacity(who: str, org: cast.Organisation, capacity: int) -> None:
    services.set_capacity(
        cast.viewer(who), unit_id=org["gz-field"].id, slot=MORNING, capacity=capacity, now=NOON
    )


def test_who_may_and_who_may_not(org: cast.Organisation) -> None:
    ref = outside.order(org, NOON, "install", MORNING)
    tries: list[tuple[str, Callable[[Any], object], type[SunlineError]]] = [
        ("lin", lambda v: services.start_field(v, ref.id, now=NOON), Refused),
        ("wu", lambda v: services.give_field(v, ref.id, engineer_id=v.account_id, now=NOON),
         Refused),
        ("lv_nj", lambda v: services.book_field(v, ref.id, slot=MORNING, now=NOON), NotFound),
    ]  # fmt: skip
    for who, act, error in tries:
        with pytest.raises(error):
            act(cast.viewer(who))
    with pytest.raises(Invalid):
        services.give_field(
            cast.viewer("sun"), ref.id, engineer_id=cast.person("zheng").id, now=NOON
        )


def test_one_order_at_a_time_and_only_of_the_ticket_s_kind(org: cast.Organisation) -> None:
    lin = cast.viewer("lin")
    ref = outside.order(org, NOON, "install")
    with pytest.raises(SunlineError) as twice:
        services.open_field(lin, ref.id, kind="move", now=NOON)
    assert twice.value.code == "ticket.field_twice"
    fault = outside.ticket(org, NOON, "fault")
    with pytest.raises(Invalid):
        services.open_field(lin, fault.id, kind="install", now=NOON)
    enquiry = outside.ticket(org, NOON, "enquiry")
    with pytest.raises(SunlineError) as none:
        services.open_field(lin, enquiry.id, kind="install", now=NOON)
    assert none.value.code == "ticket.no_field_work"


def test_the_visit_of_an_ended_ticket_is_called_off(org: cast.Organisation) -> None:
    ref = outside.order(org, NOON, "install", MORNING)
    services.call_off_by_rule(ref.id, now=NOON)
    assert row(ref).state == "scheduled"
    services.withdraw(cast.viewer("lin"), ref.id, reason="customer", note="客户不要了", now=NOON)
    for _again in range(2):
        services.call_off_by_rule(ref.id, now=NOON)
    assert (row(ref).state, row(ref).end_reason) == ("cancelled", "ticket_ended")
    assert booked(MORNING) == 0


def test_progress_tells_nothing_of_the_person(org: cast.Organisation) -> None:
    ref = outside.order(org, NOON, "install", MORNING)
    services.start_field(cast.viewer("wu"), ref.id, now=NOON + DAY)
    found = queries.progress_of(row(ref).number, NOON + DAY)
    assert [(step.state, step.done) for step in found.steps] == [
        ("accepted", True), ("scheduled", True), ("working", True), ("completed", False),
    ]  # fmt: skip
    assert (found.hours, found.late) == (72, False)
    told = str(found)
    for secret in (ref.number, "19900000001", "体育西路", "20006", "请尽快"):
        assert secret not in told
    for wrong in ("", "000000000000", "1" * 40, row(ref).number[:-1]):
        with pytest.raises(NotFound):
            queries.progress_of(wrong, NOON)


def test_address_and_signature_are_kept_encrypted(org: cast.Organisation) -> None:
    ref = outside.order(org, NOON, "repair")
    services.start_field(cast.viewer("wu"), ref.id, now=NOON)
    services.complete_field(cast.viewer("wu"), ref.id, signed="陈女士", now=NOON)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, signed FROM tickets_fieldorder")
        stored = str(cursor.fetchall())
    assert "天河" not in stored
    assert "陈" not in stored
    assert not Note.objects.filter(text__contains="天河").exists()
