"""Which answers are followed by a revisit, when to call, and when trying is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from ..types import AttemptCode, Outcome, RevisitReason, RevisitStep, Urgency

GRAVE = "major"
SEVERE = frozenset({"Major", "Critical"})  # severities of TMF621
NOON, EVENING = 12, 17  # where the parts of the day meet, local hours
MORNING_PART, AFTERNOON_PART, EVENING_PART = "morning", "afternoon", "evening"
SATISFIED_FROM = 7
# The customer's own good word is a revisit; a major complaint and an appeal owe a call beside it.
OWN_WORD = frozenset({RevisitReason.SAMPLE, RevisitReason.UNSATISFIED, RevisitReason.URGENT})
HEARD = frozenset({Outcome.ACCEPTED, Outcome.EXPLAINED, Outcome.SETTLED, Outcome.UNSOLVED})


def sampled(ticket_id: UUID, share: float) -> bool:
    """Return whether a ticket falls into a sample of the share; the same id always gives the same.

    The first eight bytes of the id's SHA-256, as a fraction, are compared with the share.
    """
    drawn = int.from_bytes(sha256(ticket_id.bytes).digest()[:8], "big") / 2**64
    return drawn < share


def reason_for(
    ticket_id: UUID,
    *,
    severity: str,
    urgency: str,
    channel: str,
    redispatches: int,
    share: float,
) -> str:
    """Return why the ticket's answer is followed by a revisit, blank when it need not be."""
    if severity == GRAVE:
        return RevisitReason.MAJOR
    if channel == "regulator":
        return RevisitReason.APPEAL
    if urgency == Urgency.URGENT or severity in SEVERE:
        return RevisitReason.URGENT
    if redispatches:
        return RevisitReason.UNSATISFIED
    return RevisitReason.SAMPLE if sampled(ticket_id, share) else ""


@dataclass(frozen=True, slots=True)
class Hours:
    """The local hours in which customers may be called, and the least time between two calls."""

    opens: int
    closes: int
    gap: timedelta
    zone: ZoneInfo

    def allow(self, at: datetime) -> bool:
        """Return whether a customer may be called at the moment."""
        return self.opens <= at.astimezone(self.zone).hour < self.closes

    def part(self, at: datetime) -> str:
        """Return the part of the day that a moment falls into."""
        hour = at.astimezone(self.zone).hour
        if hour < NOON:
            return MORNING_PART
        return AFTERNOON_PART if hour < EVENING else EVENING_PART

    def parts(self) -> list[tuple[str, int, int]]:
        """Return the parts of the day with calls allowed, each from an hour to another."""
        bounds = [
            (MORNING_PART, 0, NOON), (AFTERNOON_PART, NOON, EVENING), (EVENING_PART, EVENING, 24)
        ]  # fmt: skip
        cut = [(name, max(a, self.opens), min(b, self.closes)) for name, a, b in bounds]
        return [row for row in cut if row[1] < row[2]]


def next_call(earliest: datetime, tried: Sequence[datetime], hours: Hours) -> datetime:
    """Return the first allowed moment from `earliest` on, in a part of the day not tried yet.

    When every part was tried, any of them will do.
    """
    used = {hours.part(at) for at in tried}
    parts = hours.parts()
    fresh = [row for row in parts if row[0] not in used] or parts
    day = earliest.astimezone(hours.zone).date()
    for ahead in range(3):
        for _name, start, end in fresh:
            begin = datetime.combine(day + timedelta(days=ahead), time(start), hours.zone)
            if earliest < begin + timedelta(hours=end - start):
                return max(earliest, begin)
    return earliest


def counts(at: datetime, tried: Sequence[datetime], hours: Hours) -> bool:
    """Return whether a try counts: not in a part of the same day that was tried already."""
    local = at.astimezone(hours.zone).date()
    same = (one for one in tried if one.astimezone(hours.zone).date() == local)
    return all(hours.part(one) != hours.part(at) for one in same)


def is_over(code: str, attempts: int, most: int) -> bool:
    """Return whether calling is given up: enough tries, or a number that is not the customer's."""
    return attempts >= most or code == AttemptCode.WRONG_NUMBER


def may_close(
    *, required: bool, reason: str, step: str, by: str, outcome: str, low: bool = False
) -> bool:
    """Return whether an outcome found by a call, the customer or a rule ends the matter.

    An answer that owes a revisit is closed by a call, or, once calling was given up, by what is
    known then. The customer's own good word is enough, but for a major complaint and an appeal.
    """
    if not required or outcome == Outcome.UNSOLVED or step == RevisitStep.FALLBACK:
        return True
    if by == "call":
        return outcome in HEARD
    return by == "customer" and reason in OWN_WORD and outcome in HEARD and not low
