"""Runs every test from a fresh checkout: `python3 test.py` (or `make test`).

On SQLite first, which the demo and the browser walks use; then every test with a database, and the
malformed input, on PostgreSQL with Redis, which operators use.
`--fast` runs the quick tests on SQLite only; other arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "tools"))

import bootstrap
import services

# The servers of the machine must not leak into the run on SQLite.
OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")

# Two workers, each with a file at a time, in the order that conftest.py gives.
BY_FILE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
SLOWEST = ("--durations", "20", "--durations-min", "15")
# Minutes each, and worth them on one of the two.
NOT_ON_SQLITE = ("--ignore", "tests/attack")
NOT_ON_POSTGRESQL = ("--ignore", "src/sunline/testing/demo", "--ignore", "src/sunline/cli")


def pytest(title: str, *arguments: str, **servers: str) -> bool:
    """Run pytest under a heading and return whether it passed."""
    print(f"\n━━━━ {title} ━━━━", flush=True)
    environment = {key: value for key, value in os.environ.items() if key not in OURS}
    command = [str(bootstrap.PYTHON), "-m", "pytest", *BY_FILE, *SLOWEST, *arguments]
    done = subprocess.run(command, cwd=bootstrap.ROOT, env={**environment, **servers}, check=False)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Return 0 when every run passed."""
    bootstrap.prepare("dev")
    if "--fast" in arguments:
        rest = [word for word in arguments if word != "--fast"]
        return not pytest("quick tests on SQLite", "-m", "not slow and not browser", *rest)
    started = time.monotonic()
    with services.running() as servers:
        passed = {
            "SQLite": pytest(
                "every test but malformed input, on SQLite", *NOT_ON_SQLITE, *arguments
            ),
            "PostgreSQL + Redis": pytest(
                "malformed input and every test with a database, on PostgreSQL + Redis",
                *("-m", "database and not browser"),
                *NOT_ON_POSTGRESQL,
                *arguments,
                **servers,
            ),
        }
    print(f"\n━━━━ result after {(time.monotonic() - started) / 60:.1f} min ━━━━")
    for name, good in passed.items():
        print(f"{'✓' if good else '✗'} {name}")
    return not all(passed.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
