"""The words and values of routing: presence, strategies, reasons, and what callers pass in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PresenceState(TextChoices):
    """Whether a person can be given work right now."""

    OFFLINE = "offline", _("Signed out")
    READY = "ready", _("Ready")
    BUSY = "busy", _("Busy")
    BREAK = "break", _("On break")
    AFTER_CALL = "after_call", _("After-call work")


class BreakReason(TextChoices):
    """Why somebody is away from the desk for a while."""

    MEAL = "meal", _("Meal")
    REST = "rest", _("Short rest")
    MEETING = "meeting", _("Meeting")
    TRAINING = "training", _("Training")
    COACHING = "coaching", _("Coaching")


class Strategy(TextChoices):
    """Who comes first among those who may get the work."""

    LEAST_LOADED = "least_loaded", _("Least loaded first")
    ROUND_ROBIN = "round_robin", _("In turn")


class Preference(TextChoices):
    """Somebody who is asked before the strategy decides."""

    LAST_AGENT = "last_agent", _("Who had the customer last")
    ACCOUNT_MANAGER = "account_manager", _("The customer's account manager")


class AbsenceReason(TextChoices):
    """Why a person is away for longer than a break."""

    LEAVE = "leave", _("Annual leave")
    SICK = "sick", _("Sick leave")
    PERSONAL = "personal", _("Personal leave")
    TRAINING = "training", _("Training")
    TRIP = "trip", _("Business trip")
    OTHER = "other", _("Other matter")


class Miss(TextChoices):
    """Why a person cannot get a piece of work."""

    EXCLUDED = "excluded", _("had it before and must not get it again")
    UNSKILLED = "unskilled", _("lacks a skill or its level")
    LEAVE = "leave", _("is absent")
    OFF_HOURS = "off_hours", _("is outside working hours")
    ABSENT = "absent", _("is not ready")
    FULL = "full", _("is at capacity")
    CHANNEL_FULL = "channel_full", _("holds enough of this channel")


class GivenBy(TextChoices):
    """Whose decision it was that a person got the work."""

    RULE = "rule", _("By rule")
    PERSON = "person", _("By a person")
    SELF = "self", _("Taken by the person")


class Reason(TextChoices):
    """The codes of a decision, as the answer to "why me" and "why nobody"."""

    LEAST_LOADED = "least_loaded", _("You had the most room of those who could do it.")
    ROUND_ROBIN = "round_robin", _("It was your turn.")
    LAST_AGENT = "last_agent", _("You had this customer last.")
    ACCOUNT_MANAGER = "account_manager", _("You are the customer's account manager.")
    RELAXED = "relaxed", _("It waited so long that a lower skill level is enough.")
    WAIVED = "waived", _("It waited so long that no skill is asked for.")
    ONLY_ONE = "only_one", _("You were the only one ready with the skills for it.")
    OTHER_EXCLUDED = "other_excluded", _("It goes to somebody other than the person before.")
    OVERRIDE = "override", _("A person decided so.")
    TAKEN = "taken", _("You took it yourself.")
    NOBODY_READY = "nobody_ready", _("Nobody who could do it is ready.")
    ALL_FULL = "all_full", _("Everybody who could do it is at capacity.")
    NOBODY_SKILLED = "nobody_skilled", _("Nobody present has the skills.")
    NOBODY_ELSE = "nobody_else", _("Only the person before could do it now.")
    EMPTY = "empty", _("Nobody of the unit is signed in.")


@dataclass(slots=True)  # not frozen: each decision makes hundreds, and freezing doubles the cost
class Candidate:
    """A person who might get work, as far as the decision needs to know them."""

    account_id: UUID
    state: str
    load: int
    capacity: int
    last_given_at: datetime | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    away: str = ""  # a code of `Miss`: on leave, or outside working hours
    held: Mapping[str, int] = field(default_factory=dict)  # pieces by channel
    most: Mapping[str, int] = field(default_factory=dict)  # at most so many pieces by channel
    staff_no: str = ""


class Waiting(NamedTuple):
    """A piece of waiting work as it stands in its line; the fields are columns of its row."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    queue_id: UUID
    version: int
    waiting_since: datetime
    not_account: UUID | None
    channel: str
    weight: int
    last_account: UUID | None
    manager_account: UUID | None


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of waiting work, as far as the decision needs to know it."""

    skills: Mapping[str, int] = field(default_factory=dict)
    not_account: UUID | None = None
    channel: str = ""
    weight: int = 1
    preferred: tuple[tuple[str, UUID], ...] = ()  # code of `Preference` and the person, in order
    eased: str = ""  # a code of `Reason` when waiting lowered what is asked for


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets the work, or nobody; why by codes, and how many were passed over for what."""

    account_id: UUID | None
    codes: tuple[str, ...]
    among: int = 0
    passed_over: Mapping[str, int] = field(default_factory=dict)

    def as_reason(self) -> dict[str, Any]:
        """Return the decision as it is stored with the work."""
        return {
            "codes": list(self.codes),
            "among": self.among,
            "passed_over": {code: count for code, count in self.passed_over.items() if count},
        }


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue as callers see it."""

    id: UUID
    code: str
    name: str
    name_en: str
    unit_id: UUID
    unit_path: str
    role: str
    strategy: str
    automatic: bool
    skills: Mapping[str, int]
    preferences: tuple[str, ...] = ()
    relax_minutes: int | None = None
    waive_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A dispatch rule as callers see it."""

    id: UUID
    name: str
    rank: int
    conditions: Mapping[str, Sequence[str]]
    queue_id: UUID
    automatic: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Ties:
    """Whose work it would be by preference: who had the customer last, the account manager."""

    last_account: UUID | None = None
    manager_account: UUID | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where work should go: the queue, by which rule, and whether it goes there at once."""

    queue: QueueRow
    rule_id: UUID | None
    automatic: bool

    @property
    def unit_id(self) -> UUID:
        """The unit whose queue it is."""
        return self.queue.unit_id


@dataclass(frozen=True, slots=True)
class Enqueued:
    """What became of work that was put in line.

    `queue_id` without `unit_id` is a suggestion that a dispatcher has to confirm; no item waits.
    """

    queue_id: UUID | None = None
    unit_id: UUID | None = None
    given_to: UUID | None = None
    item_id: UUID | None = None
    rule_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class QueueDraft:
    """What a queue is to be; `skills` are codes with the least level, 1 to 5."""

    code: str
    name: str
    unit_id: UUID
    name_en: str = ""
    role: str = ""
    strategy: str = Strategy.LEAST_LOADED.value
    automatic: bool = False
    skills: Mapping[str, int] = field(default_factory=dict)
    preferences: Sequence[str] = ()
    relax_minutes: int | None = None
    waive_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What a dispatch rule is to be; an empty `conditions` matches everything."""

    name: str
    rank: int
    queue_id: UUID
    conditions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How much waits in a queue, how much is being done, and the longest wait."""

    queue: QueueRow
    waiting: int
    given: int
    longest_wait: timedelta | None


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """A person's state as the board shows it; `lasted` is how long it has held."""

    account_id: UUID
    staff_no: str
    unit_id: UUID
    unit_name: str
    state: str
    reason: str
    since: datetime
    lasted: timedelta
    load: int
    capacity: int
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Work as a caller describes it for a rehearsal of the decision."""

    traits: Mapping[str, str]
    home_path: str
    unit_id: UUID | None = None
    channel: str = ""
    not_account: UUID | None = None
    last_account: UUID | None = None
    manager_account: UUID | None = None
    waited_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Who would get the work and why: the rule, the queue, the decision, and everybody's miss."""

    rule: str
    automatic: bool
    queue: QueueRow | None
    asked: Mapping[str, int] = field(default_factory=dict)  # skills after relaxation
    eased: str = ""
    decision: Decision | None = None
    people: Sequence[tuple[Candidate, str]] = ()  # with a code of `Miss`, blank who could do it


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence as the page shows it."""

    id: UUID
    account_id: UUID
    staff_no: str
    unit_id: UUID
    reason: str
    since: datetime
    until: datetime
    entered_by: str
    state: str  # coming, now, over, cancelled


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel's weight and limit, everybody's or one person's."""

    id: UUID
    staff_no: str
    channel: str
    weight: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a piece of work is with the person it is with; `codes` are of `Reason`."""

    given_to: UUID | None
    given_by: str
    given_at: datetime | None
    codes: tuple[str, ...]
    among: int
    passed_over: Mapping[str, int]
