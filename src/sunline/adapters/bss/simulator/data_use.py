"""Made-up records of data use: each number has its habits, its peak days and its nights.

Addresses lie in ranges that are set aside for tests and documents, so that they are nobody's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from random import Random

from django.utils import timezone

from sunline.customers.ports import DataMonth, DataRecord
from sunline.kernel.ids import local_day

HOSTS = Path(__file__).with_name("data") / "hosts.csv"
MB = 1 << 20
FOUR = int(IPv4Address("198.18.0.0"))  # set aside for measurements
SIX = int(IPv6Address("2001:db8::"))  # set aside for documents
NOBODY = int(IPv4Address("198.51.100.0"))  # likewise; on no table
SLOT, BLOCKS, BLOCK = 1024, 10, 32  # addresses between services, blocks of each, and in a block
# What a day consists of when nothing is special: category, hour, minutes, weight.
USUAL = (
    ("social", 8, 40, 10),
    ("reading", 12, 25, 5),
    ("video", 13, 30, 14),
    ("maps", 18, 20, 3),
    ("shopping", 20, 30, 8),
    ("video", 21, 70, 30),
    ("music", 17, 45, 5),
    ("work", 10, 30, 6),
    ("other", 15, 15, 2),
)
# What comes on top by habit: category, hour, minutes, weight, hint.
HABITS = {
    "update": (("update", 3, 25, 45, ""), ("store", 2, 15, 12, "")),
    "backup": (("cloud", 1, 50, 40, ""),),
    "hotspot": (("video", 20, 90, 38, "tethering"), ("update", 22, 20, 16, "tethering")),
    "binge": (("video", 22, 110, 70, ""), ("video", 19, 60, 25, "")),
    "family": (("game", 16, 60, 16, ""), ("video", 17, 70, 34, "")),
    "steady": (),
}


@dataclass(frozen=True, slots=True)
class Host:
    """A made-up service with its place among all; its addresses follow from the place."""

    place: int
    category: str
    background: bool
    domain: str
    name: str
    name_en: str
    note: str
    note_en: str

    def block(self, block: int) -> tuple[IPv4Address, int]:
        """Return where one of its blocks of addresses begins, and how many bits its mask has."""
        return IPv4Address(FOUR + self.place * SLOT + block * BLOCK * 2), 27

    @property
    def six(self) -> IPv6Address:
        """Where its network of long addresses begins; its mask has 48 bits."""
        return IPv6Address(SIX + (self.place + 1 << 80))

    @property
    def names(self) -> tuple[str, str]:
        """Its domains, the second below a host that serves many."""
        return f"{self.domain}.example", f"{self.domain}.cdn.example"


@cache
def hosts() -> tuple[Host, ...]:
    """Return the made-up services."""
    with HOSTS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Host(
                place,
                line["category"],
                line["background"] == "yes",
                line["domain"],
                line["name"],
                line["name_en"],
                line["note"],
                line["note_en"],
            )
            for place, line in enumerate(csv.DictReader(file))
        )


@cache
def _of(category: str) -> tuple[Host, ...]:
    return tuple(host for host in hosts() if host.category == category)


def records(
    number: str, since: datetime, until: datetime, *, included: int, now: datetime
) -> list[DataRecord]:
    """Return the records that begin from a moment until before another and have ended by now."""
    found, day, last = [], local_day(since), min(local_day(until), local_day(now))
    while day <= last:
        found += [
            one
            for one in _day(number, day, included)
            if since <= one.start < until and one.end <= now
        ]
        day += timedelta(days=1)
    return found


def months(number: str, count: int, *, included: int, now: datetime) -> list[DataMonth]:
    """Return what was used of the allowance in this month and those before."""
    found, first = [], local_day(now).replace(day=1)
    for _back in range(max(0, min(count, 24))):
        after = (first + timedelta(days=32)).replace(day=1)
        lines = records(number, _start(first), _start(after), included=included, now=now)
        used = sum(one.up + one.down for one in lines if not one.free)
        found.append(DataMonth(first, Decimal(used // MB), Decimal(included)))
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@lru_cache(maxsize=2048)
def _day(number: str, day: date, included: int) -> Sequence[DataRecord]:
    """Return all records of a day, oldest first."""
    habit = Random(f"{number}/habit").choice(sorted(HABITS))
    of_month = Random(f"{number}/data {day:%Y%m}")
    volume = included * MB * of_month.uniform(0.2, 1.3) / 31
    peak = of_month.randrange(1, 28)
    chance = Random(f"{number}/data {day:%Y%m%d}")
    volume *= chance.uniform(0.5, 1.3) * (1.3 if day.weekday() > 4 else 1)
    plan = [(*part, "") for part in USUAL if chance.random() < 0.8]
    if day.day == peak or chance.random() < 0.35:
        plan += HABITS[habit]
    if day.day == peak:
        volume *= 3.5
    whole = sum(part[3] for part in plan) + 3
    lines = [
        _record(number, day, chance, part[:3], int(volume * part[3] / whole), part[4])
        for part in plan
    ]
    lines.append(_unknown(day, chance, int(volume * 3 / whole)))
    return tuple(sorted(lines, key=lambda one: (one.start, one.remote)))


def _record(
    number: str, day: date, chance: Random, part: tuple[str, int, int], size: int, hint: str
) -> DataRecord:
    category, hour, minutes = part
    # People keep to few services of a kind.
    own = Random(f"{number}/{category}").sample(_of(category), 2)
    host = own[0] if chance.random() < 0.75 else own[1]
    start = _start(day) + timedelta(hours=hour, minutes=chance.randrange(40))
    up = size * (60 if category == "cloud" else 6) // 100
    return DataRecord(
        start=start,
        end=start + timedelta(minutes=max(5, int(minutes * chance.uniform(0.6, 1.3)))),
        remote=_address(host, chance),
        up=up,
        down=size - up,
        hint=hint,
        network=chance.choice(("5G", "5G", "4G")),
        free=category == "music" and Random(f"{number}/free").random() < 0.3,
    )


def _unknown(day: date, chance: Random, size: int) -> DataRecord:
    """Return what went to an address that is on no table."""
    start = _start(day) + timedelta(hours=chance.randrange(7, 23), minutes=chance.randrange(50))
    up = size // 4
    remote = str(IPv4Address(NOBODY + chance.randrange(1, 255)))
    end = start + timedelta(minutes=chance.randrange(2, 12))
    return DataRecord(start, end, remote, up, size - up, network="4G")


def _address(host: Host, chance: Random) -> str:
    drawn = chance.random()
    if drawn < 0.3:
        return f"v{chance.randrange(1, 40)}.{chance.choice(host.names)}"
    if drawn < 0.5:
        return str(IPv6Address(int(host.six) + chance.randrange(1, 1 << 60)))
    first, _bits = host.block(chance.randrange(BLOCKS))
    return str(IPv4Address(int(first) + chance.randrange(BLOCK)))


def blocks(host: Host) -> Iterator[str]:
    """Yield the networks of a service."""
    for block in range(BLOCKS):
        first, bits = host.block(block)
        yield f"{first}/{bits}"
    yield f"{host.six}/48"
