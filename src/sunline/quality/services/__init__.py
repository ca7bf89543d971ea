"""The verbs of quality: ask the customer, take their word, and learn from what went wrong."""

from .inviting import invitation, invite
from .measures import do_measure, drop_measure, set_measure
from .measures import warn_overdue as warn_overdue_measures
from .rating import expire, rate, rate_ticket
from .reviews import (
    approve,
    assign,
    hand_in,
    owe,
    owes,
    send_back,
    start,
    ticket_closed,
    warn_overdue,
    write,
)

__all__ = [
    "approve",
    "assign",
    "do_measure",
    "drop_measure",
    "expire",
    "hand_in",
    "invitation",
    "invite",
    "owe",
    "owes",
    "rate",
    "rate_ticket",
    "send_back",
    "set_measure",
    "start",
    "ticket_closed",
    "warn_overdue",
    "warn_overdue_measures",
    "write",
]
