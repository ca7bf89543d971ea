"""Whether a grant lies within somebody's authority, and who decides when it does not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

# Whose word is asked for, in order, where no other chain is set; the last decides any amount.
CHAIN = ("team_leader", "floor_manager", "complaint_specialist", "administrator")
ONE = Decimal(1)  # how an action without an amount counts against a limit


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A row of the matrix in force; blank tier means every tier.

    `closed` says whether it holds on a closed ticket too.
    """

    role: str
    action: str
    tier: str
    most: Decimal
    closed: bool = False


@dataclass(frozen=True, slots=True)
class ChainRow:
    """Who is asked for a kind of decision, in a unit and below it, from an amount on."""

    kind: str  # blank: every kind
    unit_path: str  # blank: every unit
    above: Decimal
    levels: tuple[str, ...]


def allowance(
    limits: Iterable[LimitRow], roles: Collection[str], action: str, tier: str
) -> LimitRow | None:
    """Return the widest limit that the roles give for an action and tier, None for none.

    A role's row for the tier goes before its row for every tier, even where it is narrower.
    """
    best: dict[str, LimitRow] = {}
    for row in limits:
        if row.action != action or row.role not in roles or row.tier not in ("", tier):
            continue
        held = best.get(row.role)
        if held is None or (row.tier and not held.tier):
            best[row.role] = row
    return max(best.values(), key=lambda row: (row.most, row.role), default=None)


def chain_for(rows: Iterable[ChainRow], kind: str, path: str, amount: Decimal) -> tuple[str, ...]:
    """Return whose word is asked for: the row of the nearest unit, then of the kind and amount."""
    fitting = [
        row
        for row in rows
        if row.kind in ("", kind) and path.startswith(row.unit_path) and amount >= row.above
    ]
    best = max(
        fitting, key=lambda row: (len(row.unit_path), bool(row.kind), row.above), default=None
    )
    return best.levels if best else CHAIN


def first_level(chain: Sequence[str], roles: Collection[str]) -> int:
    """Return the place that is asked first: above the asker's own roles, else the last."""
    own = max((chain.index(role) for role in roles if role in chain), default=-1)
    return min(own + 1, len(chain) - 1)


def decides(
    limits: Iterable[LimitRow],
    chain: Sequence[str],
    place: int,
    action: str,
    tier: str,
    amount: Decimal,
) -> bool:
    """Return whether the word of a level is enough: within its own limit, or it is the last."""
    if place == len(chain) - 1:
        return True
    row = allowance(limits, {chain[place]}, action, tier)
    return row is not None and amount <= row.most


def sampled(use_id: UUID, percent: int) -> bool:
    """Return whether a grant is in the share that quality looks at; the same answer each time."""
    return use_id.int % 10_007 % 100 < percent
