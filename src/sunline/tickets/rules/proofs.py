"""Whether what a customer has shown is enough, and when no more tries are taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta


def verified_until(
    ways: Iterable[Collection[str]], shown: Mapping[str, datetime], valid: timedelta
) -> datetime | None:
    """Return how long the proofs shown are enough, None when no way is complete.

    `shown` tells when each proof was passed; a way ends with the oldest proof it rests on, and
    the way that lasts longest counts.
    """
    ends = [
        min(shown[proof] for proof in way) + valid
        for way in ways
        if way and all(proof in shown for proof in way)
    ]
    return max(ends, default=None)


def locked_until(
    failures: Sequence[datetime], tries: int, lock: timedelta, now: datetime
) -> datetime | None:
    """Return until when no more proofs are taken, None when they are.

    After `tries` failures within the length of a lock, it lasts that long from the last of them.
    """
    recent = sorted(at for at in failures if at > now - lock)
    return recent[-1] + lock if len(recent) >= tries else None
