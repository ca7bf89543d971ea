"""The demo's shift logs (open, signed by one, signed by both) and the bulletins of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel.ids import local_day
from sunline.staff import queries as staff
from sunline.staff.models import Account, Unit
from sunline.staff.services import grant_role
from sunline.staff.types import Viewer
from sunline.workforce import services
from sunline.workforce.models import ShiftLog
from sunline.workforce.types import Shift

CHIEF, SECOND = "20003", "20101"  # they hand over to one another
ADMINISTRATOR = "10001"
CENTRE = "gz"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOURS = 8  # of bulletins
NOTES = (
    "天河片区光缆抢修中，晚高峰来话预计上浮两成；新口径已发班前会，未签阅3人名单已交班长。",
    "账务系统23:30至次日01:00割接，期间查询类请改用短信推送。两名新员工首日上线，请班长旁听。",
    "无重大事项。月底账单投诉略增，话术以“先核实、后解释”为准。",
)
REMARKS = ("已知悉，未签阅三人今早补签。", "口径已转达，割接后抽测正常。")
SAID = (
    ("天河光缆中断，宽带报障集中", "启动二级梯队，IVR播报抢修进度，值班长盯守"),
    ("月租扣费短信批量下发后来询", "增开账务专席2个，班前会补发口径"),
    ("", ""),
)


def hand_over(*, now: datetime) -> int:
    """Write the logs of the last three days and the bulletins of the last hours."""
    unit = Unit.objects.get(code=CENTRE)
    first, second = _viewer(CHIEF, now), _acting(unit, now)
    today, written = local_day(now), 0
    for back in (2, 1):
        for place, shift in enumerate(Shift.values):
            at = now - back * DAY + 8 * place * HOUR
            out, taker = (first, second) if (back + place) % 2 else (second, first)
            log_id = services.open_log(
                out, unit_id=unit.id, day=today - back * DAY, shift=shift, now=at
            )
            _as_of(log_id, at)
            notes = NOTES[(back + place) % len(NOTES)]
            services.write_notes(out, log_id, notes=notes, now=at)
            services.sign(out, log_id, now=at + HOUR)
            if (back, shift) != (1, Shift.NIGHT.value):  # handed over, not yet taken
                remark = REMARKS[place % len(REMARKS)]
                services.sign(taker, log_id, remark=remark, now=at + HOUR)
            written += 1
    services.open_log(first, unit_id=unit.id, day=today, shift=Shift.DAY.value, now=now)
    for back in range(HOURS, -1, -1):
        cause, measures = SAID[back % len(SAID)]
        services.make_bulletin(
            first, unit_id=unit.id, cause=cause, measures=measures, now=now - back * HOUR
        )
    return written + 1


def _as_of(log_id: UUID, at: datetime) -> None:
    """Leave out of a past log what came after it."""
    row, last = ShiftLog.objects.get(id=log_id), f"T{local_day(at):%Y%m%d}-999999"
    for section in row.facts.values():
        section["lines"] = [line for line in section["lines"] if line["number"] <= last]
        section["count"] = len(section["lines"])
    row.save(update_fields=["facts"])


def _acting(unit: Unit, now: datetime) -> Viewer:
    """Return the second floor manager of the centre, who is promoted for it."""
    second = Account.objects.get(staff_no=SECOND)
    grant_role(
        _viewer(ADMINISTRATOR, now), second.id, role="floor_manager", unit_id=unit.id, now=now
    )
    return _viewer(SECOND, now)


def _viewer(staff_no: str, now: datetime) -> Viewer:
    return staff.viewer_for(Account.objects.get(staff_no=staff_no), now=now)
