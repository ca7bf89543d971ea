"""The customers who had contact: parties, accounts, service numbers and products (三户)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sunline.customers import services
from sunline.customers.models import Region, Subscriber, SubscriberCount
from sunline.customers.types import (
    NewAccount,
    NewContact,
    NewCustomer,
    NewHolding,
    NewSubscriber,
)
from sunline.staff.models import Unit
from sunline.staff.queries import unit_tree
from sunline.testing.cast import fixed_id

from .people import CITIES, NameMaker

# Shares of the five cities, and how many of 100 customers live in the country.
CITY_WEIGHTS = (34, 30, 12, 14, 10)
RURAL = {"gz": 12, "sz": 2, "fs": 18, "nj": 15, "su": 18}
BILLED = 1_200_000
RESERVED = 100  # the first numbers belong to the cast and to tests
ZONE = ZoneInfo("Asia/Shanghai")
SENIOR = 0.14
TIERS = (("ordinary", 62), ("honoured", 20), ("silver", 10), ("gold", 6), ("diamond", 2))
STATES = (
    ("active", 905, ""),
    ("one_way", 25, "arrears"),
    ("two_way", 12, "arrears"),
    ("kept", 15, "customer"),
    ("arrears", 28, "arrears"),
    ("fraud", 5, "fraud_risk"),
    ("closed", 10, "customer"),
)
PLANS = (
    ("P19", "孝心卡19", 19, 6),
    ("P29", "校园卡29", 29, 8),
    ("P59", "阳光畅享59", 59, 26),
    ("P99", "阳光畅享99", 99, 22),
    ("F129", "阳光融合129", 129, 18),
    ("F169", "阳光融合169", 169, 12),
    ("F199", "阳光融合199", 199, 6),
    ("G239", "5G先锋239", 239, 2),
)
SPEEDS = ((100, 10), (300, 40), (500, 28), (1000, 22))
EXTRAS = (
    ("V06", "视频彩铃", 6, 18),
    ("V15", "视频会员月包", 15, 12),
    ("D10", "10元流量包", 10, 15),
    ("S05", "安全管家", 5, 8),
)
SERVICES = {"mobile": 0.62, "broadband": 0.24, "tv": 0.10, "fixed": 0.04}
COMPANIES = ("餐饮", "物流", "贸易", "科技", "装饰", "医疗器械", "教育咨询", "汽配")


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the rest of the history needs to know them."""

    id: UUID
    city: str
    home_id: UUID
    phone: str
    tier: str
    rural: bool
    senior: bool
    email: str = ""
    subscriber_id: UUID | None = None


