"""Field orders of the demo: installations, moves and repairs in every state, some of them late."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel.errors import SunlineError
from sunline.kernel.ids import local_day
from sunline.kernel.models import Delivery, Event
from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff
from sunline.staff.models import Account, Unit
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets import services
from sunline.tickets.models import FieldOrder, Ticket
from sunline.tickets.types import FieldEnd, FieldState, LateReason, Registration, TicketRef
from sunline.tickets.types.fieldwork import FIELD_OPEN

from .present import queue_work

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EACH = 22
ASKED = {
    "install": ("transaction", "broadband.order.install", "新装宽带", "新房入住，申请装一条宽带。"),
    "move": ("transaction", "broadband.order.move", "宽带移机", "搬家，宽带移到新住址。"),
    "repair": ("fault", "broadband.fault.down", "宽带断线", "光猫红灯，无法上网。"),
}
STREETS = ("天河区体育西路", "越秀区中山四路", "海珠区江南大道", "白云区机场路", "番禺区市桥大北路")
PARTS = ("光猫 1，皮线光缆 50 米", "快速连接器 2", "光猫 1，路由器 1", "皮线光缆 30 米，接头 2")
WINDOWS = ("morning", "afternoon", "evening")
UNDONE = tuple(one for one in FieldEnd if one != FieldEnd.TICKET_ENDED)


class Outside:
    """Works as the agents, the dispatcher and the field team of Guangzhou do."""

    def __init__(self, *, now: datetime, rng: random.Random) -> None:
        self.now, self.rng = now, rng
        self.made: list[UUID] = []
        self.unit = Unit.objects.filter(code="gz-field").first()
        people = Account.objects.filter(unit=self.unit, is_active=True).order_by("staff_no")
        self.crew = [found for one in people if (found := _viewer(one, now)) is not None]
        self.lines = list(
            Ticket.objects.filter(home_unit__code="gz", subscriber__isnull=False)
            .exclude(contact="")
            .order_by("id")[: EACH * 2]
        )

    def write(self) -> int:
        """Write all of it; return how many field orders there are."""
        if self.unit is None or not self.crew or not self.lines:
            return 0
        for place, state in enumerate(FieldState):
            for one in range(EACH):
                with contextlib.suppress(SunlineError):
                    self._one(state, place * EACH + one)
        queue_work(self.made)
        return FieldOrder.objects.count()

    def _one(self, state: FieldState, place: int) -> None:
        """Take one order to a state; its ticket came in days ago where the work is done."""
        repair = state in {FieldState.REPORTED, FieldState.REPAIRING, FieldState.CLEARED}
        kind = "repair" if repair else ("install", "move")[place % 2]
        if state in {FieldState.CANCELLED, FieldState.FAILED}:
            kind = ("install", "repair", "move")[place % 3]
        done = state not in FIELD_OPEN
        ago = DAY * (2 + place % 8) if done else HOUR * (3 + place % 20)
        at = self.now - ago - timedelta(minutes=place)
        ref = self._open(kind, place, at)
        worker = self.crew[place % len(self.crew)]
        if place % 4 == 0:  # some are the field engineer's of the cast
            worker = next((one for one in self.crew if one.actor.label == "20006"), worker)
        begun = at + HOUR
        if state not in {FieldState.ACCEPTED}:
            # Whoever is at work today came without one.
            if state not in {FieldState.WORKING, FieldState.REPAIRING}:
                self._book(ref, at, place, done)
            services.give_field(
                system_viewer(), ref.id, engineer_id=worker.account_id or ref.id, now=at + HOUR
            )
        if state in {FieldState.WORKING, FieldState.REPAIRING, FieldState.COMPLETED,
                     FieldState.CLEARED}:  # fmt: skip
            begun = min(at + DAY * (1 + place % 3), self.now - HOUR) if done else at + 2 * HOUR
            services.start_field(worker, ref.id, now=begun)
        self._end(state, ref, worker, place, begun)
        if state in {FieldState.COMPLETED, FieldState.CLEARED}:
            handler = self.crew[place % len(self.crew)]
            services.reply(handler, ref.id, text="已上门处理完毕。", now=begun + HOUR)
        # Nobody listens to the past any more.
        past = Event.objects.filter(subject_id=ref.id).values("id")
        Delivery.objects.filter(event_id__in=past).delete()

    def _open(self, kind: str, place: int, at: datetime) -> TicketRef:
        intake, topic, title, text = ASKED[kind]
        whose = self.lines[place % len(self.lines)]
        assert self.unit is not None
        fields = Registration(
            kind=intake, title=title, description=text, channel="phone",
            home_unit_id=whose.home_unit_id, customer_id=whose.customer_id,
            subscriber_id=whose.subscriber_id, contact=whose.contact,
            topic_id=knowledge.topic_id(topic),
        )  # fmt: skip
        system = system_viewer()
        ref = services.register(system, fields, now=at)
        services.dispatch(system, ref.id, unit_id=self.unit.id, now=at)
        services.accept(self.crew[place % len(self.crew)], ref.id, now=at)
        street = self.rng.choice(STREETS)
        self.made.append(ref.id)
        address = f"广州市{street}{self.rng.randrange(1, 300)}号{self.rng.randrange(101, 3005)}房"
        services.open_field(system, ref.id, kind=kind, address=address, now=at)
        return ref

    def _book(self, ref: TicketRef, at: datetime, place: int, done: bool) -> None:
        """Book a window, the next day's where it has room, and move some."""
        first = local_day(at if done else self.now) + DAY
        for try_ in range(3 + 9):
            day = first + DAY * (try_ // 3)
            slot = f"{day.isoformat()}.{WINDOWS[(place + try_) % 3]}"
            with contextlib.suppress(SunlineError):
                services.book_field(system_viewer(), ref.id, slot=slot, now=at)
                return

    def _end(
        self, state: FieldState, ref: TicketRef, worker: Viewer, place: int, begun: datetime
    ) -> None:
        reason = UNDONE[place % len(UNDONE)]
        if state == FieldState.CANCELLED:
            services.cancel_field(system_viewer(), ref.id, reason=reason, now=begun + HOUR)
        elif state == FieldState.FAILED:
            services.fail_field(worker, ref.id, reason=reason, now=begun + HOUR)
        elif state in {FieldState.COMPLETED, FieldState.CLEARED}:
            services.complete_field(
                worker, ref.id, signed=self.rng.choice("陈李黄梁何") + "先生",
                parts=self.rng.choice(PARTS), late_reason=list(LateReason)[place % len(LateReason)],
                now=begun + timedelta(minutes=50),
            )  # fmt: skip


def _viewer(account: Account, now: datetime) -> Viewer | None:
    return staff.viewer_for(account, now=now)
