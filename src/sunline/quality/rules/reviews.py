"""What owes a review, whose it is, how it may go on, and what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from ..types import Bone, ReviewReason, ReviewState, ReviewStep

MOST_WHYS = 5
SPECIALIST, LEADER = "complaint_specialist", "team_leader"
# Which rungs of the ladder owe a review, and which clock's kind goes by which policy.
HIGH_LEVELS = frozenset({"province", "hq"})
WAY: Mapping[ReviewStep, tuple[frozenset[str], ReviewState]] = {
    ReviewStep.START: (frozenset({ReviewState.OWED}), ReviewState.IN_WORK),
    ReviewStep.WRITE: (frozenset({ReviewState.IN_WORK}), ReviewState.IN_WORK),
    ReviewStep.HAND_IN: (frozenset({ReviewState.IN_WORK}), ReviewState.WRITTEN),
    ReviewStep.SEND_BACK: (frozenset({ReviewState.WRITTEN}), ReviewState.IN_WORK),
    ReviewStep.APPROVE: (frozenset({ReviewState.WRITTEN}), ReviewState.DONE),
    ReviewStep.ASSIGN: (frozenset({ReviewState.OWED, ReviewState.IN_WORK}), ReviewState.IN_WORK),
    ReviewStep.SET_MEASURE: (frozenset({ReviewState.IN_WORK}), ReviewState.IN_WORK),
}


def reason_of(
    kind: str, payload: Mapping[str, object], late: Collection[str]
) -> ReviewReason | None:
    """Return why a fact owes a review, or None; `late` names the kinds of clocks that count."""
    if kind == "ticket.graded@1":
        return ReviewReason.MAJOR if payload.get("grade") == "major" else None
    if kind == "ticket.redispatched@1":
        return ReviewReason.REOPENED
    if kind == "ticket.escalated@1":
        return ReviewReason.ESCALATED if payload.get("level_to") in HIGH_LEVELS else None
    if kind == "clock.breached@1" and payload.get("subject_kind") == "ticket":
        return ReviewReason.LATE if payload.get("purpose") in late else None
    return None


def allowed(state: str, step: ReviewStep) -> bool:
    """Return whether a step may be taken from a state."""
    return state in WAY[step][0]


def after(step: ReviewStep, state: str) -> str:
    """Return the state after a step; naming another owner leaves it as it is."""
    return state if step is ReviewStep.ASSIGN else WAY[step][1]


def state_with_reason(state: str) -> str:
    """Return the state of a review that got one more reason: one that was done is taken up anew."""
    return ReviewState.IN_WORK if state == ReviewState.DONE else state


def owner_role(reasons: Collection[str]) -> str:
    """Return who writes it: major and escalated ones the specialist, others the team leader."""
    grave = {ReviewReason.MAJOR, ReviewReason.ESCALATED}
    return SPECIALIST if grave & set(reasons) else LEADER


def lacks(
    whys: Sequence[str],
    cause: str,
    conclusion: str,
    measures: int,
    *,
    least_whys: int,
) -> list[str]:
    """Return the fields without which a review cannot be handed in, in the order of the page."""
    found = []
    if len(whys) < least_whys:
        found.append("whys")
    if not cause:
        found.append("cause")
    if not conclusion:
        found.append("conclusion")
    if not measures:
        found.append("measures")
    return found


def chain(lines: Sequence[str]) -> list[str]:
    """Return the answers to "why?" without the blank ones, five at most."""
    return [line for line in (" ".join(one.split()) for one in lines) if line][:MOST_WHYS]


def fishbone(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the lines under each head of the fishbone; heads without any are left out."""
    found = {}
    for head in Bone.values:
        lines = [" ".join(line.split()) for line in texts.get(head, "").splitlines()]
        if kept := [line for line in lines if line]:
            found[head] = kept
    return found


def due_after(start: datetime, days: int) -> datetime:
    """Return when a review that is owed from a moment on falls due."""
    return start + timedelta(days=days)


def is_late(state: str, due_at: datetime, now: datetime) -> bool:
    """Return whether a review is overdue."""
    return state != ReviewState.DONE and due_at <= now


def measure_state(done_at: datetime | None, due_on: date, today: date) -> str:
    """Return open, done or overdue; the day itself still belongs to the time."""
    if done_at is not None:
        return "done"
    return "overdue" if due_on < today else "open"
