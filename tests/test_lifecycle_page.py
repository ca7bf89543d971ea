"""The published table of a ticket's life says what the code does.

Run with `SUNLINE_WRITE_PAGES=1` to write the page anew after a change of the table.
"""

from __future__ import annotations

import os

from django.utils import translation
from test_architecture import SOURCE

from sunline.api.tmf.tmf621.mapping import STATUS_OF_STATE, VERB_OF_STATUS
from sunline.staff.matrix import DEFAULT, ROLES
from sunline.tickets.rules.lifecycle import TABLE, Move
from sunline.tickets.types import State

PAGE = SOURCE.parent.parent / "docs/reference/ticket-life.md"
WHERE = {
    "home": "the customer's home",
    "unit": "the unit at work",
    "joint": "a unit that was asked to join",
    "any": "anywhere in view",
}


def chinese(text: object) -> str:
    with translation.override("zh-hans"):
        return str(text)


def english(text: object) -> str:
    with translation.override("en"):
        return str(text)


def states() -> str:
    lines = [
        "| state | 中文 | English | verbs that lead on | TM Forum status |",
        "| --- | --- | --- | --- | --- |",
    ]
    for state in State:
        onward = [f"`{verb}`" for verb, move in TABLE.items() if state in move.sources]
        lines.append(
            f"| `{state}` | {chinese(state.label)} | {english(state.label)} "
            f"| {' '.join(onward)} | `{STATUS_OF_STATE[state]}` |"
        )
    return "\n".join(lines)


def clocks(move: Move) -> str:
    found = []
    if move.starts:
        found.append("starts " + ", ".join(move.starts))
    if move.stops:
        found.append("stops " + ", ".join(move.stops))
    if move.pauses:
        found.append("pauses what may pause")
    if move.resumes:
        found.append("resumes")
    return "; ".join(found) or "none"


def verbs() -> str:
    lines = [
        "| verb | from | to | who (permission, where) | roles by default | clocks |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for verb, move in TABLE.items():
        sources = (
            "any"
            if len(move.sources) > 8
            else " ".join(f"`{s}`" for s in State if s in move.sources)
        )
        roles = [english(ROLES[role]) for role, held in DEFAULT.items() if move.permission in held]
        lines.append(
            f"| `{verb}` | {sources} | {f'`{move.target}`' if move.target else 'stays'} "
            f"| `{move.permission}`, {WHERE[move.at]} | {', '.join(roles)} | {clocks(move)} |"
        )
    return "\n".join(lines)


def client() -> str:
    lines = ["| status a client sets | verb |", "| --- | --- |"]
    lines += [f"| `{status}` | `{verb}` |" for status, verb in sorted(VERB_OF_STATUS.items())]
    return "\n".join(lines)


def page() -> str:
    return f"""# The life of a ticket

One table decides what can be done to a ticket: `src/sunline/tickets/rules/lifecycle.py`. A verb
that is not in it for the present state is refused. Legal clocks are never paused or restarted.
After a revisit that finds the matter unsolved the ticket goes back to its unit, to somebody other
than its last handler; with any other outcome it is closed with that result.

## States

{states()}

## Verbs

{verbs()}

## What a connected system may set

{client()}

`inProgress` accepts a waiting order, resumes a resting one and sends an answered one back to work.
"""


def test_the_page_says_what_the_table_does() -> None:
    wanted = page()
    if os.environ.get("SUNLINE_WRITE_PAGES"):
        PAGE.write_text(wanted, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == wanted
