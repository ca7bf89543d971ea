"""The demo starts, serves, and leaves nobody behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from sunline.cli.main import main
from sunline.cli.words import table, width

PATIENCE = 180


def free_port() -> int:
    """Return a port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_taken_port_is_refused_politely() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(
            main, ["demo", "--port", str(port)], env={"SUNLINE_LANGUAGE": "en"}
        )
    assert result.exit_code == 1
    assert "demo.port_taken" in result.output


def test_columns_stand_below_one_another() -> None:
    first, second = table([["角色", "a"], ["agent", "客服"]]).splitlines()
    assert width("角色") == 4
    assert width(first[: first.index("a")]) == width(second[: second.index("客")])


@contextmanager
def demo(folder: Path, port: int, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a small demo on SQLite and end it whatever happens."""
    environment = {
        **os.environ,
        "SUNLINE_VAR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "REDIS_URL": "",
        "SUNLINE_LANGUAGE": "en",
    }
    command = [sys.executable, "-m", "sunline.cli.main", "demo", "--size", "small"]
    process = subprocess.Popen(
        [*command, "--port", str(port), *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def until(process: subprocess.Popen[str], text: str) -> str:
    """Return what the process said up to a line with the text."""
    assert process.stdout is not None
    said, deadline = "", time.monotonic() + PATIENCE
    for line in process.stdout:
        said += line
        if text in line:
            return said
        assert time.monotonic() < deadline, said
    raise AssertionError(said)


def children_of(pid: int) -> set[int]:
    """Return the processes below one, by what Linux tells of them."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if parent == pid:
                found |= {int(entry.name)} | children_of(int(entry.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_starts_serves_and_stops(tmp_path, how) -> None:
    port = free_port()
    with demo(tmp_path, port) as process:
        said = until(process, "Ctrl-C")
        assert "20001" in said
        known = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
        with urllib.request.urlopen(known["sign_in_url"], timeout=20) as answer:
            assert answer.status == 200
        running = children_of(process.pid)
        assert len(running) >= 3  # web, worker, traffic
        process.send_signal(how)
        assert process.wait(30) == 0
        gone = time.monotonic() + 10
        while time.monotonic() < gone and any(Path(f"/proc/{pid}").exists() for pid in running):
            time.sleep(0.1)
        assert not [pid for pid in running if Path(f"/proc/{pid}").exists()]
    if how == signal.SIGINT:
        with demo(tmp_path, port, "--no-traffic") as process:
            assert "customers" not in until(process, "Ctrl-C"), "a second start fills nothing"
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
