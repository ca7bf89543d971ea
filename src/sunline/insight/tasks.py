"""Background work of insight."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from . import services

if TYPE_CHECKING:
    from sunline.kernel.models import Job


def rebuild(job: Job, now: datetime) -> None:
    """Count a period anew; the job's arguments are day_from and day_to, as ISO dates."""
    arguments = job.arguments
    services.rebuild(
        date.fromisoformat(arguments["day_from"]), date.fromisoformat(arguments["day_to"]), now=now
    )


def forget_counted(now: datetime) -> None:
    """Drop the marks of events too old to be delivered again."""
    services.forget_counted(now)


def make_last_week(now: datetime) -> None:
    """Count last week's lists; on Mondays there is something to count."""
    services.make_last_week(now)
