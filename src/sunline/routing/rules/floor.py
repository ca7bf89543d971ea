"""Deciding many pieces of work in a row: the same answers as `choose`, without asking everybody.

Work that asks for the same is one line with a heap of those who fit it. Who gets a piece is
counted in every line they stand in, so that each decision costs the logarithm of the crowd.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from uuid import UUID

from ..types import Candidate, Decision, Item, Miss
from .choosing import Place, decided, place, refusal, skilled, unfit, why_nobody

Key = tuple[tuple[tuple[str, int], ...], str, int]


@dataclass(slots=True)
class _Line:
    """Those who fit one sort of work, in their order, and why the others do not."""

    skills: Mapping[str, int]
    channel: str
    weight: int
    heap: list[tuple[Place, UUID]] = field(default_factory=list)
    fitting: set[UUID] = field(default_factory=set)
    misses: dict[str, int] = field(default_factory=dict)


class Floor:
    """The people of one queue as they fill up; `strategy` orders them."""

    def __init__(self, people: Iterable[Candidate], strategy: str, now: datetime) -> None:
        self.people = {one.account_id: one for one in people}
        self._strategy, self._now = strategy, now
        self._lines: dict[Key, _Line] = {}

    def decide(self, item: Item) -> Decision:
        """Return who gets the item, and count it as theirs."""
        line = self._line(item)
        decision = self._decide(line, item)
        if decision.account_id is not None:
            self._count(decision.account_id, item)
        return decision

    def _decide(self, line: _Line, item: Item) -> Decision:
        misses, among = line.misses, len(line.fitting)
        barred = self.people.get(item.not_account) if item.not_account else None
        if barred is not None:
            misses, without = self._without(line, barred)
            among -= without
        if among <= 0:
            return Decision(None, (why_nobody(len(self.people), misses),), 0, dict(misses))
        for code, person in item.preferred:
            if person in line.fitting and person != item.not_account:
                return decided(person, item, among, dict(misses), self._strategy, code)
        first = self._first(line, item.not_account)
        return decided(first, item, among, dict(misses), self._strategy)

    def _without(self, line: _Line, barred: Candidate) -> tuple[dict[str, int], int]:
        """Return the misses with the barred person counted as such, and whether they did fit."""
        misses = dict(line.misses)
        fits = barred.account_id in line.fitting
        if not fits:
            was = refusal(barred, Item(line.skills, None, line.channel, line.weight))
            misses[was] -= 1
            if not misses[was]:
                del misses[was]
        misses[Miss.EXCLUDED.value] = 1
        return misses, int(fits)

    def _first(self, line: _Line, barred: UUID | None) -> UUID:
        """Return the first in order who fits; somebody who is not barred stands there."""
        aside: tuple[Place, UUID] | None = None
        heap = line.heap
        while True:
            stood, person = heap[0]
            if person not in line.fitting or stood != self._place(person):
                heappop(heap)  # an old place: the person's present one is further down
            elif person == barred:
                aside = heappop(heap)
            else:
                break
        if aside is not None:
            heappush(heap, aside)
        return person

    def _place(self, person: UUID) -> Place:
        return place(self.people[person], self._strategy, self._now)

    def _count(self, person: UUID, item: Item) -> None:
        was = self.people[person]
        held = {**was.held, item.channel: was.held.get(item.channel, 0) + 1}
        load = was.load + item.weight
        one = self.people[person] = replace(was, load=load, held=held, last_given_at=self._now)
        for line in self._lines.values():
            if person not in line.fitting:
                if skilled(one, line.skills):  # full already: the reason may be another now
                    before, after = (unfit(who, line.channel, line.weight) for who in (was, one))
                    _move(line.misses, before, after)
                continue
            why_not = unfit(one, line.channel, line.weight)
            if why_not:
                line.fitting.discard(person)
                line.misses[why_not] = line.misses.get(why_not, 0) + 1
            else:
                heappush(line.heap, (self._place(person), person))

    def _line(self, item: Item) -> _Line:
        key = (tuple(sorted(item.skills.items())), item.channel, item.weight)
        found = self._lines.get(key)
        if found is None:
            found = self._lines[key] = self._new_line(item)
        return found

    def _new_line(self, item: Item) -> _Line:
        line = _Line(item.skills, item.channel, item.weight)
        plain = Item(item.skills, None, item.channel, item.weight)
        for person, one in self.people.items():
            if why_not := refusal(one, plain):
                line.misses[why_not] = line.misses.get(why_not, 0) + 1
            else:
                line.fitting.add(person)
                line.heap.append((place(one, self._strategy, self._now), person))
        heapify(line.heap)
        return line


def _move(misses: dict[str, int], before: str, after: str) -> None:
    if before != after:
        misses[before] -= 1
        if not misses[before]:
            del misses[before]
        misses[after] = misses.get(after, 0) + 1
