"""The demo's appeals: every state and door, several doors on a case, the ministry's figures."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sunline.kernel.errors import SunlineError
from sunline.staff import queries as staff
from sunline.staff.models import Account
from sunline.tickets import services
from sunline.tickets.models import Appeal, AppealCount, Ticket
from sunline.tickets.types import AppealState, Kind, State

EACH = 22
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOORS = ("regulator", "12345", "regulator", "12315", "media", "regulator", "petition")
HEADS = {"regulator": "粤申", "12345": "穗热", "12315": "消", "media": "媒", "petition": "访"}
CLAIMS: Sequence[tuple[str, str]] = (
    ("charges", "套餐到期后仍按原价扣费，要求退还多收部分并说明计费依据。"),
    ("charges", "未经同意开通增值业务，要求取消并退费。"),
    ("charges", "合约期未满办理销户被收取违约金，认为未事先告知。"),
    ("service", "多次致电客服得不到明确答复，要求书面说明处理结果。"),
    ("service", "营业厅以系统升级为由拒绝办理携号转网。"),
    ("service", "预约装机两次改期均未通知，要求道歉。"),
    ("network", "小区内手机信号弱，报障一个月未见改善。"),
    ("network", "宽带夜间频繁掉线，上门检修后仍未修复。"),
)
REPLY = "经核实，情况属实，已与用户沟通并完成整改，处理结果随附。"
# The ministry's counts of the first quarter of 2012 as printed; users and the quarter before are
# chosen so that they agree with the printed shares, rates and changes.
COUNTS = (
    ("中国电信", (3803, 0, 0, 290_000_000), (2033, 752, 1296, 299_200_000)),
    ("中国移动", (6806, 0, 0, 680_000_000), (2393, 936, 2611, 692_500_000)),
    ("中国联通", (6904, 0, 0, 290_000_000), (2526, 1430, 2078, 298_200_000)),
)


class Appeals:
    """Brings appeals of every door on the complaints of Guangdong and works on them."""

    def __init__(self, *, now: datetime, rng: random.Random) -> None:
        self.now, self.rng = now, rng
        account = Account.objects.filter(staff_no="20010").first()
        self.viewer = staff.viewer_for(account, now=now) if account else None
        self.numbers: Counter[str] = Counter()

    def write(self) -> int:
        """Write all of it; return how many appeals there are."""
        rows = Ticket.objects.filter(kind=Kind.COMPLAINT, home_unit__path__startswith="/hq/gd/")
        rows = rows.exclude(state__in=[State.MERGED, State.REFUSED])
        # Most doors come when the matter is closed here; the work in hand stays as it is.
        tickets = list(rows.exclude(closed_at=None).order_by("-closed_at", "id")[:80])
        # One that nobody has yet would go up to a unit of the province at once.
        given = rows.filter(closed_at=None, answered_at=None)
        given = given.exclude(state=State.AWAITING_DISPATCH)
        open_ones = list(given.order_by("-id")[:20])
        tickets += open_ones
        if self.viewer is None or not tickets:
            return 0
        states = [str(state) for state in AppealState]
        for place in range(EACH * len(states)):
            state = states[place % len(states)]
            # Only who was not answered yet is sent back to us.
            held = open_ones if state == "sent_back" and open_ones else tickets
            with contextlib.suppress(SunlineError):
                self._live(held[(7 * place + place // 10) % len(held)], state, place)
        self._count()
        return Appeal.objects.count()

    def _live(self, ticket: Ticket, state: str, place: int) -> None:
        """Let one appeal come in and go as far as the state."""
        viewer = self.viewer
        assert viewer is not None
        last = Ticket.objects.values_list("updated_at", flat=True).get(id=ticket.id)
        door = DOORS[place % len(DOORS)]
        if state in {"refused", "sent_back"}:
            door = "regulator"
        elif state == "returned" and door == "media":
            door = "12345"
        # Written down after all that is known of the ticket; the door sent it some days before.
        at = max(last, self.now - 9 * HOUR)
        received = at - (HOUR if state == "returned" else (1 + place % 8) * DAY)
        category, claim = CLAIMS[place % len(CLAIMS)]
        self.numbers[door] += 1
        early = state == "sent_back" or place % 9 == 4
        services.receive_appeal(
            viewer,
            ticket.id,
            door=door,
            reference=f"{HEADS[door]}{received:%Y%m}{self.numbers[door]:04}",
            category=category,
            claim=claim,
            event_at=received - timedelta(days=25 + place % 60),
            received_at=received,
            first_complaint_at=received - (3 * DAY if early else 20 * DAY),
            now=at,
        )
        row = Appeal.objects.get(door=door, number__endswith=f"{self.numbers[door]:04}")
        for step, values in WAYS[state]:
            at += (self.now - at) / 4
            told = {name: value(place) if callable(value) else value for name, value in values}
            step(viewer, ticket.id, appeal=str(row.id), **told, now=at)

    def _count(self) -> None:
        for since, which in ((date(2011, 10, 1), 1), (date(2012, 1, 1), 2)):
            AppealCount.objects.bulk_create(
                AppealCount(
                    operator=line[0], since=since, months=3, place=place, set_at=self.now,
                    set_by="20010", **dict(zip(COLUMNS, line[which], strict=True)),
                )
                for place, line in enumerate(COUNTS)
            )  # fmt: skip


COLUMNS = ("service", "network", "charges", "users")
Values = tuple[tuple[str, Any], ...]
Step = tuple[Callable[..., Any], Values]
ACCEPT: Step = (services.accept_appeal, (("although", True),))
ANSWER: Step = (services.reply_appeal, (("text", REPLY),))
MEDIATE: Step = (services.mediate_appeal, (("note", "中心组织三方通话调解"),))
SIGN: Step = (
    services.sign_agreement,
    (
        ("text", "双方同意退还争议费用，用户不再就同一事项申诉。"),
        ("amount", lambda place: Decimal(20 + place % 9 * 15)),
    ),
)
WORDS = ("yes", "yes", "no", "yes", "")
CLOSE: Step = (
    services.close_appeal,
    (
        ("result", "answered"),
        ("solved", lambda place: WORDS[place % 5]),
        ("satisfied", lambda place: WORDS[(place + place // 5) % 5]),
    ),
)
REFUSALS = ("fee_too_old", "too_old", "pending_elsewhere", "no_request", "handled_before")
WAYS: dict[str, tuple[Step, ...]] = {
    "received": (),
    "accepted": (ACCEPT,),
    "replied": (ACCEPT, ANSWER),
    "mediation": (ACCEPT, MEDIATE, ANSWER),
    "agreed": (ACCEPT, ANSWER, MEDIATE, SIGN),
    "closed": (ANSWER, CLOSE),
    "refused": (
        (services.refuse_appeal, (("reason", lambda place: REFUSALS[place % len(REFUSALS)]),)),
    ),
    "sent_back": ((services.send_back_appeal, ()),),
    "returned": (
        (services.return_appeal, (("reason", "not_this_operator"), ("note", "经查非本网用户"))),
    ),
    "withdrawn": ((services.withdraw_appeal, (("note", "用户与企业已协商一致，主动撤回"),)),),
}
