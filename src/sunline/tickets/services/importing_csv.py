"""Importing past tickets from files: asked for by a person, done by the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import BinaryIO
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings

from sunline.customers import queries as customers
from sunline.kernel import imports, tables
from sunline.kernel.models import Job
from sunline.staff.types import Viewer

from .. import events, permissions
from ..models import Ticket
from .importing import write_checked
from .past import HistoricalTicket, check_past
from .past_lines import DATA, Reader

KIND = "tickets.import"
BATCH = 5000


def ask_import(
    viewer: Viewer,
    body: BinaryIO,
    *,
    dry_run: bool = False,
    encoding: str = "",
    mapping: Mapping[str, str] | None = None,
    source: str = "import",
    now: datetime,
) -> UUID:
    """Take in a CSV file of past tickets for the worker to import; return the job's id.

    A dry run tells what would happen and changes nothing. `source` names the system the numbers
    are of: one number of one source is imported once. Raises Refused, or Invalid for a file that
    is too big.
    """
    viewer.require(permissions.IMPORT.code)
    return imports.ask(
        KIND,
        body,
        asked=events.ImportAsked,
        actor=viewer.actor,
        now=now,
        dry_run=dry_run,
        encoding=encoding,
        mapping=mapping,
        more={
            "paths": sorted(viewer.paths(permissions.IMPORT.code)),
            "source": source[:64],
        },
    )


def ask_real_import(viewer: Viewer, dry_job: Job, *, now: datetime) -> UUID:
    """Ask for the real import of a file that was tried in a dry run; raise Refused or NotFound."""
    viewer.require(permissions.IMPORT.code)
    return imports.ask_again(dry_job, asked=events.ImportAsked, actor=viewer.actor, now=now)


def import_tickets(job: Job, now: datetime) -> None:
    """Import the file of a job: one ticket a line, known by its number, as often as it runs."""
    imports.run(job, columns=columns(), handle=_Importer(job, now), batch=BATCH)


@cache
def columns() -> tuple[tables.Column, ...]:
    """Return the columns an import of tickets knows."""
    return tables.columns_from(DATA / "columns.csv")


def source_id(name: str) -> UUID:
    """Return the id by which tickets name the system they were imported from."""
    return uuid5(NAMESPACE_URL, f"sunline:import:{name}")


class _Importer:
    """Writes batches of lines."""

    def __init__(self, job: Job, now: datetime) -> None:
        self.now = now
        self.actor = imports.asked_by(job)
        self.source = source_id(str(job.arguments.get("source", "import")))
        paths = tuple(job.arguments.get("paths", ()))
        self.reader = Reader(self.source, paths, self.actor, ZoneInfo(settings.TIME_ZONE))

    def __call__(self, lines: Sequence[tables.Line]) -> imports.Outcome:
        outcome = imports.Outcome()
        names = {line.values.get("external_id", "") for line in lines}
        held = Ticket.objects.filter(client_id=self.source, external_id__in=names - {""})
        known = set(held.values_list("external_id", flat=True))
        holders = customers.by_numbers({line.values.get("phone", "") for line in lines} - {""})
        items: list[HistoricalTicket] = []
        for line in lines:
            name = line.values.get("external_id", "")
            if name in known:
                outcome.known += 1
                continue
            holder = holders.get(line.values.get("phone", ""))
            item, problems = self.reader.read(line.values, holder)
            if item is not None and not problems:
                problems = check_past(item, now=self.now)
            outcome.problems += [(line.number, problem) for problem in problems]
            if item is not None and not problems:
                known.add(name)
                items.append(item)
        outcome.written = len(write_checked(items, now=self.now, actor=self.actor))
        return outcome
