"""The demo's weekly lists: published ones, last week's draft with comments, today's marks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sunline.insight import services
from sunline.insight.models import WeekEntry, WeekList
from sunline.kernel.ids import local_day
from sunline.staff import queries as staff
from sunline.staff.models import Account
from sunline.staff.types import Viewer
from sunline.tickets.models import Ticket
from sunline.tickets.types import State

CHIEF, LEADER, ANALYST = "20003", "20002", "10002"
PUBLISHED = 3  # weeks before the last one
WEEK = timedelta(weeks=1)
COMMENTS = {
    "common": "连续两周居首，已请网络维护中心排查天河片区分光器。",
    "hot": "与上周末割接时间吻合，周三前给出复盘结论。",
    "hard": "三个部门经手仍未解决，由终审派单员定责，每日通报。",
}


def list_weeks(*, now: datetime) -> int:
    """Write the lists of the last weeks; return how many there are."""
    chief, leader, analyst = (_viewer(number, now) for number in (CHIEF, LEADER, ANALYST))
    units = {row.code: row.id for row in staff.unit_tree().rows}
    today = local_day(now)
    for back in range(PUBLISHED + 1, 1, -1):
        for code in ("gz", "gd", "hq"):
            list_id = services.count_anew(
                analyst, unit_id=units[code], week=today - back * WEEK, now=now
            )
            services.publish(analyst, list_id, now=now - (back - 1) * WEEK)
    services.make_last_week(now)
    last = WeekList.objects.exclude(state="published").filter(unit_id=units["gz"]).get()
    for kind, text in COMMENTS.items():
        for entry in WeekEntry.objects.filter(list=last, kind=kind).order_by("place")[:1]:
            services.comment(leader, entry.id, text=text, now=now)
    for entry in WeekEntry.objects.filter(list=last, kind="hard").order_by("-place")[:1]:
        services.remove(chief, entry.id, now=now)
    for number in _praised(units["gz"], 3):
        services.mark_typical(leader, number, comment="首问负责到底，值得学习。", now=now)
    for number in list(_praised(units["gz"], 5))[3:]:
        text = "一次讲清口径，客户当场认可。"
        services.add(leader, last.id, kind="typical", number=number, comment=text, now=now)
    return WeekList.objects.count()


def _praised(unit_id: UUID, most: int) -> Iterator[str]:
    """Yield the numbers of well-rated tickets."""
    rows = Ticket.objects.filter(home_unit_id=unit_id, state=State.CLOSED, rating__gte=9)
    yield from rows.order_by("-registered_at", "id").values_list("number", flat=True)[:most]


def _viewer(staff_no: str, now: datetime) -> Viewer:
    return staff.viewer_for(Account.objects.get(staff_no=staff_no), now=now)
