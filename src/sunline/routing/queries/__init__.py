"""Reads of routing: rules in force, what waits, who is present or absent, and who gets what."""

from .crew import Seen, crew, has_room, lock, with_work
from .floor import absences, away_now, channel_rows
from .reading import (
    Setup,
    forget,
    my_state,
    presence_board,
    queue_rows,
    route,
    rule_row,
    rules_in_force,
    setup,
    waiting,
    weight_of,
    why,
)
from .rehearsal import rehearse

__all__ = [
    "Seen",
    "Setup",
    "absences",
    "away_now",
    "channel_rows",
    "crew",
    "forget",
    "has_room",
    "lock",
    "my_state",
    "presence_board",
    "queue_rows",
    "rehearse",
    "route",
    "rule_row",
    "rules_in_force",
    "setup",
    "waiting",
    "weight_of",
    "why",
    "with_work",
]
