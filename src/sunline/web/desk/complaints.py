"""A complaint as a case on its ticket's page: grade, score in words, ladder, settlement, plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sunline.kernel import clock
from sunline.tickets.queries import Situation, cases, tables
from sunline.tickets.queries.tables import Strategy
from sunline.tickets.services.complaints import is_frozen
from sunline.tickets.types import Level, Phase

from ..templatetags.complaint import case_row, row_name

# Steps on a ticket's line of time that tell of the case.
KINDS = frozenset(
    f"ticket.{step}"
    for step in (
        "assessed", "graded", "segmented", "escalated", "deescalated", "cause_set",
        "evidence_added", "evidence_removed", "offer_made", "offer_answered", "settled",
        "plan_step_done",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel of a complaint shows."""

    case: Any
    flags: list[str]
    strategy: Strategy | None
    wording: list[str]
    skills: list[str]
    ladder: list[tuple[str, bool, bool]]  # level, reached, here
    phases: list[tuple[str, list[Any]]]
    done: int
    frozen: bool


def panel(around: Situation) -> Panel | None:
    """Return the panel of a ticket that is a complaint, None for others."""
    case = around.case
    if case is None:
        return None
    now = clock.now()
    strategy = tables.strategy(case.strategy, now) if case.strategy else None
    words, skills = tables.rows(tables.WORDING, now), tables.rows(tables.SKILL, now)
    here = [str(level) for level in Level].index(case.level)
    return Panel(
        case=case,
        flags=sorted(cases.flags_of(case)),
        strategy=strategy,
        wording=[row_name(words[code]) for code in strategy.wording if code in words]
        if strategy
        else [],
        skills=[row_name(skills[code]) for code in strategy.skills if code in skills]
        if strategy
        else [],
        ladder=[(str(level), place <= here, place == here) for place, level in enumerate(Level)],
        phases=[
            (str(phase), steps)
            for phase in Phase
            if (steps := [row for row in around.plan if row.phase == phase])
        ],
        done=sum(1 for row in around.plan if row.done_at),
        frozen=is_frozen(case.ticket, now),
    )


def listed(around: Situation) -> dict[str, list[tuple[str, str]]]:
    """Return what the forms of a case choose from: causes, strategies, open steps."""
    if around.case is None:
        return {}
    now = clock.now()
    return {
        "cause": [(row.code, ("\u3000" * row.depth) + row_name(row)) for row in tables.causes(now)],
        "strategy": [
            (one.code, case_row(one.code, tables.STRATEGY)) for one in tables.strategies(now)
        ],
        "step": [
            (row.code, case_row(row.code, tables.STEP)) for row in around.plan if not row.done_at
        ],
    }


def case_context(around: Situation) -> dict[str, Any]:
    """Return what the page of a ticket adds for a complaint."""
    return {"panel": panel(around), "listed": listed(around), "case_kinds": KINDS}
