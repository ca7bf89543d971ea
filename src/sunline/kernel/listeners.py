"""Who listens to which facts, read from the one page that `settings.WIRING` names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from .models import Event, Job


@dataclass(frozen=True, slots=True)
class Listener:
    """A handler and the kinds of facts it is owed; `handler` is called with (event, now).

    The handler runs in a transaction together with its completion and must be safe to run twice.
    `outside` handlers speak to the outside world: they run before their completion is written,
    outside any transaction, so that no lock is held while the network is slow.
    """

    name: str
    kinds: frozenset[str]
    handler: str
    outside: bool = False

    def resolve(self) -> Callable[[Event, datetime], None]:
        """Return the handler itself."""
        return import_string(self.handler)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that every so often one worker runs; called with (now)."""

    name: str
    every: timedelta
    task: str

    def resolve(self) -> Callable[[datetime], None]:
        """Return the task itself."""
        return import_string(self.task)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class JobKind:
    """Background work by name; called with (job, now)."""

    name: str
    task: str

    def resolve(self) -> Callable[[Job, datetime], None]:
        """Return the task itself."""
        return import_string(self.task)  # type: ignore[no-any-return]


@cache
def by_kind() -> Mapping[str, tuple[str, ...]]:
    """Return the listeners' names for each kind of fact."""
    found: dict[str, list[str]] = {}
    for listener in all_listeners().values():
        for kind in listener.kinds:
            found.setdefault(kind, []).append(listener.name)
    return {kind: tuple(sorted(names)) for kind, names in found.items()}


@cache
def all_listeners() -> Mapping[str, Listener]:
    """Return the listeners by name."""
    return {listener.name: listener for listener in import_module(settings.WIRING).LISTENERS}


@cache
def all_periodic() -> Mapping[str, Periodic]:
    """Return the recurring tasks by name."""
    return {task.name: task for task in import_module(settings.WIRING).PERIODIC}


@cache
def all_jobs() -> Mapping[str, JobKind]:
    """Return the kinds of background work by name."""
    return {job.name: job for job in import_module(settings.WIRING).JOBS}
