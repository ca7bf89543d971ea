"""Who of the candidates gets one piece of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from ..types import Candidate, Decision, Item, Miss, PresenceState, Reason, Strategy

READY, ROUND_ROBIN = PresenceState.READY.value, Strategy.ROUND_ROBIN.value
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Place = tuple[float | datetime, float | datetime, int]


def skilled(candidate: Candidate, wanted: Mapping[str, int]) -> bool:
    """Return whether the person has each skill at the least level or above."""
    held = candidate.skills
    for skill, level in wanted.items():  # noqa: SIM110 - all() costs twice as much, and it tells
        if held.get(skill, 0) < level:
            return False
    return True


def refusal(candidate: Candidate, item: Item) -> str:
    """Return why the person cannot get the work (a code of `Miss`), blank when they can."""
    if candidate.account_id == item.not_account:
        return Miss.EXCLUDED.value
    if item.skills and not skilled(candidate, item.skills):
        return Miss.UNSKILLED.value
    return unfit(candidate, item.channel, item.weight)


def unfit(candidate: Candidate, channel: str, weight: int) -> str:
    """Return why the person can take nothing of this channel and weight now, blank if they can."""
    if candidate.away:
        return candidate.away
    if candidate.state != READY:
        return Miss.ABSENT.value
    if candidate.load + weight > candidate.capacity:
        return Miss.FULL.value
    most = candidate.most.get(channel)
    if most is not None and candidate.held.get(channel, 0) >= most:
        return Miss.CHANNEL_FULL.value
    return ""


def choose(candidates: Sequence[Candidate], item: Item, strategy: str, now: datetime) -> Decision:
    """Return who gets the work, or nobody, with the reason as codes.

    Only somebody ready, present, skilled, below capacity and not excluded is ever chosen. A last
    time in the future counts as now, so that a clock set back starves nobody.
    """
    passed_over: dict[str, int] = {}
    fitting = []
    for candidate in candidates:
        if why_not := refusal(candidate, item):
            passed_over[why_not] = passed_over.get(why_not, 0) + 1
        else:
            fitting.append(candidate)
    if not fitting:
        return Decision(None, (why_nobody(len(candidates), passed_over),), 0, passed_over)
    free = {one.account_id for one in fitting}
    for code, person in item.preferred:
        if person in free:
            return decided(person, item, len(fitting), passed_over, strategy, code)
    chosen = min(fitting, key=lambda one: place(one, strategy, now))
    return decided(chosen.account_id, item, len(fitting), passed_over, strategy)


def decided(
    person: object,
    item: Item,
    among: int,
    passed_over: Mapping[str, int],
    strategy: str,
    preference: str = "",
) -> Decision:
    """Return the decision for a person with all codes that explain it."""
    in_turn = strategy == Strategy.ROUND_ROBIN
    code = preference or (Reason.ROUND_ROBIN if in_turn else Reason.LEAST_LOADED).value
    codes = [Reason.ONLY_ONE.value if among == 1 and not preference else code]
    if passed_over.get(Miss.EXCLUDED.value):
        codes.append(Reason.OTHER_EXCLUDED.value)
    if item.eased:
        codes.append(item.eased)
    return Decision(person, tuple(codes), among, passed_over)  # type: ignore[arg-type]


def place(candidate: Candidate, strategy: str, now: datetime) -> Place:
    """Return the person's place in the order of the strategy; the lowest comes first."""
    last = min(candidate.last_given_at or LONG_AGO, now)
    if strategy == ROUND_ROBIN:
        return last, candidate.load, candidate.account_id.int
    share = candidate.load / candidate.capacity if candidate.capacity else 1.0
    return share, last, candidate.account_id.int


def why_nobody(count: int, passed_over: Mapping[str, int]) -> str:
    """Return the code of the nearest miss: who would have got it but for one thing."""
    if not count:
        return Reason.EMPTY.value
    for misses, code in (
        ((Miss.FULL, Miss.CHANNEL_FULL), Reason.ALL_FULL),
        ((Miss.ABSENT, Miss.LEAVE, Miss.OFF_HOURS), Reason.NOBODY_READY),
        ((Miss.EXCLUDED,), Reason.NOBODY_ELSE),
    ):
        if any(passed_over.get(miss.value) for miss in misses):
            return code.value
    return Reason.NOBODY_SKILLED.value
