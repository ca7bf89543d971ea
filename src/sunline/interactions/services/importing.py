"""Importing past contacts from files: asked for by a person, done by the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sunline.customers import queries as customers
from sunline.customers.types import SubscriberHit
from sunline.kernel import imports, tables
from sunline.kernel.errors import Problem, required, too_long, unknown_choice
from sunline.kernel.models import Job
from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import events, permissions, rules
from ..models import Interaction
from ..types import Direction, Record, WrapUp
from .bulk import record_many

KIND = "interactions.import"
DATA = Path(__file__).parents[1] / "data"
BATCH = 5000
BAD_MOMENT = _("The moment cannot be read.")
IN_FUTURE = _("The moment lies in the future.")


def ask_import(
    viewer: Viewer,
    body: BinaryIO,
    *,
    dry_run: bool = False,
    encoding: str = "",
    mapping: Mapping[str, str] | None = None,
    now: datetime,
) -> UUID:
    """Take in a CSV file of past contacts for the worker to import; return the job's id.

    A dry run tells what would happen and changes nothing. Rows are written only for units for
    which the viewer may import. Raises Refused, or Invalid for a file that is too big.
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
        more={"paths": sorted(viewer.paths(permissions.IMPORT.code))},
    )


def ask_real_import(viewer: Viewer, dry_job: Job, *, now: datetime) -> UUID:
    """Ask for the real import of a file that was tried in a dry run; raise Refused or NotFound."""
    viewer.require(permissions.IMPORT.code)
    return imports.ask_again(dry_job, asked=events.ImportAsked, actor=viewer.actor, now=now)


def import_interactions(job: Job, now: datetime) -> None:
    """Import the file of a job: one contact a line, known by its id, as often as it runs."""
    imports.run(job, columns=columns(), handle=_Importer(job, now), batch=BATCH)


@cache
def columns() -> tuple[tables.Column, ...]:
    """Return the columns an import of contacts knows."""
    return tables.columns_from(DATA / "columns.csv")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the codes of the words that cells may hold."""
    return tables.words_from(DATA / "words.csv")


class _Importer:
    """Writes batches of lines."""

    def __init__(self, job: Job, now: datetime) -> None:
        self.now = now
        self.actor = imports.asked_by(job)
        self.paths = tuple(job.arguments.get("paths", ()))
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.agents: dict[str, UUID | None] = {}

    def __call__(self, lines: Sequence[tables.Line]) -> imports.Outcome:
        outcome = imports.Outcome()
        addresses = {rules.normal_address(line.values.get("address", "")) for line in lines}
        holders = customers.by_numbers(addresses)
        rows: list[Record] = []
        for line in lines:
            row, problems = self._row(line.values, holders)
            outcome.problems += [(line.number, problem) for problem in problems]
            if row is not None and not problems:
                rows.append(row)
        held = Interaction.objects.filter(external_id__in={row.external_id for row in rows})
        known = set(held.values_list("channel", "external_id"))
        keys = {(row.channel, row.external_id) for row in rows}
        record_many(rows, now=self.now, actor=self.actor)
        outcome.written = len(keys - known)
        outcome.known = len(rows) - outcome.written
        return outcome

    def _row(
        self, values: Mapping[str, str], holders: Mapping[str, SubscriberHit]
    ) -> tuple[Record | None, list[Problem]]:
        """Return what a line tells, or what is wrong with it."""
        problems: list[Problem] = []
        external_id = values.get("external_id", "")
        if not external_id:
            problems.append(required("external_id"))
        elif len(external_id) > 64:
            problems.append(too_long("external_id", 64))
        started_at = self._moment(values, "started_at", problems)
        ended_at = self._moment(values, "ended_at", problems)
        channel = self._word(values, "channel", "", problems)
        direction = self._word(values, "direction", Direction.INBOUND.value, problems)
        wrap_up = self._word(values, "wrap_up", WrapUp.SOLVED.value, problems)
        address = rules.normal_address(values.get("address", ""))
        holder = holders.get(address)
        home = self._home(values.get("unit", ""), holder, problems)
        topic_id = self._topic(values.get("topic", ""), problems)
        if started_at is None or home is None or problems:
            return None, problems
        return Record(
            channel=channel,
            at=started_at,
            home_unit_id=home,
            address=address,
            direction=direction,
            subject=values.get("subject", ""),
            body=values.get("body", ""),
            customer_id=holder.customer_id if holder else None,
            subscriber_id=holder.subscriber_id if holder else None,
            topic_id=topic_id,
            agent_id=self._agent(values.get("agent", "")),
            agent_label=values.get("agent", "")[:64],
            wrap_up=wrap_up,
            ended_at=ended_at,
            external_id=external_id,
        ), []

    def _moment(
        self, values: Mapping[str, str], name: str, problems: list[Problem]
    ) -> datetime | None:
        text = values.get(name, "")
        if not text:
            if name == "started_at":
                problems.append(required(name))
            return None
        moment = rules.moment_of(text, self.zone)
        if moment is None:
            problems.append(Problem(name, "bad_moment", BAD_MOMENT))
        elif moment > self.now:
            problems.append(Problem(name, "in_future", IN_FUTURE))
        return moment

    def _word(
        self, values: Mapping[str, str], name: str, default: str, problems: list[Problem]
    ) -> str:
        text = values.get(name, "").casefold()
        if not text:
            if not default:
                problems.append(required(name))
            return default
        code = words()[name].get(text, "")
        if not code:
            problems.append(unknown_choice(name))
        return code

    def _home(
        self, code: str, holder: SubscriberHit | None, problems: list[Problem]
    ) -> UUID | None:
        """Return the unit a contact belongs to: the one named, else the customer's."""
        tree = staff.unit_tree()
        row = tree.by_code(code) if code else tree.get(holder.home_unit_id if holder else None)
        if row is None and not code:
            problems.append(required("unit"))
        elif row is None or not row.path.startswith(self.paths):
            # A unit the importer has no say in is no more known to them than one not there.
            problems.append(unknown_choice("unit"))
            return None
        return row.id if row else None

    def _topic(self, code: str, problems: list[Problem]) -> UUID | None:
        found = knowledge.topic_id(code) if code else None
        if code and found is None:
            problems.append(unknown_choice("topic"))
        return found

    def _agent(self, staff_no: str) -> UUID | None:
        """Return the account of a staff number; people who left long ago may be unknown."""
        if staff_no and staff_no not in self.agents:
            row = staff.account_by_number(staff_no)
            self.agents[staff_no] = row.id if row else None
        return self.agents.get(staff_no)
