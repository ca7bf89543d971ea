"""Reviews of the demo's troubled tickets: every state and reason, measures done, open, overdue."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel.ids import local_day
from sunline.quality import services
from sunline.quality.types import MeasureKind, ReviewReason
from sunline.sla.models import Clock
from sunline.staff import queries as staff
from sunline.staff.models import Account
from sunline.staff.types import Viewer
from sunline.tickets.models import Ticket
from sunline.tickets.types import FINAL

DAY = timedelta(days=1)
EACH = 6  # tickets of each reason
STAGES = ("owed", "late", "begun", "half", "written", "back", "done", "measured")
LEADER, CHIEF, SPECIALIST, INSPECTOR = "20002", "20003", "20010", "20005"
OWNERS = ("20002", "20003", "20004", "20007", "20009")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a review of one branch of topics found."""

    whys: tuple[str, ...]
    bones: dict[str, str]
    cause: str
    conclusion: str
    measures: tuple[tuple[str, str], ...]


BROADBAND = Lesson(
    (
        "客户反映修好后当晚又断网。",
        "上门只重启了光猫，没有测光功率。",
        "装维工单没有要求回填光功率。",
        "质检只抽录音，不看装维回单。",
        "没有人对“修复后24小时再报障”负责。",
    ),
    {
        "people": "新入职装维未跟岗满一周",
        "systems": "测速仪只有两台，需轮流领用",
        "material": "备用光猫缺货三天",
        "method": "回单模板缺少光功率一栏",
        "surroundings": "老小区弱电井锁闭，需物业开门",
        "measurement": "未统计24小时重复报障率",
    },
    "network.fixed.unstable",
    "修复以客户复测为准：回单必须带光功率和测速截图，24小时内由值班员回拨确认。",
    (
        (MeasureKind.STANDARD, "装维回单增加光功率、测速截图两个必填项"),
        (MeasureKind.NETWORK, "更换天河片区12台老化分光器"),
        (MeasureKind.TRAINING, "装维班组集中培训光功率检测一次"),
    ),
)
BILLING = Lesson(
    (
        "客户称未同意却被加收会员费。",
        "外呼时没有念清到期后自动续费。",
        "话术把续费条款放在最后一句。",
        "话术更新后没有必读签阅。",
    ),
    {
        "people": "外呼代表未掌握二次确认要求",
        "material": "短信模板没有写明续费价格",
        "method": "续费提醒未列入服务标准",
        "measurement": "质检未把“续费告知”设为必检项",
    },
    "billing.charge.wrong",
    "到期前三天短信提醒并可一键退订；外呼话术先说价格与续费，再问是否办理。",
    (
        (MeasureKind.BILLING, "到期前三天发送续费提醒短信"),
        (MeasureKind.SELF_SERVICE, "掌厅增加“我的续费”一键退订入口"),
        (MeasureKind.TRAINING, "外呼话术必读签阅并抽测"),
    ),
)
OTHER = Lesson(
    (
        "客户三次来电仍没有得到答复。",
        "工单在两个部门之间来回退转。",
        "派单规则没有覆盖这类诉求。",
        "没有明确的牵头部门。",
    ),
    {
        "people": "派单员对新业务分类不熟",
        "systems": "派单规则未更新",
        "method": "退单两次后未自动提级",
        "measurement": "未监控退单率",
    },
    "service.speed.late",
    "同一工单退转两次即由终审派单员定责到部门，首问负责人每天向客户通报进展。",
    (
        (MeasureKind.STANDARD, "退转两次的工单当日由终审派单员定责"),
        (MeasureKind.STAFFING, "晚高峰增加一名派单员"),
    ),
)


