"""What the room asks of the outside: lists of public holidays."""

from __future__ import annotations

from typing import Protocol

from .rules.week import YearOfDays


class HolidayList(Protocol):
    """Holidays and make-up working days, year by year."""

    def year(self, year: int) -> YearOfDays | None:
        """Return what is known of a year, or None when the list does not hold it."""
