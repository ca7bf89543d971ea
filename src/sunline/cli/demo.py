"""`sunline demo`: the demo operator, filled when it is empty, running until Ctrl-C.

This process loads no application. It starts the others and ends them: first the one that fills,
then web, worker, mailboxes and simulated traffic.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import click

from . import processes
from .running import SUNLINE, one_port, prepare
from .words import gettext as _
from .words import language, table

# Named, not imported: the demo operator stands above the commands in the map of imports.
OPERATOR = [sys.executable, "-m", "sunline.testing.demo"]
SIZES = ("empty", "small", "standard", "large")


@click.command("demo")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, envvar="PORT"
)
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST")
@click.option(
    "--size",
    type=click.Choice(SIZES),
    default="standard",
    show_default=True,
    envvar="SIZE",
    help="How much history: none, a little, 6,000 tickets, or 1,000,000 (PostgreSQL).",
)
@click.option("--fresh", is_flag=True, help="Throw away the demo's data first.")
@click.option("--traffic/--no-traffic", default=True, help="Simulate customers and staff.")
@click.option("--fill-only", is_flag=True, help="Fill the database and stop.")
def demo_command(
    port: int, host: str, size: str, fresh: bool, traffic: bool, fill_only: bool
) -> None:
    """Run the demo operator: fill the database when it is empty, print sign-ins, serve."""
    if not fill_only:
        refuse_taken(host, port)
    var = prepare_environment(host, port)
    fill = [*OPERATOR, "fill", "--size", size, *(["--fresh"] if fresh else [])]
    if status := run_alone([*fill, "--base-url", base_url(host, port)]):
        sys.exit(status)
    credentials: dict[str, Any] = json.loads((var / "credentials.json").read_text("utf-8"))
    if fill_only:
        return
    commands = {"web": one_port(host, port), "worker": [*SUNLINE, "worker"]}
    if credentials["mailboxes"]:
        commands["mailbox"] = [*SUNLINE, "mailbox"]
    if traffic:
        commands["traffic"] = [*OPERATOR, "traffic"]
    ready = summary(credentials, var)
    sys.exit(processes.run_together(commands, ready=ready, answers=(host, port)))


@click.command("traffic")
@click.argument("turn", type=click.Choice(["on", "off"]))
def traffic_command(turn: str) -> None:
    """Turn the simulated customers and staff of a running demo on or off."""
    prepare_environment("127.0.0.1", 8000)
    prepare()
    from sunline.kernel import clock, switches
    from sunline.kernel.types import SYSTEM

    switches.turn(switches.DEMO_TRAFFIC, turn == "on", actor=SYSTEM, now=clock.now())
    text = _("Simulated traffic is on.") if turn == "on" else _("Simulated traffic is off.")
    click.echo(text)


def base_url(host: str, port: int) -> str:
    """Return the address a browser on this machine uses."""
    shown = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104 - compared, not bound
    return f"http://{shown}:{port}"


def refuse_taken(host: str, port: int) -> None:
    """Stop with a sentence when something else already answers at the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            text = _("Port %(port)d cannot be used (%(why)s). Choose another: PORT=%(other)d")
            why = error.strerror or str(error)
            raise click.ClickException(
                "demo.port_taken: " + text % {"port": port, "why": why, "other": port % 65535 + 1}
            ) from error


def prepare_environment(host: str, port: int) -> Path:
    """Set what the demo's processes read and return the folder of its data."""
    os.environ.setdefault("SUNLINE_VAR", "var/demo")
    os.environ["SUNLINE_DEMO"] = "1"
    os.environ.setdefault("SUNLINE_PUBLIC_URL", base_url(host, port))
    os.environ.setdefault("SUNLINE_LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunline.config.settings")
    os.environ["PYTHONUNBUFFERED"] = "1"
    var = Path(os.environ["SUNLINE_VAR"]).resolve()
    (var / "static").mkdir(parents=True, exist_ok=True)
    return var


def run_alone(command: list[str]) -> int:
    """Run one child to its end; a signal to us ends it. Return its exit code."""
    child: list[subprocess.Popen[bytes]] = []
    stopped: list[int] = []

    def on_signal(signum: int, frame: FrameType | None) -> None:
        stopped.append(signum)
        for process in child:
            process.terminate()

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, on_signal)
    child.append(processes.start(command))
    status = child[0].wait()
    if stopped:
        click.echo(_("Stopped."))
        return 130
    return status


def summary(credentials: dict[str, Any], var: Path) -> str:
    """Return what a person needs to begin: the address, a sign-in per role, the portal."""
    english = language() == "en"
    rows = [[_("Role"), _("Staff number"), _("Name"), _("Unit")]]
    rows += [
        [
            person["role_name_en"] if english else person["role_name"],
            person["staff_no"],
            person["name"],
            person["unit_en"] if english else person["unit"],
        ]
        for person in credentials["people"]
    ]
    portal = credentials["portal"]
    lines = [
        "",
        _("Sunline Telecom is running at %(url)s") % {"url": credentials["base_url"] + "/"},
        "",
        table(rows),
        "",
        "  " + _("Password of everybody: %(password)s") % {"password": credentials["password"]},
    ]
    if portal:
        known = {"number": portal["number"], "code": portal["phone_code"]}
        lines.append("  " + _("Portal: ticket %(number)s, phone code %(code)s") % known)
    place = var / "credentials.json"
    lines += [
        "  " + _("For scripts: %(path)s") % {"path": _near(place)},
        "  " + _("Stop with Ctrl-C. Start afresh with --fresh."),
    ]
    rule = "─" * min(shutil.get_terminal_size().columns, 78)
    return "\n".join([rule, *lines[1:], rule])


def _near(path: Path) -> str:
    """Return a path as seen from here when it lies below, else whole."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
