"""What the demo's front lines granted: within authority, asked, decided, timed out, inspected."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max

from sunline.kernel.errors import SunlineError
from sunline.kernel.models import Event
from sunline.staff import queries as staff
from sunline.staff.models import Account
from sunline.staff.types import Viewer
from sunline.tickets import services
from sunline.tickets.models import Grant, Ticket
from sunline.tickets.types import FINAL

HOUR = timedelta(hours=1)
SINCE = 10 * HOUR  # what is granted lies in these last hours
USUAL: tuple[tuple[str, int | None, str, str], ...] = (
    ("goodwill_credit", 10, "goodwill", "多次来电，致歉补偿"),
    ("extend_validity", 30, "", "客户充值后未及时使用，申请延期"),
    ("waive_late_fee", 12, "cn_telecom_34", "代扣失败非客户原因"),
    ("merge_duplicates", None, "", "同一问题重复下单"),
    ("rent_waiver", 18, "cn_telecom_32", "修障超时，减免障碍期月租"),
    ("refund_unsolicited", 25, "", "客户否认开通，先行退费"),
    ("slow_pay", 20, "slow_pay_promise", "上门超时"),
)
REMARKS = ("依据充分，录音可查", "客户已确认", "流程完整")


class Desk:
    """The people of the cast at their work, each act at its own moment before `now`."""

    def __init__(self, tickets: list[Ticket], now: datetime) -> None:
        self.tickets, self.now = iter(tickets), now
        self.seen: dict[str, Viewer] = {}

    def who(self, staff_no: str) -> Viewer:
        """Return what one of the cast may do."""
        if staff_no not in self.seen:
            person = Account.objects.get(staff_no=staff_no)
            self.seen[staff_no] = staff.viewer_for(person, now=self.now)
        return self.seen[staff_no]

    def ask(self, ago: timedelta, action: str, amount: int, note: str, **fields: Any) -> Ticket:
        """Let an agent ask for more than they may grant."""
        ticket = next(self.tickets)
        services.grant(
            self.who("20001"), ticket.id, action=action, amount=Decimal(amount), note=note,
            now=self.now - ago, **fields,
        )  # fmt: skip
        return ticket

    def decide(self, ticket: Ticket, staff_no: str, ago: timedelta, **fields: Any) -> None:
        """Let one of the cast decide what was asked on a ticket."""
        services.decide_grant(self.who(staff_no), ticket.id, now=self.now - ago, **fields)


def grant_and_ask(*, now: datetime, rng: random.Random) -> int:
    """Grant on open tickets everywhere, and show every way of an approval in Guangzhou."""
    if not Account.objects.filter(staff_no="20001").exists():
        return 0
    here = _with_last(_open().filter(home_unit__path__startswith="/hq/gd/gz/")[:200])
    quiet = [ticket for ticket, last in here if last < now - SINCE][:16]
    with contextlib.suppress(StopIteration):
        _approvals(Desk(quiet, now))
    done = {ticket.id for ticket in quiet}
    for ticket, last in reversed(_with_last(_open()[: 16 + 60])):
        if ticket.id not in done:
            _usual(ticket, last, now, rng)
    _inspect(now)
    return Grant.objects.count()


def _open() -> Any:
    rows = Ticket.objects.exclude(state__in=FINAL).exclude(customer=None)
    return rows.select_related("customer").order_by("-id")


def _with_last(tickets: Iterable[Ticket]) -> list[tuple[Ticket, datetime]]:
    """Return each ticket with the moment of the last thing known of it."""
    found = list(tickets)
    rows = Event.objects.filter(subject_kind="ticket", subject_id__in=[row.id for row in found])
    last = dict(rows.values_list("subject_id").annotate(Max("at")))
    return [(row, last.get(row.id, row.registered_at)) for row in found]


def _approvals(desk: Desk) -> None:
    """Ask for approvals and let them end in every way; the oldest first."""
    now = desk.now
    desk.ask(9 * HOUR, "waive_late_fee", 60, "欠费系我方代扣失败", basis="cn_telecom_34")
    for level in (7, 5):
        services.pass_up_due(now - level * HOUR)
    decided_for = desk.ask(5 * HOUR, "late_work", 160, "移机延误", basis="cn_telecom_31")
    services.pass_up_due(now - 3 * HOUR)
    approved = desk.ask(2.9 * HOUR, "refund_unsolicited", 150, "不知情定制三个月")
    desk.ask(2.8 * HOUR, "goodwill_credit", 70, "客户等待三次回电")
    lowered = desk.ask(2.7 * HOUR, "goodwill_credit", 180, "宽带中断五天，要求补偿")
    declined = desk.ask(2.6 * HOUR, "waive_penalty", 90, "客户要求提前解约")
    taken_back = desk.ask(2.5 * HOUR, "goodwill_credit", 50, "重复补偿申请")
    desk.decide(approved, "20002", 2.2 * HOUR, approve=True, note="二次确认短信缺失，同意退费")
    desk.decide(lowered, "20002", 2.1 * HOUR, approve=True, amount=Decimal(100), note="按五天折算")
    desk.decide(declined, "20002", 2 * HOUR, note="合约期内，客户单方解约，无减免依据")
    services.withdraw_grant(desk.who("20001"), taken_back.id, note="已补偿过", now=now - 2 * HOUR)
    services.set_delegate(
        desk.who("20003"), to="20002", since=now - 1.8 * HOUR, until=now + timedelta(days=2),
        note="外出培训", now=now - 1.8 * HOUR,
    )  # fmt: skip
    desk.decide(decided_for, "20002", 1.7 * HOUR, approve=True, note="代值班长审批，同意")
    services.pass_up_due(now - 0.7 * HOUR)
    passed_on = desk.ask(0.6 * HOUR, "refund_unsolicited", 320, "增值业务争议半年")
    desk.decide(passed_on, "20002", 0.5 * HOUR, approve=True, note="同意，超我额度")
    desk.ask(0.4 * HOUR, "goodwill_credit", 45, "装机改约两次", basis="goodwill")
    desk.ask(0.3 * HOUR, "waive_late_fee", 35, "停机保号期间误计", basis="cn_telecom_34")


def _usual(ticket: Ticket, last: datetime, now: datetime, rng: random.Random) -> None:
    """Grant something small within the authority of somebody of the customer's city."""
    action, amount, basis, note = rng.choice(USUAL)
    at = max(last, now - SINCE + HOUR) + rng.random() * HOUR
    person = next(_agents(ticket, rng), None)
    if person is None or at >= now:
        return
    with contextlib.suppress(SunlineError):
        services.grant(
            staff.viewer_for(person, now=now), ticket.id, action=action, basis=basis, note=note,
            amount=None if amount is None else Decimal(amount), now=at,
        )  # fmt: skip


