"""Importing customers from files: asked for by a person, done by the worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sunline.kernel import imports, tables
from sunline.kernel.crypto import blind_index, blind_indexes
from sunline.kernel.errors import Problem
from sunline.kernel.models import Job
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import rules
from ..errors import NO_UNIT, NUMBER_TAKEN, UNKNOWN_REGION, UNKNOWN_UNIT, AlreadyKnown
from ..events import ImportAsked
from ..models import BillingAccount, Customer, Subscriber
from ..permissions import IMPORT
from ..reading import PHONE
from ..types import NewCustomer, NewSubscriber
from .places import Places
from .register import add_numbers, register_many

KIND = "customers.import"
DATA = Path(__file__).parents[1] / "data"
Key = tuple[str, str]  # service, blind index of the number


def ask_import(
    viewer: Viewer,
    body: BinaryIO,
    *,
    dry_run: bool = False,
    encoding: str = "",
    mapping: Mapping[str, str] | None = None,
    now: datetime,
) -> UUID:
    """Take in a CSV file of customers for the worker to import; return the job's id.

    A dry run tells what would happen and changes nothing. Customers are written only in units for
    which the viewer may import. Raises Refused, or Invalid for a file that is too big.
    """
    viewer.require(IMPORT.code)
    return imports.ask(
        KIND,
        body,
        asked=ImportAsked,
        actor=viewer.actor,
        now=now,
        dry_run=dry_run,
        encoding=encoding,
        mapping=mapping,
        more={"paths": sorted(viewer.paths(IMPORT.code))},
    )


def ask_real_import(viewer: Viewer, dry_job: Job, *, now: datetime) -> UUID:
    """Ask for the real import of a file that was tried in a dry run; raise Refused or NotFound."""
    viewer.require(IMPORT.code)
    return imports.ask_again(dry_job, asked=ImportAsked, actor=viewer.actor, now=now)


def import_customers(job: Job, now: datetime) -> None:
    """Import the file of a job: one customer a line, known by external id, as often as it runs.

    Lines with the same external id add service numbers to one customer; a customer who is known
    keeps what we hold and only gains the service numbers we did not know.
    """
    imports.run(job, columns=columns(), handle=_Importer(job, now))


@cache
def columns() -> tuple[tables.Column, ...]:
    """Return the columns an import of customers knows."""
    return tables.columns_from(DATA / "columns.csv")


@cache
def words() -> rules.Words:
    """Return the codes of the words that cells may hold."""
    return tables.words_from(DATA / "words.csv")


class _Importer:
    """Writes batches of lines."""

    def __init__(self, job: Job, now: datetime) -> None:
        self.now = now
        self.actor = imports.asked_by(job)
        self.paths = tuple(job.arguments.get("paths", ()))
        self.places = Places()

    def __call__(self, lines: Sequence[tables.Line]) -> imports.Outcome:
        outcome = imports.Outcome()
        rows = []
        for line in lines:
            row, problems = self._row(line)
            outcome.problems += [(line.number, problem) for problem in problems]
            if row:
                rows.append(row)
        self._write(self._free(rows, outcome), outcome)
        return outcome

    def _row(self, line: tables.Line) -> tuple[rules.Row | None, list[Problem]]:
        """Return what a line tells, or what is wrong with it."""
        unit_id, problem = self._home(line.values)
        new, problems = rules.customer_of_row(line.values, words(), unit_id)
        if problem:
            return None, [problem, *problems]
        return (rules.Row(line.number, new) if new else None), problems

    def _home(self, values: Mapping[str, str]) -> tuple[UUID | None, Problem | None]:
        """Return the unit a line's customer is at home in, or what is wrong with it."""
        unit, region = values.get("unit", ""), values.get("region", "")
        if region and not self.places.knows(region):
            return None, Problem("region", "unknown_choice", UNKNOWN_REGION)
        if not unit and not region:
            return None, Problem("unit", "required", NO_UNIT)
        found = unit_tree().by_code(unit) if unit else unit_tree().get(self.places.home(region))
        # A unit the importer has no say in is no more known to them than one that is not there.
        if found is None or found.closed or not found.path.startswith(self.paths):
            return None, Problem("unit" if unit else "region", "unknown_choice", UNKNOWN_UNIT)
        return found.id, None

    def _free(self, rows: Sequence[rules.Row], outcome: imports.Outcome) -> list[rules.Row]:
        """Return the rows whose service numbers nobody else holds, here or in the file."""
        holders = _holders(_lines(rows))
        free = []
        for row in rows:
            owner = row.new.external_id
            keys = [_key(line) for line in _lines([row]) if line.status != "closed"]
            if any(holders.setdefault(key, owner) != owner for key in keys):
                problem = Problem("number", "number_taken", NUMBER_TAKEN)
                outcome.problems.append((row.line, problem))
            else:
                free.append(row)
        return free

    def _write(self, rows: Sequence[rules.Row], outcome: imports.Outcome) -> None:
        """Write new customers and the new service numbers of known ones."""
        by_customer = sorted(rows, key=lambda row: (row.new.external_id, row.line))
        groups = {
            key: list(group) for key, group in groupby(by_customer, lambda row: row.new.external_id)
        }
        known = {
            row.external_id: row
            for row in Customer.objects.select_for_update(of=("self",))
            .filter(external_id__in=groups)
            .select_related("home_unit")
            .order_by("id")
        }
        taken = set(
            BillingAccount.objects.filter(
                number__in={a.number for row in rows for a in row.new.accounts if a.number}
            ).values_list("number", flat=True)
        )
        new: list[NewCustomer] = []
        held = _held_by([row.id for row in known.values()], _lines(rows))
        for key, group in groups.items():
            if key in known:
                self._complete(known[key], group, held, outcome)
                continue
            whole = rules.merged(group[0].new, [row.new for row in group[1:]])
            if any(account.number in taken for account in whole.accounts):
                problem = Problem("account_number", AlreadyKnown.code, AlreadyKnown.text)
                outcome.problems += [(row.line, problem) for row in group]
                continue
            taken |= {account.number for account in whole.accounts if account.number}
            new.append(whole)
            outcome.written += len(group)
        register_many(new, now=self.now, actor=self.actor, source="import")

    def _complete(
        self,
        customer: Customer,
        rows: Sequence[rules.Row],
        held: set[tuple[UUID, Key]],
        outcome: imports.Outcome,
    ) -> None:
        """Add the service numbers we do not know to a known customer."""
        if not customer.home_unit.path.startswith(self.paths):
            problem = Problem("external_id", AlreadyKnown.code, AlreadyKnown.text)
            outcome.problems += [(row.line, problem) for row in rows]
            return
        fresh: dict[Key, NewSubscriber] = {}
        for row in rows:
            more = {
                _key(line): line
                for line in _lines([row])
                if (customer.id, _key(line)) not in held and _key(line) not in fresh
            }
            fresh |= more
            outcome.written += bool(more)
            outcome.known += not more
        if fresh:
            add_numbers(customer.id, fresh.values(), actor=self.actor, now=self.now)


