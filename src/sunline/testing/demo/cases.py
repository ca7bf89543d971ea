"""The cases behind the demo's complaints: every grade, flag, rung, offer and stage of a plan."""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Sum

from sunline.customers.models import Holding
from sunline.interactions.types import File
from sunline.kernel.errors import SunlineError
from sunline.kernel.ids import id_at
from sunline.kernel.loading import load
from sunline.sla.models import Clock
from sunline.staff import queries as staff
from sunline.staff.models import Account
from sunline.tickets import case_policies, services
from sunline.tickets.models import Complaint, Escalation, Evidence, Offer, PlanStep, Ticket
from sunline.tickets.queries import tables
from sunline.tickets.queries.cases import case_facts
from sunline.tickets.rules import complaints as rules
from sunline.tickets.rules import segmentation
from sunline.tickets.services.climbing import unit_at
from sunline.tickets.types import (
    FINAL,
    ConsentHow,
    Demand,
    EvidenceKind,
    Flag,
    Grade,
    Kind,
    Level,
    Mood,
    OfferKind,
    Signal,
    State,
    Style,
)

EACH = 24  # at least so many of each state where there are complaints enough
CAUSES = (
    ("billing", ("billing.charge.wrong", "billing.charge.data", "billing.payment.latefee")),
    ("broadband", ("network.fixed.down", "network.fixed.unstable", "field.visit.late")),
    ("mobile", ("network.mobile.weak", "network.mobile.slow", "product.contract.change")),
    ("", ("service.attitude.passed_on", "service.speed.late", "product.order.unknown")),
)
LETTER = "本人多次反映宽带问题未得到解决，请书面答复。\n"
STEP_NOTES = ("已核实", "已电话沟通，客户情绪平稳", "已报值班长", "材料齐全")
OFFER_TEXTS = {
    OfferKind.APOLOGY: "由班长致电道歉",
    OfferKind.WAIVER: "减免当月违约金",
    OfferKind.REFUND: "退还争议费用",
    OfferKind.CREDIT: "赠送话费",
    OfferKind.GIFT: "赠送流量包",
    OfferKind.REPAIR: "24小时内上门修复",
}


