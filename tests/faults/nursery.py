"""Processes that are born, work, are killed and replaced, several of each kind at a time.

They are forked from one that has everything loaded, so that a life costs its work and little else.
"""

from __future__ import annotations

import gc
import logging
import mmap
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, connections

from sunline.kernel import crash

AT_RANDOM = "at random"
LONGEST_LIFE = 4.0  # seconds after which a process that came to no point is killed
PATIENCE = 2  # times the hits after which any other point of its kind ends a process as well


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of process: its work, the points it may die at, and the most hits before it does.

    A process aims at one of the points and works towards it; another may come first.
    """

    name: str
    live: Callable[[str], None]
    points: Sequence[tuple[str, int]]
    random_life: tuple[float, float] = (0.02, 0.6)  # seconds of one that aims at no point


@dataclass(slots=True)
class _Child:
    kind: Kind
    aim: str
    ends: float  # when it is killed whatever it does
    last_words: mmap.mmap  # shared with it: the point it died at


@dataclass(slots=True)
class Nursery:
    """Keeps the processes coming and counts where they died."""

    folder: Path
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _children: dict[int, _Child] = field(default_factory=dict)

    def named(self) -> int:
        """Return how many died at a named point."""
        return sum(count for (_, point), count in self.kills.items() if point != AT_RANDOM)

    def run(self, kinds: Sequence[Kind], *, wanted: int, seconds: float) -> None:
        """Let processes die until enough died at named points or the time is over."""
        _forget_connections()
        until = time.monotonic() + seconds
        order = {kind.name: _endless(kind.points) for kind in kinds}
        slots: list[int] = [0] * len(kinds)
        gc.freeze()  # so that collections in the children copy no page of ours
        try:
            while self.named() < wanted and time.monotonic() < until:
                for place, kind in enumerate(kinds):
                    if slots[place] not in self._children:
                        slots[place] = self._fork(kind, next(order[kind.name]))
                self._reap()
                time.sleep(0.005)
        finally:
            gc.unfreeze()
            for pid in list(self._children):
                self._end(pid)

    def _fork(self, kind: Kind, aim: str) -> int:
        last_words = mmap.mmap(-1, mmap.PAGESIZE)
        pid = os.fork()
        if pid == 0:
            self._be_born(kind, aim, last_words)
        life = random.uniform(*kind.random_life) if aim == AT_RANDOM else LONGEST_LIFE
        self._children[pid] = _Child(kind, aim, time.monotonic() + life, last_words)
        return pid

    def _be_born(self, kind: Kind, aim: str, last_words: mmap.mmap) -> None:
        """Work in the new process; whatever ends it but a kill is a failure."""
        try:
            random.seed()
            _quiet(self.folder / "log")
            crash.arm(_hits(kind.points, aim), lambda point: last_words.write(point.encode()))
            kind.live(aim)
        except BaseException:
            with (self.folder / "failures").open("a") as file:
                file.write(f"{kind.name} for {aim}\n{traceback.format_exc()}\n")
        finally:
            os._exit(1)

    def _reap(self) -> None:
        for pid, child in list(self._children.items()):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                self._count(pid, status)
            elif time.monotonic() > child.ends:
                self._end(pid)

    def _end(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self._count(pid, os.waitpid(pid, 0)[1])

    def _count(self, pid: int, status: int) -> None:
        child = self._children.pop(pid)
        point = child.last_words[:].rstrip(b"\0").decode() or AT_RANDOM
        child.last_words.close()
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self.kills[child.kind.name, point] += 1
        else:
            self.failures.append(f"{child.kind.name} for {child.aim}: status {status}")


def _hits(points: Sequence[tuple[str, int]], aim: str) -> dict[str, int]:
    """Return how often a process that aims at one point may come to each before it dies there."""
    if aim == AT_RANDOM:
        return {}
    return {
        point: random.randint(1, most) if point == aim else PATIENCE * most
        for point, most in points
        if point != AT_RANDOM
    }


def _endless(points: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Return points to aim at: all of them, in an order drawn anew for each round."""
    while True:
        yield from (point for point, _ in random.sample(points, len(points)))


def _forget_connections() -> None:
    """Leave the new processes no connection that they would share with us."""
    connections.close_all()
    assert connection.connection is None


def _quiet(path: Path) -> None:
    """Send what the process says to a file: the log of a thousand deaths is nobody's reading."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    handler = logging.StreamHandler(sys.__stderr__)
    logging.getLogger().handlers = [handler]
    logging.getLogger().setLevel(logging.WARNING)
