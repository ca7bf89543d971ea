"""What a rating means for its ticket, and how long it may be given or corrected."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

GOOD_SCORE = 7
OPEN_FOR = timedelta(days=7)
CORRECTABLE_FOR = timedelta(hours=1)
ACCEPTED = "accepted"
UNSOLVED = "unsolved"
NOT_REACHED = "not_reached"


def hashed(token: str) -> str:
    """Return what is stored of a link's token; the token itself is never kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def outcome(score: int | None, solved: bool | None) -> str:
    """Return the revisit's outcome: what the customer says of the matter outweighs the score."""
    if solved is not None:
        return ACCEPTED if solved else UNSOLVED
    return ACCEPTED if score is not None and score >= GOOD_SCORE else UNSOLVED


def verdict(score: int | None, solved: bool | None) -> str:
    """Return good or bad, as satisfaction is counted."""
    return "good" if outcome(score, solved) == ACCEPTED else "bad"


def may_answer(
    *,
    expires_at: datetime,
    answered_at: datetime | None,
    ended_at: datetime | None,
    now: datetime,
) -> bool:
    """Return whether a first answer, or a correction of one, is taken at the moment."""
    if answered_at is not None:
        return now < answered_at + CORRECTABLE_FOR
    return ended_at is None and now < expires_at