def _agents(ticket: Ticket, rng: random.Random) -> Iterator[Account]:
    path = staff.unit_tree().path(ticket.home_unit_id)
    above = [row.id for row in staff.unit_tree().rows if path.startswith(row.path)]
    people = Account.objects.filter(
        grants__role__code="agent", grants__unit_id__in=above, is_active=True
    )
    found = list(people.order_by("staff_no")[:12])
    rng.shuffle(found)
    yield from found


def _inspect(now: datetime) -> None:
    """Draw every third grant, and let the inspector look at some of them."""
    inspector = staff.viewer_for(Account.objects.get(staff_no="20005"), now=now)
    path = "/hq/gd/"
    rows = Grant.objects.exclude(granted_at=None).filter(unit__path__startswith=path)
    drawn = list(rows.order_by("-id").values_list("id", "ticket_id"))[::3]
    Grant.objects.filter(id__in=[grant_id for grant_id, _ticket in drawn]).update(sampled=True)
    for place, (grant_id, ticket_id) in enumerate(drawn[: len(drawn) // 2 + 1]):
        bad = place % 5 == 1
        services.check_grant(
            inspector, ticket_id, grant=grant_id, verdict="not_in_order" if bad else "in_order",
            note="未见客户同意的记录" if bad else REMARKS[place % 3], now=now - HOUR / 6,
        )  # fmt: skip