class Cases:
    """Gives every complaint of the past its case."""

    def __init__(self, *, now: datetime, rng: random.Random) -> None:
        self.now, self.rng = now, rng
        self.people = list(Account.objects.filter(is_active=True).order_by("staff_no")[:60])
        fees = Holding.objects.values_list("subscriber__customer_id")
        self.fees: dict[Any, Decimal] = dict(fees.annotate(fee=Sum("monthly_fee")))
        late = Clock.objects.exclude(breached_at=None).values_list("subject_id", flat=True)
        self.late = set(late)
        self.seen: dict[Any, list[tuple[datetime, Any]]] = defaultdict(list)
        self.units: dict[tuple[str, UUID], UUID | None] = {}
        self.rows: dict[type, list[Any]] = defaultdict(list)

    def write(self) -> int:
        """Write the cases of all complaints; return how many."""
        tickets = list(
            Ticket.objects.filter(kind=Kind.COMPLAINT, complaint=None)
            .select_related("customer", "topic")
            .order_by("registered_at", "id")
        )
        share = EACH / max(len(tickets), 1)
        for ticket in tickets:
            self._case(ticket, share)
        for model in (Complaint, Escalation, Evidence, Offer, PlanStep):
            for start in range(0, len(self.rows[model]), 2000):
                load(self.rows[model][start : start + 2000])
        return len(tickets)

    def _chance(self, usual: float, share: float) -> bool:
        return self.rng.random() < max(usual, min(share * 1.3, 0.3))

    def _case(self, ticket: Ticket, share: float) -> None:
        rng = self.rng
        case = Complaint(
            ticket=ticket,
            severity=ticket.severity or "general",
            opened_at=ticket.registered_at,
            level_since=ticket.registered_at,
            codes=[], signals=[], reasons=[], segment={},
        )  # fmt: skip
        case.mood = rng.choices([str(mood) for mood in Mood], (45, 35, 16, 4))[0]
        case.style = rng.choice(list(Style)).value
        case.demand = rng.choice(list(Demand)).value
        case.urgency = rng.choices(("normal", "urgent", "most_urgent"), (90, 8, 2))[0]
        for flag in (Flag.BYPASSING, Flag.GROUP, Flag.DIFFICULT, Flag.SENSITIVE):
            setattr(case, flag, self._chance(0.02, share))
        case.signals = [str(one) for one in Signal if self._chance(0.006, share / 8)]
        if case.demand in {Demand.MONEY, Demand.COMPENSATION}:
            case.disputed = Decimal(rng.choice((9, 19, 30, 58, 128, 199, 360)))
            case.asked = case.disputed * rng.choice((1, 1, 1, 2, 3, 10))
        customer = self._customer(ticket)
        case.repeated = customer.same_topic > 0 or self._chance(0.03, share)
        if self._chance(0.01, share):
            customer = self._heat(case, customer)
        facts = case_facts(ticket, case)
        codes = rules.upgrade_codes(facts, most_amount=Decimal(2000))
        case.codes, case.grade = [str(code) for code in codes], rules.grade(codes)
        self._score(ticket, case, customer)
        self._ladder(ticket, case, share)
        if self.rng.random() < (0.5 if ticket.closed_at is None else 0.9):
            code = ticket.topic.code if ticket.topic else ""
            case.cause = rng.choice(
                next(found for start, found in CAUSES if code.startswith(start))
            )
        self.rows[Complaint].append(case)
        self._proof(ticket)
        self._offers(ticket)
        if case.grade == Grade.MAJOR:
            self._plan(ticket)

    @staticmethod
    def _heat(case: Complaint, customer: segmentation.Customer) -> segmentation.Customer:
        """Make the case one that may be carried further."""
        case.repeated, case.mood = True, Mood.THREATENING.value
        case.signals = sorted({*case.signals, Signal.CONSUMER.value, Signal.COURT.value})
        return replace(customer, same_topic=max(customer.same_topic, 1), appeals=1)

    def _customer(self, ticket: Ticket) -> segmentation.Customer:
        """Return what was known of the customer then, from what was drawn before."""
        whose = ticket.customer
        key = ticket.customer_id or ticket.contact_index
        before = self.seen[key] if key else []
        month = ticket.registered_at - timedelta(days=30)
        found = segmentation.Customer(
            tier=str(whose.tier) if whose else "ordinary",
            group=whose.group if whose else "public",
            monthly=self.fees.get(ticket.customer_id),
            fragile=whose.fragile if whose else "",
            in_30_days=sum(1 for at, _topic in before if at >= month),
            in_90_days=len(before),
            in_365_days=len(before),
            same_topic=sum(1 for at, topic in before if at >= month and topic == ticket.topic_id),
        )
        if key:
            before.append((ticket.registered_at, ticket.topic_id))
        return found

    def _score(self, ticket: Ticket, case: Complaint, customer: segmentation.Customer) -> None:
        matter = segmentation.Matter(
            signals=frozenset(case.signals),
            mood=case.mood,
            complexity=ticket.complexity,
            asked=case.asked,
            limits_missed=int(ticket.id in self.late),
            transfers=ticket.returns + ticket.redispatches,
        )
        score = segmentation.risk(customer, matter, segmentation.Weights())
        case.score, case.reasons = score.points, [list(one) for one in score.reasons]
        found = segmentation.segment(customer, matter, score.points)
        case.segment = {
            "value": found.value, "risk": found.risk, "complexity": found.complexity,
            "mood": found.mood, "fragile": customer.fragile,
            "in_30_days": customer.in_30_days, "in_90_days": customer.in_90_days,
            "in_365_days": customer.in_365_days, "same_topic": customer.same_topic,
        }  # fmt: skip
        chosen = segmentation.choose(tables.strategies(self.now), found)
        if chosen is not None:
            case.strategy = chosen.code
            due = ticket.registered_at + timedelta(minutes=chosen.first_contact)
            case.first_contact_due = min(due, ticket.next_due_at or due)

    def _ladder(self, ticket: Ticket, case: Complaint, share: float) -> None:
        """Bring the case up to its floor, and some of them further, step by step."""
        level = rules.FLOOR_OF_GRADE[Grade(case.grade)]
        for higher in (Level.TEAM_LEADER, Level.SPECIALIST, Level.PROVINCE, Level.HQ):
            if rules.place(higher) > rules.place(level) and self._chance(0.02, share):
                level = higher
        at = ticket.registered_at
        end = ticket.answered_at or ticket.closed_at or self.now
        path = list(Level)[: rules.place(level) + 1]
        for low, high in pairwise(path):
            at += (end - at) * self.rng.uniform(0.1, 0.4)
            self.rows[Escalation].append(
                Escalation(
                    id=id_at(at), ticket=ticket, level_from=low, level_to=high,
                    reason=self.rng.choice(("time", "limit_missed", "wish", "grade")),
                    unit_id=self._unit(high, ticket.home_unit_id), note="", at=at,
                )
            )  # fmt: skip
        case.level, case.level_since = level, at
        case.unit_id = self._unit(level, ticket.home_unit_id)
        if ticket.closed_at is None:
            minutes = case_policies.LADDER[str(case.grade)].default
            since = max(at, self.now - timedelta(minutes=minutes * self.rng.uniform(0.1, 0.8)))
            case.level_since = since
            case.step_at = rules.next_step(level, since, minutes)

    def _unit(self, level: str, home: UUID) -> UUID | None:
        key = (str(level), home)
        if key not in self.units:
            self.units[key] = unit_at(level, home, self.now)
        return self.units[key]

    def _proof(self, ticket: Ticket) -> None:
        for number in range(self.rng.choices((0, 1, 2), (60, 30, 10))[0]):
            kind = self.rng.choice(list(EvidenceKind))
            at = ticket.registered_at + timedelta(minutes=5 + number)
            self.rows[Evidence].append(
                Evidence(
                    id=id_at(at), ticket=ticket, kind=kind, text="", by=self._somebody().id, at=at,
                    reference=f"{kind.value.upper()[:3]}-{ticket.number[1:]}-{number + 1}",
                )
            )  # fmt: skip

    def _offers(self, ticket: Ticket) -> None:
        """Offer something to some: open, agreed, declined, or carried out."""
        is_open = ticket.closed_at is None and ticket.answered_at is None
        if self.rng.random() > (0.75 if is_open else 0.4):
            return
        state = self.rng.choice(
            ("open", "agreed", "declined") if is_open else ("done", "done", "declined")
        )
        kind = self.rng.choice(list(OfferKind))
        worth = kind in {OfferKind.WAIVER, OfferKind.REFUND, OfferKind.CREDIT}
        at = ticket.registered_at + (self.now - ticket.registered_at) * self.rng.uniform(0.05, 0.2)
        said = None if state == "open" else at + timedelta(minutes=30)
        who = self._somebody().id
        row = Offer(
            id=id_at(at), ticket=ticket, kind=kind, text=OFFER_TEXTS[kind], by=who, at=at,
            amount=Decimal(self.rng.choice((10, 20, 30, 50))) if worth else Decimal(0),
            agreed=None if said is None else state != "declined",
            agreed_how=self.rng.choice(list(ConsentHow)).value if said else "",
            agreed_note="电话中明确表示" if said else "",
            answered_at=said, answered_by=who if said else None,
            settled_at=said + timedelta(hours=1) if said and state == "done" else None,
        )  # fmt: skip
        row.settled_by = who if row.settled_at else None
        self.rows[Offer].append(row)

    def _plan(self, ticket: Ticket) -> None:
        """Attach the plan: all done where the ticket has ended, else begun or not begun."""
        steps = sorted(
            tables.rows(tables.STEP, self.now).values(), key=lambda row: int(row.values["place"])
        )
        ended = ticket.state in FINAL
        done = len(steps) if ended else self.rng.choice((0, 0, 3, 5, 7, len(steps)))
        for number, row in enumerate(steps):
            due = ticket.registered_at + timedelta(minutes=row.values["minutes"])
            who = self._somebody()
            is_done = number < done
            self.rows[PlanStep].append(
                PlanStep(
                    id=id_at(ticket.registered_at), ticket=ticket, code=row.code,
                    phase=row.values["phase"], circle=row.values["circle"], name=row.name,
                    name_en=row.name_en, place=row.values["place"], due_at=due,
                    done_at=min(due, self.now) if is_done else None,
                    done_by=who.id if is_done else None,
                    done_label=who.staff_no if is_done else "",
                    note=self.rng.choice(STEP_NOTES) if is_done else "",
                )
            )  # fmt: skip

    def _somebody(self) -> Account:
        return self.rng.choice(self.people)


