"""Tickets that belong together: repeats, duplicates, and group complaints in every state."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel import worker
from sunline.kernel.models import Job
from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff
from sunline.staff.models import Account, Unit
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets import services
from sunline.tickets.models import GroupCase, Ticket
from sunline.tickets.types import FINAL, Kind, Registration, RepeatCause, TicketRef

DISPATCHER = "20004"
REPEATS, COPIES, GROUP = 10, 6, 8
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOPIC = "broadband"


def belong(*, now: datetime, rng: random.Random) -> int:
    """Write what belongs together; return how many tickets were registered for it."""
    services.count_past(now)
    dispatcher = staff.viewer_for(Account.objects.get(staff_no=DISPATCHER), now=now)
    known = list(
        Ticket.objects.exclude(customer=None)
        .exclude(topic=None)
        .filter(home_unit_id__in=staff.unit_tree().ids_below(dispatcher.paths("tickets.note")))
        .filter(kind__in=[Kind.FAULT, Kind.COMPLAINT], registered_at__gte=now - timedelta(days=20))
        .order_by("-id")[:400]
    )
    made = _repeats(dispatcher, known, now=now, rng=rng)
    made += _copies(known, now=now, rng=rng)
    made += _groups(dispatcher, now=now)
    return made


def _again(ticket: Ticket, text: str, now: datetime) -> TicketRef:
    """Register what the same customer says once more."""
    return services.register(
        system_viewer(),
        Registration(
            kind=ticket.kind,
            title=ticket.title,
            description=text,
            channel="phone",
            home_unit_id=ticket.home_unit_id,
            topic_id=ticket.topic_id,
            customer_id=ticket.customer_id,
            subscriber_id=ticket.subscriber_id,
            contact=ticket.contact,
        ),
        now=now,
    )


def _repeats(viewer: Viewer, known: Sequence[Ticket], *, now: datetime, rng: random.Random) -> int:
    """Let customers come back, most of them with the cause told."""
    closed = [ticket for ticket in known if ticket.state in FINAL]
    causes = [RepeatCause.NO_GUIDANCE] * 4 + [RepeatCause.NOT_IN_TIME] * 2 + [RepeatCause.OTHER]
    chosen = rng.sample(closed, min(REPEATS, len(closed)))
    for place, ticket in enumerate(chosen):
        texts = ["上次说已经处理好了，可是问题又出现了，请查清楚原因。"]
        texts += ["这是第三次来电，还是没有解决，要求给个说法。"] if place < 2 else []
        for text in texts:
            ref = _again(ticket, text, now)
            services.find_repeat(ref.id, now=now)
        if place % 4 != 3:
            cause = rng.choice(causes)
            services.tell_repeat_cause(viewer, ref.id, cause=cause, now=now)
    return len(chosen) + min(2, len(chosen))


def _copies(known: Sequence[Ticket], *, now: datetime, rng: random.Random) -> int:
    """Let customers say the same thing twice within days."""
    open_ones = [
        ticket
        for ticket in known
        if ticket.state not in FINAL and ticket.registered_at > now - timedelta(days=5)
    ]
    chosen = rng.sample(open_ones, min(COPIES, len(open_ones)))
    for ticket in chosen:
        ref = _again(ticket, f"{ticket.description}请尽快处理。", now)
        services.find_copies(ref.id, now=now)
        services.find_repeat(ref.id, now=now)
    return len(chosen)


def _groups(viewer: Viewer, *, now: datetime) -> int:
    """Raise one group that is new, one that is being told and answered, and one that has ended."""
    homes = dict(Unit.objects.filter(code__in=["gz", "sz", "fs"]).values_list("code", "id"))
    topics = [row.id for row in knowledge.topics().leaves() if row.code.startswith(TOPIC)]
    plans = (
        ("OLT-GZ-TH-07", homes["gz"], 25 * MINUTE),
        ("OLT-GZ-YX-02", homes["gz"], 5 * HOUR),
        ("OLT-SZ-NS-11", homes.get("sz", homes["gz"]), 30 * HOUR),
    )
    cases = []
    for place, (code, home, ago) in enumerate(plans):
        cases.append(_outage(code, home, topics[place % len(topics)], now - ago, now))
    told, ended = cases[1], cases[2]
    _tell(viewer, told, now)
    services.answer_members(
        viewer, ended, text="故障已于昨日修复，给您带来不便，深表歉意。", now=now
    )
    for job in Job.objects.filter(kind="tickets.answer_members", state="waiting"):
        worker.run_job(now, only=job.id)
    services.plan_revisits(viewer, ended, revisit_at=now + 18 * HOUR, now=now)
    services.end_group(viewer, ended, note="光缆已修复，观察一夜无新增来单。", now=now)
    return len(plans) * (GROUP + 1)


def _outage(code: str, home: UUID, topic: UUID, at: datetime, now: datetime) -> UUID:
    """Register the calls of an outage, and return the parent case that the rule raised."""
    wanted = [
        Registration(
            kind=Kind.FAULT,
            title="宽带断网",
            description=f"家里宽带突然断网，光猫红灯闪烁，邻居家也上不了网（第 {number + 1} 户）。",
            channel="phone",
            home_unit_id=home,
            topic_id=topic,
            contact=f"1990007{sum(map(ord, code)) % 100 * 100 + number:04d}",
            area_code=code,
            asked_at=at + 2 * MINUTE * number,
        )
        for number in range(GROUP)
    ]
    refs = services.register_many(system_viewer(), wanted, now=now)
    for ref in refs:
        services.watch(ref.id, now=now)
    group = GroupCase.objects.get(area=f"code:{code}")
    services.take_members(group.id, now=now)
    return group.ticket_id


def _tell(viewer: Viewer, case: UUID, now: datetime) -> None:
    heard = "尊敬的客户，广州越秀区部分宽带故障，正在抢修，预计今天恢复，请您谅解。"
    for place in ("ivr", "banner"):
        services.put_notice(viewer, case, place=place, text=heard, until=now + 12 * HOUR, now=now)
    services.tell_members(
        viewer, case, text="您反映的宽带故障正在抢修，恢复后第一时间告知您。", now=now
    )
    services.plan_revisits(viewer, case, revisit_at=now + 20 * HOUR, now=now)
