"""Each change of a single cell of a ticket's table is noticed by the published page.

Mutation testing of data: tools that mutate functions cannot reach a table that is built on import.
`docs/reference/mutation.md` tells the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import test_lifecycle_page as published

from sunline.tickets.rules.lifecycle import EVERY_CLOCK, TABLE, Move, Verb
from sunline.tickets.types import State

PLACES = ("home", "unit", "any", "joint")


def mutants(move: Move) -> Iterator[Move]:
    """Yield the row with one cell changed: a state more or less, another target, clock or place."""
    for state in State:
        yield replace(move, sources=move.sources ^ {state})
    for target in (*State, None):
        if target != move.target:
            yield replace(move, target=target)
    for place in PLACES:
        if place != move.at:
            yield replace(move, at=place)
    yield replace(move, permission=f"{move.permission}_")
    for name in ("starts", "stops"):
        held = getattr(move, name)
        for purpose in EVERY_CLOCK:
            changed = tuple(one for one in held if one != purpose)
            yield replace(move, **{name: changed if purpose in held else (*held, purpose)})
    yield replace(move, pauses=not move.pauses)
    yield replace(move, resumes=not move.resumes)


@pytest.mark.parametrize("verb", Verb)
def test_no_cell_changes_unseen(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(move: Move) -> str:
        monkeypatch.setattr(published, "TABLE", {verb: move})
        return published.states() + published.verbs()

    move = TABLE[verb]
    plain, unseen = shown(move), []
    changed = list(mutants(move))
    unseen = [mutant for mutant in changed if shown(mutant) == plain]
    assert len(changed) >= 38
    assert not unseen
