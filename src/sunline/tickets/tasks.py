"""Background entry points of tickets."""

from __future__ import annotations

from datetime import datetime

from sunline.kernel.models import Job

from . import services
from .acts import BY_SLUG


def bulk_act(job: Job, now: datetime) -> None:
    """Do one act on many tickets."""
    services.run_bulk(job, BY_SLUG)


def climb(now: datetime) -> None:
    """Open cases that are missing and bring up those whose time at a level is over."""
    services.open_missing_cases(now)
    services.climb_due(now)


def owed(now: datetime) -> None:
    """Compute what is owed for late work, and propose what is missing."""
    services.sweep(now)


def revisits(now: datetime) -> None:
    """Plan revisits that are missing a plan, and close by rule what nobody said a word on."""
    services.plan_missing(now)
    services.close_by_rule(now)


def outages(now: datetime) -> None:
    """Begin works whose time has come, and link contacts that slipped past."""
    services.begin_works(now)
    services.sweep_outages(now)


def approvals(now: datetime) -> None:
    """Bring up approvals that nobody decided in time."""
    services.pass_up_due(now)


def retention(now: datetime) -> None:
    """Delete files whose time is over, save those that a matter keeps frozen."""
    services.forget_files(now)
