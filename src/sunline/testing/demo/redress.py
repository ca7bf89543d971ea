"""What the demo's customers are owed: identity checks, proposals of every state, undone orders."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from sunline.kernel.errors import SunlineError
from sunline.kernel.models import Delivery, Event
from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff
from sunline.staff.models import Account, Unit
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets import services
from sunline.tickets.models import CompensationProposal, Ticket
from sunline.tickets.queries import has_pack, pack_of
from sunline.tickets.rules import owed as rules
from sunline.tickets.types import FINAL, DeclineReason, Kind, Registration, WaiverReason

MOST = 90
PAIRS = (("service_password", "sms_code"), ("sms_code", "id_whole"), ("id_last4", "last_calls"))
LATE = timedelta(hours=48)
EACH = 36
FAULT = ("宽带故障迟迟未修复", "光猫红灯，报障多日仍未修复。", "gz-net", "20007")
INSTALL = ("新装宽带超时", "申请装机后一直没有上门。", "gz-field", "20006")
FEES = (100, 158, 200, 300)


class Redress:
    """Works on the tickets of Guangdong as its agents, leaders and specialist do on the desk."""

    def __init__(self, *, now: datetime, rng: random.Random) -> None:
        self.now, self.rng = now, rng
        self.lines = list(
            Ticket.objects.filter(
                home_unit__code="gz", subscriber__isnull=False, kind=Kind.FAULT
            ).order_by("id")[:EACH]
        )
        self.people = [_viewer(number, now) for number in ("20001", "20002", "20010")]

    def write(self) -> int:
        """Write all of it; return how many proposals there are."""
        if None in self.people:
            return 0
        self._check_identities()
        self._late_work()
        self._settle()
        self._orders()
        return CompensationProposal.objects.count()

    def _who(self, place: int) -> Viewer:
        found = self.people[place % len(self.people)]
        assert found is not None
        return found

    def _check_identities(self) -> None:
        """Let customers pass, pass in part, fail, and fail until they are locked."""
        for place, ticket in enumerate(_open_ones().order_by("-id")[:MOST]):
            at = max(ticket.updated_at, self.now - timedelta(minutes=self.rng.randrange(90)))
            pair = self.rng.choice(PAIRS)
            klass = self.rng.choice(("query", "query", "transaction", "call_detail"))
            fate, who = place % 5, self._who(place)
            with contextlib.suppress(SunlineError):
                if fate == 3:
                    services.verify(who, ticket.id, klass=klass, failed=pair[:1], now=at)
                for _again in range(3 if fate == 4 and place % 10 == 4 else 0):
                    services.verify(who, ticket.id, klass=klass, failed=pair[:1], now=at)
                passed = pair if fate < 2 else pair[:1]
                services.verify(who, ticket.id, klass=klass, passed=passed, now=at)

    def _late_work(self) -> None:
        """Compute what late repairs and installations owe, those still open and those done."""
        for place in range(EACH):
            self._late(place, "fault", "broadband.fault.down", FAULT)
            if place % 2:
                self._late(place, "transaction", "broadband.order.install", INSTALL)
        services.sweep(self.now)
        orders = Q(kind=Kind.TRANSACTION, topic__code__in=rules.ORDER_TOPICS)
        late = Ticket.objects.filter(Q(kind=Kind.FAULT) | orders, customer__isnull=False)
        done = late.filter(replied_at__gt=F("registered_at") + LATE)
        for ticket in done.order_by("-id")[:MOST]:
            services.reckon(ticket.id, now=ticket.updated_at)

    def _late(self, place: int, kind: str, topic: str, about: tuple[str, str, str, str]) -> None:
        """Let a ticket of Guangzhou wait too long; two of three are done, the others came back."""
        title, text, unit, handler = about
        whose = self.lines[place % len(self.lines)] if self.lines else None
        person = _viewer(handler, self.now)
        if whose is None or person is None:
            return
        late = timedelta(hours=self.rng.randrange(60, 200))
        if kind == "transaction":
            late += timedelta(days=16)
        at = self.now - late - timedelta(days=place % 7)
        fields = Registration(
            kind=kind, title=title, description=text, channel="phone",
            home_unit_id=whose.home_unit_id, customer_id=whose.customer_id,
            subscriber_id=whose.subscriber_id, contact=whose.contact,
            topic_id=knowledge.topic_id(topic),
        )  # fmt: skip
        with contextlib.suppress(SunlineError):
            made = services.register(self._who(0), fields, now=at)
            services.dispatch(
                system_viewer(), made.id, unit_id=Unit.objects.get(code=unit).id, now=at
            )
            services.accept(person, made.id, now=at + timedelta(hours=1))
            if place % 3:
                services.reply(person, made.id, text="已处理完毕。", now=at + late)
                services.reckon(made.id, now=at + late)
            else:  # it lies with the dispatcher
                services.return_order(
                    person, made.id, reason="wrong_unit", now=at + timedelta(hours=2)
                )
            # Nobody listens to the past any more.
            past = Event.objects.filter(subject_id=made.id).values("id")
            Delivery.objects.filter(event_id__in=past).delete()

    def _settle(self) -> None:
        """Let people accept and decline, and some lapse."""
        rows = CompensationProposal.objects.filter(state="proposed").order_by("ticket_id", "id")
        reasons = list(DeclineReason)
        for place, row in enumerate(rows[: 2 * MOST]):
            who = self._who(place // 2)
            if place % 16 in {12, 13}:
                row.state, row.settled_at, row.next_at = "lapsed", self.now, None
                row.settled_by = "system"
                row.save()
            with contextlib.suppress(SunlineError):
                if place % 16 in {8, 9}:
                    reason = reasons[place // 2 % len(reasons)]
                    services.decline_proposal(
                        who, row.ticket_id, action=row.action, reason=reason,
                        note="已与客户核实", now=self.now,
                    )  # fmt: skip
                elif place % 16 < 8:
                    base = Decimal(self.rng.choice(FEES)) if row.amount is None else None
                    services.accept_proposal(
                        who, row.ticket_id, action=row.action, base=base,
                        note="已告知客户补偿金额", now=self.now,
                    )  # fmt: skip

    def _orders(self) -> None:
        """Undo orders never made and propose waivers; the first ticket is left as it came."""
        tickets = [one for one in _open_ones().order_by("-id") if has_pack(one.topic_id)]
        for place, ticket in enumerate(tickets[1:MOST]):
            pack = pack_of(ticket.id, ticket.subscriber_id, self.now)
            if pack is None or place % 3 == 2:
                continue
            who = self._who(place)
            with contextlib.suppress(SunlineError):
                services.verify(who, ticket.id, klass="transaction", passed=PAIRS[0], now=self.now)
                for file in pack.orders[:1]:
                    services.cancel_unsolicited(
                        who, ticket.id, order=file.order.number, note="客户表示未订购",
                        now=self.now,
                    )  # fmt: skip
                if pack.exit is not None:
                    self._waive(who, ticket, place)

    def _waive(self, who: Viewer, ticket: Ticket, place: int) -> None:
        reason = list(WaiverReason)[place % len(WaiverReason)]
        services.propose_waiver(
            who, ticket.id, reason=reason, note="客户提供搬迁证明", now=self.now
        )
        if place % 2:
            services.accept_proposal(who, ticket.id, action="waive_penalty", now=self.now)


def _viewer(staff_no: str, now: datetime) -> Viewer | None:
    account = Account.objects.filter(staff_no=staff_no).first()
    return staff.viewer_for(account, now=now) if account else None


def _open_ones() -> QuerySet[Ticket]:
    rows = Ticket.objects.filter(home_unit__path__startswith="/hq/gd/", subscriber__isnull=False)
    return rows.exclude(state__in=FINAL)
