"""The life of one past ticket, told step by step as the lifecycle table allows, up to now."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sunline.kernel.types import SYSTEM, Actor
from sunline.testing.cast import fixed_id
from sunline.tickets import events
from sunline.tickets.rules.lifecycle import TABLE, Verb
from sunline.tickets.services.past import HistoricalTicket, PastFact, PastHold, PastStay
from sunline.tickets.types import State

from .classes import classes_of
from .contacts import Contact
from .crew import Crew, Member
from .moments import working
from .words import Speaker

MARGIN = timedelta(minutes=4)


class TheEnd(Exception):
    """The story has reached the present, or the state it was to stop in."""


class Story:
    """A ticket under way: what it is now, and everything that happened so far."""

    def __init__(
        self,
        contact: Contact,
        crew: Crew,
        speaker: Speaker,
        *,
        now: datetime,
        rng: random.Random,
        goal: State | None = None,
    ) -> None:
        self.contact, self.crew, self.speaker = contact, crew, speaker
        self.rng, self.now, self.goal = rng, now, goal
        self.at = contact.at
        self.state = State.AWAITING_DISPATCH
        self.unit = ""
        self.handler: Member | None = None
        self.facts: list[PastFact] = []
        self.stays: list[dict[str, Any]] = []
        self.holds: list[dict[str, Any]] = []
        self.values: dict[str, Any] = {}
        self.urgency = contact.cut[0] if contact.cut else self._urgency()
        self.pace = {"normal": 1.0, "priority": 0.5, "urgent": 0.06, "vip": 0.06}[self.urgency]

    def _urgency(self) -> str:
        weights = {"normal": 90, "priority": 7, "urgent": 2, "vip": 1}
        if self.contact.person.tier in {"gold", "diamond"}:
            weights = {"normal": 68, "priority": 20, "urgent": 4, "vip": 8}
        return self.rng.choices(list(weights), list(weights.values()))[0]

    # Moving on

    def wait(self, hours: float, *, office: bool = True) -> None:
        """Let time pass, some `hours` on average; raise TheEnd when the present is reached."""
        if self.goal is not None:
            # A story with a goal is squeezed into the time there is.
            left = (self.now - MARGIN - self.at).total_seconds()
            self.at += timedelta(seconds=left * self.rng.uniform(0.06, 0.22))
            return
        passed = self.rng.gammavariate(1.6, hours / 1.6) * self.pace
        at = self.at + timedelta(hours=min(passed, hours * 5))
        if office and self.pace > 0.1:
            at = working(at, self.rng)
        if at >= self.now - MARGIN:
            raise TheEnd
        self.at = at

    def do(
        self,
        verb: Verb | None,
        fact: type[events.TicketFact],
        who: Member,
        state: State | None = None,
        *,
        text: str = "",
        as_note: str = "internal",
        public: bool = False,
        **details: Any,
    ) -> None:
        """Take one step; the lifecycle table must allow the verb in the state reached so far."""
        if verb is not None and self.state not in TABLE[verb].sources:
            raise AssertionError(f"{verb} in {self.state}")
        if state is not None:
            self.state = state
        self.facts.append(
            PastFact(
                at=self.at,
                fact=fact,
                state=self.state,
                actor=who.actor,
                unit_id=self.crew.units.get(self.unit),
                handler_id=self.handler.id if self.handler else None,
                details=details,
                text=text,
                note_kind=as_note,
                public=public,
            )
        )

    def reached(self) -> None:
        """Raise TheEnd when the story was to stop here."""
        if self.goal is not None and self.state == self.goal:
            raise TheEnd

    # The stays with units

    def begin_stay(self) -> None:
        """Begin a stay with the present unit."""
        self.end_stay("moved")
        self.stays.append(
            {
                "unit_id": self.crew.units[self.unit],
                "dispatched_at": self.at,
                "handler_id": self.handler.id if self.handler else None,
            }
        )

    def end_stay(self, outcome: str, reason: str = "") -> None:
        """End the open stay, if there is one."""
        if self.stays and "ended_at" not in self.stays[-1]:
            self.stays[-1] |= {"ended_at": self.at, "outcome": outcome, "reason": reason}

    def told(self) -> HistoricalTicket:
        """Return the ticket as it stands at the end of the story."""
        contact, person = self.contact, self.contact.person
        registrar = self.facts[0].actor
        return HistoricalTicket(
            kind=contact.theme.kind,
            title=contact.said.title,
            description=contact.said.body,
            channel=contact.channel,
            home_unit_id=person.home_id,
            registered_at=contact.at,
            imported_at=contact.at,
            state=self.state,
            urgency=self.urgency,
            severity=self.values.get("severity", ""),
            complexity=self.values.get("complexity", "simple"),
            tier=person.tier,
            rural=person.rural,
            **classes_of(contact, self.now),
            customer_id=person.id,
            subscriber_id=person.subscriber_id,
            contact=person.email if contact.channel == "email" else person.phone,
            registered_by=registrar.id if registrar.kind == Actor.PERSON else None,
            unit_id=self.crew.units.get(self.unit),
            handler_id=self.handler.id if self.handler else None,
            facts=self.facts,
            stays=[PastStay(**stay) for stay in self.stays],
            holds=[PastHold(**hold) for hold in self.holds],
            **{
                name: self.values[name]
                for name in (
                    "result",
                    "answer",
                    "rating",
                    "returns",
                    "redispatches",
                    "chases",
                    "dispatched_at",
                    "accepted_at",
                    "replied_at",
                    "answered_at",
                    "closed_at",
                    "truth",
                    "truth_at",
                    "truth_by",
                )
                if name in self.values
            },
        )

    # Who registers

    def registrar(self) -> Member:
        """Return who wrote the ticket down: the agent, the customer online, or the system."""
        if self.contact.agent is not None:
            return self.contact.agent
        if self.contact.channel == "email":
            return Member(SYSTEM, "")
        phone = self.contact.person.phone
        label = f"{phone[:3]}****{phone[-4:]}"
        return Member(Actor(Actor.SUBSCRIBER, fixed_id("subscriber", phone), label), "")
