"""Reviews from the fact that owes them to the check, and the measures that follow."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, NotFound, Refused
from sunline.kernel.ids import local_day
from sunline.kernel.models import Event
from sunline.kernel.policies import publish
from sunline.kernel.types import SYSTEM
from sunline.quality import errors, handlers, policies, queries, services, tasks
from sunline.quality.models import Review
from sunline.quality.types import ReviewFilter
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast
from sunline.testing.clock import NOON
from sunline.tickets import services as tickets
from sunline.tickets.types import Registration, TicketRef

pytestmark = pytest.mark.django_db
See = Callable[[str], Viewer]
DAY = timedelta(days=1)
WHYS = ["未按时上门", "没有排班余量", "周末只留一人"]


def complaint(now: datetime, unit: str = "gz-net") -> TicketRef:
    """Return a complaint of Guangzhou that is with a unit."""
    org = cast.organisation()
    cast.people()
    made = tickets.register(
        system_viewer(),
        Registration(
            kind="complaint", title="装机一再改期", description="改期三次。", channel="phone",
            home_unit_id=org["gz"].id,
        ),
        now=now,
    )  # fmt: skip
    tickets.dispatch(system_viewer(), made.id, unit_id=org[unit].id, now=now)
    return made


def owed(now: datetime, reason: str = "late") -> TicketRef:
    ticket = complaint(now)
    assert services.owe(ticket.id, reason, now=now)
    return ticket


def written(see: See, now: datetime, reason: str = "late") -> tuple[str, UUID]:
    """Return the number of a review that the team leader handed in, and its measure."""
    number, leader = owed(now, reason).number, see("zhao")
    services.start(leader, number, now=now)
    services.write(
        leader, number, whys=WHYS, bones={"people": "周末一人"}, cause="field.visit.late",
        conclusion="周末排班加一人", now=now,
    )  # fmt: skip
    measure = services.set_measure(
        leader, number, kind="staffing", text="周末加排一人", owner="20007",
        due_on=local_day(now) + 3 * DAY, now=now,
    )  # fmt: skip
    services.hand_in(leader, number, now=now)
    return number, measure


def history(ticket: TicketRef) -> list[str]:
    row = Review.objects.get(ticket_id=ticket.id)
    return [event.kind for event in log.history(row.id)]


def test_facts_let_a_ticket_owe_one_review_and_twice_told_changes_nothing(now: datetime) -> None:
    ticket = complaint(now)

    def fact(kind: str, subject: UUID, **payload: str) -> Event:
        return Event(kind=kind, subject_id=subject, payload=payload, at=now)

    graded = fact("ticket.graded@1", ticket.id, grade="major")
    breach = {"subject_kind": "ticket", "subject_id": str(ticket.id)}
    late = fact("clock.breached@1", UUID(int=1), purpose="resolve", **breach)
    inside = fact("clock.breached@1", UUID(int=2), purpose="ola", **breach)
    for event in (graded, graded, late, inside, late):
        handlers.on_trouble(event, now)
    row = Review.objects.get()
    assert (row.reasons, row.state, row.version) == (["major", "late"], "owed", 2)
    assert row.unit_id == cast.organisation()["gz-net"].id
    assert row.owner_label == "20010"
    assert row.due_at == now + 7 * DAY
    assert history(ticket) == ["review.owed@1"] * 2


def test_the_operator_says_which_clocks_count(now: datetime) -> None:
    ticket = complaint(now)
    publish(policies.LATE["resolve"], 0, since=now, actor=SYSTEM, now=now)
    publish(policies.LATE["ola"], 1, since=now, actor=SYSTEM, now=now)
    for purpose in ("resolve", "ola"):
        payload = {"subject_kind": "ticket", "subject_id": str(ticket.id), "purpose": purpose}
        event = Event(kind="clock.breached@1", subject_id=UUID(int=1), payload=payload)
        handlers.on_trouble(event, now)
    assert history(ticket) == ["review.owed@1"]


def test_the_time_counts_from_the_closing_and_being_late_is_told_once(now: datetime) -> None:
    ticket = owed(now)
    assert services.ticket_closed(ticket.id, now=now + 2 * DAY)
    assert not services.ticket_closed(ticket.id, now=now)
    assert Review.objects.get().due_at == now + 9 * DAY
    tasks.warn_overdue(now + 8 * DAY)
    for _again in range(2):
        tasks.warn_overdue(now + 9 * DAY)
    assert history(ticket)[-2:] == ["review.put_off@1", "review.overdue@1"]


def test_from_begun_to_checked_by_somebody_else(viewer: See, now: datetime) -> None:
    number, measure = written(viewer, now)
    leader, inspector = viewer("zhao"), viewer("zhou")
    with pytest.raises(Refused):
        services.approve(leader, number, now=now)
    with pytest.raises(errors.ReviewElsewhere):
        services.write(leader, number, whys=WHYS, bones={}, cause="", conclusion="", now=now)
    with pytest.raises(Invalid):
        services.send_back(inspector, number, note=" ", now=now)
    services.send_back(inspector, number, note="第三问再挖一层", now=now)
    services.hand_in(leader, number, now=now)
    services.approve(inspector, number, note="同意", now=now)
    view = queries.review_for(viewer("feng"), number, now=now)
    assert (view.state, view.writer, view.checker) == ("done", "20002", "20005")
    assert view.bones == {"people": ["周末一人"]}
    assert [one.state for one in view.measures] == ["open"]
    assert services.do_measure(viewer("zheng"), measure, note="已调整排班", now=now) == number
    with pytest.raises(errors.MeasureOver):
        services.do_measure(leader, measure, note="再报", now=now)
    row = Review.objects.get()
    kinds = [event.kind for event in log.history(row.id)]
    assert kinds[-3:] == ["review.moved@1", "review.done@1", "review.measure_done@1"]
    assert "周末" not in str([event.payload for event in log.history(row.id)])
    assert services.owe(row.ticket_id, "reopened", now=now)
    row.refresh_from_db()
    assert (row.state, row.checked_at) == ("in_work", None)


def test_who_wrote_it_does_not_check_it(viewer: See, now: datetime) -> None:
    number, chief = owed(now).number, viewer("qian")
    services.start(chief, number, now=now)
    services.write(
        chief, number, whys=WHYS, bones={}, cause="field.visit.late", conclusion="x", now=now
    )
    due = local_day(now)
    services.set_measure(
        chief, number, kind="training", text="培训", owner="20001", due_on=due, now=now
    )
    services.hand_in(chief, number, now=now)
    with pytest.raises(errors.SameChecker):
        services.approve(chief, number, now=now)


def test_what_is_missing_or_wrong_is_named(viewer: See, now: datetime) -> None:
    number, leader = owed(now).number, viewer("zhao")
    services.start(leader, number, now=now)
    with pytest.raises(Invalid) as lacking:
        services.hand_in(leader, number, now=now)
    found = [one.field for one in lacking.value.problems]
    assert found == ["whys", "cause", "conclusion", "measures"]
    with pytest.raises(Invalid):
        services.write(
            leader, number, whys=["长" * 301], bones={}, cause="", conclusion="", now=now
        )
    with pytest.raises(Invalid):
        services.write(leader, number, whys=[], bones={}, cause="no", conclusion="", now=now)
    for changes in (
        {"owner": "99999"},
        {"kind": "magic"},
        {"text": " "},
        {"due_on": None},
        {"due_on": local_day(now) - DAY},
    ):
        good = {"kind": "training", "text": "培训", "owner": "20001", "due_on": local_day(now)}
        with pytest.raises(Invalid):
            services.set_measure(leader, number, **{**good, **changes}, now=now)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        services.hand_in(leader, number, version=1, now=now)


def test_reviews_are_seen_where_they_belong(viewer: See, now: datetime) -> None:
    number, measure = written(viewer, now)
    seen = {
        key: len(queries.review_list(viewer(key), ReviewFilter(), now=now).items)
        for key in ("zhao", "zheng", "sun", "feng", "shi_js", "zhang_nj")
    }
    assert seen == {"zhao": 1, "zheng": 1, "sun": 1, "feng": 1, "shi_js": 0, "zhang_nj": 0}
    for key in ("lin", "xu_vendor"):
        with pytest.raises(Refused):
            queries.review_list(viewer(key), ReviewFilter(), now=now)
    with pytest.raises(NotFound):
        queries.review_for(viewer("shi_js"), number, now=now)
    with pytest.raises(NotFound):
        services.do_measure(viewer("shi_js"), measure, note="x", now=now)
    with pytest.raises(Refused):
        services.do_measure(viewer("sun"), measure, note="x", now=now)


def test_filters_counts_and_what_is_overdue(viewer: See, now: datetime) -> None:
    written(viewer, now)
    owed(now, "reopened")
    chief, later = viewer("qian"), now + 8 * DAY
    counts = queries.review_counts(chief, ReviewFilter(), now=later)
    assert counts == {"owed": 1, "in_work": 0, "written": 1, "done": 0, "late": 2}

    def found(**wanted: object) -> int:
        return len(queries.review_list(chief, ReviewFilter(**wanted), now=later).items)  # type: ignore[arg-type]

    units = cast.organisation()
    assert found(reason="reopened") == 1
    assert found(unit_id=units["gz-net"].id) == 2
    assert found(unit_id=units["sz"].id) == 0
    assert (found(late=True), found(mine=True), found(state="written")) == (2, 0, 1)
    first = queries.review_list(chief, ReviewFilter(), now=later, limit=1)
    second = queries.review_list(chief, ReviewFilter(), now=later, limit=1, cursor=first.next)
    assert first.items[0].id > second.items[0].id
    late, measures = queries.overdue_for(chief, now=later)
    assert (len(late), [one.state for one in measures]) == (2, ["overdue"])
    tasks.warn_overdue(later)
    tasks.warn_overdue(later)
    assert Event.objects.filter(kind="review.measure_overdue@1").count() == 1
    assert queries.overdue_for(viewer("lin"), now=later) == ([], [])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_listeners_at_once_make_one_review() -> None:
    ticket = complaint(NOON)
    start = threading.Barrier(4)
    made = []

    def owe(reason: str) -> None:
        start.wait()
        made.append(services.owe(ticket.id, reason, now=NOON))
        connection.close()

    threads = [
        threading.Thread(target=owe, args=(reason,))
        for reason in ("major", "late", "major", "late")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [False, False, True, True]
    row = Review.objects.get()
    assert sorted(row.reasons) == ["late", "major"]
    assert history(ticket) == ["review.owed@1"] * 2
