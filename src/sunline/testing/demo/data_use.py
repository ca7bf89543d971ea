"""Disputes about data use: the table of addresses, and tickets with sheets in every state."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from sunline.adapters.bss.simulator.data_use import blocks, hosts
from sunline.customers.models import ContactPoint, Subscriber
from sunline.interactions.models import Outgoing
from sunline.interactions.types import OutgoingState
from sunline.kernel.errors import SunlineError
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as tables
from sunline.knowledge.rules.addresses import span_of
from sunline.knowledge.types import NewAddress
from sunline.staff import queries as staff
from sunline.staff.models import Account
from sunline.staff.types import Viewer
from sunline.tickets import services
from sunline.tickets.models import DataSheet
from sunline.tickets.types import DataPeriod, Registration

EACH = 26  # a few numbers are unknown to the billing system
PROOFS = ("service_password", "sms_code")
CITY = "gz"
TOLD = (
    ("流量突然超出套餐", "客户称本月没怎么用手机，流量却用超了，要求说明流量去向。"),
    ("怀疑流量被偷跑", "客户反映夜里没用手机也在扣流量，怀疑偷跑，要求解释。"),
    ("对上月流量有异议", "客户看到上月流量比以前多了很多，不认可，要求列明用在哪里。"),
    ("孩子用手机产生流量", "客户说手机常给孩子用，想知道是哪些应用用掉了流量。"),
    ("开热点后流量用得很快", "客户出差开过热点，回来发现流量所剩无几，要求核实。"),
    ("套餐外流量费争议", "客户对账单中的套餐外流量费不认可，要求说明明细并退费。"),
)
# Services whose addresses are in documents everywhere, to be looked up by whoever tries the page.
SHOWN = (
    ("203.0.113.0/24", "示例云盘（模拟）", "Example Drive (simulated)", "cloud", True),
    ("192.0.2.1 - 192.0.2.200", "示例视频（模拟）", "Example Video (simulated)", "video", False),
    ("example.com", "示例网站（模拟）", "Example Website (simulated)", "other", False),
)


def load_table(now: datetime) -> int:
    """Put two versions of the simulated table in force, one after the other; count the rows."""
    rows = list(table_rows())
    before = [row for row in rows if row.category != "other"]
    tables.load_addresses(before, now=now - timedelta(days=200), simulated=True)
    tables.load_addresses(rows, now=now - timedelta(days=20), simulated=True)
    return len(rows)


def table_rows() -> Iterator[NewAddress]:
    """Yield the addresses of the services that the simulated billing system speaks of."""
    for host in hosts():
        for text in (*blocks(host), *host.names):
            span = span_of(text)
            assert span is not None
            yield NewAddress(
                span, host.name, host.name_en, host.category, host.background, host.note,
                host.note_en,
            )  # fmt: skip
    for text, name, name_en, category, background in SHOWN:
        span = span_of(text)
        assert span is not None
        yield NewAddress(span, name, name_en, category, background)


def dispute(*, now: datetime, rng: random.Random) -> int:
    """Register disputes and explain them: a third is sent by mail, a third as text, a third not."""
    agents = [_viewer(number, now) for number in ("20001", "20002")]
    if None in agents:
        return 0
    for place, (line, channel) in enumerate(_lines()):
        who = agents[place % 2]
        assert who is not None
        with contextlib.suppress(SunlineError):
            _dispute(who, line, channel, place, now=now, rng=rng)
    sent = DataSheet.objects.exclude(message_id=None).values("message_id")
    for row in Outgoing.objects.filter(message_id__in=sent):
        row.state, row.sent_at, row.attempts = OutgoingState.SENT, row.due_at, 1
        row.save(update_fields=["state", "sent_at", "attempts"])
    return DataSheet.objects.count()


def _lines() -> list[tuple[Subscriber, str]]:
    """Return numbers of one city with the way their sheets go, by mail where there is any."""
    rows = list(
        Subscriber.objects.filter(
            service="mobile", status="active", customer__home_unit__code=CITY
        ).order_by("id")[: 20 * EACH]
    )
    mail = ContactPoint.objects.filter(kind="email").exclude(verified_at=None)
    with_mail = set(mail.values_list("customer_id", flat=True))
    mailed = [row for row in rows if row.customer_id in with_mail][:EACH]
    taken = {row.id for row in mailed}
    others = [row for row in rows if row.id not in taken][: 2 * EACH]
    ways = [(row, "email") for row in mailed]
    return ways + [(row, "sms" if place < EACH else "") for place, row in enumerate(others)]


def _dispute(
    who: Viewer, line: Subscriber, channel: str, place: int, *, now: datetime, rng: random.Random
) -> None:
    title, text = TOLD[place % len(TOLD)]
    at = now - timedelta(minutes=rng.randrange(30, 480))
    fields = Registration(
        kind="complaint" if place % 3 else "enquiry", title=title, description=text,
        channel="phone", home_unit_id=line.customer.home_unit_id, customer_id=line.customer_id,
        subscriber_id=line.id, contact=line.number,
        topic_id=knowledge.topic_id("billing.dispute.data"),
    )  # fmt: skip
    made = services.register(who, fields, now=at)
    minute = timedelta(minutes=1)
    services.verify(who, made.id, klass="call_detail", passed=PROOFS, now=at + 3 * minute)
    period = (DataPeriod.THIS_MONTH, DataPeriod.LAST_MONTH, DataPeriod.WEEK)[place % 3]
    services.explain_data_use(who, made.id, period=period, now=at + 5 * minute)
    if channel:
        services.send_data_sheet(who, made.id, channel=channel, now=at + 9 * minute)


def _viewer(staff_no: str, now: datetime) -> Viewer | None:
    account = Account.objects.filter(staff_no=staff_no).first()
    return staff.viewer_for(account, now=now) if account else None
