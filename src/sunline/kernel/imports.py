"""Files that people import: stored, read in batches by the worker, resumable, with an error file.

A room gives its columns and a function that writes one batch; this module keeps the place.
Place, counts and the batch's rows are written in one transaction, so a job that dies goes on where
it was, and nothing is imported twice.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import clock, crash, log, tables
from .errors import UNREADABLE, Invalid, NotFound, Problem, SunlineError, too_long
from .facts import Fact
from .ids import new_id
from .loading import no_collection
from .models import Job
from .types import SYSTEM, Actor, Subject
from .worker import LEASE

BATCH = 1000
MOST_WHOLE = 50_000  # lines of a file that is written at once
MOST_BYTES = 1 << 30
SHOWN_PROBLEMS = 50


@dataclass(slots=True)
class Outcome:
    """What became of one batch: rows written, rows already known, and problems by line number."""

    written: int = 0
    known: int = 0
    problems: list[tuple[int, Problem]] = field(default_factory=list)


TOO_MANY_LINES = gettext_lazy("The file has too many lines: at most %(most)d.")


class LeaseLost(Exception):
    """Another worker has taken the job over."""


Handle = Callable[[Sequence[tables.Line]], Outcome]


class Asked(Protocol):
    """Makes a room's fact that an import was asked for."""

    def __call__(self, *, job_id: UUID, dry_run: bool) -> Fact: ...


