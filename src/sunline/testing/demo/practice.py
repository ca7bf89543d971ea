"""What people do together on open tickets, done by the verbs themselves: rows of every kind."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from sunline.kernel.errors import SunlineError
from sunline.kernel.types import Actor
from sunline.staff.types import Viewer
from sunline.tickets import services
from sunline.tickets.models import Ticket
from sunline.tickets.types import Registration, State

from .crew import Crew, Member

HOUR = timedelta(hours=1)
TASKS = (
    "请核对本月账单是否重复计费",
    "请现场确认分光器端口状态",
    "请提供该小区割接计划",
    "请核实客户业务办理记录",
)
REPLIES = (
    "已核对，计费无误",
    "端口已更换，光功率正常",
    "割接安排在今晚零点",
    "办理记录已附，系短信确认开通",
)
WISHES = (
    "客户多次来电，请今日内办结并反馈",
    "涉及批量用户，请升级处理并说明原因",
)
STAGES = (
    "该区域覆盖基站已列入年度规划，正在选址。",
    "小区端口资源不足，扩容工程已立项，预计下月完工。",
)
CONSENT = (
    "客户来电同意改期，录音号 20261120-0{}",
    "回电确认，客户同意延后处理，工号 20001 记录",
)


class Practice:
    """Verbs done on the open tickets of the demo, a handful of each kind."""

    def __init__(self, crew: Crew, *, each: int, now: datetime, rng: random.Random) -> None:
        self._crew, self._each, self._now, self._rng = crew, each, now, rng
        self._workers = crew.workers()
        self.done = 0

    def run(self) -> int:
        """Do them all and return how many verbs were done."""
        self._join()
        self._press()
        self._extend()
        self._keep()
        self._merge()
        self._judge()
        return self.done

    def _do(
        self, verb: Callable[..., object], who: Viewer, ticket: Ticket, **values: object
    ) -> bool:
        """Do one verb; one that the rules refuse for this ticket is left out."""
        try:
            verb(who, ticket.id, now=self._now, **values)
        except SunlineError:
            return False
        self.done += 1
        return True

    def _tickets(self, state: State, *, sure: bool = True) -> Iterator[Ticket]:
        rows = Ticket.objects.filter(state=state).select_related("handler", "unit")
        if sure:
            rows = rows.exclude(handler=None)
        # Nobody takes the newest for granted: they are what people work on next.
        yield from rows.order_by("registered_at", "id")[: self._each * 12]

    def _handler(self, ticket: Ticket) -> Viewer:
        person = ticket.handler
        assert person is not None
        actor = Actor(Actor.PERSON, person.id, person.staff_no, person.unit_id)
        return Viewer(actor, all_powerful=True)

    def _role(self, role: str) -> Viewer:
        return seen(self._crew.anybody(role))

    def _join(self) -> None:
        """Ask units to join and for facts; some have accepted, some have replied."""
        kinds = (services.ask_joint, services.ask_fact)
        for index, ticket in enumerate(self._tickets(State.IN_HANDLING)):
            if index >= self._each * 6:
                return
            unit = self._rng.choice([one for one in self._workers if one != ticket.unit_id])
            who = self._handler(ticket)
            asked = self._do(
                kinds[index % 2], who, ticket, unit_id=unit, text=self._rng.choice(TASKS)
            )
            if not asked or index % 3 == 0:
                continue
            there = seen(self._rng.choice(self._workers[unit]))
            self._do(services.accept_joint, there, ticket)
            if index % 3 == 2:
                self._do(services.reply_joint, there, ticket, text=self._rng.choice(REPLIES))

    def _press(self) -> None:
        waiting = self._tickets(State.AWAITING_ACCEPTANCE, sure=False)
        for index, ticket in enumerate(islice(waiting, self._each * 2)):
            self._do(services.urge, self._role("agent"), ticket, text="客户着急，请尽快签收")
            if index % 2:
                self._do(services.chase, self._role("agent"), ticket, text="客户再次来电询问进度")
        for index, ticket in enumerate(islice(self._tickets(State.IN_HANDLING), self._each * 2)):
            wish = self._rng.choice(WISHES)
            self._do(services.supervise, self._role("floor_manager"), ticket, text=wish)
            if index % 2:
                text = self._rng.choice(REPLIES)
                self._do(services.report, self._handler(ticket), ticket, text=text)

    def _extend(self) -> None:
        asked = 0
        for index, ticket in enumerate(self._tickets(State.IN_HANDLING)):
            consent = self._rng.choice(CONSENT).format(index)
            done = self._do(
                services.ask_extension, self._handler(ticket), ticket,
                hours=self._rng.choice((4, 8, 24)), reason="customer", consent=consent,
            )  # fmt: skip
            asked += done
            if done and index % 3:
                who = self._role("dispatcher")
                self._do(services.decide_extension, who, ticket, granted=index % 3 == 1)
            if asked >= self._each * 3:
                return

    def _keep(self) -> None:
        kept = 0
        for index, ticket in enumerate(self._tickets(State.IN_HANDLING)):
            if ticket.joint_works.filter(replied_at=None, cancelled_at=None).exists():
                continue
            reason = ("coverage", "resources", "building", "property")[index % 4]
            text = self._rng.choice(STAGES)
            who = self._role("dispatcher")
            kept += self._do(services.keep_on_account, who, ticket, reason=reason, text=text)
            if index % 2:
                self._do(services.answer_stage, who, ticket, text=self._rng.choice(STAGES))
            if kept >= self._each:
                return

    def _merge(self) -> None:
        """Register a second ticket of the same customer and merge it; some are taken out again."""
        for index, ticket in enumerate(islice(self._tickets(State.IN_HANDLING), self._each)):
            twin = services.register(
                self._role("agent"),
                Registration(
                    kind=str(ticket.kind),
                    title=ticket.title,
                    description=f"再次来电：{ticket.description[:200]}",
                    channel="phone",
                    home_unit_id=ticket.home_unit_id,
                    topic_id=ticket.topic_id,
                    customer_id=ticket.customer_id,
                    subscriber_id=ticket.subscriber_id,
                    contact=ticket.contact,
                ),
                now=self._now - HOUR,
            )
            who, row = self._role("team_leader"), Ticket.objects.get(id=twin.id)
            self._do(services.merge, who, row, into_number=ticket.number)
            if index % 5 == 4:
                self._do(services.unmerge, who, row)

    def _judge(self) -> None:
        causes = ("late", "no_guidance", "network", "billing", "attitude")
        closed = Ticket.objects.filter(state=State.CLOSED, kind="complaint").exclude(unit=None)
        for index, ticket in enumerate(closed.order_by("-registered_at")[: self._each * 8]):
            cause = causes[index % len(causes)]
            first = self._role("complaint_specialist")
            self._do(
                services.judge, first, ticket,
                unit_id=ticket.unit_id, cause=cause, at_fault=index % 4 != 3, text="按处理记录初判",
            )  # fmt: skip
            if index % 4 == 1:
                team = self._workers.get(ticket.unit_id) if ticket.unit_id else None
                who = seen(self._rng.choice(team)) if team else self._role("back_office")
                self._do(services.contest, who, ticket, text="客户约定的上门时间，非部门原因")
            if index % 4 == 1 and index % 8:
                who = self._role("floor_manager")
                self._do(services.review_judgement, who, ticket, at_fault=False, text="申辩属实")
        for ticket in islice(self._tickets(State.IN_HANDLING), self._each * 2):
            score = self._rng.choice((2, 3, 4, 5, 5))
            faults = ("facts_missing",) if score < 4 else ()
            self._do(
                services.score_order, self._handler(ticket), ticket, score=score, faults=faults
            )


def seen(member: Member) -> Viewer:
    """Return the viewer of a member whose rights nobody asks for: the story is told by us."""
    return Viewer(member.actor, all_powerful=True)
