"""Reading one line about a past ticket: its words, moments and places, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sunline.customers.types import SubscriberHit
from sunline.kernel import tables
from sunline.kernel.errors import Problem, required, unknown_choice
from sunline.kernel.types import Actor
from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff
from sunline.staff.types import AccountRow

from .. import events
from ..errors import BAD_MOMENT, BAD_RATING
from ..rules import past as rules
from ..types import FINAL, Complexity, Result, State, Urgency
from .past import MOMENTS, HistoricalTicket, PastFact, PastStay

DATA = Path(__file__).parents[1] / "data"
# What each moment says happened, in the order in which it happens, and who did it.
STEPS: tuple[tuple[str, type[events.TicketFact], State, str], ...] = (
    ("dispatched_at", events.Dispatched, State.AWAITING_ACCEPTANCE, "registered_by"),
    ("accepted_at", events.Accepted, State.IN_HANDLING, "handler"),
    ("replied_at", events.Replied, State.AWAITING_CHECK, "handler"),
    ("answered_at", events.Answered, State.AWAITING_REVISIT, "registered_by"),
)
ENDS: Mapping[str, type[events.TicketFact]] = {
    State.CLOSED: events.Closed,
    State.WITHDRAWN: events.Withdrawn,
    State.REFUSED: events.NotAccepted,
}
# The words of a cell that is left out; None: it must be there.
DEFAULTS: Mapping[str, str | None] = {
    "kind": None,
    "channel": "phone",
    "urgency": Urgency.NORMAL,
    "complexity": Complexity.SIMPLE,
    "severity": "",
    "state": "",
    "result": "",
}


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the codes of the words that cells may hold."""
    return tables.words_from(DATA / "words.csv")


