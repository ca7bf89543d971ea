"""Asking a server the same kind of thing many times, from several connections at once."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Call:
    """One request: method, path and body; `good` are the statuses that count as success."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    good: tuple[int, ...] = (200, 201)


@dataclass(slots=True)
class Result:
    """What a run of calls gave: wall seconds, each call's seconds, and the failures."""

    wall: float = 0.0
    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return the time in milliseconds below which the share of the calls lies."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def run(
    base: str, make: Callable[[int], Call], *, count: int, connections: int, token: str
) -> Result:
    """Make `count` calls over `connections` keep-alive connections and return what happened."""
    result, lock, taken = Result(), threading.Lock(), iter(range(count))

    def work() -> None:
        place = urlsplit(base)
        wire = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        while True:
            with lock:
                index = next(taken, None)
            if index is None:
                wire.close()
                return
            call = make(index)
            headers = {"Authorization": f"Bearer {token}", **call.headers}
            started = time.perf_counter()
            try:
                wire.request(call.method, call.path, call.body, headers)
                answer = wire.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                wire.close()
                with lock:
                    result.failures.append(repr(error))
                continue
            spent = time.perf_counter() - started
            with lock:
                result.times.append(spent)
                if answer.status not in call.good:
                    result.failures.append(f"{answer.status} {body[:200]!r}")

    threads = [threading.Thread(target=work) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.wall = time.perf_counter() - started
    return result


def spread(values: Sequence[str], index: int) -> str:
    """Return one of the values, walking through them in a fixed scattered order."""
    return values[(index * 7919) % len(values)]
