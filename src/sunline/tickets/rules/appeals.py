"""Appeals (申诉, MIIT Order 35): the table of their life, who may be accepted, what falls due when.

The centre's rules hold for the regulator's door alone; the other doors only set clocks.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from ..types import AppealCategory, AppealResult, AppealState, Door, RefusalCode

# Order 35: what the law itself sets. Doors' own limits are policies.
FEE_MONTHS, OTHER_MONTHS = 5, 24
ACCEPT_DAYS = 5  # working days for the centre to accept or refuse
MEDIATION_DAYS = 30  # from the receipt of all material
ANSWER_DAYS = 15  # for the operator to answer the complaint itself


class Step(StrEnum):
    """What can be done to an appeal."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SEND_BACK = "send_back"
    RETURN = "return"
    REPLY = "reply"
    MEDIATE = "mediate"
    SIGN = "sign"
    CLOSE = "close"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Way:
    """One row of the table: from which states a step leads where."""

    sources: Set[AppealState]
    target: AppealState


ENDED = frozenset(
    {
        AppealState.CLOSED,
        AppealState.REFUSED,
        AppealState.SENT_BACK,
        AppealState.RETURNED,
        AppealState.WITHDRAWN,
    }
)
OPEN = frozenset(AppealState) - ENDED
_S = AppealState
TABLE: Mapping[Step, Way] = {
    Step.ACCEPT: Way({_S.RECEIVED}, _S.ACCEPTED),
    Step.REFUSE: Way({_S.RECEIVED}, _S.REFUSED),
    Step.SEND_BACK: Way({_S.RECEIVED}, _S.SENT_BACK),
    Step.RETURN: Way({_S.RECEIVED, _S.ACCEPTED}, _S.RETURNED),
    # Who skipped the operator, and whoever came by another door, is answered at once.
    Step.REPLY: Way({_S.RECEIVED, _S.ACCEPTED, _S.MEDIATION}, _S.REPLIED),
    Step.MEDIATE: Way({_S.ACCEPTED, _S.REPLIED}, _S.MEDIATION),
    Step.SIGN: Way({_S.MEDIATION, _S.REPLIED}, _S.AGREED),
    Step.CLOSE: Way({_S.REPLIED, _S.MEDIATION, _S.AGREED}, _S.CLOSED),
    Step.WITHDRAW: Way(OPEN, _S.WITHDRAWN),
}
# Steps of the regulator's centre alone.
OF_CENTRE = frozenset({Step.REFUSE, Step.SEND_BACK})
RESULTS: Mapping[AppealState, tuple[AppealResult, ...]] = {
    _S.AGREED: (AppealResult.AGREED,),
    _S.MEDIATION: (AppealResult.FAILED, AppealResult.STOPPED),
    _S.REPLIED: (AppealResult.ANSWERED,),
}


def allowed(step: Step, state: str, door: str) -> bool:
    """Return whether the step is possible for an appeal of the door in the state."""
    if step in OF_CENTRE and door != Door.REGULATOR:
        return False
    return AppealState(state) in TABLE[step].sources


def steps_in(state: str, door: str) -> tuple[Step, ...]:
    """Return the steps that are possible, in the table's order."""
    return tuple(step for step in Step if allowed(step, state, door))


def after(step: Step, state: str) -> AppealState:
    """Return where a step leads; a reply within the mediation does not end it."""
    if step is Step.REPLY and state == AppealState.MEDIATION:
        return AppealState.MEDIATION
    return TABLE[step].target


# Acceptance


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the centre judges by; days are local days."""

    category: str
    event_on: date
    received_on: date
    first_complaint_on: date | None
    answered_on: date | None = None  # by the operator
    interest: bool = True
    request: bool = True
    settled: bool = False
    handled: bool = False
    elsewhere: bool = False


SEND_BACK = frozenset({RefusalCode.SKIPPED, RefusalCode.TOO_EARLY})


def bars(matter: Matter) -> tuple[RefusalCode, ...]:
    """Return every reason that the appeal cannot be accepted now, refusals first."""
    found = []
    if not matter.interest:
        found.append(RefusalCode.NO_INTEREST)
    if not matter.request:
        found.append(RefusalCode.NO_REQUEST)
    if matter.received_on > last_day(matter.category, matter.event_on):
        fee = matter.category == AppealCategory.CHARGES
        found.append(RefusalCode.FEE_TOO_OLD if fee else RefusalCode.TOO_OLD)
    if matter.settled:
        found.append(RefusalCode.SETTLED)
    if matter.handled:
        found.append(RefusalCode.HANDLED)
    if matter.elsewhere:
        found.append(RefusalCode.ELSEWHERE)
    early = bypassed(matter.first_complaint_on, matter.answered_on, matter.received_on)
    return (*found, *([early] if early else []))


def outcome(codes: Iterable[RefusalCode]) -> Step:
    """Return what the codes lead to: accepted without any, refused, or the user sent back."""
    found = set(codes)
    if found - SEND_BACK:
        return Step.REFUSE
    return Step.SEND_BACK if found else Step.ACCEPT


def bypassed(
    first_complaint_on: date | None, answered_on: date | None, received_on: date
) -> RefusalCode | None:
    """Return whether the user came before the operator had its turn (越级), and in which way."""
    if first_complaint_on is None or first_complaint_on > received_on:
        return RefusalCode.SKIPPED
    if answered_on is not None and answered_on <= received_on:
        return None
    last = first_complaint_on + timedelta(days=ANSWER_DAYS)
    return RefusalCode.TOO_EARLY if received_on <= last else None


def last_day(category: str, event_on: date) -> date:
    """Return the last day on which an appeal about the event is accepted."""
    months = FEE_MONTHS if category == AppealCategory.CHARGES else OTHER_MONTHS
    return add_months(event_on, months)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# Clocks


@dataclass(frozen=True, slots=True)
class Dues:
    """The moments of an appeal: `reply` the operator's, `end` the centre's; None where unset."""

    reply: datetime
    end: datetime | None = None


def reply_due(
    received_at: datetime,
    by_door: datetime,
    *,
    bypassing: bool,
    at_once: timedelta,
    told: datetime | None = None,
) -> datetime:
    """Return when the reply is due: the door's limit, what its sheet says, at once for a bypass."""
    found = [by_door]
    if told is not None:
        found.append(told)
    if bypassing:
        found.append(received_at + at_once)
    return min(found)


def due(state: str, reply: datetime, end: datetime | None, replied: bool) -> datetime | None:
    """Return the next moment an appeal has to keep, None when it ended or waits for the door."""
    if state not in OPEN:
        return None
    waiting = [] if replied else [reply]
    if end is not None and state in {AppealState.MEDIATION, AppealState.REPLIED}:
        waiting.append(end)
    return min(waiting, default=None)


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the first moment of several doors: one customer is answered by the earliest."""
    return min((moment for moment in moments if moment is not None), default=None)


def may_return(received_at: datetime, last: datetime | None, now: datetime) -> bool:
    """Return whether the door's return window is open; a door without one takes nothing back."""
    return last is not None and received_at <= now <= last