class Reader:
    """Turns lines into past tickets of one source, for the units an importer may write to."""

    def __init__(
        self, source_id: UUID, paths: tuple[str, ...], importer: Actor, zone: ZoneInfo
    ) -> None:
        self._source, self._paths, self._importer, self._zone = source_id, paths, importer, zone
        self._people: dict[str, AccountRow | None] = {}

    def read(
        self, values: Mapping[str, str], holder: SubscriberHit | None
    ) -> tuple[HistoricalTicket | None, list[Problem]]:
        """Return what the line tells, or what is wrong with it."""
        problems: list[Problem] = []
        if not values.get("external_id"):
            problems.append(required("external_id"))
        codes = {name: self._word(values, name, problems) for name in DEFAULTS}
        registered_at = self._moment(values, "registered_at", problems)
        moments = {name: self._moment(values, name, problems) for name in MOMENTS}
        home = self._home(values.get("home", ""), holder, problems)
        topic_id = self._topic(values.get("topic", ""), problems)
        rating = self._rating(values.get("rating", ""), problems)
        if registered_at is None or home is None or problems:
            return None, problems
        known = {
            **codes,
            "home_unit_id": home,
            "registered_at": registered_at,
            "topic_id": topic_id,
            "rating": rating,
        }
        return self._ticket(values, known, moments, holder), []

    def _ticket(
        self,
        values: Mapping[str, str],
        known: dict[str, Any],
        moments: dict[str, datetime | None],
        holder: SubscriberHit | None,
    ) -> HistoricalTicket:
        """Return the ticket of a line that can be used."""
        state = State(known.pop("state") or rules.state_of(moments))
        result = known.pop("result") or str(RESULT_OF.get(state, Result.ACCEPTED))
        if state in FINAL and moments["closed_at"] is None:
            reached = [moment for moment in moments.values() if moment]
            moments["closed_at"] = max([known["registered_at"], *reached])
        unit = staff.unit_tree().by_code(values.get("unit", ""))
        people = {name: self._person(values.get(name, "")) for name in ("handler", "registered_by")}
        handler, agent = people["handler"], people["registered_by"]
        reached_at: dict[str, Any] = {**known, **moments}
        facts = self._facts(known, moments, state, result, people, unit.id if unit else None)
        return HistoricalTicket(
            **reached_at,
            title=values.get("title", "")[:255],
            description=values.get("description", ""),
            state=state,
            result=result if state in FINAL else "",
            external_id=values["external_id"],
            source_id=self._source,
            tier=holder.tier if holder else "ordinary",
            rural=holder.rural if holder else False,
            customer_id=holder.customer_id if holder else None,
            subscriber_id=holder.subscriber_id if holder else None,
            contact=values.get("phone", ""),
            registered_by=agent.id if agent else None,
            unit_id=unit.id if unit else None,
            handler_id=handler.id if handler else None,
            answer=values.get("answer", ""),
            facts=facts,
            stays=_stays(moments, unit.id if unit else None, handler),
        )

    def _facts(
        self,
        known: Mapping[str, Any],
        moments: Mapping[str, datetime | None],
        state: State,
        result: str,
        people: Mapping[str, AccountRow | None],
        unit_id: UUID | None,
    ) -> list[PastFact]:
        """Return the steps whose moments the line names."""
        handler = people["handler"]
        where: dict[str, Any] = {"unit_id": unit_id, "handler_id": handler.id if handler else None}
        first = PastFact(
            at=known["registered_at"],
            fact=events.Registered,
            state=State.AWAITING_DISPATCH,
            actor=self._actor(people["registered_by"]),
            details={name: known[name] for name in ("kind", "channel", "urgency")},
        )
        steps = [first]
        for name, fact, reached, by in STEPS:
            at = moments[name]
            if at is not None:
                actor = self._actor(people[by])
                steps.append(PastFact(at=at, fact=fact, state=reached, actor=actor, **where))
        ended_at = moments["closed_at"]
        if ended_at is not None and state in FINAL:
            details = {"result": result} if state == State.CLOSED else {}
            steps.append(
                PastFact(
                    at=ended_at,
                    fact=ENDS[state],
                    state=state,
                    actor=self._importer,
                    details=details,
                    **where,
                )
            )
        return steps

    def _actor(self, person: AccountRow | None) -> Actor:
        """Return the person named, else whoever imports the line."""
        if person is None:
            return self._importer
        return Actor(Actor.PERSON, person.id, person.staff_no, person.unit_id)

    def _person(self, staff_no: str) -> AccountRow | None:
        """Return whose staff number it is; people who left long ago may be unknown."""
        if staff_no not in self._people:
            self._people[staff_no] = staff.account_by_number(staff_no) if staff_no else None
        return self._people[staff_no]

    def _moment(
        self, values: Mapping[str, str], name: str, problems: list[Problem]
    ) -> datetime | None:
        text = values.get(name, "")
        if not text:
            if name == "registered_at":
                problems.append(required(name))
            return None
        found = rules.moment_of(text, self._zone)
        if found is None:
            problems.append(Problem(name, "bad_moment", BAD_MOMENT))
        return found

    @staticmethod
    def _word(values: Mapping[str, str], name: str, problems: list[Problem]) -> str:
        text, default = values.get(name, "").casefold(), DEFAULTS[name]
        if not text:
            if default is None:
                problems.append(required(name))
            return str(default or "")
        code = words()[name].get(text, "")
        if not code:
            problems.append(unknown_choice(name))
        return code

    def _home(
        self, code: str, holder: SubscriberHit | None, problems: list[Problem]
    ) -> UUID | None:
        """Return the unit a ticket belongs to: the one named, else the customer's."""
        tree = staff.unit_tree()
        row = tree.by_code(code) if code else tree.get(holder.home_unit_id if holder else None)
        if row is None and not code:
            problems.append(required("home"))
        elif row is None or not row.path.startswith(self._paths):
            # A unit the importer has no say in is no more known to them than one not there.
            problems.append(unknown_choice("home"))
            return None
        return row.id if row else None

    @staticmethod
    def _topic(text: str, problems: list[Problem]) -> UUID | None:
        """Return the topic with the code or, where it is the only one, the name."""
        if not text:
            return None
        tree = knowledge.topics()
        named = tree.by_code(text)
        if named is None:
            same = [row for row in tree.rows if row.name == text]
            named = same[0] if len(same) == 1 else None
        if named is None:
            problems.append(unknown_choice("topic"))
        return named.id if named else None

    @staticmethod
    def _rating(text: str, problems: list[Problem]) -> int | None:
        if not text:
            return None
        if not text.isdecimal() or not 1 <= int(text) <= 10:
            problems.append(Problem("rating", "bad_rating", BAD_RATING))
            return None
        return int(text)


RESULT_OF: Mapping[State, Result] = {
    State.WITHDRAWN: Result.WITHDRAWN,
    State.REFUSED: Result.REFUSED,
}


def _stays(
    moments: Mapping[str, datetime | None], unit_id: UUID | None, handler: AccountRow | None
) -> list[PastStay]:
    """Return the stay with the unit that worked on the ticket, when the line tells of one."""
    since = moments["dispatched_at"] or moments["accepted_at"]
    if unit_id is None or since is None:
        return []
    ended = moments["replied_at"] or moments["answered_at"] or moments["closed_at"]
    return [
        PastStay(
            unit_id=unit_id,
            dispatched_at=since,
            handler_id=handler.id if handler else None,
            accepted_at=moments["accepted_at"],
            ended_at=ended,
            outcome="replied" if ended else "",
        )
    ]
