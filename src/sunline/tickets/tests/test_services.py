"""The verbs of a ticket, as the people of the cast use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.ids import new_id
from sunline.kernel.models import Delivery
from sunline.sla import services as sla
from sunline.sla.queries import clocks_of
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, queries, services
from ..models import Handling, Ticket
from ..types import Registration, TicketRef, WorkFilter

See = Callable[[str], Viewer]
TEXT = "家里宽带从昨天晚上开始一直掉线，路由器重启过了还是不行。"


@pytest.fixture
def people(org: cast.Organisation, now: datetime) -> dict[str, object]:
    sla.load_shipped(now)
    return dict(cast.people())


@pytest.fixture
def ticket(people: object, org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    return services.register(viewer("lin"), registration(org), now=now)


def registration(org: cast.Organisation, **changes: object) -> Registration:
    fields: dict[str, object] = {
        "kind": "fault",
        "title": "宽带频繁掉线",
        "description": TEXT,
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "contact": "19900000001",
    }
    return Registration(**{**fields, **changes})  # type: ignore[arg-type]


def to_handling(ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-net"].id, now=now)
    return services.accept(viewer("zheng"), ticket.id, now=now)


def kinds(ticket_id: UUID) -> list[str]:
    return [event.kind.split("@")[0].split(".")[1] for event in log.history(ticket_id)]


def test_the_whole_loop_stands_on_the_log(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    assert ticket.number.startswith("T2026")
    to_handling(ticket, org, viewer, now)
    later = now + timedelta(hours=1)
    services.reply(viewer("zheng"), ticket.id, text="更换分光器端口，已恢复。", now=later)
    services.approve(viewer("sun"), ticket.id, now=later)
    services.answer(viewer("sun"), ticket.id, text="您好，线路故障已修复。", now=later)
    done = services.record_revisit(viewer("shen"), ticket.id, outcome="accepted", now=later)
    assert done.state == "closed"
    steps = ["registered", "dispatched", "accepted", "replied", "approved", "answered"]
    assert kinds(ticket.id) == [*steps, "revisited", "closed"]
    assert [event.sequence for event in log.history(ticket.id)] == list(range(1, 9))
    view = queries.ticket_for(viewer("lin"), ticket.number)
    assert (view.result, view.next_due_at, view.closed_at) == ("accepted", None, later)
    assert view.contact == "199****0001"
    told = queries.timeline(viewer("lin"), ticket.id)
    assert {entry.actor for entry in told if entry.kind == "ticket.accepted"} == {"20007"}


def test_a_verb_out_of_order_is_refused_and_changes_nothing(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    with pytest.raises(errors.WrongState) as caught:
        services.approve(viewer("sun"), ticket.id, now=now)
    assert caught.value.code == "ticket.wrong_state"
    assert kinds(ticket.id) == ["registered"]


def test_two_take_one_ticket_and_the_second_is_told_who_was_first(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    to_handling(ticket, org, viewer, now)
    with pytest.raises(errors.Taken) as caught:
        services.accept(viewer("chu"), ticket.id, now=now)
    assert caught.value.params["by"] == "20007"


def test_an_order_meant_for_one_person_is_not_offered_to_another(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    chu = cast.person("chu").id
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-net"].id, handler_id=chu, now=now)
    for key, offered in (("chu", True), ("zheng", False)):
        seen = queries.ticket_for(viewer(key), ticket.id)
        assert ("accept" in queries.allowed_verbs(viewer(key), seen)) is offered
    with pytest.raises(errors.Given) as caught:
        services.accept(viewer("zheng"), ticket.id, now=now)
    assert caught.value.params["by"] == "20008"


def test_a_stale_version_is_told_who_changed_it(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.add_note(viewer("lin"), ticket.id, text="客户下午在家。", now=now)
    with pytest.raises(errors.Changed) as caught:
        services.add_note(viewer("zhao"), ticket.id, text="补充", now=now, version=1)
    assert caught.value.params["by"] == "20001"


def test_an_unsolved_revisit_goes_to_somebody_else(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    to_handling(ticket, org, viewer, now)
    services.reply(viewer("zheng"), ticket.id, text="远程重置端口。", now=now)
    services.approve(viewer("sun"), ticket.id, now=now)
    services.answer(viewer("sun"), ticket.id, text="已恢复。", now=now)
    again = services.record_revisit(viewer("shen"), ticket.id, outcome="unsolved", now=now)
    assert again.state == "awaiting_acceptance"
    with pytest.raises(errors.SameHandler):
        services.accept(viewer("zheng"), ticket.id, now=now)
    assert services.accept(viewer("chu"), ticket.id, now=now).state == "in_handling"
    row = Ticket.objects.get(id=ticket.id)
    assert row.redispatches == 1
    assert row.next_due_at is not None
    assert row.next_due_at > now


def test_the_handler_may_not_revisit_their_own_work(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    services.finish_at_once(viewer("jiang"), ticket.id, text="已当场解决。", now=now)
    with pytest.raises(errors.SameHandler):
        services.record_revisit(viewer("jiang"), ticket.id, outcome="accepted", now=now)


def test_finished_at_once_runs_the_same_states_in_one_act(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    done = services.finish_at_once(
        viewer("lin"), ticket.id, text="已为您重置密码。", accepted=True, now=now
    )
    assert done.state == "closed"
    row = Ticket.objects.get(id=ticket.id)
    moments = {row.dispatched_at, row.accepted_at, row.replied_at, row.answered_at, row.closed_at}
    assert moments == {now}
    assert Handling.objects.get(ticket_id=ticket.id).outcome == "replied"


def test_hold_and_resume_leave_the_legal_clock_running(
    people: object, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = services.register(viewer("lin"), registration(org, kind="complaint"), now=now)
    to_handling(ticket, org, viewer, now)
    before = {clock.purpose: clock.due_at for clock in clocks_of(ticket.id)}
    services.hold(viewer("zheng"), ticket.id, reason="parts", now=now)
    services.resume(viewer("zheng"), ticket.id, now=now + timedelta(days=2))
    after = {clock.purpose: clock.due_at for clock in clocks_of(ticket.id)}
    assert "legal_answer" in before
    assert after["legal_answer"] == before["legal_answer"]
    assert after["resolve"] > before["resolve"]


def test_returns_are_counted_and_capped(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    for _ in range(3):
        to_handling(ticket, org, viewer, now)
        back = services.return_order(viewer("zheng"), ticket.id, reason="wrong_unit", now=now)
        assert back.state == "awaiting_dispatch"
    with pytest.raises(errors.TooManyReturns):
        to_handling(ticket, org, viewer, now)


def test_an_outsider_cannot_know_of_a_ticket(ticket: TicketRef, viewer: See, now: datetime) -> None:
    for name in ("he_sz", "lv_nj", "shi_js", "zhang_nj", "zheng", "wu"):
        with pytest.raises(NotFound):
            queries.ticket_for(viewer(name), ticket.number)
        with pytest.raises(NotFound):
            services.add_note(viewer(name), ticket.id, text="看一看", now=now)
        assert queries.work_list(viewer(name), WorkFilter(view="all"), now=now).items == []


def test_a_back_office_sees_what_is_assigned_to_it(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    services.dispatch(viewer("sun"), ticket.id, unit_id=org["gz-net"].id, now=now)
    assert queries.ticket_for(viewer("zheng"), ticket.number).unit == "广州网络维护中心"
    with pytest.raises(NotFound):
        queries.ticket_for(viewer("wei"), ticket.number)


def test_a_role_without_the_permission_is_refused(
    ticket: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    with pytest.raises(Refused):
        services.dispatch(viewer("feng"), ticket.id, unit_id=org["gz-net"].id, now=now)
    with pytest.raises(Refused):
        services.register(viewer("lin"), registration(org, home_unit_id=org["nj"].id), now=now)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"description": "  "}, "description", "required"),
        ({"title": "长" * 256}, "title", "too_long"),
        ({"description": "长" * 100_001}, "description", "too_long"),
        ({"kind": "nonsense"}, "kind", "unknown_choice"),
        ({"urgency": ""}, "urgency", "unknown_choice"),
        ({"topic_id": new_id()}, "topic_id", "unknown_choice"),
        ({"home_unit_id": None}, "home_unit", "unknown"),
        ({"home_unit_id": new_id()}, "home_unit", "unknown"),
    ],
)
def test_unusable_fields_are_named(
    people: object,
    org: cast.Organisation,
    viewer: See,
    now: datetime,
    changes: dict[str, object],
    field: str,
    code: str,
) -> None:
    with pytest.raises(Invalid) as caught:
        services.register(viewer("lin"), registration(org, **changes), now=now)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]
    assert Ticket.objects.count() == 0


def test_registering_writes_what_is_owed_to_listeners(ticket: TicketRef) -> None:
    names = set(Delivery.objects.filter(subject_id=ticket.id).values_list("listener", flat=True))
    assert "tickets-dispatch" in names


@pytest.mark.parametrize(
    "text", ["掉线", "路由器", "行", "宽带从昨天", "家里", "19900000001", "199-0000-0001"]
)
def test_search_finds_by_any_part_and_by_phone(
    ticket: TicketRef, viewer: See, now: datetime, text: str
) -> None:
    found = queries.search(viewer("lin"), text, now=now)
    assert [row.number for row in found.items] == [ticket.number]
    assert queries.search(viewer("lv_nj"), text, now=now).items == []


@pytest.mark.parametrize("text", ["带家", "线掉", "%", "_", "' OR 1=1", "\x00", "🙂", "a" * 5000])
def test_search_finds_nothing_false_and_survives_anything(
    ticket: TicketRef, viewer: See, now: datetime, text: str
) -> None:
    found = queries.search(viewer("lin"), text, now=now).items
    assert found == [] or text == "\x00"


def test_work_list_pages_through_everything_once(
    people: object, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    made = services.register_many(viewer("lin"), [registration(org)] * 7, now=now)
    seen, cursor = [], None
    while True:
        page = queries.work_list(
            viewer("lin"), WorkFilter(view="open"), now=now, cursor=cursor, limit=3
        )
        seen += [row.number for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(ref.number for ref in made)
    assert queries.counts(viewer("lin"), now=now)["unassigned"] == 7


def test_frequent_words_page_newest_first_without_a_gap(
    people: object, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    made = services.register_many(viewer("lin"), [registration(org)] * 12, now=now)
    seen, cursor = [], None
    for _ in range(6):
        found = queries.search(viewer("lin"), "路由器重启", now=now, cursor=cursor, limit=5)
        seen += [row.number for row in found.items]
        cursor = found.next
        if cursor is None:
            break
    assert seen == [ref.number for ref in reversed(made)]
