"""What callers see of limits and clocks: planned clocks, running clocks and why they fall due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a clock measures.
ACCEPT = "accept"  # 签收: the unit takes the order
FIRST_RESPONSE = "first_response"
RESOLVE = "resolve"  # the matter is settled, the service restored
LEGAL_ANSWER = "legal_answer"  # the answer that law or province demands
OLA = "ola"  # the unit's own time, from dispatch
CALLBACK = "callback"  # a call that a person promised for a moment
APPEAL = "appeal"  # the reply that a regulator or another door waits for
PURPOSES = (ACCEPT, FIRST_RESPONSE, RESOLVE, LEGAL_ANSWER, OLA, CALLBACK, APPEAL)
# What limits are published for; the moments of the others are fixed by a person or an outside door.
LIMITED = PURPOSES[:-2]

# What limits may ask of a subject; the values are the codes of the room that owns the subject.
TRAITS = (
    "kind",
    "urgency",
    "complexity",
    "severity",
    "tier",
    "rural",
    "channel",
    "topic",
)

RUNNING, PAUSED, STOPPED, BREACHED = "running", "paused", "stopped", "breached"
REPLACED = "replaced"  # ended because something else was demanded, neither met nor missed

PURPOSE_TEXT: Mapping[str, str | Promise] = {
    ACCEPT: _("Acceptance by the unit"),
    FIRST_RESPONSE: _("First response"),
    RESOLVE: _("Settlement"),
    LEGAL_ANSWER: _("Statutory answer"),
    OLA: _("Unit's own limit"),
    CALLBACK: _("Promised call-back"),
    APPEAL: _("Reply to an appeal's door"),
}
STATE_TEXT: Mapping[str, str | Promise] = {
    RUNNING: _("Clock running"),
    PAUSED: _("Clock on hold"),
    STOPPED: _("Ended in time"),
    BREACHED: _("Overdue"),
    REPLACED: _("Replaced"),
}
EXTENDED = "extended"  # a change of a clock that runs on
# Why a clock ended before anybody met or missed it.
RESTARTED, RECLASSIFIED, LAPSED, WITHDRAWN = "restarted", "reclassified", "lapsed", "withdrawn"
STOP_TEXT: Mapping[str, str | Promise] = {
    RESTARTED: _("begun anew"),
    RECLASSIFIED: _("another limit holds since the classification changed"),
    LAPSED: _("no longer demanded since the classification changed"),
    WITHDRAWN: _("taken back"),
}
JURISDICTION_TEXT: Mapping[str, str | Promise] = {
    "law": _("National law"),
    "province": _("Province's rule"),
    "promise": _("Operator's promise"),
    "demo": _("Demo limit"),
}


@dataclass(frozen=True, slots=True)
class PlannedClock:
    """A clock to start: the limit that counts, when it falls due and when to warn first.

    `others` are the limits of the same purpose that were weighed and fall due later.
    """

    purpose: str
    limit_id: UUID
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    others: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason in a code and its parameters; `queries.explain` says it in words."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as people see it; `remaining` is working time, negative when overdue.

    `percent` goes on after 100. `state` is breached when the limit was missed, ended or not.
    `extended` are the minutes that extensions added, `mean` the mean limit beside the most.
    """

    id: UUID
    purpose: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    state: str
    percent: int
    remaining: timedelta
    source: str
    source_en: str
    confirmed: bool
    jurisdiction: str
    pausable: bool
    why: tuple[Explanation, ...] = ()
    unit_id: UUID | None = None
    extended: int = 0
    stop_reason: str = ""


@dataclass(frozen=True, slots=True)
class NewLimit:
    """A dated version of a limit to be published; a former one ends the day it begins."""

    profile: str
    code: str
    purpose: str
    amount: int
    unit: str
    calendar: str
    since: date
    applies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pausable: bool = True
    source: str = ""
    source_en: str = ""
    confirmed: bool = False
    mean_amount: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HealthNote:
    """Something an administrator should put right before it shows in a deadline."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
