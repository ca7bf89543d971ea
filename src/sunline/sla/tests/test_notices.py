"""Who is told of a clock's rungs, and who sees and acknowledges it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.ids import new_id
from sunline.kernel.types import Subject
from sunline.sla import queries, services
from sunline.sla.models import Notice
from sunline.sla.rules.whom import Target, whom
from sunline.staff.types import nobody
from sunline.testing import cast

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HANDLER, UNIT, HOME = UUID(int=1), UUID(int=2), UUID(int=3)
PERSON = Target(account_id=HANDLER)
UNIT_LEADERS, HOME_LEADERS = Target(None, UNIT, "team_leader"), Target(None, HOME, "team_leader")
MANAGERS = Target(None, HOME, "floor_manager")


@pytest.mark.parametrize(
    ("rung", "handler", "unit", "led", "told"),
    [
        (50, HANDLER, UNIT, True, [PERSON]),
        (80, HANDLER, UNIT, True, [PERSON]),
        (80, HANDLER, None, True, [PERSON]),
        (50, None, UNIT, True, [UNIT_LEADERS]),
        (80, None, UNIT, False, [HOME_LEADERS]),
        (80, None, None, False, [HOME_LEADERS]),
        (100, HANDLER, UNIT, True, [PERSON, UNIT_LEADERS]),
        (100, HANDLER, UNIT, False, [PERSON, HOME_LEADERS]),
        (100, None, UNIT, True, [UNIT_LEADERS]),
        (150, HANDLER, UNIT, True, [PERSON, UNIT_LEADERS, MANAGERS]),
        (200, HANDLER, UNIT, True, [PERSON, UNIT_LEADERS, MANAGERS]),
        (200, None, None, True, [HOME_LEADERS, MANAGERS]),
    ],
)
def test_the_nearest_who_can_act_is_told(rung, handler, unit, led, told):
    found = whom(rung, handler_id=handler, unit_id=unit, home_unit_id=HOME, led=led)
    assert list(found) == told


def test_without_a_home_only_those_who_are_known_are_told():
    assert whom(200, handler_id=None, unit_id=None, home_unit_id=None) == ()
    assert whom(200, handler_id=HANDLER, unit_id=None, home_unit_id=None) == (PERSON,)
    assert whom(200, handler_id=None, unit_id=UNIT, home_unit_id=None) == (UNIT_LEADERS,)


def test_targets_have_one_word_each():
    assert len({one.key for one in (PERSON, UNIT_LEADERS, HOME_LEADERS, MANAGERS)}) == 4


@pytest.fixture
def world(org):
    cast.people()
    services.load_shipped(NOW)
    return org


def told(org, rung=80, *, handler="zheng", unit="gz-net", home="gz", tell_at=NOW, label="T1"):
    subject = Subject("ticket", new_id())
    planned = services.plan_clocks(
        {"kind": "enquiry", "urgency": "normal"},
        purposes=["resolve"], unit_path="/hq/gd/", rural=False, now=NOW,
    )  # fmt: skip
    (clock,) = services.start(planned, subject=subject)
    for _ in range(2):  # a fact may be delivered twice
        services.notify(
            clock.id,
            rung,
            handler_id=handler and cast.person(handler).id,
            unit_id=org[unit].id,
            home_unit_id=org[home].id,
            label=label,
            tell_at=tell_at,
            now=NOW,
        )
    return clock


def seen(viewer, who, now=NOW, **paging):
    found = queries.warnings_for(viewer(who), now=now, **paging)
    return [(row.label, row.rung, row.mine) for row in found.items]


def test_the_handler_sees_what_is_theirs_and_the_leader_what_is_late(world, viewer):
    told(world)
    told(world, 100, label="T2")
    assert seen(viewer, "zheng") == [("T2", 100, True), ("T1", 80, True)]
    assert seen(viewer, "zhao") == [("T2", 100, False)]
    assert seen(viewer, "qian") == seen(viewer, "chu") == seen(viewer, "lin") == []


def test_managers_learn_what_is_badly_overdue(world, viewer):
    told(world, 150)
    assert seen(viewer, "qian") == [("T1", 150, False)]


def test_a_unit_without_leaders_leaves_it_to_those_at_home(world, viewer):
    told(world, handler=None, unit="gd-disp")
    assert seen(viewer, "zhao") == [("T1", 80, False)]


def test_other_cities_see_nothing(world, viewer):
    told(world, 200, handler=None, unit="sz-net", home="sz")
    assert seen(viewer, "zhao") == seen(viewer, "qian") == []


def test_people_are_told_at_a_decent_hour(world, viewer):
    told(world, tell_at=NOW + timedelta(hours=9))
    assert seen(viewer, "zheng") == []
    assert len(seen(viewer, "zheng", NOW + timedelta(hours=9))) == 1


def test_what_has_ended_is_no_longer_told(world, viewer):
    clock = told(world)
    services.stop(clock.subject_id, now=NOW)
    assert seen(viewer, "zheng") == []


def test_an_acknowledged_warning_is_gone_for_all_who_lead(world, viewer):
    told(world, 100)
    by_leader = Notice.objects.get(account_id=None)
    services.acknowledge(viewer("zhao"), by_leader.id, now=NOW)
    services.acknowledge(viewer("zhao"), by_leader.id, now=NOW + timedelta(hours=1))
    by_leader.refresh_from_db()
    assert (by_leader.seen_at, by_leader.seen_by) == (NOW, cast.person("zhao").id)
    assert (seen(viewer, "zhao"), len(seen(viewer, "zheng"))) == ([], 1)


def test_nobody_acknowledges_what_is_not_theirs(world, viewer):
    told(world)
    notice = Notice.objects.get()
    for who, refusal in (("chu", NotFound), ("zhao", NotFound), ("feng", Refused)):
        with pytest.raises(refusal):
            services.acknowledge(viewer(who), notice.id, now=NOW)
    with pytest.raises(Refused):
        queries.warnings_for(nobody(), now=NOW)


def test_the_list_is_paged_by_key(world, viewer):
    for number in range(5):
        told(world, label=f"T{number}", tell_at=NOW - timedelta(minutes=number))
    first = queries.warnings_for(viewer("zheng"), now=NOW, limit=2)
    second = queries.warnings_for(viewer("zheng"), now=NOW, limit=2, cursor=first.next)
    assert [row.label for row in (*first.items, *second.items)] == ["T0", "T1", "T2", "T3"]
    with pytest.raises(Invalid):
        queries.warnings_for(viewer("zheng"), now=NOW, cursor="nonsense")
