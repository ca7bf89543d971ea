"""Loading the table of addresses: a file becomes a version as a whole, or nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from sunline.kernel import imports, tables
from sunline.kernel.errors import Invalid, Problem
from sunline.kernel.ids import new_id
from sunline.kernel.log import record
from sunline.kernel.models import Job
from sunline.kernel.types import SYSTEM, Actor, Subject
from sunline.staff.types import Viewer

from ..errors import ADDRESS_TWICE, NO_ROWS
from ..events import AddressesAsked, AddressesLoaded
from ..models import AddressTable, ServiceAddress
from ..permissions import EDIT
from ..queries.addresses import forget_addresses
from ..rules import addresses as rules
from ..rules.address_rows import Words, address_of_row
from ..types import NewAddress

KIND = "knowledge.addresses"
DATA = Path(__file__).parents[1] / "data"
SUBJECT = Subject("address_table", uuid5(NAMESPACE_URL, "sunline:address_table"))


def ask_address_import(
    viewer: Viewer,
    body: BinaryIO,
    *,
    dry_run: bool = False,
    encoding: str = "",
    now: datetime,
) -> UUID:
    """Take in a CSV file of addresses for the worker to load; return the job's id.

    A dry run tells what would happen and changes nothing. Raises Refused, or Invalid for a file
    that is too big.
    """
    viewer.require(EDIT.code)
    return imports.ask(
        KIND,
        body,
        asked=AddressesAsked,
        actor=viewer.actor,
        now=now,
        dry_run=dry_run,
        encoding=encoding,
    )


def ask_real_address_import(viewer: Viewer, dry_job: Job, *, now: datetime) -> UUID:
    """Ask for the real import of a file that was tried in a dry run; raise Refused or NotFound."""
    viewer.require(EDIT.code)
    return imports.ask_again(dry_job, asked=AddressesAsked, actor=viewer.actor, now=now)


def import_addresses(job: Job, now: datetime) -> None:
    """Let the file of a job become the table of addresses, as a whole or not at all."""
    imports.run(job, columns=columns(), handle=_Loader(job, now), whole=True)


@cache
def columns() -> tuple[tables.Column, ...]:
    """Return the columns a file of addresses has."""
    return tables.columns_from(DATA / "address_columns.csv")


@cache
def words() -> Words:
    """Return the codes of the words that cells may hold."""
    return tables.words_from(DATA / "address_words.csv")


class _Loader:
    """Writes the lines of a file as one version."""

    def __init__(self, job: Job, now: datetime) -> None:
        self.actor, self.now = imports.asked_by(job), now

    def __call__(self, lines: Sequence[tables.Line]) -> imports.Outcome:
        outcome = imports.Outcome()
        rows: list[tuple[int, NewAddress]] = []
        for line in lines:
            row, problems = address_of_row(line.values, words())
            outcome.problems += [(line.number, problem) for problem in problems]
            if row is not None:
                rows.append((line.number, row))
        outcome.problems += _clashes(rows)
        if not outcome.problems:
            load_addresses([row for _line, row in rows], now=self.now, actor=self.actor)
            outcome.written = len(rows)
        return outcome


def load_addresses(
    rows: Sequence[NewAddress],
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    simulated: bool = False,
) -> int:
    """Put a version of the table in force in place of the one before; return its number.

    Raises Invalid when it is empty or two rows share an address; the rows are counted from 1.
    """
    problems = [problem for _line, problem in _clashes(list(enumerate(rows, 1)))]
    if not rows:
        problems.append(Problem("address", "no_rows", NO_ROWS))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        last = AddressTable.objects.select_for_update().order_by("-number").first()
        number = last.number + 1 if last else 1
        if last is not None:
            last.until = now
            last.save(update_fields=["until"])
        # Of two who load at once, the second is refused by the number.
        table = AddressTable.objects.create(
            number=number,
            rows=len(rows),
            services=len({row.service for row in rows}),
            simulated=simulated,
            since=now,
            made_by=actor.label[:64],
        )
        ServiceAddress.objects.bulk_create((_row(table, row) for row in rows), batch_size=500)
        record(AddressesLoaded(number, len(rows)), subject=SUBJECT, actor=actor, now=now)
    forget_addresses()
    return number


def _clashes(rows: Sequence[tuple[int, NewAddress]]) -> list[tuple[int, Problem]]:
    return [
        (line, Problem("address", "address_twice", ADDRESS_TWICE, {"other": other}))
        for line, other in rules.clashes((line, row.span) for line, row in rows)
    ]


def _row(table: AddressTable, row: NewAddress) -> ServiceAddress:
    span = row.span
    ranged = not span.name
    return ServiceAddress(
        id=new_id(),
        table=table,
        kind=span.kind,
        first=f"{span.first:032x}" if ranged else "",
        last=f"{span.last:032x}" if ranged else "",
        name=span.name,
        service=row.service,
        service_en=row.service_en,
        category=row.category,
        background=row.background,
        note=row.note,
        note_en=row.note_en,
    )
