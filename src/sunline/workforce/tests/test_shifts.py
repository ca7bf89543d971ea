"""Shift logs, signed by two people, and hourly bulletins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast
from sunline.tickets import services as tickets
from sunline.tickets.types import Registration

from .. import errors, queries, rules, services
from ..models import Bulletin, ShiftLog

See = Callable[[str], Viewer]
DAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)


def incoming(see: See) -> Viewer:
    """Return another floor manager of the same centre."""
    other = see("qian")
    who = cast.people()["zhao"]
    return replace(other, actor=replace(other.actor, id=who.id, label=who.staff_no))


def opened(org: cast.Organisation, see: See, now: datetime) -> UUID:
    cast.people()
    tickets.register(
        system_viewer(),
        Registration(
            kind="complaint", title="话费多收", description="多扣三十元", channel="phone",
            home_unit_id=org["gz"].id,
        ),
        now=now - timedelta(days=40),
    )  # fmt: skip
    return services.open_log(see("qian"), unit_id=org["gz"].id, day=DAY, shift="day", now=now)


def test_a_log_is_filled_in_and_signed_by_two_people(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    log_id, chief = opened(org, viewer, now), viewer("qian")
    row = queries.shift_log(chief, log_id)
    assert row.facts["overdue"]["count"] == 1
    assert row.facts["overdue"]["lines"][0]["text"] == "话费多收"
    services.write_notes(chief, log_id, notes="注意天河片区", now=now)
    services.refresh(chief, log_id, now=now + HOUR)
    assert services.sign(chief, log_id, now=now) == "out"
    for change in (
        lambda: services.write_notes(chief, log_id, notes="改", now=now),
        lambda: services.refresh(chief, log_id, now=now),
    ):
        with pytest.raises(errors.LogSigned):
            change()
    with pytest.raises(errors.SameSigner):
        services.sign(chief, log_id, now=now)
    assert services.sign(incoming(viewer), log_id, remark="已知悉", now=now + HOUR) == "in"
    with pytest.raises(errors.LogSigned):
        services.sign(chief, log_id, now=now)
    row = ShiftLog.objects.get()
    assert (row.out_label, row.in_label, row.remark) == ("20003", "20002", "已知悉")
    kinds = [event.kind for event in log.history(log_id)]
    assert kinds == ["shift.opened@1", *["shift.written@1"] * 2, *["shift.signed@1"] * 2]


def test_a_shift_has_one_log_and_strangers_have_none(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    log_id = opened(org, viewer, now)
    with pytest.raises(errors.LogThere):
        services.open_log(viewer("qian"), unit_id=org["gz"].id, day=DAY, shift="day", now=now)
    with pytest.raises(Refused):
        services.open_log(viewer("qian"), unit_id=org["sz"].id, day=DAY, shift="day", now=now)
    with pytest.raises(Invalid):
        services.open_log(viewer("qian"), unit_id=org["gz"].id, day=DAY, shift="x", now=now)
    with pytest.raises(Invalid):
        services.open_log(viewer("qian"), unit_id=uuid4(), day=DAY, shift="day", now=now)
    with pytest.raises(Invalid):
        services.write_notes(viewer("qian"), log_id, notes="长" * 5001, now=now)
    with pytest.raises(NotFound):
        services.sign(viewer("he_sz"), log_id, now=now)
    with pytest.raises(Refused):
        queries.shift_log(viewer("lin"), log_id)


def test_the_bulletin_counts_tickets_and_leaves_unmeasured_calls_open(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    tickets.register(
        viewer("lin"),
        Registration(
            kind="complaint", title="断网", description="断网", channel="phone",
            home_unit_id=org["gz"].id,
        ),
        now=now - HOUR / 2,
    )  # fmt: skip
    made = services.make_bulletin(
        viewer("qian"), unit_id=org["gz"].id, cause="光缆中断", measures="抢修中", now=now
    )
    row = Bulletin.objects.get(id=made)
    assert row.figures["tickets"]["registered"] == 1
    assert row.figures["tickets"]["complaints"] == 1
    assert row.hour == now - HOUR
    for part in ("新增 1（投诉 1）", "15秒人工接通率 —", "光缆中断", "抢修中", "11:00–12:00"):
        assert part in row.text
    assert "林晓" not in row.text
    assert services.make_bulletins(now) == 2  # the other cities
    assert services.make_bulletins(now) == 0
    with pytest.raises(Refused):
        services.make_bulletin(viewer("qian"), unit_id=org["sz"].id, now=now)
    with pytest.raises(Invalid):
        services.make_bulletin(viewer("qian"), unit_id=org["gz"].id, cause="长" * 201, now=now)
    assert {one.unit_id for one in queries.bulletins(viewer("qian")).items} == {org["gz"].id}


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(1, 3, "33.3%"), (None, 3, "—"), (1, 0, "—"), (0, 4, "0.0%")]
)
def test_a_rate_without_a_base_is_a_dash(part: int | None, whole: int, text: str) -> None:
    assert rules.quotient(part, whole) == text
