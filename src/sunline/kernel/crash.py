"""Named points at which the fault tests end the process; nothing happens anywhere else."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

from django.db import transaction

_left: dict[str, int] = {name: 1 for name in [os.environ.get("SUNLINE_CRASH_AT", "")] if name}
_tell: Callable[[str], None] | None = None


def arm(hits: Mapping[str, int], tell: Callable[[str], None] | None = None) -> None:
    """End this process at the first of the points it has come to so many times.

    `tell` is called with the point's name just before the end.
    """
    global _left, _tell
    _left, _tell = dict(hits), tell


def point(name: str) -> None:
    """End this process at once, as a power cut would, if the tests asked for this point."""
    if not _left or name not in _left:
        return
    _left[name] -= 1
    if _left[name] <= 0:
        if _tell is not None:
            _tell(name)
        os.kill(os.getpid(), signal.SIGKILL)


def after_commit(name: str) -> None:
    """Come to the point as soon as the outermost transaction has been committed."""
    if _left and name in _left:
        transaction.on_commit(lambda: point(name))