def work_on(*, now: datetime, most: int = 12) -> int:
    """Let the specialist of the cast work on open complaints as on the desk; return on how many."""
    person = Account.objects.filter(staff_no="20010").first()
    if person is None:
        return 0
    viewer, done = staff.viewer_for(person, now=now), 0
    for ticket in _open_cases(most):
        with contextlib.suppress(SunlineError):
            services.assess(
                viewer, ticket.id, severity="larger", urgency="urgent", mood="angry",
                signals=("consumer",) if done % 2 else ("media",), demand="compensation",
                asked=Decimal(500), disputed=Decimal(98), note="客户情绪激动，要求书面答复",
                now=now,
            )  # fmt: skip
            services.add_evidence(
                viewer, ticket.id, kind="recording", reference=f"REC-{ticket.number[1:]}",
                text="投诉来电录音", now=now,
            )  # fmt: skip
            if done % 3 == 1:
                letter = File("letter.txt", "text/plain", LETTER.encode())
                services.add_evidence(
                    viewer, ticket.id, kind="letter", file=letter, text="客户来信扫描件", now=now
                )
            if done % 3 == 0:
                services.escalate(
                    viewer, ticket.id, reason="wish", level="hq", note="客户要求总部处理", now=now
                )
            done += 1
    return done


def _open_cases(most: int) -> Iterable[Ticket]:
    rows = Ticket.objects.filter(
        kind=Kind.COMPLAINT,
        state__in=(State.AWAITING_ACCEPTANCE, State.IN_HANDLING),
        home_unit__path__startswith="/hq/gd/",
    )
    return list(rows.order_by("-id")[:most])
