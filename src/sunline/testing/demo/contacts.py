"""Contacts of 90 days: on which channel, about what, how they ended, and which became tickets."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from sunline.interactions.types import Record

from .crew import Crew, Member
from .customers import Person
from .moments import Calendar, Outage, outage
from .words import Said, Speaker, Theme

# Where contacts that need no ticket come from, and where tickets come from. With 60,000 contacts
# and 6,000 tickets about one call in ten to an agent becomes a ticket.
PLAIN = (
    ("phone", 41), ("ivr", 32), ("app", 9), ("webchat", 6), ("wechat", 5), ("sms", 4), ("hall", 3),
)  # fmt: skip
TICKETED = (
    ("phone", 43), ("portal", 15), ("email", 13), ("app", 9), ("webchat", 8), ("wechat", 6),
    ("hall", 4), ("social", 1), ("regulator", 1),
)  # fmt: skip
SELF_SERVICE = ("ivr", "sms", "app")
WRITTEN = frozenset({"app", "webchat", "wechat", "sms", "email", "portal", "social", "regulator"})
WRAP_UPS = (
    ("solved", 52), ("explained", 31), ("transferred", 6), ("call_back", 3), ("dropped", 4),
    ("silent", 2), ("wrong_number", 1), ("nuisance", 1),
)  # fmt: skip
OUTAGE_SHARE = 0.006
# Customers who have contact have it more than once; a few call all the time.
FAITHFUL = 0.35


@dataclass(slots=True)
class Contact:
    """One contact, before it is written."""

    at: datetime
    person: Person
    channel: str
    theme: Theme
    said: Said
    agent: Member | None
    wrap_up: str
    ticket: bool = False
    kept: bool = False  # the agent looks after it herself
    cut: tuple[str, str] | None = None  # level and complexity, where they are not left to chance

    def record(self) -> Record:
        """Return it as the interactions room takes over history."""
        spoken = self.channel not in WRITTEN
        body = self.said.body
        if self.channel == "ivr" or (spoken and self.wrap_up in {"silent", "wrong_number"}):
            body = ""
        minutes = 1.5 if self.channel in SELF_SERVICE else 5.0
        return Record(
            channel=self.channel,
            at=self.at,
            home_unit_id=self.person.home_id,
            address=self.person.email if self.channel == "email" else self.person.phone,
            subject=self.said.title if self.channel in {"email", "portal"} else "",
            body=body,
            customer_id=self.person.id,
            subscriber_id=self.person.subscriber_id,
            topic_id=self.theme.topic_id,
            agent_id=self.agent.id if self.agent else None,
            agent_label=self.agent.actor.label if self.agent else "",
            wrap_up=self.wrap_up,
            ended_at=self.at + timedelta(minutes=minutes),
        )


class Contacts:
    """Draws contacts from its dice."""

    def __init__(
        self, people: Sequence[Person], crew: Crew, *, now: datetime, rng: random.Random
    ) -> None:
        self._people, self._crew, self._rng, self._now = people, crew, rng, now
        self.speaker = Speaker(rng)
        self._calendar = Calendar(now, rng)
        self._faithful = list(people[: max(1, int(len(people) * 0.06))])
        self._reachable = [person for person in people if person.email] or list(people)
        self._by_city: dict[str, list[Person]] = {}
        for person in people:
            self._by_city.setdefault(person.city, []).append(person)

    def draw(self, interactions: int, tickets: int) -> list[Contact]:
        """Return contacts, oldest first; so many of them became tickets."""
        special = max(6, int(interactions * OUTAGE_SHARE))
        found = list(self._outage(outage(self._now), special))
        ticketed = tickets - sum(contact.ticket for contact in found)
        found += [self.ticketed(self._calendar.moment()) for _ in range(ticketed)]
        rest = interactions - len(found)
        found += [self.plain(self._calendar.moment()) for _ in range(max(rest, 0))]
        return sorted(found, key=lambda contact: contact.at)

    def ticketed(self, at: datetime, theme: Theme | None = None) -> Contact:
        """Return a contact that becomes a ticket."""
        channel = _choose(self._rng, TICKETED)
        theme = theme or self.speaker.ticket_theme()
        person = self._rng.choice(self._reachable) if channel == "email" else self._somebody()
        agent = self._crew.agent(person.city, channel)
        return self._contact(at, person, channel, theme, agent, "ticket", ticket=True)

    def plain(self, at: datetime) -> Contact:
        """Return a contact that ends in self-service or a wrap-up."""
        rng = self._rng
        channel = _choose(rng, PLAIN)
        theme, person = self.speaker.contact_theme(), self._somebody()
        if person.senior and channel in {"app", "ivr"} and rng.random() < 0.6:
            channel = "phone"  # people of 65 and over are put straight through to a person
        if channel in SELF_SERVICE:
            ended = "self_service" if rng.random() < 0.95 else "dropped"
            return self._contact(at, person, channel, theme, None, ended)
        agent = self._crew.agent(person.city, channel)
        return self._contact(at, person, channel, theme, agent, _choose(rng, WRAP_UPS))

    def _contact(
        self,
        at: datetime,
        person: Person,
        channel: str,
        theme: Theme,
        agent: Member | None,
        wrap_up: str,
        *,
        ticket: bool = False,
    ) -> Contact:
        said = self.speaker.say(theme, person, at, careful=channel in {"hall"})
        if channel in {"portal", "app", "email"} and ticket:
            agent = None
        return Contact(at, person, channel, theme, said, agent, wrap_up, ticket)

    def _somebody(self) -> Person:
        if self._rng.random() < FAITHFUL:
            return self._rng.choice(self._faithful)
        return self._rng.choice(self._people)

    def _outage(self, cut: Outage, count: int) -> Iterator[Contact]:
        """Yield the calls of one evening when a city's cable was cut."""
        here = self._by_city.get(cut.city) or list(self._people)
        themes = {theme.topic: theme for theme in self.speaker.themes}
        kinds = [themes["network.outage.area"], themes["broadband.fault.down"]]
        span = (cut.ends - cut.begins).total_seconds()
        for index in range(count):
            at = cut.begins + timedelta(seconds=self._rng.betavariate(1.6, 3) * span)
            theme, person = self._rng.choice(kinds), self._rng.choice(here)
            channel = self._rng.choice(("phone", "phone", "ivr", "wechat", "app"))
            agent = self._crew.agent(person.city)
            ticket = index % 5 == 0 and channel != "ivr"
            wrap_up = "ticket" if ticket else "explained"
            yield self._contact(at, person, channel, theme, agent, wrap_up, ticket=ticket)


def _choose(rng: random.Random, table: Sequence[tuple[str, int]]) -> str:
    names = [name for name, _ in table]
    return rng.choices(names, cum_weights=list(accumulate(weight for _, weight in table)))[0]
