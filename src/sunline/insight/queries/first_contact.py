"""First-contact resolution as the silence afterwards, the agent and the customer tell it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sunline.interactions import queries as interactions
from sunline.interactions.types import WrapUp
from sunline.quality import queries as quality
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import permissions, policies
from ..rules.counting import ContactTime, FirstContact, first_contacts

SAID_SOLVED = frozenset({WrapUp.SOLVED.value, WrapUp.EXPLAINED.value})
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Resolution:
    """How many first contacts there were, and how many were solved by each of three tellers.

    Each teller has a count of its own to divide by: whoever has not spoken is not counted.
    """

    first: int
    waiting: int  # of them the time has not passed yet
    known: int
    silent: int
    agent_of: int
    agent: int
    customer_of: int
    customer: int
    rows: list[ResolutionRow]

    def share(self, part: int, whole: int) -> float | None:
        """Return a share in per cent, None when nobody has spoken."""
        return 100 * part / whole if whole else None

    @property
    def by_silence(self) -> float | None:
        """Solved because the number did not come back, in per cent."""
        return self.share(self.silent, self.known)

    @property
    def by_agent(self) -> float | None:
        """Solved as the agent noted it, in per cent."""
        return self.share(self.agent, self.agent_of)

    @property
    def by_customer(self) -> float | None:
        """Solved as the customer said when asked, in per cent."""
        return self.share(self.customer, self.customer_of)


@dataclass(frozen=True, slots=True)
class ResolutionRow:
    """One first contact behind the figures."""

    number: str
    channel: str
    at: datetime
    subject: str
    silent: bool | None
    agent: bool | None
    customer: bool | None
    back: str


def resolution(
    viewer: Viewer, since: datetime, until: datetime, *, show: str = "", now: datetime
) -> Resolution:
    """Return the first-contact figures of a period in the viewer's units, with rows behind them.

    `show` narrows the rows to `back`, `differ` (the three tell different things) or all.
    """
    viewer.require(permissions.VIEW.code)
    units = unit_tree().ids_below(viewer.paths(permissions.VIEW.code))
    quiet = timedelta(hours=policies.FIRST_QUIET.at(now))
    within = timedelta(hours=policies.SOLVED_WITHIN.at(now))
    moments = interactions.contact_moments(units, since - quiet, until + within)
    found: list[FirstContact] = []
    noted: dict[UUID, str] = {}
    for _number, rows in groupby(moments, key=lambda row: row.number):
        own = list(rows)
        times = [ContactTime(row.id, row.at) for row in own]
        firsts = first_contacts(times, quiet=quiet, within=within, now=now)
        kept = [one for one in firsts if since <= one.at < until]
        found += kept
        wraps = {row.id: row.wrap_up for row in own}
        noted |= {one.id: wraps[one.id] for one in kept}
    asked = quality.solved_of_contacts([one.id for one in found])
    return _counted(found, noted, asked, show)


def _counted(
    found: list[FirstContact], noted: dict[UUID, str], asked: dict[UUID, bool], show: str
) -> Resolution:
    counts: Counter[str] = Counter()
    picked: list[Any] = []
    for one in sorted(found, key=lambda one: one.at, reverse=True):
        wrap = noted[one.id]
        agent = wrap in SAID_SOLVED if wrap else None
        tellers = (one.resolved, agent, asked.get(one.id))
        for name, said in zip(("silent", "agent", "customer"), tellers, strict=True):
            counts[name] += said is True
            counts[f"{name}_of"] += said is not None
        if len(picked) < SHOWN and _fits(tellers, show):
            picked.append((one, tellers))
    return Resolution(
        first=len(found),
        waiting=len(found) - counts["silent_of"],
        known=counts["silent_of"],
        silent=counts["silent"],
        agent_of=counts["agent_of"],
        agent=counts["agent"],
        customer_of=counts["customer_of"],
        customer=counts["customer"],
        rows=_rows(picked),
    )


Tellers = tuple[bool | None, bool | None, bool | None]


def _fits(tellers: Tellers, show: str) -> bool:
    if show == "back":
        return tellers[0] is False
    if show == "differ":
        return len({said for said in tellers if said is not None}) > 1
    return True


def _rows(picked: list[tuple[FirstContact, Tellers]]) -> list[ResolutionRow]:
    keys = [one.id for one, _ in picked] + [one.back for one, _ in picked if one.back]
    names = interactions.numbers_of([key for key in keys if key])
    return [
        ResolutionRow(
            *names[one.id], *tellers, back=names[one.back][0] if one.back in names else ""
        )
        for one, tellers in picked
    ]