class Reviews:
    """Takes troubled tickets of one province through their reviews as people would."""

    def __init__(self, *, now: datetime, rng: random.Random) -> None:
        self.now, self.rng = now, rng

    def write(self) -> int:
        """Let reviews be owed and take them to every stage; return how many there are."""
        done = 0
        for reason, tickets in self._troubled():
            for ticket in tickets:
                stage = STAGES[done % len(STAGES)]
                self._one(ticket, reason, stage)
                done += 1
        services.warn_overdue(self.now)
        services.warn_overdue_measures(self.now)
        return done

    def _troubled(self) -> Iterable[tuple[str, list[Ticket]]]:
        dispatcher = staff.viewer_for(Account.objects.get(staff_no="20004"), now=self.now)
        units = staff.unit_tree().ids_below(dispatcher.paths("tickets.view"))
        here = Ticket.objects.filter(
            home_unit_id__in=[row.id for row in staff.unit_tree().rows if row.code == "gz"]
        )
        here = here if here.count() >= 4 * EACH else Ticket.objects.filter(home_unit_id__in=units)
        late = Clock.objects.exclude(breached_at=None).filter(purpose__in=["resolve"])
        # Old enough for every stage to lie after the registration.
        here = here.filter(registered_at__lte=self.now - 11 * DAY)
        recent = here.select_related("topic").order_by("-registered_at", "id")
        ended = recent.filter(state__in=FINAL)
        sources = (
            (ReviewReason.MAJOR, recent.filter(complaint__grade="major")),
            (ReviewReason.REOPENED, recent.filter(redispatches__gt=0)),
            (ReviewReason.LATE, ended.filter(id__in=late.values("subject_id"))),
            (ReviewReason.ESCALATED, recent.filter(complaint__level__in=["province", "hq"])),
        )
        taken: set[UUID] = set()
        for reason, rows in sources:
            chosen = [row for row in rows[: 4 * EACH] if row.id not in taken][:EACH]
            taken.update(row.id for row in chosen)
            yield str(reason), chosen

    def _one(self, ticket: Ticket, reason: str, stage: str) -> None:
        days = {"owed": 2, "late": 10, "begun": 3, "half": 5, "written": 4, "back": 6}
        since = self.now - days.get(stage, 9) * DAY
        services.owe(ticket.id, reason, now=since)
        if stage in {"owed", "late"}:
            return
        writer, at = self._viewer(LEADER), since + DAY
        if reason in {ReviewReason.MAJOR, ReviewReason.ESCALATED}:
            writer = self._viewer(SPECIALIST)
        services.start(writer, ticket.number, now=at)
        if stage == "begun":
            return
        lesson = self._lesson(ticket)
        whys = lesson.whys[:2] if stage == "half" else lesson.whys
        services.write(
            writer,
            ticket.number,
            whys=whys,
            bones=lesson.bones,
            cause=lesson.cause,
            conclusion="" if stage == "half" else lesson.conclusion,
            now=at,
        )
        if stage == "half":
            return
        self._finish(ticket.number, writer, lesson, stage, at)

    def _finish(
        self, number: str, writer: Viewer, lesson: Lesson, stage: str, at: datetime
    ) -> None:
        measures = []
        for place, (kind, text) in enumerate(lesson.measures):
            due = local_day(at) + (2 + 6 * place) * DAY
            owner = self.rng.choice(OWNERS)
            measures.append(
                services.set_measure(
                    writer, number, kind=kind, text=text, owner=owner, due_on=due, now=at
                )
            )
        services.hand_in(writer, number, now=at + DAY)
        checker = self._viewer(CHIEF if self.rng.random() < 0.5 else INSPECTOR)
        if stage == "back":
            note = "第三问仍停在现象，请再往下问一层。"
            services.send_back(checker, number, note=note, now=at + DAY)
        elif stage in {"done", "measured"}:
            note = "原因清楚，措施可行，同意。"
            services.approve(checker, number, note=note, now=at + 2 * DAY)
        if stage == "measured":
            for one in measures[:2]:
                services.do_measure(writer, one, note="已落实，班前会通报。", now=at + 3 * DAY)

    def _lesson(self, ticket: Ticket) -> Lesson:
        code = ticket.topic.code if ticket.topic else ""
        if code.startswith(("broadband", "mobile", "network")):
            return BROADBAND
        return BILLING if code.startswith("billing") else OTHER

    def _viewer(self, staff_no: str) -> Viewer:
        return staff.viewer_for(Account.objects.get(staff_no=staff_no), now=self.now)
