"""Who acts on tickets: the people of each unit as actors, by what they do there."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sunline.kernel.types import SYSTEM, Actor
from sunline.staff.models import Account, RoleGrant

from .words import Theme

# Which hotline takes a city's calls, and who dispatches and revisits in its province.
HOTLINE = {"gz": "gz-hot", "fs": "gz-hot", "sz": "sz-hot", "nj": "nj-hot", "su": "nj-hot"}
PROVINCE = {"gz": "gd", "sz": "gd", "fs": "gd", "nj": "js", "su": "js"}
NETWORK = ("broadband.", "fixed.", "network.", "value.home", "value.business")
CARE = ("service.", "marketing.", "portability.", "fraud.")


@dataclass(frozen=True, slots=True)
class Member:
    """A person who can act."""

    actor: Actor
    role: str
    scope: str = "/"  # the path of the unit the role is held for

    @property
    def id(self) -> UUID:
        """The person's account."""
        assert self.actor.id is not None
        return self.actor.id


class Crew:
    """The operator's people by unit and role."""

    def __init__(self, people: Mapping[str, Sequence[Account]], rng: random.Random) -> None:
        self._rng = rng
        grants = RoleGrant.objects.filter(until=None)
        held = {
            account: (role, path)
            for account, role, path in grants.values_list("account_id", "role__code", "unit__path")
        }
        self.units: dict[str, UUID] = {}
        self.accounts: dict[UUID, Account] = {}
        self._members: dict[tuple[str, str], list[Member]] = {}
        for code, team in people.items():
            for account in team:
                self.units[code] = account.unit_id
                self.accounts[account.id] = account
                role, scope = held[account.id]
                actor = Actor(Actor.PERSON, account.id, account.staff_no, account.unit_id)
                self._members.setdefault((code, role), []).append(Member(actor, role, scope))

    def one(self, unit: str, *roles: str, other_than: UUID | None = None) -> Member:
        """Return somebody of a unit in one of the roles, another than the one named if possible."""
        fitting = [one for role in roles for one in self._members.get((unit, role), ())]
        others = [one for one in fitting if one.id != other_than]
        return self._rng.choice(others or fitting)

    def by_number(self, staff_no: str) -> Member:
        """Return the person with the staff number."""
        everybody = (one for team in self._members.values() for one in team)
        return next(one for one in everybody if one.actor.label == staff_no)

    def agent(self, city: str, channel: str = "phone") -> Member:
        """Return who takes a contact from a city: somebody whose role holds for it."""
        home = f"/hq/{PROVINCE[city]}/{city}/"
        teams = [(HOTLINE[city], "agent")]
        if channel == "hall":
            teams.insert(0, ("gz-hall", "hall_clerk"))
        for key in teams:
            fitting = [one for one in self._members.get(key, ()) if home.startswith(one.scope)]
            if fitting:
                return self._rng.choice(fitting)
        raise LookupError(city)

    def dispatcher(self, city: str) -> Member:
        """Return who dispatches and checks for a city."""
        return self.one(f"{PROVINCE[city]}-disp", "dispatcher")

    def revisitor(self, city: str) -> Member:
        """Return who asks the city's customers how it went."""
        unit = "gd-comp" if PROVINCE[city] == "gd" else "js-disp"
        return self.one(unit, "revisit_caller")

    def handler(self, unit: str, other_than: UUID | None = None) -> Member:
        """Return who works on an order of a unit."""
        roles = ("back_office", "field_engineer", "complaint_specialist")
        return self.one(unit, *roles, other_than=other_than)

    def anybody(self, role: str) -> Member:
        """Return somebody who holds the role, wherever."""
        found = [one for (_, held), team in self._members.items() if held == role for one in team]
        return self._rng.choice(found)

    def workers(self) -> dict[UUID, list[Member]]:
        """Return who works on orders, by unit."""
        roles = {"back_office", "field_engineer"}
        return {
            self.units[unit]: team for (unit, role), team in self._members.items() if role in roles
        }

    @staticmethod
    def unit_for(theme: Theme, city: str) -> str:
        """Return the unit that works on a theme for a city."""
        if theme.topic.startswith("broadband.order") and city == "gz":
            return "gz-field"
        if theme.topic.startswith(NETWORK):
            return f"{city}-net"
        if PROVINCE[city] == "js":
            return "js-bill"
        return "gd-comp" if theme.topic.startswith(CARE) else "gz-bill"

    @staticmethod
    def system() -> Member:
        """Return the system as somebody who acts."""
        return Member(SYSTEM, "")
