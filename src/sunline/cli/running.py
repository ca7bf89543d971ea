"""Commands that prepare and run the product's processes.

Modules that need the application loaded are imported by name after `prepare`.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click
import django
from django.conf import settings
from django.core.management import call_command

from . import processes

SUNLINE = [sys.executable, "-m", "sunline.cli.main"]


def prepare() -> None:
    """Load the application and make sure that its folder for files and data exists."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunline.config.settings")
    django.setup()
    Path(settings.VAR).mkdir(parents=True, exist_ok=True)


def insist_on_secret() -> None:
    """Stop when the secret key was left unset outside the demo."""
    if settings.SECRET_KEY in {"unset", ""}:
        raise click.ClickException("Set SUNLINE_SECRET_KEY to a long random value first.")


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date."""
    prepare()
    migrate()
    click.echo("The database is up to date.")


def migrate() -> None:
    """Bring the tables up to date and make the product's roles known."""
    call_command("migrate", verbosity=0, interactive=False)
    import_module("sunline.staff.services").install_roles()


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--web", default=2, show_default=True, help="Web processes.")
@click.option("--workers", default=1, show_default=True, help="Worker processes.")
def serve_command(host: str, port: int, web: int, workers: int) -> None:
    """Run web, live updates and workers on one port, as one process tree.

    Behind a web server of its own, run `web`, `live` and `worker` apart instead (see deploy/).
    """
    prepare()
    insist_on_secret()
    migrate()
    commands = {"web": one_port(host, port, web)}
    commands |= {f"worker {n}": [*SUNLINE, "worker"] for n in range(1, workers + 1)}
    commands["mailbox"] = [*SUNLINE, "mailbox"]
    ready = f"Sunline is at http://{host}:{port}/"
    sys.exit(processes.run_together(commands, ready=ready, answers=(host, port)))


def one_port(host: str, port: int, web: int = 1) -> list[str]:
    """Return the command that serves pages and live updates from one port."""
    options = ["--host", host, "--port", str(port), "--workers", str(web)]
    quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "3"]
    return [sys.executable, "-m", "uvicorn", "sunline.config.asgi:application", *options, *quiet]


@click.command("web")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--workers", default=2, show_default=True)
def web_command(host: str, port: int, workers: int) -> None:
    """Serve pages and APIs (WSGI) behind a web server."""
    prepare()
    insist_on_secret()
    options = ["--interface", "wsgi", "--host", host, "--port", str(port)]
    threads = ["--workers", str(workers), "--blocking-threads", "2", "--no-ws"]
    application = ["sunline.config.wsgi:application"]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *options, *threads, *application])


@click.command("live")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True)
def live_command(host: str, port: int) -> None:
    """Serve live updates (server-sent events) behind a web server."""
    prepare()
    application = ["sunline.config.asgi:live"]
    options = ["--host", host, "--port", str(port), "--no-access-log"]
    os.execv(sys.executable, [sys.executable, "-m", "uvicorn", *application, *options])


@click.command("worker")
def worker_command() -> None:
    """Deliver facts, run jobs and recurring tasks until stopped."""
    prepare()
    worker = import_module("sunline.kernel.worker")
    with worker.stopping() as stop:
        worker.run(stop)


@click.command("mailbox")
def mailbox_command() -> None:
    """Fetch mail from the configured mailboxes until stopped."""
    prepare()
    from sunline.adapters.channels.email import poller

    worker = import_module("sunline.kernel.worker")
    with worker.stopping() as stop:
        poller.run(stop)