def _lines(rows: Iterable[rules.Row]) -> list[NewSubscriber]:
    return [line for row in rows for account in row.new.accounts for line in account.subscribers]


def _key(line: NewSubscriber) -> Key:
    return line.service, blind_index(rules.normal_number(line.number), PHONE)


def _holders(lines: Iterable[NewSubscriber]) -> dict[Key, str]:
    """Return whose the service numbers in use are: the external id, or a mark that fits nobody."""
    wanted = _wanted(lines)
    rows = (
        Subscriber.objects.filter(number_index__in=wanted)
        .exclude(status="closed")
        .values_list("service", "number_index", "customer__external_id")
    )
    return {(service, wanted[index]): external or "\0" for service, index, external in rows}


def _held_by(customers: Sequence[UUID], lines: Iterable[NewSubscriber]) -> set[tuple[UUID, Key]]:
    """Return which of the service numbers these customers have or had."""
    wanted = _wanted(lines)
    rows = Subscriber.objects.filter(customer_id__in=customers, number_index__in=wanted)
    return {
        (customer, (service, wanted[index]))
        for customer, service, index in rows.values_list("customer_id", "service", "number_index")
    }


def _wanted(lines: Iterable[NewSubscriber]) -> dict[str, str]:
    """Return for the look-up key under any field key the one under the current key."""
    return {
        index: _key(line)[1]
        for line in lines
        for index in blind_indexes(rules.normal_number(line.number), PHONE)
    }
