"""The week's lists: counted on Mondays, changed by people, published, seen within units."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from sunline.insight import errors, queries, services
from sunline.insight.models import WeekEntry, WeekList
from sunline.insight.types import WeekKind, WeekState
from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, NotFound, Refused
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as topics
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast
from sunline.testing.clock import NOON
from sunline.tickets import services as tickets
from sunline.tickets.types import Registration, TicketRef

pytestmark = pytest.mark.django_db
See = Callable[[str], Viewer]
DAY = timedelta(days=1)
WEEK = date(2026, 11, 9)  # the whole week before the one of the test's moment
INSIDE = NOON - 7 * DAY


def come(times: int, at: datetime, code: str, unit: str = "gz") -> list[TicketRef]:
    """Let so many tickets of a topic come."""
    org = cast.organisation()
    cast.people()
    topics.load_topics(now=NOON - 400 * DAY)
    return [
        tickets.register(
            system_viewer(),
            Registration(
                kind="fault", title=f"故障{place}", description="断网", channel="phone",
                home_unit_id=org[unit].id, topic_id=knowledge.topic_id(code),
            ),
            now=at,
        )
        for place in range(times)
    ]  # fmt: skip


def leaf(place: int = 0) -> str:
    topics.load_topics(now=NOON - 400 * DAY)
    codes = [row.code for row in knowledge.topics().leaves()]
    return sorted(codes)[place]


def counted(see: See, unit: str = "gz") -> UUID:
    org = cast.organisation()
    return services.count_anew(see("qian"), unit_id=org[unit].id, week=WEEK, now=NOON)


def kinds(list_id: UUID) -> dict[str, int]:
    view = queries.week_list(system_viewer(), list_id)
    return {str(kind): len([one for one in view.of(kind) if not one.removed]) for kind in WeekKind}


def test_last_week_is_counted_once_for_each_centre(org: cast.Organisation) -> None:
    assert WEEK <= INSIDE.date() < WEEK + 7 * DAY
    come(4, INSIDE, leaf())
    assert services.make_last_week(NOON) == 6  # HQ, two provinces, three cities
    assert services.make_last_week(NOON + DAY / 2) == 0
    row = WeekList.objects.get(unit=org["gz"])
    assert (row.week, row.state) == (WEEK, WeekState.DRAFT)
    assert kinds(row.id) == {"common": 1, "hot": 1, "typical": 0, "hard": 4}
    above = WeekList.objects.get(unit=org["gd"])
    assert kinds(above.id)["common"] == 1
    assert kinds(WeekList.objects.get(unit=org["nj"]).id)["common"] == 0


def test_what_people_did_stays_when_it_is_counted_anew(viewer: See) -> None:
    made = come(4, INSIDE, leaf())
    list_id, leader = counted(viewer), viewer("zhao")
    hard, hot = (WeekEntry.objects.filter(kind=kind)[0] for kind in ("hard", "hot"))
    services.remove(leader, hard.id, now=NOON)
    with pytest.raises(Conflict):
        services.remove(leader, hard.id, now=NOON)
    services.comment(leader, hot.id, text="光缆被挖断", now=NOON)
    services.add(
        leader, list_id, kind="typical", number=made[0].number, comment="一次办好", now=NOON
    )
    with pytest.raises(errors.EntryThere):
        services.add(leader, list_id, kind="typical", number=made[0].number, now=NOON)
    assert counted(viewer) == list_id
    assert kinds(list_id) == {"common": 1, "hot": 1, "typical": 1, "hard": 3}
    view = queries.week_list(leader, list_id)
    assert [one.comment for one in view.of("hot")] == ["光缆被挖断"]
    assert [(one.added_by, one.number) for one in view.of("typical")] == [("20002", made[0].number)]
    services.put_back(leader, hard.id, now=NOON)
    assert kinds(list_id)["hard"] == 4
    changes = [event.payload.get("change", "") for event in log.history(list_id)]
    assert changes == ["", "removed", "commented", "added", "", "put_back"]
    assert "光缆" not in str([event.payload for event in log.history(list_id)])


def test_a_published_list_is_frozen(viewer: See) -> None:
    come(3, INSIDE, leaf())
    list_id, chief = counted(viewer), viewer("qian")
    entry = WeekEntry.objects.filter(list_id=list_id)[0]
    with pytest.raises(Refused):
        services.publish(viewer("zhao"), list_id, now=NOON)
    with pytest.raises(Conflict):
        services.publish(chief, list_id, version=0, now=NOON)
    services.publish(chief, list_id, now=NOON)
    for change in (
        lambda: services.publish(chief, list_id, now=NOON),
        lambda: services.comment(chief, entry.id, text="x", now=NOON),
        lambda: services.remove(chief, entry.id, now=NOON),
        lambda: counted(viewer),
    ):
        with pytest.raises(errors.WeekPublished):
            change()
    assert WeekList.objects.get(id=list_id).published_by == "20003"


def test_a_ticket_is_marked_from_its_page_for_this_week(viewer: See) -> None:
    ticket = come(1, NOON, leaf())[0]
    list_id = services.mark_typical(viewer("zhao"), ticket.number, comment="范例", now=NOON)
    row = WeekList.objects.get(id=list_id)
    assert (row.unit.code, row.week) == ("gz", date(2026, 11, 16))
    with pytest.raises(errors.EntryThere):
        services.mark_typical(viewer("zhao"), ticket.number, now=NOON)
    with pytest.raises(errors.WeekNotOver):
        services.publish(viewer("qian"), list_id, now=NOON)
    with pytest.raises(Refused):
        services.mark_typical(viewer("lin"), ticket.number, now=NOON)
    assert services.make_last_week(NOON + 7 * DAY) == 6
    assert kinds(list_id)["typical"] == 1


def test_lists_and_what_is_behind_a_line_stay_within_the_units(viewer: See) -> None:
    come(3, INSIDE, leaf())
    list_id = counted(viewer)
    entry = WeekEntry.objects.filter(kind="common")[0]
    line, found, shown = queries.entry_tickets(viewer("zhao"), entry.id)
    assert (line.figures["count"], len(shown.items), found.row.id) == (3, 3, list_id)
    for key in ("lin", "xu_vendor"):
        with pytest.raises(Refused):
            queries.week_lists(viewer(key))
    other = viewer("shi_js")
    assert queries.week_lists(other).items == []
    for look in (
        lambda: queries.week_list(other, list_id),
        lambda: queries.entry_tickets(other, entry.id),
        lambda: services.comment(other, entry.id, text="x", now=NOON),
    ):
        with pytest.raises(NotFound):
            look()


def test_what_cannot_be_added_or_counted(viewer: See) -> None:
    list_id, chief = counted(viewer), viewer("qian")
    for wrong in (
        {"kind": "magic"},
        {"kind": "hot"},
        {"kind": "hard", "number": "T20990101-000001"},
        {"kind": "hard", "number": ""},
        {"kind": "typical", "number": "x", "comment": "长" * 1001},
    ):
        with pytest.raises(Invalid):
            services.add(chief, list_id, **wrong, now=NOON)  # type: ignore[arg-type]
    units = cast.organisation()
    for unit, week in ((units["gz-hot"], WEEK), (units["gz"], WEEK + 21 * DAY)):
        with pytest.raises(Invalid):
            services.count_anew(chief, unit_id=unit.id, week=week, now=NOON)
    with pytest.raises(Refused):
        services.count_anew(chief, unit_id=units["sz"].id, week=WEEK, now=NOON)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_make_one_list() -> None:
    come(3, INSIDE, leaf())
    org, start = cast.organisation(), threading.Barrier(3)

    def count() -> None:
        start.wait()
        services.count_anew(system_viewer(), unit_id=org["gz"].id, week=WEEK, now=NOON)
        connection.close()

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert WeekList.objects.count() == 1
    assert WeekEntry.objects.filter(kind="common").count() == 1
    assert WeekList.objects.get().version == 3