class Registry:
    """Makes customers one after the other from its dice."""

    def __init__(self, rng: random.Random, today: date) -> None:
        self._rng, self._today = rng, today
        self._names = NameMaker(rng)
        tree = unit_tree()
        self._homes = {code: row.id for code in CITIES if (row := tree.by_code(code))}
        self._districts: dict[str, list[str]] = {}
        places = Unit.objects.filter(code__in=CITIES)
        regions = dict(places.values_list("code", "region_code"))
        for region in Region.objects.filter(level=3).order_by("code"):
            for city, code in regions.items():
                if region.code.startswith(code[:4]):
                    self._districts.setdefault(city, []).append(region.code)
        self._turn = 0

    def phone(self) -> str:
        """Return the next fictional mobile number; a factor spreads the last four digits."""
        number = 0
        while number < RESERVED:
            self._turn += 1
            number = self._turn * 7_919 % 1_000_000
        return f"199{number:08d}"

    def make(self, count: int) -> Iterator[tuple[NewCustomer, Person]]:
        """Yield new customers with what the history needs of them."""
        for _ in range(count):
            yield self._organization() if self._rng.random() < 0.04 else self._individual()

    def _individual(self) -> tuple[NewCustomer, Person]:
        rng = self._rng
        city = rng.choices(CITIES, CITY_WEIGHTS)[0]
        senior = rng.random() < SENIOR
        born = self._birth(senior)
        name, gender = self._names.person(senior=senior)
        tier = rng.choices([code for code, _ in TIERS], [weight for _, weight in TIERS])[0]
        return self.build(name, city, tier, born, gender, senior=senior)

    def _organization(self) -> tuple[NewCustomer, Person]:
        rng = self._rng
        city = rng.choices(CITIES, CITY_WEIGHTS)[0]
        word = "".join(rng.sample("恒顺达盛和泰安瑞丰源腾宏", 2))
        name = f"{word}{rng.choice(COMPANIES)}有限公司"
        tier = rng.choices(("silver", "gold", "diamond"), (5, 3, 1))[0]
        return self.build(name, city, tier, None, "", senior=False)

    def _birth(self, senior: bool) -> date:
        years = self._rng.randint(65, 88) if senior else int(self._rng.triangular(18, 64, 34))
        return self._today - timedelta(days=years * 365 + self._rng.randint(20, 340))

    def build(
        self, name: str, city: str, tier: str, born: date | None, gender: str, *, senior: bool
    ) -> tuple[NewCustomer, Person]:
        """Return a customer of a city with lines, products and contact points."""
        rng = self._rng
        rural = rng.randrange(100) < RURAL[city]
        joined = self._today - timedelta(days=int(rng.expovariate(1 / 1400)) + 20)
        phone = self.phone()
        email = f"u{phone[3:]}@mail.sunline.example" if rng.random() < 0.2 else ""
        customer_id = fixed_id("customer", phone)
        lines = self._lines(phone, joined, senior, organization=born is None)
        contacts = [NewContact("phone", phone, preferred=True)]
        if email:
            known = datetime.combine(joined, time(2), UTC)
            contacts.append(NewContact("email", email, verified_at=known))
        new = NewCustomer(
            id=customer_id,
            name=name,
            kind="individual" if born else "organization",
            group=self._group(phone, individual=born is not None),
            home_unit_id=self._homes[city],
            identity_kind="resident" if born else "business_licence",
            identity_number=self._identity(born),
            birth_date=born,
            gender=gender,
            tier=tier,
            region_code=rng.choice(self._districts[city]),
            rural=rural,
            fragile="disabled" if born and rng.random() < 0.006 else "",
            since=joined,
            accounts=(
                NewAccount(
                    payment=rng.choices(("postpaid", "prepaid"), (7, 3))[0],
                    bill_day=1,
                    subscribers=lines,
                ),
            ),
            contacts=tuple(contacts),
        )
        home = self._homes[city]
        return new, Person(customer_id, city, home, phone, tier, rural, senior, email)

    @staticmethod
    def _group(phone: str, *, individual: bool) -> str:
        """Return the group; some people are passing through, and some firms are key accounts."""
        if individual:
            return "floating" if int(phone[-2:]) < 6 else "public"
        return "key" if phone[-1] == "7" else "business"

    def _identity(self, born: date | None) -> str:
        """Return a number of a region that does not exist, so that it is nobody's."""
        if born is None:
            return f"91990000{self._rng.randrange(10**9):09d}X"
        serial = f"990000{born:%Y%m%d}{self._rng.randrange(1000):03d}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(serial, weights, strict=True))
        return serial + "10X98765432"[total % 11]

    def _lines(
        self, phone: str, joined: date, senior: bool, *, organization: bool
    ) -> tuple[NewSubscriber, ...]:
        rng = self._rng
        since = datetime.combine(joined, time.min, ZONE)
        code, name, fee, _ = PLANS[0] if senior and rng.random() < 0.6 else self._plan()
        holdings = [NewHolding(code, name, "plan", Decimal(fee), since)]
        holdings += [
            NewHolding(extra, label, "value_added", Decimal(price), since)
            for extra, label, price, share in EXTRAS
            if rng.randrange(100) < share
        ]
        lines = [self._line(phone, "mobile", joined, tuple(holdings))]
        if rng.random() < 0.16:
            second = NewHolding("P29", "副卡29", "plan", Decimal(10), since)
            lines.append(self._line(self.phone(), "mobile", joined, (second,)))
        if organization:
            line = NewHolding("L50", "互联网专线50M", "plan", Decimal(1500), since)
            lines.append(self._line(f"zx{phone[3:]}", "leased_line", joined, (line,)))
        elif rng.random() < 0.55:
            speed = rng.choices([one for one, _ in SPEEDS], [weight for _, weight in SPEEDS])[0]
            wide = NewHolding(f"B{speed}", f"光纤宽带{speed}M", "plan", Decimal(0), since)
            lines.append(self._line(f"kd{phone[3:]}", "broadband", joined, (wide,)))
            if rng.random() < 0.5:
                seen = NewHolding("TV4K", "高清电视", "plan", Decimal(10), since)
                lines.append(self._line(f"tv{phone[3:]}", "tv", joined, (seen,)))
        return tuple(lines)

    def _plan(self) -> tuple[str, str, int, int]:
        return self._rng.choices(PLANS, [share for *_, share in PLANS])[0]

    def _line(
        self, number: str, service: str, joined: date, holdings: tuple[NewHolding, ...]
    ) -> NewSubscriber:
        status, _, reason = self._rng.choices(STATES, [share for _, share, _ in STATES])[0]
        since = None
        if status != "active":
            day = max(joined, self._today - timedelta(days=self._rng.randint(1, 60)))
            since = datetime.combine(day, time.min, ZONE)
        return NewSubscriber(number, service, status, reason, since, joined, "", holdings)


