"""The tables that complaints work with: what comes with the product under the operator's rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from sunline.kernel.caching import Kept

from ..models import CaseRow
from ..rules.segmentation import Strategy as Strategy

CAUSE, STRATEGY, STEP, WORDING, SKILL = "cause", "strategy", "step", "wording", "skill"
AUTHORITY, CHAIN = "authority", "chain"  # what may be granted by whom, and who is asked beyond it
TABLES = (CAUSE, STRATEGY, STEP, WORDING, SKILL, AUTHORITY, CHAIN)


@dataclass(frozen=True, slots=True)
class Row:
    """A row in force; `since` is None for one that came with the product."""

    code: str
    values: Mapping[str, Any]
    since: datetime | None = None

    @property
    def name(self) -> str:
        """The Chinese name."""
        return str(self.values.get("name", self.code))

    @property
    def name_en(self) -> str:
        """The English name, blank where there is none."""
        return str(self.values.get("name_en", ""))

    @property
    def depth(self) -> int:
        """How deep a cause stands in its tree, 0 for a branch."""
        return self.code.count(".")


@cache
def shipped() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Return the tables that come with the product."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name in ("cases.json", "authority.json"):
        found |= json.loads(files("sunline.tickets").joinpath("data", name).read_text("utf-8"))
    return found


def _load() -> list[CaseRow]:
    return list(CaseRow.objects.order_by("since", "id"))


_kept: Kept[list[CaseRow]] = Kept(_load)


def forget() -> None:
    """Read the operator's rows anew."""
    _kept.forget()


def rows(table: str, at: datetime) -> dict[str, Row]:
    """Return the rows of a table in force at a moment, by code; no query while they are kept."""
    found = {code: Row(code, values) for code, values in shipped()[table].items()}
    for row in _kept.get():
        if row.table != table or row.since > at:
            continue
        if row.ended:
            found.pop(row.code, None)
        else:
            found[row.code] = Row(row.code, row.values, row.since)
    return found


def coming(of: Collection[str], at: datetime) -> list[CaseRow]:
    """Return the operator's rows of some tables that come into force after a moment."""
    return [row for row in _kept.get() if row.table in of and row.since > at]


def strategies(at: datetime) -> list[Strategy]:
    """Return the strategies in force, in the order in which they are tried."""
    found = [_strategy(row) for row in rows(STRATEGY, at).values()]
    return sorted(found, key=lambda one: (one.place, one.code))


def strategy(code: str, at: datetime) -> Strategy | None:
    """Return a strategy in force by its code."""
    row = rows(STRATEGY, at).get(code)
    return _strategy(row) if row else None


def _strategy(row: Row) -> Strategy:
    values = row.values
    return Strategy(
        row.code,
        row.name,
        row.name_en,
        int(values["place"]),
        values["match"],
        values["level"],
        int(values["first_contact"]),
        Decimal(str(values["amount"])),
        values["wording"],
        values["skills"],
        values["revisit"],
    )


def causes(at: datetime) -> list[Row]:
    """Return the cause tree in force, branch by branch."""
    found = rows(CAUSE, at)
    order = {code: place for place, code in enumerate(shipped()[CAUSE])}
    roots = {code: order.get(code.split(".")[0], len(order)) for code in found}
    return sorted(found.values(), key=lambda row: (roots[row.code], row.code))