def ask(
    kind: str,
    body: BinaryIO,
    *,
    asked: Asked,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    encoding: str = "",
    mapping: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> UUID:
    """Store a file, ask for its import and note that it was asked for; return the job's id.

    Raises Invalid if it is too big or in an encoding that is not read.
    """
    if encoding and not tables.known_encoding(encoding):
        raise Invalid([tables.unknown_encoding()])
    job_id = new_id()
    path = folder() / f"{job_id}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(body, file, 1 << 20)
        size = file.tell()
    if size > MOST_BYTES:
        path.unlink()
        raise Invalid([too_long("file", MOST_BYTES)])
    arguments = {
        "file": path.name,
        "dry_run": dry_run,
        "encoding": encoding[:32],
        "mapping": dict(mapping or {}),
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        **(more or {}),
    }
    return _new_job(job_id, kind, arguments, asked, actor, now)


def ask_again(job: Job, *, asked: Asked, actor: Actor, now: datetime) -> UUID:
    """Ask for the real import of a file that was tried in a dry run; raise NotFound without it."""
    if not job.arguments.get("dry_run") or not (folder() / job.arguments["file"]).exists():
        raise NotFound
    arguments = {**job.arguments, "dry_run": False}
    return _new_job(new_id(), job.kind, arguments, asked, actor, now)


@transaction.atomic
def _new_job(
    job_id: UUID,
    kind: str,
    arguments: Mapping[str, Any],
    asked: Asked,
    actor: Actor,
    now: datetime,
) -> UUID:
    Job.objects.create(
        id=job_id,
        kind=kind,
        arguments={**arguments, "actor": actor.label},
        due_at=now,
        asked_at=now,
        actor_id=actor.id,
        unit_id=actor.unit_id,
    )
    fact = asked(job_id=job_id, dry_run=bool(arguments["dry_run"]))
    log.record(fact, subject=Subject("job", job_id), actor=actor, now=now, sequence=1)
    return job_id


def asked_by(job: Job) -> Actor:
    """Return who asked for an import."""
    label = str(job.arguments.get("actor", ""))
    return Actor(Actor.PERSON, job.actor_id, label) if job.actor_id else SYSTEM


def folder() -> Path:
    """Return where imported files and their error files lie."""
    return Path(settings.FILES_ROOT) / "imports"


def error_path(job: Job) -> Path | None:
    """Return the error file of an import, or None when it has none."""
    path = folder() / f"{job.id}.errors.csv"
    return path if path.exists() else None


def run(
    job: Job,
    *,
    columns: Sequence[tables.Column],
    handle: Handle,
    batch: int | None = None,
    finish: Callable[[], None] | None = None,
    whole: bool = False,
) -> None:
    """Import the job's file from where it stopped, batch by batch.

    `handle` writes one batch inside the transaction it is called in; when it raises a coded error
    the batch is tried line by line, so that one bad line costs only itself. A `whole` file is one
    batch, of which nothing is written unless all of it can be.
    """
    path = folder() / job.arguments["file"]
    language = job.arguments.get("language", settings.LANGUAGE_CODE)
    if not path.exists():
        # The file goes in the same breath as the last batch is marked: it was all done.
        return
    with path.open("rb") as file, translation.override(language):
        job.total = tables.count_lines(file)
        table = tables.read(
            file,
            columns,
            encoding=job.arguments.get("encoding", ""),
            mapping=job.arguments.get("mapping"),
        )
        place = _Place(job, table, whole=whole)
        if table.problems:
            place.refuse(table.problems)
            return
        lines = table.lines(after=job.done)
        while part := list(islice(lines, MOST_WHOLE + 1 if whole else batch or BATCH)):
            if whole and len(part) > MOST_WHOLE:
                place.refuse([Problem("", "too_many", TOO_MANY_LINES, {"most": MOST_WHOLE})])
                return
            with no_collection():
                place.advance(part, handle)
        place.end()
    if finish:
        finish()
    if not job.arguments.get("dry_run"):
        path.unlink(missing_ok=True)  # personal data is not kept longer than it is needed


class _Place:
    """How far an import has come, kept in its job's row."""

    def __init__(self, job: Job, table: tables.Table, *, whole: bool = False) -> None:
        self.job, self.table, self.whole = job, table, whole
        self.dry_run = bool(job.arguments.get("dry_run"))
        self.result: dict[str, Any] = {
            "written": 0,
            "known": 0,
            "failed": 0,
            "error_bytes": 0,
            "problems": [],
            **job.result,
            "encoding": table.encoding,
            "ignored": list(table.ignored),
        }
        self.errors = folder() / f"{job.id}.errors.csv"
        self._cut_errors()

    def advance(self, lines: Sequence[tables.Line], handle: Handle) -> None:
        """Write one batch and the new place together."""
        with transaction.atomic():
            outcome = self._try(lines, handle)
            # An error file cannot take part in a transaction: its length does, and what a
            # batch that was rolled back had written is cut off when the job goes on.
            self._note(outcome, lines)
            self._mark(lines[-1].number)
            crash.point("import: before commit")

    def _try(self, lines: Sequence[tables.Line], handle: Handle) -> Outcome:
        good = [line for line in lines if not line.problems]
        bad = [(line.number, problem) for line in lines for problem in line.problems]
        if self.whole:
            return self._all_or_none(good, bad, handle)
        try:
            outcome = self._apart(good, handle)
        except (SunlineError, IntegrityError, DataError):
            outcome = Outcome()
            for line in good:
                try:
                    one = self._apart([line], handle)
                except SunlineError as error:
                    one = Outcome(problems=[(line.number, found) for found in _as_problems(error)])
                except (IntegrityError, DataError):
                    one = Outcome(problems=[(line.number, Problem("", "unreadable", UNREADABLE))])
                outcome.written += one.written
                outcome.known += one.known
                outcome.problems += one.problems
        outcome.problems += bad
        return outcome

    def _all_or_none(
        self,
        good: Sequence[tables.Line],
        bad: Sequence[tuple[int, Problem]],
        handle: Handle,
    ) -> Outcome:
        """Write every line of the file, or none with what is wrong with it."""
        with transaction.atomic():
            outcome = self._apart(good, handle)
            outcome.problems += bad
            if outcome.problems:
                outcome.written = 0
                transaction.set_rollback(True)
        return outcome

    def _apart(self, lines: Sequence[tables.Line], handle: Handle) -> Outcome:
        """Handle lines in a savepoint, which a dry run takes back."""
        if not lines:
            return Outcome()
        with transaction.atomic():
            outcome = handle(lines)
            if self.dry_run:
                transaction.set_rollback(True)
        return outcome

    def _note(self, outcome: Outcome, lines: Iterable[tables.Line]) -> None:
        found = sorted(outcome.problems, key=lambda item: item[0])
        self.result["written"] += outcome.written
        self.result["known"] += outcome.known
        self.result["failed"] += len({number for number, _problem in found})
        self._write([(number, self.table.title(item.field), item) for number, item in found])

    def _write(self, found: Sequence[tuple[int, str, Problem]]) -> None:
        if not found:
            return
        new = not self.errors.exists()
        with self.errors.open("a", encoding="utf-8", newline="") as file:
            if new:
                file.write("\ufeff" + ",".join((_("Line"), _("Column"), _("Code"), _("Reason"))))
                file.write("\r\n")
            tables.write_problems(file, found)
            file.flush()
            os.fsync(file.fileno())
            self.result["error_bytes"] = file.tell()
        room = SHOWN_PROBLEMS - len(self.result["problems"])
        self.result["problems"] += [
            {"line": number, "column": title, "code": item.code, "text": item.message}
            for number, title, item in found[: max(0, room)]
        ]

    def _mark(self, done: int) -> None:
        """Save the place; raise LeaseLost when the job is no longer ours."""
        held = Job.objects.filter(id=self.job.id, attempts=self.job.attempts).update(
            done=done,
            total=self.job.total,
            result=self.result,
            leased_until=clock.now() + LEASE,
        )
        if not held:
            raise LeaseLost
        self.job.done, self.job.result = done, self.result

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Say why the file as a whole cannot be used."""
        self.result["refused"] = True
        self._write([(1, problem.field, problem) for problem in problems])
        self._mark(0)

    def end(self) -> None:
        """Mark the whole file as read."""
        self.job.total = max(self.job.total or 0, self.job.done)
        self._mark(self.job.total)

    def _cut_errors(self) -> None:
        """Bring the error file back to where the saved place left it."""
        if self.errors.exists():
            if not self.result["error_bytes"]:
                self.errors.unlink()
            else:
                os.truncate(self.errors, self.result["error_bytes"])


def _as_problems(error: SunlineError) -> Sequence[Problem]:
    """Return a refusal as problems of a line."""
    if isinstance(error, Invalid) and error.problems:
        return error.problems
    return [Problem("", error.code, error.text, error.params)]
