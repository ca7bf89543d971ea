"""Finds or starts the servers and programs that the full test run needs.

For each one: use what answers; else start our own from installed binaries; else install
Debian's package when root; else say plainly what to install.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bootstrap import PYTHON, say, stop

# Program → the Debian package that brings it.
PROGRAMS = {
    "initdb": "postgresql",
    "redis-server": "redis-server",
    "dovecot": "dovecot-imapd",
    "chromium": "chromium",
}
ALSO_CALLED = {"chromium": ("chromium-browser", "google-chrome", "google-chrome-stable")}
POSTGRES = "postgresql://postgres@127.0.0.1:5432"
REDIS = "redis://127.0.0.1:6379/15"

# A usable server is ours to create databases on, and knows that Chinese letters are letters.
USABLE = (
    "import sys, psycopg\n"
    "with psycopg.connect(sys.argv[1] + '/postgres', connect_timeout=3) as c:\n"
    "    may = c.execute('select rolsuper or rolcreatedb from pg_roles"
    " where rolname = current_user').fetchone()[0]\n"
    '    kind = c.execute("select datctype from pg_database'
    " where datname = 'template0'\").fetchone()[0]\n"
    "    sys.exit(not (may and c.info.server_version >= 150000 and 'utf' in kind.lower()))\n"
)


def program(name: str) -> str | None:
    """Return the path of an installed program, looking where Debian hides some of them."""
    for candidate in (name, *ALSO_CALLED.get(name, ())):
        if found := shutil.which(candidate, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"):
            return found
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    # `initdb` on PATH may be a link without its neighbours, hence resolve() where it is used.
    return max(map(str, versions), default=None, key=lambda path: int(path.split("/")[4]))


def install_missing(wanted: list[str]) -> None:
    """Install the Debian packages of absent programs, or stop with the command to type."""
    packages = [PROGRAMS[name] for name in wanted if not program(name)]
    if not packages:
        return
    command = f"apt-get install -y {' '.join(packages)}"
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        raise stop(
            f"The full test run also needs: {', '.join(packages)}.\n"
            f"  On Debian or Ubuntu: sudo {command}\n"
            "  For the quick tests, which need nothing: python3 test.py --fast"
        )
    say(command)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-q", "--no-install-recommends"]
    for words in (["update", "-q"], ["install", *options, *packages]):
        done = subprocess.run(["apt-get", *words], env=quiet, capture_output=True, text=True)
        if done.returncode:
            raise stop(f"apt-get {words[0]} failed:\n{done.stdout[-800:]}{done.stderr[-800:]}")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_answers(url: str) -> bool:
    """Return whether this server is there and good enough for the tests."""
    done = subprocess.run([PYTHON, "-c", USABLE, url], capture_output=True, check=False)
    return done.returncode == 0


def redis_answers(url: str) -> bool:
    """Return whether this Redis answers PING without a password."""
    place = urlsplit(url)
    try:
        with socket.create_connection((place.hostname, place.port or 6379), timeout=2) as wire:
            wire.sendall(b"PING\r\n")
            return wire.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@contextmanager
def own_postgres() -> Iterator[str]:
    """Run a throw-away cluster while the tests last."""
    binaries = Path(program("initdb") or "").resolve().parent
    # In the temporary folder, because PostgreSQL refuses to run as root and the user we
    # run it as may not be able to enter the checkout.
    home = Path(tempfile.mkdtemp(prefix="sunline-pg-"))
    user = None
    if os.geteuid() == 0:
        user = "postgres"
        shutil.chown(home, user, user)
    data, port = home / "data", free_port()

    def call(*words: str) -> None:
        done = subprocess.run(
            words, cwd=home, user=user, group=user, extra_groups=[] if user else None,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise stop(f"{Path(words[0]).name} failed: {done.stderr[-800:]}")

    initdb, pg_ctl = str(binaries / "initdb"), str(binaries / "pg_ctl")
    # Durability is switched off: the data does not outlive the run.
    options = (
        f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c max_connections=200 "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    try:
        locale = ("--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust", "--no-sync")
        call(initdb, "-D", str(data), "-U", "postgres", *locale)
        call(pg_ctl, "-D", str(data), "-l", str(home / "log"), "-o", options, "-w", "start")
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        if (data / "postmaster.pid").exists():
            call(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def own_redis() -> Iterator[str]:
    """Run a Redis that keeps nothing while the tests last."""
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    words = [program("redis-server") or "", "--port", str(port), "--bind", "127.0.0.1"]
    words += ["--save", "", "--appendonly", "no"]
    server = subprocess.Popen(words, cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while not redis_answers(url):
            if time.monotonic() > until:
                raise stop("redis-server did not start within 10 seconds")
            time.sleep(0.05)
        yield url
    finally:
        server.terminate()
        server.wait()


@contextmanager
def running() -> Iterator[dict[str, str]]:
    """Yield DATABASE_URL and REDIS_URL of servers that run, after checking every program."""
    postgres = os.environ.get("TEST_DATABASE_URL", POSTGRES).rstrip("/")
    redis = os.environ.get("TEST_REDIS_URL", REDIS)
    have_postgres, have_redis = postgres_answers(postgres), redis_answers(redis)
    wanted = ["dovecot", "chromium"]
    wanted += [] if have_postgres else ["initdb"]
    wanted += [] if have_redis else ["redis-server"]
    if not have_postgres and "TEST_DATABASE_URL" in os.environ:
        raise stop("The server named by TEST_DATABASE_URL does not answer, is older than 15, "
                   "is not in UTF-8, or may not create databases.")  # fmt: skip
    install_missing(wanted)
    with ExitStack() as stack:
        if not have_postgres:
            say("starting a PostgreSQL of our own")
            postgres = stack.enter_context(own_postgres())
        if not have_redis:
            say("starting a Redis of our own")
            redis = stack.enter_context(own_redis())
        # A name of our own, so that two checkouts can test on one server at once.
        name = f"sunline_{secrets.token_hex(3)}"
        yield {"DATABASE_URL": f"{postgres}/{name}", "REDIS_URL": redis}
