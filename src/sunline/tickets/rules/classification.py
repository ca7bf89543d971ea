"""What follows from a ticket's classification: priority with its reasons, and the derived cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate

# From the least to the most pressing; a later word never weighs less than an earlier one.
URGENCIES = ("normal", "priority", "vip", "urgent")
SCOPES = ("one", "several", "area", "many")
TIERS = ("ordinary", "honoured", "silver", "gold", "diamond")
HARMED = frozenset({"complaint", "fault", "wrongdoing"})
VOICES = frozenset({"complaint", "wrongdoing", "suggestion", "praise"})
MARKETS = ("marketing", "portability")  # branches of topics in which customers tell of the market

Reason = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of each word by `urgency.urgent`, `scope.area`, `tier.gold`, `kind`, …."""

    points: Mapping[str, int]
    _ladders: dict[str, dict[str, int]] = field(default_factory=dict, compare=False, repr=False)

    def ladder(self, name: str, words: tuple[str, ...]) -> dict[str, int]:
        """Return the points of each word, none below those of the word before it."""
        found = self._ladders.get(name)
        if found is None:
            own = [0, *(self.points.get(f"{name}.{word}", 0) for word in words[1:])]
            found = dict(zip(words, accumulate(own, max), strict=True))
            self._ladders[name] = found
        return found


DEFAULT_POINTS: Mapping[str, int] = {
    "urgency.priority": 10,
    "urgency.vip": 20,
    "urgency.urgent": 30,
    "scope.several": 6,
    "scope.area": 15,
    "scope.many": 25,
    "tier.honoured": 2,
    "tier.silver": 4,
    "tier.gold": 6,
    "tier.diamond": 8,
    "fragile": 6,
    "kind": 5,
    "redispatch": 10,
}
DEFAULT = Weights(DEFAULT_POINTS)


@dataclass(frozen=True, slots=True)
class Assessed:
    """The order of work, higher first, and the points that make it up by their reason codes."""

    points: int
    why: tuple[Reason, ...]


def assess(
    *,
    kind: str,
    urgency: str,
    tier: str,
    scope: str = "one",
    fragile: bool = False,
    redispatches: int = 0,
    weights: Weights = DEFAULT,
) -> Assessed:
    """Return the priority: urgency, scope of effect, importance of the customer, failed answers."""
    points = weights.points
    found = (
        (f"urgency.{urgency}", weights.ladder("urgency", URGENCIES).get(urgency, 0)),
        (f"scope.{scope}", weights.ladder("scope", SCOPES).get(scope, 0)),
        (f"tier.{tier}", weights.ladder("tier", TIERS).get(tier, 0)),
        ("fragile", points.get("fragile", 0) if fragile else 0),
        (f"kind.{kind}", points.get("kind", 0) if kind in HARMED else 0),
        ("redispatch", points.get("redispatch", 0) * redispatches),
    )
    why = tuple(reason for reason in found if reason[1])
    return Assessed(sum(amount for _code, amount in why), why)


def priority(**traits: object) -> int:
    """Return the priority alone; the traits are those of `assess`."""
    return assess(**traits).points  # type: ignore[arg-type]


def reporting_type(kind: str, topic_type: str = "") -> str:
    """Return how reports count a request: what went wrong is a problem, else the topic decides.

    Praise and suggestions on no topic are personal; anything else without a topic is basic.
    """
    if kind in HARMED:
        return "complaint"
    if topic_type:
        return topic_type
    return "personal" if kind in VOICES else "basic"


def feedback(kind: str, topic_code: str = "") -> str:
    """Return the class of feedback: what is said of us, of the market, or of product and service.

    Complaints, reports, suggestions and praise are advice; other words on offers, sales and
    porting tell of the market; the rest is about products and services.
    """
    if kind in VOICES:
        return "advice"
    if topic_code.partition(".")[0] in MARKETS:
        return "market"
    return "product"
