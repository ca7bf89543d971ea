"""Which contacts belong to an outage, which outages overlap, and what rent they waive.

A contact belongs when time, area and product fit and it tells of a fault. A topic that a person
chose decides; only without one, or with one too broad, the words do. Rather one too few than one
too many: whoever is not linked is served like any other customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ..types import Kind, Product, WhyLinked
from . import compensation as law
from .compensation import Owed
from .owed import TERMINAL_TOPICS, about

FAULT_TOPICS: Mapping[str, tuple[str, ...]] = {
    Product.BROADBAND: ("broadband.fault",),
    Product.TV: ("broadband.tv.fault",),
    Product.MOBILE: ("network.mobile",),
    Product.FIXED: ("fixed.fault",),
    Product.LEASED_LINE: ("value.business.line",),
}
ANY_PRODUCT = ("network.outage",)
# Faults of one customer alone.
OWN_TOPICS = (*TERMINAL_TOPICS, "broadband.fault.password")
TELLS = frozenset({Kind.FAULT, Kind.COMPLAINT, Kind.ENQUIRY, Kind.QUERY})
LONGEST = 4_000  # characters of a text that are looked through


@dataclass(frozen=True, slots=True)
class Area:
    """A unit's path, whole or narrowed to a code in it, with the places that callers name."""

    path: str
    code: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extent:
    """Where, of what and how long an outage is; `until` None while nobody knows its end."""

    areas: tuple[Area, ...]
    products: frozenset[str]
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A ticket or a contact without one, as far as the matching needs it; `topic` is a code."""

    at: datetime
    path: str
    code: str = ""
    kind: str = Kind.FAULT
    topic: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Words in small letters: those that name a product, tell of its fault, or are another matter.

    `faults` under a blank product are those of any internet service. `own` are causes that lie
    with one customer alone.
    """

    names: Mapping[str, Sequence[str]]
    faults: Mapping[str, Sequence[str]]
    other: Sequence[str] = ()
    own: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Why a contact belongs to an outage; the higher the score, the surer."""

    reasons: tuple[str, ...]
    score: int


def match(
    contact: Contact, extent: Extent, words: Words, *, before: timedelta, after: timedelta
) -> Match | None:
    """Return why the contact belongs to the outage, None when it does not.

    Both edges of the time belong to it: `before` its start, and `after` its end.
    """
    late = extent.until is not None and contact.at > extent.until + after
    if contact.at < extent.since - before or late or contact.kind not in TELLS:
        return None
    where = _where(contact, extent.areas)
    what = _what(contact, extent.products, words) if where else None
    if where is None or what is None:
        return None
    return Match((where[0], what[0]), where[1] + what[1])


def _where(contact: Contact, areas: Iterable[Area]) -> tuple[str, int] | None:
    """Return how the contact lies in one of the areas, the narrowest way first."""
    found = [one for one in (_in_area(contact, area) for area in areas) if one]
    return max(found, key=lambda one: one[1], default=None)


def _in_area(contact: Contact, area: Area) -> tuple[str, int] | None:
    inside = contact.path.startswith(area.path)
    # Whoever is not known stands with a unit above; then only what they say tells where they are.
    if not inside and not area.path.startswith(contact.path):
        return None
    if inside and not area.code:
        return WhyLinked.UNIT.value, 1
    if area.code and contact.code:
        return (WhyLinked.CODE.value, 3) if contact.code == area.code else None
    text = contact.text[:LONGEST].lower()
    named = any(name.lower() in text for name in area.names if name)
    return (WhyLinked.NAME.value, 2) if named else None


def _what(contact: Contact, products: Iterable[str], words: Words) -> tuple[str, int] | None:
    """Return how the contact tells of a fault of one of the products."""
    topic, text = contact.topic, contact.text[:LONGEST].lower()
    if about(topic, OWN_TOPICS) or any(word in text for word in words.own):
        return None
    branches = [branch for product in products for branch in FAULT_TOPICS.get(product, ())]
    if about(topic, (*branches, *ANY_PRODUCT)):
        return WhyLinked.TOPIC.value, 3
    broad = any(branch.startswith(f"{topic}.") for branch in (*branches, *ANY_PRODUCT))
    if topic and not broad:
        return None
    hits = fault_words(text, frozenset(products), words)
    asks = sum(word in text for word in words.other)
    return (WhyLinked.WORDS.value, min(2, hits)) if hits and asks <= hits else None


def fault_words(text: str, products: frozenset[str], words: Words) -> int:
    """Return how many words of the text tell of a fault of the products.

    A text that names a product speaks of that one; what is said of the internet without a name
    is said of broadband.
    """
    named = {product for product, some in words.names.items() if any(one in text for one in some)}
    meant = products & named if named else products
    wanted = [word for product in meant for word in words.faults.get(product, ())]
    if (named or {Product.BROADBAND}) & products:
        wanted += words.faults.get("", ())
    return sum(word in text for word in dict.fromkeys(wanted))


def areas_meet(one: Iterable[Area], other: Iterable[Area]) -> bool:
    """Return whether some place lies in both."""
    others = tuple(other)
    return any(_meet(first, second) for first in one for second in others)


def _meet(one: Area, other: Area) -> bool:
    nested = one.path.startswith(other.path) or other.path.startswith(one.path)
    return nested and (not one.code or not other.code or one.code == other.code)


def overlap(one: Extent, other: Extent) -> bool:
    """Return whether a contact could belong to both; an end that touches a start is none."""
    apart = (one.until is not None and one.until <= other.since) or (
        other.until is not None and other.until <= one.since
    )
    return not apart and bool(one.products & other.products) and areas_meet(one.areas, other.areas)


def expected_end(ended_at: datetime | None, estimated_end_at: datetime, now: datetime) -> datetime:
    """Return until when an outage takes its place: its end, or what is expected, never the past."""
    return ended_at or max(estimated_end_at, now)


def announce_at(start: datetime, known_at: datetime, lead: timedelta) -> datetime:
    """Return when planned works are announced: the lead time ahead, at once when that is over."""
    return max(known_at, start - lead)


def waiver(
    rent: Decimal,
    since: datetime,
    until: datetime,
    *,
    rural: bool = False,
    planned: bool = False,
    terminal: bool = False,
) -> Owed | None:
    """Return the rent waived for one line; local times. None where nothing is owed.

    A fault waives it once the limit of repairs is missed (Art. 32), planned works always (Art. 35).
    """
    if planned:
        return law.works_waiver(rent, since, until)
    return law.rent_waiver(rent, since, until, rural=rural, terminal_fault=terminal)
