"""Which dispatch rule matches a piece of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ..types import RuleRow

# Compared as a whole, or as the beginning of a longer code or path.
EXACT = frozenset(
    {"kind", "reporting_type", "urgency", "channel", "tier", "severity", "complexity", "rural"}
    | {"product", "language"}
)
PREFIX = frozenset({"topic", "home"})
CONDITIONS = EXACT | PREFIX


def match(rule: RuleRow, traits: Mapping[str, str]) -> bool:
    """Return whether every condition of the rule holds; an unknown condition never holds."""
    return all(
        _holds(name, wanted, traits.get(name, "")) for name, wanted in rule.conditions.items()
    )


def _holds(name: str, wanted: Sequence[str], value: str) -> bool:
    if name in EXACT:
        return value in wanted
    return name in PREFIX and any(value.startswith(start) for start in wanted)


def active(rule: RuleRow, now: datetime) -> bool:
    """Return whether the rule is in force at the moment."""
    return rule.since <= now and (rule.until is None or now < rule.until)


def first_match(
    rules: Iterable[RuleRow], traits: Mapping[str, str], now: datetime
) -> RuleRow | None:
    """Return the matching rule in force with the lowest rank; the older one on a tie."""
    fitting = (rule for rule in rules if active(rule, now) and match(rule, traits))
    return min(fitting, key=lambda rule: (rule.rank, rule.since, rule.id), default=None)
