"""Group complaints: raised once whatever the order of facts, their members, and what is done."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sunline.kernel import clock, worker
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Event, Job
from sunline.knowledge import services as knowing
from sunline.sla import services as sla
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, queries, services
from ..models import AreaWatch, Arrival, GroupCase, GroupMember, GroupText, HourCount, Ticket
from ..types import TicketRef
from .test_belonging import come, leaf

pytestmark = pytest.mark.django_db
See = Callable[[str], Viewer]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def ready(
    org: cast.Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> cast.Organisation:
    monkeypatch.setattr(clock, "now", lambda: now)
    cast.people()
    sla.load_shipped(now)
    knowing.load_topics(now=now)
    return org


def many(org: cast.Organisation, now: datetime, count: int, **more: Any) -> list[TicketRef]:
    """Register tickets of different callers, a minute apart."""
    return [
        come(org, now + MINUTE * step, contact=f"1990000{step:04d}", **more)
        for step in range(count)
    ]


def settle(tickets: list[TicketRef], now: datetime) -> None:
    for one in tickets:
        services.watch(one.id, now=now)
    for group in GroupCase.objects.all():
        services.take_members(group.id, now=now)


def joined() -> list[str]:
    return sorted(GroupMember.objects.values_list("ticket__number", flat=True))


def test_six_in_half_an_hour_are_a_group_and_five_are_not(
    ready: cast.Organisation, now: datetime
) -> None:
    tickets = many(ready, now, 5)
    settle(tickets, now)
    assert not GroupCase.objects.exists()
    tickets.append(come(ready, now + 30 * MINUTE, contact="19900009999"))
    settle(tickets, now)
    group = GroupCase.objects.get()
    assert (group.count, group.rate) == (6, 0.5)
    assert group.chance == pytest.approx(1.416493732234249e-05, rel=1e-9)
    assert joined() == sorted(one.number for one in tickets)
    case = group.ticket
    assert (case.kind, case.urgency, case.state) == ("complaint", "urgent", "awaiting_dispatch")
    assert ready["gz"].name in case.title


def test_the_window_is_closed_at_thirty_minutes(ready: cast.Organisation, now: datetime) -> None:
    tickets = many(ready, now, 5)
    tickets.append(come(ready, now + 30 * MINUTE + timedelta(seconds=1), contact="1990000777"))
    settle(tickets, now)
    assert not GroupCase.objects.exists()


def test_facts_twice_and_in_any_order_raise_one_group(
    ready: cast.Organisation, now: datetime
) -> None:
    tickets = many(ready, now, 9)
    dice = random.Random(5)
    for _ in range(4):
        for model in (GroupMember, GroupCase, Arrival, HourCount, AreaWatch):
            model.objects.all().delete()
        Ticket.objects.exclude(id__in=[one.id for one in tickets]).delete()
        shuffled = tickets * 2
        dice.shuffle(shuffled)
        settle(shuffled, now)
        assert GroupCase.objects.count() == 1
        assert joined() == sorted(one.number for one in tickets)
        assert sum(HourCount.objects.values_list("count", flat=True)) == 9


def test_other_topics_areas_and_kinds_do_not_count(ready: cast.Organisation, now: datetime) -> None:
    tickets = many(ready, now, 3)
    tickets += many(ready, now, 3, topic_id=leaf(branch="mobile"))
    tickets += many(ready, now, 3, kind="praise")
    tickets += many(ready, now, 3, topic_id=None)
    settle(tickets, now)
    assert not GroupCase.objects.exists()


def test_a_usual_crowd_is_no_group(ready: cast.Organisation, now: datetime) -> None:
    tickets = many(ready, now, 6)
    services.watch(tickets[0].id, now=now)
    row = AreaWatch.objects.get()
    AreaWatch.objects.update(first_at=now - timedelta(weeks=4))
    for back in range(1, 9):
        hour = (now - timedelta(weeks=back)).replace(minute=0, second=0, microsecond=0)
        HourCount.objects.create(watch=row, hour=hour, count=12)
    settle(tickets, now)
    assert not GroupCase.objects.exists()


def test_a_cell_raises_a_group_of_its_own_and_only_one(
    ready: cast.Organisation, now: datetime
) -> None:
    tickets = many(ready, now, 8, area_code=" olt-7 ")
    settle(tickets, now)
    group = GroupCase.objects.get()
    assert group.area == "code:OLT-7"
    assert joined() == sorted(one.number for one in tickets)


def test_later_ones_join_until_it_is_quiet(ready: cast.Organisation, now: datetime) -> None:
    settle(many(ready, now, 6), now)
    late = come(ready, now + 2 * HOUR, contact="19911110001")
    far = come(ready, now + 9 * HOUR, contact="19911110002")
    settle([late, far], now + 9 * HOUR)
    assert late.number in joined()
    assert far.number not in joined()


def test_an_ended_group_takes_nobody_in_and_a_new_one_begins(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    settle(many(ready, now, 6), now)
    group = GroupCase.objects.get()
    sun, late = viewer("sun"), come(ready, now + HOUR, contact="19911110001")
    services.end_group(sun, group.ticket_id, now=now + HOUR)
    with pytest.raises(errors.GroupOver):
        services.end_group(sun, group.ticket_id, now=now + HOUR)
    with pytest.raises(errors.GroupOver):
        services.join_group(sun, late.id, into_number=group.ticket.number, now=now + HOUR)
    settle([late], now + HOUR)
    assert late.number not in joined()
    more = [come(ready, now + HOUR + MINUTE * n, contact=f"1995555{n:04d}") for n in range(6)]
    settle(more, now + HOUR)
    assert GroupCase.objects.count() == 2


def test_a_member_twice_a_stranger_and_the_case_itself_are_refused(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    tickets = many(ready, now, 6)
    settle(tickets, now)
    sun, group = viewer("sun"), GroupCase.objects.get()
    number = group.ticket.number
    with pytest.raises(errors.InGroup):
        services.join_group(sun, tickets[0].id, into_number=number, now=now)
    with pytest.raises(Invalid):
        services.join_group(sun, tickets[0].id, into_number=tickets[1].number, now=now)
    with pytest.raises(Invalid):
        services.join_group(sun, group.ticket_id, into_number=number, now=now)
    other = come(ready, now, contact="19922220001", topic_id=None)
    with pytest.raises(Refused):
        services.join_group(viewer("lin"), other.id, into_number=number, now=now)
    services.join_group(sun, other.id, into_number=number.lower(), now=now)
    services.leave_group(sun, other.id, now=now)
    with pytest.raises(errors.NothingOpen):
        services.leave_group(sun, other.id, now=now)
    services.join_group(sun, other.id, into_number=number, now=now)
    assert GroupMember.objects.filter(ticket_id=other.id, left_at=None).count() == 1
    with pytest.raises(errors.NoGroup):
        services.plan_revisits(sun, other.id, revisit_at=now + HOUR, now=now)


def test_a_notice_is_told_while_it_is_valid(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    settle(many(ready, now, 6), now)
    sun, case = viewer("sun"), GroupCase.objects.get().ticket_id
    put: dict[str, Any] = {"place": "banner", "text": "广州宽带故障正在抢修。"}
    for wrong in (
        {"until": now},
        {"until": now + timedelta(days=8)},
        {"until": now + HOUR, "text": "长" * 201},
        {"until": now + HOUR, "place": "ivr", "text": "长" * 121},
        {"until": now + HOUR, "place": "radio"},
        {"until": now + HOUR, "text": "  "},
    ):
        with pytest.raises(Invalid):
            services.put_notice(sun, case, **{**put, **wrong}, now=now)
    assert queries.notices_in_force("banner", now=now) == []
    services.put_notice(sun, case, **put, until=now + HOUR, now=now)
    services.put_notice(sun, case, **{**put, "text": "抢修中"}, until=now + 2 * HOUR, now=now)
    told = [row.text for row in queries.notices_in_force("banner", now=now + HOUR)]
    assert told == ["抢修中"]
    assert queries.notices_in_force("ivr", now=now) == []
    assert queries.notices_in_force("banner", now=now + 2 * HOUR) == []
    services.end_notice(sun, case, place="banner", now=now)
    assert queries.notices_in_force("banner", now=now) == []
    with pytest.raises(errors.NothingOpen):
        services.end_notice(sun, case, place="banner", now=now)


def test_without_a_channel_a_short_message_says_so(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    settle(many(ready, now, 6), now)
    sun, case = viewer("sun"), GroupCase.objects.get().ticket_id
    with pytest.raises(Invalid):
        services.tell_members(sun, case, text="长" * 301, now=now)
    services.tell_members(sun, case, text="故障正在抢修，预计两小时内恢复。", now=now)
    assert set(GroupText.objects.values_list("state", flat=True)) == {"no_channel"}
    assert GroupText.objects.count() == 6
    fact = Event.objects.get(kind="ticket.members_told@1")
    assert (fact.payload["count"], fact.payload["sent"]) == (6, False)


def test_each_member_is_answered_on_its_own(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    tickets = many(ready, now, 6)
    settle(tickets, now)
    sun, case = viewer("sun"), GroupCase.objects.get().ticket_id
    services.withdraw(sun, tickets[0].id, reason="customer", now=now)
    services.dispatch(sun, tickets[1].id, unit_id=ready["gz-net"].id, now=now)
    services.answer_members(sun, case, text="故障已修复。", now=now)
    with pytest.raises(errors.AnswerRunning):
        services.answer_members(sun, case, text="再答一次", now=now)
    job = Job.objects.get()
    worker.run_job(now, only=job.id)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 6, 6)
    assert job.result == {"answered": 5, "refused": 1}
    states = dict(GroupMember.objects.values_list("ticket__number", "ticket__state"))
    assert states.pop(tickets[0].number) == "withdrawn"
    assert set(states.values()) == {"awaiting_revisit"}
    refused = GroupMember.objects.get(ticket_id=tickets[0].id)
    assert refused.answered_at is None
    assert tickets[0].number in refused.answer_error
    view = queries.group_for(sun, GroupCase.objects.get().ticket.number)
    assert (view.answered, view.refused) == (5, 1)
    # Asked again, only who has no answer yet is tried.
    services.answer_members(sun, case, text="再答一次", now=now)
    worker.run_job(now)
    assert Job.objects.order_by("-id").values_list("result", flat=True)[0]["answered"] == 0


def test_revisits_are_planned_for_open_members(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    tickets = many(ready, now, 6)
    settle(tickets, now)
    sun, case = viewer("sun"), GroupCase.objects.get().ticket_id
    services.withdraw(sun, tickets[0].id, reason="customer", now=now)
    with pytest.raises(Invalid):
        services.plan_revisits(sun, case, revisit_at=now, now=now)
    services.plan_revisits(sun, case, revisit_at=now + HOUR, now=now)
    assert GroupMember.objects.filter(revisit_at=now + HOUR).count() == 5


def test_the_members_page_and_the_curve(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    settle(many(ready, now, 30), now)
    sun = viewer("sun")
    number = GroupCase.objects.get().ticket.number
    view = queries.group_for(sun, number)
    first = queries.members(sun, view, limit=25)
    rest = queries.members(sun, view, cursor=first.next, limit=25)
    assert (len(first.items), len(rest.items), rest.next) == (25, 5, None)
    assert first.items[0].contact.count("*") == 4
    points = queries.curve(view, now=now + HOUR)
    assert sum(point.count for point in points) == 30
    assert {point.usual for point in points} == {1.0}  # the floor of half an hour, twice
    with pytest.raises(NotFound):
        queries.group_for(viewer("lv_nj"), number)
    assert queries.group_list(viewer("lv_nj")).items == []
    assert [row.members for row in queries.group_list(sun).items] == [30]


def test_the_past_fills_the_usual_rate(ready: cast.Organisation, now: datetime) -> None:
    tickets = many(ready, now, 4)
    Ticket.objects.filter(id__in=[one.id for one in tickets]).update(
        registered_at=now - timedelta(weeks=1)
    )
    services.tidy(now)
    assert list(HourCount.objects.values_list("count", flat=True)) == [4]
    services.tidy(now)  # counted once
    assert list(HourCount.objects.values_list("count", flat=True)) == [4]
