"""Several processes as one tree: started together, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType

GRACE = 10.0
PR_SET_PDEATHSIG = 1


def run_together(
    commands: Mapping[str, Sequence[str]],
    *,
    ready: str = "",
    answers: tuple[str, int] | None = None,
) -> int:
    """Run commands until one ends or a signal comes; then stop all and return an exit code.

    `ready` is printed once something answers at the address, at once when none is given.
    """
    stop: list[int] = []

    def on_signal(signum: int, frame: FrameType | None) -> None:
        stop.append(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, on_signal)
    children = {name: start(command) for name, command in commands.items()}
    ended = ""
    while not stop and not ended:
        if ready and (answers is None or is_answering(*answers)):
            print(ready, flush=True)
            ready = ""
        time.sleep(0.2)
        ended = next((name for name, child in children.items() if child.poll() is not None), "")
    if ended:
        print(f"{ended} ended with {children[ended].returncode}; stopping.", file=sys.stderr)
    stop_all(list(children.values()))
    return 0 if stop else 1


def is_answering(host: str, port: int) -> bool:
    """Return whether something accepts connections at the address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) == 0  # noqa: S104


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a child in its own group, so that Ctrl-C reaches only us and we end it in order."""
    return subprocess.Popen(list(command), preexec_fn=_die_with_parent, start_new_session=True)


def _die_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed outright; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_all(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End children politely, then firmly."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
