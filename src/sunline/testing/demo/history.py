"""Contacts and tickets of 90 days, written through the rooms' bulk verbs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sunline.interactions import services as interactions
from sunline.tickets.services.importing import import_many
from sunline.tickets.services.past import HistoricalTicket
from sunline.tickets.types import FINAL, Complexity, ReportingType, State, TicketRef, Urgency

from .classes import cuts
from .contacts import Contact, Contacts
from .crew import Crew
from .customers import Person
from .plots import AT_ONCE, tell
from .stories import Story

# Each state has more rows than twenty, so that no screen is empty and no rule untried.
LEAST_PER_STATE = 26
# In handling is where units join, urge, extend and merge: each of these needs rows of its own.
LEAST_IN_HANDLING = 130
OPEN_GOALS = tuple(state for state in State if state not in FINAL | {State.LONG_TERM})
GOALS = (*OPEN_GOALS, State.WITHDRAWN, State.REFUSED)
CHUNK = 5000
FIRST_AGENT = "20001"
KEPT = 9
CUTS = len(ReportingType) * len(Urgency) * len(Complexity)


class History:
    """Draws and writes what happened."""

    def __init__(
        self,
        people: Sequence[Person],
        crew: Crew,
        *,
        now: datetime,
        rng: random.Random,
        linked: float = 1.0,
    ) -> None:
        self._crew, self._now, self._rng, self._linked = crew, now, rng, linked
        self._contacts = Contacts(people, crew, now=now, rng=rng)

    def draw(
        self, interactions_wanted: int, tickets: int, *, special: bool = True
    ) -> list[tuple[Contact, State | None]]:
        """Return contacts, oldest first, each with the state its ticket is to stop in, if any.

        With `special` each state gets its rows, and agent 林 her own.
        """
        goals = [goal for goal in GOALS for _ in range(LEAST_PER_STATE)] if special else []
        goals += [State.IN_HANDLING] * (LEAST_IN_HANDLING if len(goals) else 0)
        found: list[tuple[Contact, State | None]] = [
            (self._contacts.ticketed(self._recent(goal)), goal) for goal in goals
        ]
        found += self._kept() if special else []
        fixed = len(found) + (CUTS if special else 0)
        tickets -= fixed
        kept = round(self._linked * tickets)  # tickets whose interaction is written
        plain = self._contacts.draw(interactions_wanted - fixed + tickets - kept, tickets)
        found += [(contact, None) for contact in plain]
        found += self._cuts() if special else []
        return sorted(found, key=lambda pair: pair[0].at)

    def _recent(self, goal: State) -> datetime:
        """Return a moment long enough ago for the goal, and seldom so long that it is overdue."""
        early = goal in {State.AWAITING_DISPATCH, State.AWAITING_ACCEPTANCE}
        hours = 1.8 if early else 18.0
        if self._rng.random() < 0.07:
            hours *= 2.5
        return self._now - timedelta(hours=self._rng.uniform(0.35, 1.0) * hours + 0.2)

    def _kept(self) -> list[tuple[Contact, State | None]]:
        """Return what agent 林 promised to look after herself (首问负责)."""
        agent = self._crew.by_number(FIRST_AGENT)
        found: list[tuple[Contact, State | None]] = []
        while len(found) < KEPT:
            contact = self._contacts.ticketed(self._recent(State.AWAITING_ACCEPTANCE))
            easy = contact.theme.kind in AT_ONCE and contact.channel == "phone"
            if easy and contact.person.city == "gz":
                contact.agent, contact.kept = agent, True
                found.append((contact, State.AWAITING_ACCEPTANCE))
        return found

    def _cuts(self) -> list[tuple[Contact, State | None]]:
        """Return a contact for each type × level × complexity."""
        found: list[tuple[Contact, State | None]] = []
        for theme, cut in cuts(self._contacts.speaker.themes):
            at = self._now - timedelta(days=self._rng.uniform(0.5, 25))
            contact = self._contacts.ticketed(at, theme)
            contact.cut = cut
            found.append((contact, None))
        return found

    def write(
        self, drawn: Sequence[tuple[Contact, State | None]], *, past_clocks: bool = True
    ) -> Iterator[list[TicketRef]]:
        """Write contacts with their tickets, and yield the tickets of each chunk."""
        for start in range(0, len(drawn), CHUNK):
            part = drawn[start : start + CHUNK]
            recorded = [
                (contact, goal)
                for contact, goal in part
                if not contact.ticket or goal or self._linked >= self._rng.random()
            ]
            ids = interactions.record_many(
                [contact.record() for contact, _ in recorded], now=self._now
            )
            known = {id(pair[0]): key for pair, key in zip(recorded, ids, strict=True)}
            past = [
                replace(self.tale(contact, goal), interaction_id=known.get(id(contact)))
                for contact, goal in part
                if contact.ticket
            ]
            yield import_many(past, now=self._now, past_clocks=past_clocks)

    def tale(self, contact: Contact, goal: State | None = None) -> HistoricalTicket:
        """Return the past ticket of a contact."""
        story = Story(
            contact,
            self._crew,
            self._contacts.speaker,
            now=self._now,
            rng=self._rng,
            goal=goal,
        )
        return tell(story).told()
