"""What callers see of people: the viewer, with what they may do and where; units and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sunline.kernel.errors import Refused
from sunline.kernel.types import SYSTEM, Actor

from .matrix import ROLES

EVERYWHERE = frozenset({"/"})


def is_reading(permission: str) -> bool:
    """Return whether the permission only lets one look: its verb is view, view_… or search."""
    verb = permission.rpartition(".")[2]
    return verb in {"view", "search"} or verb.startswith("view_")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks or acts, with the unit paths each permission holds for.

    A permission held for `/hq/gd/` holds for every unit whose path starts so: a city sees its
    city, a province its cities, HQ all. `unit_path` is the unit the person works in; back-office
    units see, beyond their paths, the work assigned to that unit (queries of `tickets` add it).
    """

    actor: Actor
    unit_id: UUID | None = None
    unit_path: str = ""
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    language: str = ""
    # Set while an administrator looks through a role's eyes: everything may be seen, nothing done.
    viewing_as: str = ""
    customer_id: UUID | None = None  # the customer a subscriber speaks for
    vendor: str = ""  # the employer, when it is not the operator
    all_powerful: bool = False  # the system itself

    @property
    def account_id(self) -> UUID | None:
        """The person's account, or None for clients, subscribers and the system."""
        return self.actor.id if self.actor.kind == Actor.PERSON else None

    @property
    def is_signed_in(self) -> bool:
        """Whether anybody known stands behind the viewer."""
        return self.all_powerful or self.actor.id is not None

    @property
    def viewing_as_label(self) -> str:
        """The name of the role looked through, in the active language."""
        return str(ROLES.get(self.viewing_as, self.viewing_as))

    def may(self, permission: str, path: str | None = None) -> bool:
        """Return whether the permission is held, for the unit path when one is given."""
        if self.all_powerful:
            return True
        held = self.grants.get(permission)
        if not held:
            return False
        return path is None or any(path.startswith(top) for top in held)

    def require(self, permission: str, path: str | None = None) -> None:
        """Raise Refused unless the permission is held and, when looking as a role, only reads."""
        if not self.may(permission, path) or (self.viewing_as and not is_reading(permission)):
            raise Refused(permission=permission)

    def paths(self, permission: str) -> frozenset[str]:
        """Return the unit paths the permission is held for."""
        return EVERYWHERE if self.all_powerful else self.grants.get(permission, frozenset())


SYSTEM_VIEWER = Viewer(SYSTEM, all_powerful=True)
NOBODY = Viewer(Actor("anonymous"))


def system_viewer() -> Viewer:
    """Return the viewer of what the system does by itself; it may do everything."""
    return SYSTEM_VIEWER


def nobody() -> Viewer:
    """Return the viewer of somebody who has not signed in; nothing is granted."""
    return NOBODY


def subscriber_viewer(label: str, customer_id: UUID | None = None) -> Viewer:
    """Return the viewer of a customer on the portal; `label` is a masked phone number."""
    return Viewer(Actor(Actor.SUBSCRIBER, customer_id, label), customer_id=customer_id)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as other rooms see it."""

    id: UUID
    code: str
    name: str
    name_en: str
    level: str
    kind: str
    path: str
    parent_id: UUID | None
    vendor: str = ""
    closed: bool = False


class UnitTree:
    """All units at one moment, closed ones too, because old rows still name them."""

    __slots__ = ("_by_code", "_by_id", "rows")

    def __init__(self, rows: list[UnitRow]) -> None:
        self.rows = tuple(sorted(rows, key=lambda row: row.path))
        self._by_id = {row.id: row for row in self.rows}
        self._by_code = {row.code: row for row in self.rows}

    def get(self, unit_id: UUID | None) -> UnitRow | None:
        """Return the unit with the id, or None."""
        return self._by_id.get(unit_id) if unit_id else None

    def by_code(self, code: str) -> UnitRow | None:
        """Return the unit with the code, or None."""
        return self._by_code.get(code)

    def below(self, path: str) -> list[UnitRow]:
        """Return the unit at the path and all below it, by path."""
        return [row for row in self.rows if row.path.startswith(path)]

    def ids_below(
        self, paths: frozenset[str] | set[str] | list[str] | tuple[str, ...]
    ) -> list[UUID]:
        """Return the ids of the units at or below any of the paths."""
        return [row.id for row in self.rows if row.path.startswith(tuple(paths))]

    def path(self, unit_id: UUID | None) -> str:
        """Return the unit's path, or an empty text when there is no such unit."""
        row = self.get(unit_id)
        return row.path if row else ""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person as other rooms see them; outside the house only the staff number is told."""

    id: UUID
    staff_no: str
    name: str
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role somebody holds for a unit and all below it."""

    role: str
    unit_id: UUID
    since: datetime
    until: datetime | None
