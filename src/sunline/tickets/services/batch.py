"""What is done for all members of a group complaint at once: the answer and a short message."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override

from sunline.interactions import queries as contacts
from sunline.interactions import services as interactions
from sunline.kernel import clock
from sunline.kernel.errors import Invalid, SunlineError, too_long
from sunline.kernel.ids import new_id
from sunline.kernel.models import Job
from sunline.kernel.worker import LEASE
from sunline.staff import queries as staff
from sunline.staff.types import Viewer, nobody, system_viewer

from .. import events
from ..errors import AnswerRunning
from ..models import GroupMember, GroupText, Ticket
from ..rules.lifecycle import Verb, allowed
from ..types import TextState, TicketRef
from .answering import answer, finish_at_once
from .changing import changing
from .grouping import group_of
from .handling import text_of

SMS = "sms"
MOST_SMS = 300
JOB = "tickets.answer_members"
AT_ONCE = 50  # members between two notes of the progress


def tell_members(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Write a short message to every member that has a number.

    It goes out through the SMS channel; while there is none it is kept as not sent, and says so.
    """
    text = text_of(text)
    if len(text) > MOST_SMS:
        raise Invalid([too_long("text", MOST_SMS)])
    with changing(viewer, ticket_id, Verb.TELL_MEMBERS, now=now, version=version) as change:
        group = group_of(change)
        rows = GroupMember.objects.filter(group=group, left_at=None).select_related("ticket")
        members = [row for row in rows.order_by("id") if _number(row.ticket)]
        ready = contacts.can_send_by(SMS)
        texts = [_text(row, text, viewer, now, ready=ready) for row in members]
        GroupText.objects.bulk_create(texts)
        change.record(events.MembersTold, count=len(texts), sent=ready)
        change.note(text, "sms")
    return change.ref()


def _number(ticket: Ticket) -> str:
    return "" if "@" in ticket.contact else ticket.contact


def _text(row: GroupMember, text: str, viewer: Viewer, now: datetime, *, ready: bool) -> GroupText:
    made = GroupText(
        id=new_id(), member=row, text=text, state=TextState.NO_CHANNEL, by=viewer.actor.id, at=now
    )
    if not ready:
        return made
    ticket = row.ticket
    speaker = Viewer(viewer.actor, all_powerful=True)  # the verb's permission covers telling them
    try:
        with transaction.atomic():
            contact = interactions.open_contact(
                channel=SMS,
                viewer=speaker,
                now=now,
                address=ticket.contact,
                customer_id=ticket.customer_id,
                home_unit_id=ticket.home_unit_id,
                direction="outbound",
                body=text,
            )
            made.message_id = interactions.send(
                contact.interaction_id,
                body=text,
                to=ticket.contact,
                viewer=speaker,
                now=now,
                key=f"group-text-{made.id}",
                channel=SMS,
            )
        made.state = TextState.QUEUED
    except SunlineError:
        made.state = TextState.FAILED
    return made


def answer_members(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Ask for the same answer to every open member; each is answered on its own in the background.

    Raises AnswerRunning while an earlier one is at work.
    """
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.ANSWER_MEMBERS, now=now, version=version) as change:
        group = group_of(change)
        if group.answer_job and Job.objects.filter(id=group.answer_job, ended_at=None).exists():
            raise AnswerRunning(number=change.ticket.number)
        actor = viewer.actor
        job = Job.objects.create(
            kind=JOB,
            arguments={"group": str(group.id), "text": text, "actor": actor.label},
            total=_unanswered(group.id).count(),
            due_at=now,
            asked_at=now,
            actor_id=actor.id,
            unit_id=actor.unit_id,
        )
        group.answer_job = job.id
        group.save(update_fields=["answer_job"])
        change.record(events.MembersAnswered, job=job.id)
        change.note(text, "answer")
    return change.ref()


def _unanswered(group_id: UUID) -> QuerySet[GroupMember]:
    return GroupMember.objects.filter(group_id=group_id, left_at=None, answered_at=None)


def run_answers(job: Job, now: datetime) -> None:
    """Answer the members that have no answer yet, one transaction each; goes on where it died.

    What refuses an answer is noted on the member in the words a person reads.
    """
    group_id, text = UUID(job.arguments["group"]), str(job.arguments["text"])
    viewer = _asker(job, now)
    done = failed = 0
    last = UUID(int=0)
    while rows := list(_unanswered(group_id).filter(id__gt=last).order_by("id")[:AT_ONCE]):
        for row in rows:
            last, error = row.id, ""
            try:
                with transaction.atomic():
                    _answer(viewer, row.ticket_id, text, clock.now())
                    GroupMember.objects.filter(id=row.id).update(
                        answered_at=clock.now(), answer_error=""
                    )
                done += 1
            except SunlineError as refusal:
                with override(settings.LANGUAGE_CODE):  # whoever reads the list
                    error, failed = refusal.message[:255], failed + 1
                GroupMember.objects.filter(id=row.id).update(answer_error=error)
        held = Job.objects.filter(id=job.id, attempts=job.attempts).update(
            done=done + failed,
            result={"answered": done, "refused": failed},
            leased_until=clock.now() + LEASE,
        )
        if not held:
            return  # another worker has taken the job over


def _answer(viewer: Viewer, ticket_id: UUID, text: str, now: datetime) -> None:
    """Give the answer by the verb that the member's state allows."""
    state = Ticket.objects.values_list("state", flat=True).get(id=ticket_id)
    give = finish_at_once if allowed(Verb.FINISH, state) else answer
    give(viewer, ticket_id, text=text, now=now)


def _asker(job: Job, now: datetime) -> Viewer:
    """Return who asked, with what they may do now; the system where no person asked."""
    if job.actor_id is None:
        return system_viewer()
    account = staff.active_account(job.actor_id)
    return staff.viewer_for(account, now=now) if account is not None else nobody()
