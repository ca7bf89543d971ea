"""Which service an address on the internet belongs to: ranges of both families, and domains.

Both families of addresses stand on one line of numbers: those of four bytes where the longer ones
have their place for them (::ffff:0:0/96).
"""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..types import AddressKind, AddressRow, Span

FOUR = 0xFFFF << 32  # where the four-byte addresses begin
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
MOST_NAME = 253
DASHES = re.compile(r"\s*[-\u2013\u2014\uff0d~\uff5e]\s*")


def number_of(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> int:
    """Return where an address stands on the line."""
    return int(address) + FOUR if address.version == 4 else int(address)


def written(number: int) -> str:
    """Return an address as people write it."""
    if number >> 32 == FOUR >> 32:
        return str(ipaddress.IPv4Address(number - FOUR))
    return str(ipaddress.IPv6Address(number))


def span_of(text: str) -> Span | None:
    """Return what a cell means: one address, a network, a range, or a domain; None for nothing.

    A network is taken whole wherever its address stands in it: 10.0.0.5/24 is 10.0.0.0/24.
    """
    plain = text.strip()
    found = _network(plain) or _range(plain)
    if found is not None:
        return found
    name = domain_of(plain)
    return Span(AddressKind.DOMAIN, name=name) if name else None


def _network(text: str) -> Span | None:
    try:
        net = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return Span(AddressKind.RANGE, number_of(net.network_address), number_of(net.broadcast_address))


def _range(text: str) -> Span | None:
    """Return a range written with a dash; its ends are of one family and in their order."""
    parts = DASHES.split(text)
    if len(parts) != 2:
        return None
    try:
        low, high = (ipaddress.ip_address(part) for part in parts)
    except ValueError:
        return None
    if low.version != high.version or int(low) > int(high):
        return None
    return Span(AddressKind.RANGE, number_of(low), number_of(high))


def domain_of(text: str) -> str:
    """Return a domain as it is compared, or nothing for a text that is none.

    A leading `*.` or `.` says what is so anyway: all below it belongs to it.
    """
    name = text.strip().rstrip(".").removeprefix("*.").lstrip(".").lower()
    if len(name) > MOST_NAME:
        return ""  # before it is encoded, which takes long for long texts
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        return ""
    parts = name.split(".")
    if len(name) > MOST_NAME or len(parts) < 2 or parts[-1].isdigit():
        return ""
    return name if all(LABEL.fullmatch(part) for part in parts) else ""


def shown(span: Span) -> str:
    """Return a span as people write it: a network where it is one, else its two ends."""
    if span.kind == AddressKind.DOMAIN:
        return span.name
    if span.first == span.last:
        return written(span.first)
    ends = ipaddress.ip_address(written(span.first)), ipaddress.ip_address(written(span.last))
    nets = list(ipaddress.summarize_address_range(*ends))
    return str(nets[0]) if len(nets) == 1 else f"{ends[0]} - {ends[1]}"


def clashes(spans: Iterable[tuple[int, Span]]) -> list[tuple[int, int]]:
    """Return the lines whose spans share an address, each with the line it runs into.

    Of each clash the later line comes first. A domain clashes with the same domain only: the
    longest that fits an address wins.
    """
    found: list[tuple[int, int]] = []
    names: dict[str, int] = {}
    ranges: list[tuple[int, int, int]] = []
    for line, span in spans:
        if span.kind == AddressKind.DOMAIN:
            before = names.setdefault(span.name, line)
            if before != line:
                found.append((line, before))
        else:
            ranges.append((span.first, span.last, line))
    furthest = (-1, 0)  # the greatest end so far, and its line
    for first, last, line in sorted(ranges):
        if first <= furthest[0]:
            found.append((max(line, furthest[1]), min(line, furthest[1])))
        furthest = max(furthest, (last, line))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Book:
    """A table of addresses that is asked often: ranges by their beginnings, domains by name."""

    number: int
    rows: Sequence[AddressRow]
    firsts: Sequence[int]
    ranges: Sequence[AddressRow]
    names: Mapping[str, AddressRow]

    def find(self, text: str) -> AddressRow | None:
        """Return the row that an address or a domain belongs to, None when none is known."""
        plain = text.strip()
        try:
            address = ipaddress.ip_address(plain)
        except ValueError:
            return self._named(plain)
        number = number_of(address)
        place = bisect_right(self.firsts, number) - 1
        if place < 0 or number > self.ranges[place].span.last:
            return None
        return self.ranges[place]

    def _named(self, text: str) -> AddressRow | None:
        """Return the row of the longest domain that a name is, or lies below."""
        labels = domain_of(text).split(".")
        for start in range(len(labels) - 1):
            row = self.names.get(".".join(labels[start:]))
            if row is not None:
                return row
        return None


def book(number: int, rows: Iterable[AddressRow]) -> Book:
    """Return the rows of a version arranged for look-ups; their ranges do not clash."""
    every = tuple(rows)
    ranges = sorted(
        (row for row in every if row.span.kind == AddressKind.RANGE),
        key=lambda row: row.span.first,
    )
    names = {row.span.name: row for row in every if row.span.kind == AddressKind.DOMAIN}
    return Book(number, every, [row.span.first for row in ranges], ranges, names)
