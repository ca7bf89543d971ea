"""Who is told of a rung: the one who handles the matter, else those who lead where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from .ladder import OVERDUE, SEVERE, SUPERVISED

LEADER, MANAGER = "team_leader", "floor_manager"


@dataclass(frozen=True, slots=True)
class Target:
    """A person, or those who hold a role over a unit."""

    account_id: UUID | None = None
    unit_id: UUID | None = None
    role: str = ""

    @property
    def key(self) -> str:
        """The target in one word."""
        return f"{self.account_id}" if self.account_id else f"{self.role}@{self.unit_id}"


def whom(
    rung: int,
    *,
    handler_id: UUID | None,
    unit_id: UUID | None,
    home_unit_id: UUID | None,
    led: bool = True,
) -> tuple[Target, ...]:
    """Return who is told: the handler, else the unit's leaders, else the home unit's leaders.

    `led` says whether anybody leads the unit. From the due moment on the leaders learn of it
    beside the handler; what is badly overdue and what comes under supervision goes to the managers
    of the home unit as well.
    """
    found = []
    if handler_id is not None:
        found.append(Target(account_id=handler_id))
    place = unit_id if unit_id is not None and led else home_unit_id
    if place is not None and (handler_id is None or rung >= OVERDUE):
        found.append(Target(unit_id=place, role=LEADER))
    if home_unit_id is not None and rung in (SEVERE, SUPERVISED):
        found.append(Target(unit_id=home_unit_id, role=MANAGER))
    return tuple(found)
