"""Which limits apply to a subject, and which of them count: the earliest, law never replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..types import PlannedClock
from .due import Allowance, basis, due_us, warning_us
from .hours import Hours
from .instants import from_us, to_us

# The trait whose values are codes of a tree, written with dots.
TREE = "topic"


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit ready to be applied; `since` and `until` in microseconds."""

    id: UUID
    purpose: str
    applies: tuple[tuple[str, frozenset[str]], ...]
    allowance: Allowance
    hours: Hours
    pausable: bool
    since: int
    until: int | None
    unit_path: str = "/"
    statutory: bool = False  # law or a province's rule: never restarted, moved or dropped

    def fits(self, traits: Mapping[str, str], unit_path: str) -> bool:
        """Return whether the limit applies to a subject with these traits in this unit."""
        if not unit_path.startswith(self.unit_path):
            return False
        return all(
            _within(traits.get(key, ""), values) if key == TREE else traits.get(key) in values
            for key, values in self.applies
        )

    def holds_at(self, t: int) -> bool:
        """Return whether this dated version is in force."""
        return self.since <= t and (self.until is None or t < self.until)


def _within(topic: str, branches: Iterable[str]) -> bool:
    """Return whether a topic is one of the branches, or below one: `fixed.fault` holds both."""
    return any(topic == branch or topic.startswith(f"{branch}.") for branch in branches)


def fitting(
    rules: Iterable[Rule],
    traits: Mapping[str, str],
    unit_path: str,
    purposes: Sequence[str] | None = None,
) -> tuple[Rule, ...]:
    """Return the limits that apply to a subject, of any date."""
    return tuple(
        rule
        for rule in rules
        if (purposes is None or rule.purpose in purposes) and rule.fits(traits, unit_path)
    )


def plan(rules: Iterable[Rule], now: datetime) -> list[PlannedClock]:
    """Return the clocks to start now.

    For each purpose the earliest limit counts. A limit that no hold may move keeps a clock of its
    own behind an earlier one that may be paused, or a pause would put the promise in its place.
    """
    start = to_us(now)
    by_purpose: dict[str, list[tuple[int, bool, Rule]]] = {}
    for rule in rules:
        if rule.holds_at(start):
            due = due_us(start, rule.allowance, rule.hours)
            by_purpose.setdefault(rule.purpose, []).append((due, rule.pausable, rule))
    planned = []
    for purpose, found in by_purpose.items():
        found.sort(key=lambda entry: entry[:2])
        for due, _, rule in kept(found):
            counted = basis(rule.allowance, rule.hours)
            warn = warning_us(50, start, due, counted)
            others = tuple(other.id for _, _, other in found if other is not rule)
            planned.append(PlannedClock(purpose, rule.id, now, from_us(due), from_us(warn), others))
    return planned


def kept(found: Sequence[tuple[int, bool, Rule]]) -> list[tuple[int, bool, Rule]]:
    """Return the first of an ordered list, and the first fixed one when the first can move."""
    first = found[0]
    if not first[1]:
        return [first]
    fixed = next((entry for entry in found if not entry[1]), None)
    return [first] if fixed is None else [first, fixed]