def register(count: int, *, now: datetime, today: date, rng: random.Random) -> list[Person]:
    """Register the cast's customers and `count` others; return them with their first number."""
    registry = Registry(rng, today)
    made = [*cast_customers(registry, today), *registry.make(max(count - 3, 0))]
    services.register_many((new for new, _ in made), now=now, source="demo")
    return with_subscribers([person for _, person in made])


def cast_customers(registry: Registry, today: date) -> list[tuple[NewCustomer, Person]]:
    """Return 陈女士 (gold), 何大爷 (elderly, in the country) and 许先生 of another province."""
    known = (
        ("chen", "陈晓梅", "gz", "gold", "19900000001", 41, False),
        ("he", "何国栋", "nj", "ordinary", "19900000002", 78, True),
        ("xu", "许安", "nj", "ordinary", "19900000003", 37, False),
    )
    found = []
    for key, name, city, tier, phone, years, rural in known:
        born = today - timedelta(days=years * 365 + 100)
        new, person = registry.build(name, city, tier, born, "", senior=years >= 65)
        email = f"{key}@customer.example"
        mail = NewContact("email", email, verified_at=datetime.combine(today, time(), UTC))
        first, *rest = new.accounts[0].subscribers
        lines = (replace(first, number=phone, status="active", status_reason=""), *rest)
        new = replace(
            new,
            id=fixed_id("customer", key),
            rural=rural,
            accounts=(NewAccount(subscribers=lines),),
            contacts=(NewContact("phone", phone, preferred=True), mail),
        )
        known_as = fixed_id("customer", key)
        found.append((new, replace(person, id=known_as, phone=phone, email=email, rural=rural)))
    return found


def with_subscribers(people: Sequence[Person]) -> list[Person]:
    """Return the people with the id of their first mobile number."""
    first: dict[UUID, UUID] = {}
    rows = Subscriber.objects.filter(service="mobile").order_by("-id")
    for owner, line in rows.values_list("customer_id", "id").iterator(chunk_size=5000):
        first[owner] = line
    return [replace(person, subscriber_id=first.get(person.id)) for person in people]


def count_billed(*, today: date, rng: random.Random) -> int:
    """Write billed subscribers by city, month and service for a year: 1.2 million in the last."""
    tree, rows = unit_tree(), []
    month = today.replace(day=1)
    for back in range(12):
        month = (month - timedelta(days=1)).replace(day=1)
        for city, weight in zip(CITIES, CITY_WEIGHTS, strict=True):
            unit = tree.by_code(city)
            assert unit is not None
            # Grows by some 0.4 % a month; only the newest month meets the stated figure exactly.
            wobble = 1.0 if back == 0 else 1 + rng.uniform(-0.001, 0.001)
            total = round(BILLED * weight / 100 * 0.996**back * wobble)
            rows.append(SubscriberCount(unit_id=unit.id, month=month, service="all", billed=total))
            rows += [
                SubscriberCount(
                    unit_id=unit.id, month=month, service=service, billed=round(total * share)
                )
                for service, share in SERVICES.items()
            ]
    return len(SubscriberCount.objects.bulk_create(rows))
