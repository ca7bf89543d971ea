"""One act on many tickets in the background: each is done or refused by itself, none twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from sunline.kernel import clock, log
from sunline.kernel.errors import Invalid, NotFound, Problem, Refused, SunlineError
from sunline.kernel.ids import new_id
from sunline.kernel.models import Job
from sunline.kernel.types import Subject
from sunline.kernel.worker import LEASE
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from ..events import BulkAsked
from ..models import BulkAct, BulkLine

JOB = "tickets.bulk_act"
MOST = 5000  # tickets in one run
AT_ONCE = 50
TOO_MANY = _("At most %(most)d tickets at once; narrow the view down first.")
NOTHING = _("Choose at least one ticket.")


def ask_bulk(
    viewer: Viewer,
    act: str,
    values: Mapping[str, Any],
    ticket_ids: Sequence[UUID],
    *,
    now: datetime,
) -> UUID:
    """Ask for one act on many tickets the viewer may see; return the id of the run.

    `values` are those of the act's form, read once already. Raises Invalid for none or too many,
    Refused for a program: a run acts with the rights its person has when it runs.
    """
    if viewer.account_id is None:
        raise Refused()
    wanted = list(dict.fromkeys(ticket_ids))
    if not wanted:
        raise Invalid([Problem("ids", "required", NOTHING)])
    if len(wanted) > MOST:
        raise Invalid([Problem("ids", "too_many", TOO_MANY, {"most": MOST})])
    run_id = new_id()
    with transaction.atomic():
        run = BulkAct.objects.create(
            id=run_id,
            act=act,
            values=dict(values),
            by_id=viewer.account_id,
            at=now,
            total=len(wanted),
        )
        BulkLine.objects.bulk_create(
            [BulkLine(bulk=run, ticket_id=one) for one in wanted], batch_size=1000
        )
        Job.objects.create(
            id=run_id,
            kind=JOB,
            arguments={"language": translation.get_language() or settings.LANGUAGE_CODE},
            due_at=now,
            asked_at=now,
            total=len(wanted),
            actor_id=viewer.actor.id,
            unit_id=viewer.unit_id,
        )
        log.record(
            BulkAsked(run=run_id, act=act, total=len(wanted)),
            subject=Subject("job", run_id),
            actor=viewer.actor,
            now=now,
            sequence=1,
        )
    return run_id


class Doable(Protocol):
    """An act: its verb, and how its form's values are read."""

    @property
    def run(self) -> Callable[..., Any]:
        """The service that does it."""

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values as the service takes them."""


def run_bulk(job: Job, acts: Mapping[str, Doable]) -> None:
    """Do what is left of a run; each ticket's act and its mark are written together."""
    run = BulkAct.objects.filter(id=job.id).first()
    if run is None:
        return
    act = acts[run.act]
    with translation.override(job.arguments.get("language", settings.LANGUAGE_CODE)):
        while True:
            waiting = BulkLine.objects.filter(bulk=run, outcome="").order_by("id")
            lines = list(islice(waiting.iterator(AT_ONCE), AT_ONCE))
            if not lines:
                return
            viewer = _viewer(run, clock.now())
            for line in lines:
                _do(line, act, run.values, viewer)
            done = BulkLine.objects.filter(bulk=run).exclude(outcome="").count()
            held = Job.objects.filter(id=job.id, attempts=job.attempts)
            if not held.update(done=done, leased_until=clock.now() + LEASE):
                return  # another worker has taken the run over


def _viewer(run: BulkAct, now: datetime) -> Viewer:
    account = staff.active_account(run.by_id)
    if account is None:
        raise NotFound()
    return staff.viewer_for(account, now=now)


def _do(line: BulkLine, act: Doable, values: Mapping[str, Any], viewer: Viewer) -> None:
    try:
        with transaction.atomic():
            act.run(viewer, line.ticket_id, **act.read(values), now=clock.now())
            _mark(line, "done")
    except SunlineError as refusal:
        problems = getattr(refusal, "problems", ())
        text = problems[0].message if problems else refusal.message
        _mark(line, "refused", refusal.code, text)


def _mark(line: BulkLine, outcome: str, code: str = "", text: str = "") -> None:
    marked = BulkLine.objects.filter(id=line.id, outcome="")
    marked.update(outcome=outcome, code=code[:64], text=str(text)[:255])
