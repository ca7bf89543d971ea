"""`sunline import`: files of customers, contacts and tickets, with progress and an error file."""

from __future__ import annotations

import shutil
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from .running import prepare
from .words import gettext as _

if TYPE_CHECKING:
    from sunline.kernel.models import Job

# What can be imported, and the module with its `ask_import`.
KINDS = {
    "customers": "sunline.customers.services",
    "interactions": "sunline.interactions.services.importing",
    "tickets": "sunline.tickets.services.importing_csv",
}
LOOK = 0.25


@click.command("import")
@click.argument("what", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--encoding", default="", help="utf-8 or gb18030; worked out when left out.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="TITLE=FIELD",
    help="Which column holds which field, where its title is not known.",
)
def import_command(
    what: str, file: Path, dry_run: bool, encoding: str, columns: tuple[str, ...]
) -> None:
    """Import customers, interactions or tickets from a CSV FILE.

    A line is known by its outside number, so the same file can be imported again after a stop;
    what cannot be used is written to FILE.errors.csv with the reason.
    """
    prepare()
    mapping = dict(_pair(column) for column in columns)
    job_id = _ask(what, file, dry_run, encoding, mapping)
    _report(_run(job_id), file, dry_run)


def _pair(column: str) -> tuple[str, str]:
    title, mark, field = column.rpartition("=")
    if not mark:
        raise click.BadParameter(column, param_hint="--column")
    return title, field


def _ask(what: str, file: Path, dry_run: bool, encoding: str, mapping: dict[str, str]) -> UUID:
    """Store the file and ask for its import."""
    from sunline.kernel import clock
    from sunline.staff.types import system_viewer

    room = import_module(KINDS[what])
    with file.open("rb") as body:
        job_id: UUID = room.ask_import(
            system_viewer(),
            body,
            dry_run=dry_run,
            encoding=encoding,
            mapping=mapping,
            now=clock.now(),
        )
    return job_id


def _run(job_id: UUID) -> Job:
    """Do the job in a thread, unless a worker is at it, and show how far it is; return its row."""
    from sunline.kernel.models import Job

    worker = threading.Thread(target=_work, args=(job_id,), daemon=True)
    worker.start()
    shown = 0
    with click.progressbar(length=100, label=_("Importing"), show_pos=False) as bar:
        while worker.is_alive():
            time.sleep(LOOK)
            row = Job.objects.get(id=job_id)
            if row.total:
                reached = int(100 * row.done / row.total)
                bar.update(reached - shown)
                shown = reached
        bar.update(100 - shown)
    job = Job.objects.get(id=job_id)
    if job.state == "failed":
        raise click.ClickException(f"import.failed: {job.last_error}")
    return job


def _work(job_id: UUID) -> None:
    """Run the job until it is done or given up, by us or by a worker that was quicker."""
    from django.db import connection

    from sunline.kernel import clock
    from sunline.kernel.models import Job
    from sunline.kernel.worker import run_job

    try:
        while Job.objects.filter(id=job_id, state="waiting").exists():
            if not run_job(clock.now(), only=job_id):
                time.sleep(LOOK)
    finally:
        connection.close()


def _report(job: Job, file: Path, dry_run: bool) -> None:
    from sunline.kernel import imports

    result = {"written": 0, "known": 0, "failed": 0, **job.result}
    text = _("%(written)d written, %(known)d known already, %(failed)d could not be used")
    if dry_run:
        text = _("%(written)d would be written, %(known)d are known, %(failed)d cannot be used")
    click.echo(text % {name: result[name] for name in ("written", "known", "failed")})
    for problem in result.get("problems", [])[:10]:
        click.echo(f"  {problem['line']}: {problem['column']} {problem['text']}")
    errors = imports.error_path(job)
    if errors is not None:
        target = file.with_name(f"{file.name}.errors.csv")
        shutil.copyfile(errors, target)
        click.echo(_("What could not be used: %(path)s") % {"path": target})
        raise SystemExit(2)
