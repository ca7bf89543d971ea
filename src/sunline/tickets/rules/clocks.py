"""Which of a ticket's clocks are still open in a state, and when each would have begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..types import State

NOT_TAKEN = frozenset({State.AWAITING_DISPATCH, State.AWAITING_ACCEPTANCE})
WITH_UNIT = frozenset(
    {State.AWAITING_ACCEPTANCE, State.IN_HANDLING, State.ON_HOLD, State.AWAITING_CUSTOMER}
)


def open_clocks(
    state: str, registered_at: datetime, dispatched_at: datetime | None
) -> Mapping[str, datetime]:
    """Return the purposes whose clocks a new classification may still set, with their beginnings.

    Acceptance and first response are over once somebody took the order; a unit's own limit counts
    from its dispatch until its reply.
    """
    found = {"resolve": registered_at, "legal_answer": registered_at}
    if state in NOT_TAKEN:
        found |= {"accept": registered_at, "first_response": registered_at}
    if state in WITH_UNIT and dispatched_at is not None:
        found["ola"] = dispatched_at
    return found
