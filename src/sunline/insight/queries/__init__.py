"""Reads of the figures and the week's lists, each within the viewer's units."""

from .counts import day_counts, totals
from .first_contact import Resolution, ResolutionRow, resolution
from .weekly import entry_tickets, week_list, week_lists

__all__ = [
    "Resolution",
    "ResolutionRow",
    "day_counts",
    "entry_tickets",
    "resolution",
    "totals",
    "week_list",
    "week_lists",
]
