"""How TM Forum's words and ours meet: each state has one status, each status one verb."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

from sunline.tickets.types import Kind, State

STATUSES = frozenset(
    {
        *("acknowledged", "rejected", "pending", "held"),
        *("inProgress", "cancelled", "closed", "resolved"),
    }
)

STATUS_OF_STATE: Mapping[State, str] = {
    State.AWAITING_DISPATCH: "acknowledged",
    State.AWAITING_ACCEPTANCE: "acknowledged",
    State.IN_HANDLING: "inProgress",
    State.AWAITING_CHECK: "inProgress",
    State.AWAITING_ANSWER: "inProgress",
    State.ON_HOLD: "held",
    State.LONG_TERM: "held",
    State.MERGED: "closed",
    State.AWAITING_CUSTOMER: "pending",
    State.AWAITING_REVISIT: "resolved",
    State.CLOSED: "closed",
    State.WITHDRAWN: "cancelled",
    State.REFUSED: "rejected",
}

# `acknowledged` is the start and cannot be set later; `inProgress` is decided in `progress_verb`.
VERB_OF_STATUS: Mapping[str, str] = {
    "inProgress": "accept",
    "held": "hold",
    "pending": "ask_customer",
    "resolved": "finish_at_once",
    "closed": "record_revisit",
    "cancelled": "withdraw",
    "rejected": "refuse",
}
# The names the house's guard tests look for.
STATUS_OF, VERB_OF = STATUS_OF_STATE, VERB_OF_STATUS

STATES_OF_STATUS: Mapping[str, frozenset[State]] = {
    status: frozenset(state for state, found in STATUS_OF_STATE.items() if found == status)
    for status in STATUSES
}

# From where a status can be reached (TM Forum's life cycle); the rest is refused.
REACHABLE: Mapping[str, frozenset[str]] = {
    "inProgress": frozenset({"acknowledged", "held", "pending", "resolved"}),
    "held": frozenset({"inProgress"}),
    "pending": frozenset({"inProgress"}),
    "resolved": frozenset({"acknowledged", "inProgress"}),
    "closed": frozenset({"resolved"}),
    "cancelled": frozenset({"acknowledged", "inProgress", "held", "pending", "resolved"}),
    "rejected": frozenset({"acknowledged"}),
    "acknowledged": frozenset(),
}

# The verbs that lead a new ticket to the status it is created with.
VERBS_TO_START: Mapping[str, tuple[str, ...]] = {
    "acknowledged": (),
    "inProgress": ("accept",),
    "held": ("accept", "hold"),
    "pending": ("accept", "ask_customer"),
    "resolved": ("finish_at_once",),
    "closed": ("finish_at_once", "record_revisit"),
    "cancelled": ("withdraw",),
    "rejected": ("refuse",),
}

# Words of other systems, in both languages, are data: `words.json` beside this file.
_WORDS = orjson.loads((Path(__file__).parent / "words.json").read_bytes())
KIND_WORDS: Mapping[str, list[str]] = _WORDS["kind"]
URGENCY_WORDS: Mapping[str, list[str]] = _WORDS["urgency"]
DEFAULT_SEVERITY = "normal"
SEVERITY_LENGTH = 32
TITLE_LENGTH = 255


def status_of(state: str) -> str:
    """Return the TM Forum status of a ticket's state."""
    return STATUS_OF_STATE[State(state)]


def progress_verb(state: str) -> str:
    """Return the verb that takes a ticket in the state to `inProgress`, or an empty text."""
    return {
        "acknowledged": "accept",
        "held": "resume",
        "pending": "resume",
        "resolved": "redispatch",
    }.get(status_of(state), "")


def verb_for(state: str, wanted: str) -> str:
    """Return the verb that a wanted status asks for, or an empty text when there is no way."""
    if status_of(state) not in REACHABLE[wanted]:
        return ""
    return progress_verb(state) if wanted == "inProgress" else VERB_OF_STATUS[wanted]


def kind_of(ticket_type: str) -> Kind:
    """Return our kind of a free-text ticket type: its code, or a word in it; else an enquiry."""
    text = ticket_type.strip().lower()
    if text in Kind.values:
        return Kind(text)
    for code, words in KIND_WORDS.items():
        if any(word in text for word in words):
            return Kind(code)
    return Kind.ENQUIRY


def urgency_of(priority: str) -> str:
    """Return our urgency of a free-text priority."""
    text = priority.strip().lower()
    return next((code for code, words in URGENCY_WORDS.items() if text in words), "normal")


def stored_severity(severity: str) -> str:
    """Return what of a free-text severity the ticket itself keeps."""
    return severity[:SEVERITY_LENGTH]


def title_of(name: str, description: str) -> str:
    """Return the ticket's title: the name, or the beginning of the description."""
    line = name.strip() or description.strip().split("\n", 1)[0][:60]
    return line[:TITLE_LENGTH]
