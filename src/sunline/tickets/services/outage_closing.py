"""The end of an outage and each new estimate, brought to everybody who is linked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from sunline.kernel import clock
from sunline.kernel.errors import Conflict, Invalid, NotFound, Problem, SunlineError, too_long
from sunline.kernel.models import Job
from sunline.kernel.types import SYSTEM, Actor
from sunline.kernel.worker import LEASE
from sunline.staff.types import Viewer, system_viewer

from .. import events
from ..models import Outage, OutageLink, OutageText, Ticket
from ..rules.lifecycle import Verb, allowed
from ..types import FINAL, OutageState, State, TicketRef
from .answering import answer, finish_at_once
from .changing import changing
from .handling import text_of
from .outage_checks import BEFORE_START, MOST_TOLD
from .outage_telling import CLOSING, tell
from .outage_words import closing
from .outages import check_stage, close_parent, end_notices, forget, outage_of, start_job
from .owed import reckon

CLOSE = "tickets.close_outage"
AT_ONCE = 50  # links between two notes of the progress
NOT_YET = _("This moment has not come yet.")
Step = Callable[[Outage, OutageLink, Actor, datetime], bool]


def close_outage(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    ended_at: datetime | None = None,
    text: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Close an outage for all: its tickets are answered and each customer is told once.

    That is done in the background. Raises Invalid for an end before the start or still to come.
    """
    text = text_of(text, needed=False)
    if len(text) > MOST_TOLD:
        raise Invalid([too_long("text", MOST_TOLD)])
    ended = ended_at or now
    if ended > now:
        raise Invalid([Problem("ended_at", "not_yet", NOT_YET)])
    with changing(viewer, ticket_id, Verb.CLOSE_OUTAGE, now=now, version=version) as change:
        outage = outage_of(change)
        check_stage(change, outage, OutageState.OPEN)
        if ended < outage.started_at:
            raise Invalid([Problem("ended_at", "before_start", BEFORE_START)])
        outage.text = text or closing(outage, ended)
        outage.state, outage.ended_at = OutageState.CLOSED, ended
        outage.closed_at, outage.closed_by = now, viewer.actor.id
        job = start_job(viewer, outage, CLOSE, now)
        outage.job = job.id
        outage.save()
        end_notices(outage, viewer, now)
        change.record(
            events.OutageClosed,
            outage=outage.id,
            ended_at=ended,
            job=job.id,
            links=job.total or 0,
        )
        change.note(outage.text, "outage")
        if change.ticket.state not in FINAL:
            close_parent(change, outage.text)
        forget()
    return change.ref()


def run_close(job: Job, now: datetime) -> None:
    """Answer and tell whoever is linked; goes on where it died, and tells nobody twice."""
    _run(job, now, _close_one, lambda rows: rows.filter(closed_at=None))


def run_texts(job: Job, now: datetime) -> None:
    """Tell whoever is linked of a new estimate; goes on where it died, and tells nobody twice."""
    name = str(job.arguments["round"])
    told = OutageText.objects.filter(round=name)

    def one(outage: Outage, link: OutageLink, actor: Actor, at: datetime) -> bool:
        return _update_one(outage, link, actor, at, name)

    _run(job, now, one, lambda rows: rows.exclude(texts__in=told))


def _run(
    job: Job,
    now: datetime,
    step: Step,
    waiting: Callable[[QuerySet[OutageLink]], QuerySet[OutageLink]],
) -> None:
    """Take a step for each link, one transaction each, noting how far it is."""
    outage = Outage.objects.select_related("ticket").get(id=UUID(job.arguments["outage"]))
    actor = _asker(job)
    rows = waiting(OutageLink.objects.filter(outage=outage, left_at=None))
    rows = rows.select_related("ticket").order_by("id")
    done = failed = 0
    last = UUID(int=0)
    while part := list(rows.filter(id__gt=last)[:AT_ONCE]):
        for link in part:
            last = link.id
            went_well = step(outage, link, actor, max(now, clock.now()))
            done, failed = (done + 1, failed) if went_well else (done, failed + 1)
        held = Job.objects.filter(id=job.id, attempts=job.attempts).update(
            done=done + failed,
            result={"done": done, "refused": failed},
            leased_until=clock.now() + LEASE,
        )
        if not held:
            return  # another worker has taken the job over


def _asker(job: Job) -> Actor:
    """Return who asked; the verb's permission covers whatever is linked."""
    if job.actor_id is None:
        return SYSTEM
    kind, label = job.arguments["actor_kind"], job.arguments["actor"]
    return Actor(str(kind), job.actor_id, str(label), job.unit_id)


def _close_one(outage: Outage, link: OutageLink, actor: Actor, now: datetime) -> bool:
    """Answer one ticket and tell its customer; a ticket that cannot be answered is named."""
    error = ""
    if link.ticket is not None:
        speaker = Viewer(actor, unit_id=actor.unit_id, all_powerful=True)
        try:
            with transaction.atomic():
                _answer(speaker, link.ticket, outage.text, now)
        except SunlineError as refusal:
            with override(settings.LANGUAGE_CODE):  # whoever reads the list
                error = refusal.message[:255]
    with transaction.atomic():
        tell(outage, link, outage.text, round=CLOSING, actor=actor, now=now)
        OutageLink.objects.filter(id=link.id).update(closed_at=now, error=error)
    if link.ticket_id is not None:
        reckon(link.ticket_id, now=now)
    return not error


def _answer(viewer: Viewer, ticket: Ticket, text: str, now: datetime) -> None:
    """Answer a ticket by the verb that its state allows; one that was answered is left alone.

    The mail with it is left out: the customer is told once, however many tickets there are.
    """
    state = Ticket.objects.values_list("state", flat=True).get(id=ticket.id)
    if state in FINAL or state == State.AWAITING_REVISIT:
        return
    give = finish_at_once if allowed(Verb.FINISH, state) else answer
    give(viewer, ticket.id, text=text, silently=True, now=now)


def _update_one(outage: Outage, link: OutageLink, actor: Actor, now: datetime, name: str) -> bool:
    """Tell one customer, and let each of the tickets show it."""
    with transaction.atomic():
        if link.ticket_id is not None:
            with (
                contextlib.suppress(Conflict, NotFound),
                changing(system_viewer(), link.ticket_id, Verb.NOTE, now=now) as change,
            ):
                if change.ticket.state not in FINAL:
                    change.record(events.OutageTold, outage=outage.id, round=name)
                    change.note(outage.text, "outage", public=True)
        tell(outage, link, outage.text, round=name, actor=actor, now=now)
    return True
