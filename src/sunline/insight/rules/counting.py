"""What a fact adds to which counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ..types import Measure

# Kind of fact, the measure it counts for, and the part of its payload that is the cut.
COUNTED: Mapping[str, tuple[str, str]] = {
    "interaction.received@1": (Measure.INTERACTIONS.value, "channel"),
    "ticket.registered@1": (Measure.REGISTERED.value, "kind"),
    "ticket.dispatched@1": (Measure.DISPATCHED.value, ""),
    "ticket.answered@1": (Measure.ANSWERED.value, ""),
    "ticket.closed@1": (Measure.CLOSED.value, "result"),
    "ticket.redispatched@1": (Measure.REDISPATCHED.value, ""),
    "survey.sent@1": (Measure.SURVEYED.value, "channel"),
    "survey.answered@1": (Measure.RATED.value, "verdict"),
    "clock.breached@1": (Measure.BREACHED.value, "purpose"),
}
CORRECTED = "survey.corrected@1"
KINDS = frozenset(COUNTED) | {CORRECTED}


def changes(kind: str, payload: Mapping[str, object]) -> list[tuple[str, str, int]]:
    """Return (measure, cut, how many more) for a fact; a corrected rating moves from cut to cut."""
    if kind == CORRECTED:
        was, verdict = str(payload.get("was", "")), str(payload.get("verdict", ""))
        if was == verdict:
            return []
        return [(Measure.RATED.value, was, -1), (Measure.RATED.value, verdict, 1)]
    measure, cut = COUNTED[kind]
    return [(measure, str(payload.get(cut, ""))[:32] if cut else "", 1)]


@dataclass(frozen=True, slots=True)
class ContactTime:
    """One contact of one number: only its moment matters."""

    id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class FirstContact:
    """A contact that opened a matter; `resolved` is None while it cannot be known yet.

    `back` is the next contact of the number, if it came within the time.
    """

    id: UUID
    at: datetime
    resolved: bool | None
    back: UUID | None = None


def first_contacts(
    contacts: Sequence[ContactTime], *, quiet: timedelta, within: timedelta, now: datetime
) -> list[FirstContact]:
    """Return the first contacts of one number (FCR): none in the time before, resolved by silence.

    A contact is first when the number was quiet for `quiet` before it, and resolved when none
    follows for `within`; that is told only after the time has passed. A contact exactly at an edge
    still belongs to the time.
    """
    ordered = sorted(contacts, key=lambda one: (one.at, one.id))
    found = []
    for place, one in enumerate(ordered):
        if place and one.at - ordered[place - 1].at <= quiet:
            continue
        following = ordered[place + 1] if place + 1 < len(ordered) else None
        back = following is not None and following.at - one.at <= within
        if back and following is not None:
            found.append(FirstContact(one.id, one.at, False, following.id))
        else:
            found.append(FirstContact(one.id, one.at, True if now - one.at > within else None))
    return found
