"""Who complains and how they are best met: the escalation-risk score, the axes, the strategy.

The score decides on extra care only; no limit that the law sets is made later by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from ..types import Mood, Signal

HIGH, MIDDLE = 60, 30
MOST = 100
MONTHS_OF_INCOME = 3
FREE_TRANSFERS = 2
LONG_TENURE = 60  # months after which a customer counts as grown
THREATS = frozenset({Signal.REGULATOR, Signal.CONSUMER, Signal.MEDIA, Signal.COURT})
ANGRY = frozenset({Mood.ANGRY, Mood.THREATENING})


class RiskCode(StrEnum):
    """What adds to the score, or takes from it."""

    REPEAT = "score_repeat"
    THREAT = "score_threat"
    LIMIT = "score_limit"
    MONEY = "score_money"
    APPEAL = "score_appeal"
    ANGRY = "score_angry"
    TRANSFERS = "score_transfers"
    KEPT = "score_kept"


@dataclass(frozen=True, slots=True)
class Customer:
    """What is known of who complains, at one moment; money in yuan, tenure in months."""

    tier: str = "ordinary"
    group: str = "public"
    tenure: int | None = None
    monthly: Decimal | None = None  # what the customer pays a month
    fragile: str = ""
    in_30_days: int = 0
    in_90_days: int = 0
    in_365_days: int = 0
    same_topic: int = 0  # earlier complaints on the topic within the window
    escalated: int = 0
    appeals: int = 0
    compensated: Decimal = Decimal(0)
    last_rating: int | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of the complaint itself."""

    signals: frozenset[str] = frozenset()
    mood: str = Mood.CALM
    style: str = ""
    demand: str = ""
    complexity: str = "simple"
    asked: Decimal | None = None
    limits_missed: int = 0
    transfers: int = 0
    promise_kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What each reason counts for."""

    repeat: int = 25
    threat: int = 20
    limit: int = 15
    money: int = 10
    appeal: int = 10
    angry: int = 10
    transfer: int = 5
    kept: int = 10


@dataclass(frozen=True, slots=True)
class Score:
    """A score of 0 to 100 with the points of each reason; points may sum to more, or to less."""

    points: int
    reasons: tuple[tuple[str, int], ...]


def risk(customer: Customer, matter: Matter, weights: Weights) -> Score:
    """Return how likely the case is to be carried further."""
    too_much = (
        matter.asked is not None
        and customer.monthly is not None
        and matter.asked > MONTHS_OF_INCOME * customer.monthly
    )
    over = max(matter.transfers - FREE_TRANSFERS, 0)
    parts = (
        (RiskCode.REPEAT, weights.repeat if customer.same_topic else 0),
        (RiskCode.THREAT, weights.threat if THREATS & matter.signals else 0),
        (RiskCode.LIMIT, weights.limit if matter.limits_missed else 0),
        (RiskCode.MONEY, weights.money if too_much else 0),
        (RiskCode.APPEAL, weights.appeal if customer.appeals else 0),
        (RiskCode.ANGRY, weights.angry if matter.mood in ANGRY else 0),
        (RiskCode.TRANSFERS, weights.transfer * over),
        (RiskCode.KEPT, -weights.kept if matter.promise_kept else 0),
    )
    reasons = tuple((str(code), points) for code, points in parts if points)
    total = sum(points for _code, points in reasons)
    return Score(max(0, min(total, MOST)), reasons)


def value_axis(customer: Customer) -> str:
    """Return how much the customer is worth to the operator: high, middle or basic."""
    if customer.tier in {"gold", "diamond"} or customer.group == "key":
        return "high"
    grown = (customer.tenure or 0) >= LONG_TENURE
    if customer.tier in {"silver", "honoured"} or customer.group == "business" or grown:
        return "middle"
    return "basic"


def risk_axis(points: int, high: int = HIGH) -> str:
    """Return the score as low, middle or high."""
    return "high" if points >= high else "middle" if points >= MIDDLE else "low"


@dataclass(frozen=True, slots=True)
class Segment:
    """Where a complaint stands on the axes."""

    value: str
    risk: str
    complexity: str
    mood: str
    fragile: bool = False


def segment(customer: Customer, matter: Matter, points: int, high: int = HIGH) -> Segment:
    """Return where the complaint stands on the axes."""
    return Segment(
        value_axis(customer),
        risk_axis(points, high),
        matter.complexity,
        matter.mood or Mood.CALM,
        bool(customer.fragile),
    )


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a segment is met. `match` names the values of an axis it is for; a blank axis is any."""

    code: str
    name: str
    name_en: str
    place: int
    match: Mapping[str, Sequence[str]]
    level: str
    first_contact: int  # minutes
    amount: Decimal  # what the front line may offer, in yuan
    wording: Sequence[str]
    skills: Sequence[str]
    revisit: str


def choose(strategies: Iterable[Strategy], found: Segment) -> Strategy | None:
    """Return the first strategy, by place, whose axes all fit."""
    values = {
        "value": found.value,
        "risk": found.risk,
        "complexity": found.complexity,
        "mood": found.mood,
        "fragile": "yes" if found.fragile else "no",
    }
    for one in sorted(strategies, key=lambda row: (row.place, row.code)):
        if all(not wanted or values.get(axis) in wanted for axis, wanted in one.match.items()):
            return one
    return None


def first_contact_due(since: datetime, minutes: int, limits: Iterable[datetime]) -> datetime:
    """Return when the customer is to be called: the strategy's moment or any earlier limit."""
    return min((since + timedelta(minutes=minutes), *limits))
