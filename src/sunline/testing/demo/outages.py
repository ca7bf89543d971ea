"""Outages of every state: works to come, cables cut today, what was repaired, false alarms."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sunline.customers.models import Subscriber
from sunline.kernel import worker
from sunline.kernel.models import Delivery, Event, Job
from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff
from sunline.staff.models import Account, Unit
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets import services
from sunline.tickets.models import Outage, OutageLink
from sunline.tickets.types import Kind, NewOutage, Registration

DISPATCHERS = {"gz": "20004", "sz": "20004", "fs": "20004", "nj": "31002", "su": "31002"}
EACH = 20
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PLACES = {
    "gz": ("天河体育西", "越秀东山口", "海珠江南西", "番禺大石", "白云嘉禾"),
    "sz": ("南山科技园", "福田上步", "宝安西乡", "龙岗布吉", "罗湖东门"),
    "fs": ("禅城祖庙", "南海桂城", "顺德大良", "三水西南", "高明荷城"),
    "nj": ("鼓楼湖南路", "秦淮夫子庙", "江宁百家湖", "浦口江浦", "栖霞仙林"),
    "su": ("姑苏平江", "工业园湖东", "吴中木渎", "相城元和", "吴江松陵"),
}
CAUSES = ("cable", "power", "equipment", "software", "weather", "upstream", "unknown")
PRODUCTS = (("broadband",), ("broadband", "tv"), ("tv",), ("broadband", "fixed"))
SAID = (
    "家里宽带突然断网，光猫红灯，{place}这边好几户都一样。",
    "{place}整栋楼都没网了，什么时候能修好？",
    "上不了网，重启光猫没有用，请尽快处理（{place}）。",
    "店里收银连不上网，{place}这一片都断了。",
)
DEAD = ("手机没信号，{place}这一带都打不出电话。", "{place}附近手机无服务，家人的手机也一样。")
SEEN = ("电视没信号，一直转圈，{place}邻居家也看不了。", "{place}这边电视黑屏，机顶盒没信号。")
FAULTS = {
    "broadband": ("broadband.fault.down", "宽带断网", SAID),
    "tv": ("broadband.tv.fault", "电视故障", SEEN),
    "mobile": ("network.mobile.no_signal", "手机无信号", DEAD),
}
NOTES = ("现场核实为单户故障。", "监控误告警，业务正常。", "割接改期，另行公告。")
DELAYED = "抢修难度较大，恢复时间顺延，给您带来不便深表歉意。"


class Outages:
    """Opens, revises, closes and calls off outages as the dispatchers do."""

    def __init__(self, *, now: datetime, rng: random.Random) -> None:
        self.now, self.rng = now, rng
        self.units = dict(Unit.objects.filter(code__in=PLACES).values_list("code", "id"))
        self.people = {code: _viewer(no, now) for code, no in DISPATCHERS.items()}
        self.turn = 0

    def write(self) -> int:
        """Write all of them; return how many there are."""
        if any(person is None for person in self.people.values()) or len(self.units) < len(PLACES):
            return 0
        for place in range(EACH):
            self._planned(place)
            self._open(place)
            self._closed(place)
            self._cancelled(place)
        return Outage.objects.count()

    def _next(self, start: datetime, end: datetime, at: datetime, **more: object) -> Outage:
        """Open the next outage: each has a code of its own, so that none overlaps another."""
        self.turn += 1
        city = tuple(PLACES)[self.turn % len(PLACES)]
        names = PLACES[city]
        person = self.people[city]
        assert person is not None
        fields: dict[str, object] = {
            "cause": CAUSES[self.turn % len(CAUSES)],
            "products": PRODUCTS[self.turn % len(PRODUCTS)],
            "unit_ids": (self.units[city],),
            "codes": (f"OLT-{city.upper()}-{self.turn:03d}",),
            "names": (names[self.turn // len(PLACES) % len(names)],),
            "started_at": start,
            "estimated_end_at": end,
            "subscribers": self.rng.randrange(180, 5_000),
        }
        ref = services.open_outage(person, NewOutage(**{**fields, **more}), now=at)  # type: ignore[arg-type]
        return Outage.objects.select_related("ticket").get(ticket_id=ref.id)

    def _who(self, outage: Outage) -> Viewer:
        area = outage.areas.get()
        code = next(code for code, key in self.units.items() if key == area.unit_id)
        person = self.people[code]
        assert person is not None
        return person

    def _planned(self, place: int) -> None:
        """Announce works of the coming days at night; some are announced late."""
        start = self.now + timedelta(hours=6 + 12 * place, minutes=30)
        at = self.now - timedelta(minutes=20 + place)
        self._next(start, start + 5 * HOUR, at, planned=True, cause="works")

    def _open(self, place: int) -> None:
        """Let customers call about what broke today; a third takes longer than was told."""
        start = self.now - timedelta(minutes=90 + 17 * place)
        at = start + 25 * MINUTE
        outage = self._next(start, self.now + timedelta(hours=3 + place % 5), at)
        self._calls(outage, 24 if place == 0 else 3 + place % 4, start, at)
        if place % 3 == 0:
            services.revise_outage(
                self._who(outage), outage.ticket_id, text=DELAYED,
                estimated_end_at=self.now + timedelta(hours=9 + place % 4), now=self.now,
            )  # fmt: skip
            self._work()

    def _closed(self, place: int) -> None:
        """Repair what broke days ago; the longest are over the limit, so that rent is waived."""
        length = timedelta(hours=(5, 11, 50, 76)[place % 4])
        end = self.now - timedelta(hours=1 + place % 6)
        start = end - length
        at = start + 30 * MINUTE
        # The storm that takes days to repair is one of the mobile network.
        storm: dict[str, object] = {}
        if length > 48 * HOUR:
            storm = {"products": ("mobile",), "cause": "weather"}
        outage = self._next(start, start + 8 * HOUR, at, **storm)
        self._calls(outage, 30 if place == 2 else 3 + place % 3, start, at)
        services.close_outage(self._who(outage), outage.ticket_id, ended_at=end, now=self.now)
        self._work()
        self._forget(outage)

    def _cancelled(self, place: int) -> None:
        """Call off false alarms and works that do not take place."""
        start = self.now - timedelta(days=1 + place % 9, hours=3)
        works = place % 3 == 2
        begins = start + 80 * HOUR if works else start
        outage = self._next(
            begins, begins + 6 * HOUR, start + 15 * MINUTE,
            planned=works, **({"cause": "works"} if works else {}),
        )  # fmt: skip
        services.cancel_outage(
            self._who(outage), outage.ticket_id, note=NOTES[place % 3], now=start + HOUR
        )
        self._forget(outage)

    def _calls(self, outage: Outage, count: int, start: datetime, at: datetime) -> None:
        """Register what customers of the area say, and link it as the worker does."""
        area = outage.areas.get()
        service = outage.products[0]
        code, title, said = FAULTS[service]
        topic = knowledge.topic_id(code)
        lines = self._lines(area.unit_id, service, count)
        wanted = [
            Registration(
                kind=Kind.FAULT,
                title=title,
                description=self.rng.choice(said).format(place=area.names[0]),
                channel=self.rng.choice(("phone", "phone", "phone", "portal", "app")),
                home_unit_id=area.unit_id,
                topic_id=topic,
                customer_id=line.customer_id,
                subscriber_id=line.id,
                contact=_phone(line),
                rural=line.customer.rural,
                area_code=area.code,
            )
            for line in lines
        ]
        refs = services.register_many(system_viewer(), wanted, now=at) if wanted else []
        for ref in refs:
            services.link_by_rule(ref.id, now=at)

    def _lines(self, unit_id: UUID, service: str, count: int) -> Sequence[Subscriber]:
        rows = Subscriber.objects.filter(
            service=service, status="active", customer__home_unit_id=unit_id
        )
        first = self.turn * 7 % max(1, rows.count() - count)
        return list(rows.select_related("customer").order_by("id")[first : first + count])

    def _work(self) -> None:
        for job in Job.objects.filter(
            kind__in=("tickets.close_outage", "tickets.outage_texts"), state="waiting"
        ):
            worker.run_job(self.now, only=job.id)

    def _forget(self, outage: Outage) -> None:
        """Nobody listens to the past any more."""
        own = OutageLink.objects.filter(outage=outage).values_list("ticket_id", flat=True)
        ids = [outage.ticket_id, *own]
        past = Event.objects.filter(subject_id__in=ids).values("id")
        Delivery.objects.filter(event_id__in=past).delete()


def _phone(line: Subscriber) -> str:
    point = line.customer.contact_points.filter(kind="phone").order_by("id").first()
    return point.value if point else ""


def _viewer(staff_no: str, now: datetime) -> Viewer | None:
    account = Account.objects.filter(staff_no=staff_no).first()
    return staff.viewer_for(account, now=now) if account else None
