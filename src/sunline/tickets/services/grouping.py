"""Group complaints: who belongs to one, what callers are told, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, NotFound, Problem, too_long, unknown_choice
from sunline.staff.types import Viewer, system_viewer

from .. import events
from ..access import may_see
from ..errors import GroupOver, InGroup, NoGroup, NothingOpen
from ..models import GroupCase, GroupMember, Notice, Ticket
from ..queries.groups import valid_notices
from ..rules.lifecycle import Verb
from ..types import FINAL, NoticePlace, TicketRef
from .changing import Change, changing
from .handling import text_of

MOST_NOTICE = {NoticePlace.IVR.value: 120, NoticePlace.BANNER.value: 200}
LONGEST_NOTICE = timedelta(days=7)
UNKNOWN = _("There is no group complaint with this number that you may see.")
ITSELF = _("A group complaint cannot be a member itself.")
NOT_SOON = _("A notice ends after now and within 7 days.")
REVISIT_PAST = _("This moment has passed.")


def join(ticket_id: UUID, group_id: UUID, *, now: datetime) -> bool:
    """Make a ticket a member because the rule found it; return whether it is one only now.

    One that is a member already, or whose group has ended, is left alone.
    """
    try:
        with changing(system_viewer(), ticket_id, Verb.NOTE, now=now) as change:
            _join(change, _open_group(group_id), by_rule=True)
    except (InGroup, GroupOver, NotFound):
        return False
    return True


def join_group(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    into_number: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Add a ticket to a group complaint; raises Invalid, InGroup or GroupOver."""
    found = Ticket.objects.filter(number=into_number.strip().upper()[:24]).first()
    group = GroupCase.objects.filter(ticket=found).first() if found is not None else None
    if found is None or group is None or not may_see(viewer, found):
        raise Invalid([Problem("into_number", "unknown", UNKNOWN)])
    if GroupCase.objects.filter(ticket_id=ticket_id).exists():
        raise Invalid([Problem("into_number", "itself", ITSELF)])
    with changing(viewer, ticket_id, Verb.JOIN_GROUP, now=now, version=version) as change:
        _join(change, _open_group(group.id), by_rule=False)
    return change.ref()


def _open_group(group_id: UUID) -> GroupCase:
    """Return a group that still takes members in, held until the transaction ends."""
    group = (
        GroupCase.objects.select_for_update(of=("self",), no_key=True)
        .select_related("ticket")
        .get(id=group_id)
    )
    if group.ended_at is not None or group.ticket.state in FINAL:
        raise GroupOver(number=group.ticket.number)
    return group


def _join(change: Change, group: GroupCase, *, by_rule: bool) -> None:
    try:
        with transaction.atomic():
            GroupMember.objects.create(
                group=group, ticket=change.ticket, by_rule=by_rule, joined_at=change.now
            )
    except IntegrityError:
        raise InGroup(number=change.ticket.number) from None
    change.record(events.JoinedGroup, group=group.id, by_rule=by_rule)


def leave_group(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Take a ticket out of its group complaint; raises NothingOpen when it is in none."""
    with changing(viewer, ticket_id, Verb.LEAVE_GROUP, now=now, version=version) as change:
        row = GroupMember.objects.filter(ticket_id=ticket_id, left_at=None).first()
        if row is None:
            raise NothingOpen(number=change.ticket.number)
        GroupMember.objects.filter(id=row.id).update(left_at=now)
        change.record(events.LeftGroup, group=row.group_id)
    return change.ref()


def group_of(change: Change) -> GroupCase:
    """Return the group that a ticket under change is the parent case of; raise NoGroup."""
    group = (
        GroupCase.objects.select_for_update(no_key=True).filter(ticket_id=change.ticket.id).first()
    )
    if group is None:
        raise NoGroup(number=change.ticket.number)
    return group


def put_notice(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    place: str,
    text: str,
    until: datetime,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Tell callers (IVR) or readers (banner) of a group complaint until a moment.

    A notice in the same place is replaced. Raises Invalid for a text that is too long to be heard.
    """
    if place not in NoticePlace.values:
        raise Invalid([unknown_choice("place")])
    text = text_of(text)
    if len(text) > MOST_NOTICE[place]:
        raise Invalid([too_long("text", MOST_NOTICE[place])])
    if not now < until <= now + LONGEST_NOTICE:
        raise Invalid([Problem("until", "out_of_range", NOT_SOON)])
    with changing(viewer, ticket_id, Verb.PUT_NOTICE, now=now, version=version) as change:
        group = group_of(change)
        _end_notices(group, viewer, now, place)
        Notice.objects.create(
            group=group, place=place, text=text, since=now, until=until, by=viewer.actor.id
        )
        change.record(events.NoticePut, place=place, until=until)
        change.note(text, "notice")
        valid_notices.forget()
    return change.ref()


def end_notice(
    viewer: Viewer, ticket_id: UUID, *, place: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Stop a notice before its time; raises NothingOpen when none is told there."""
    if place not in NoticePlace.values:
        raise Invalid([unknown_choice("place")])
    with changing(viewer, ticket_id, Verb.END_NOTICE, now=now, version=version) as change:
        if not _end_notices(group_of(change), viewer, now, place):
            raise NothingOpen(number=change.ticket.number)
        change.record(events.NoticeEnded, place=place)
    return change.ref()


def _end_notices(group: GroupCase, viewer: Viewer, now: datetime, place: str = "") -> int:
    rows = Notice.objects.filter(group=group, ended_at=None)
    rows = rows.filter(place=place) if place else rows
    valid_notices.forget()
    return rows.update(ended_at=now, ended_by=viewer.actor.id)


def plan_revisits(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    revisit_at: datetime,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Plan when the members are asked whether it is solved (批量回访)."""
    if revisit_at <= now:
        raise Invalid([Problem("revisit_at", "past", REVISIT_PAST)])
    with changing(viewer, ticket_id, Verb.PLAN_REVISITS, now=now, version=version) as change:
        group = group_of(change)
        rows = GroupMember.objects.filter(group=group, left_at=None, ticket__closed_at=None)
        keys = list(rows.values_list("id", flat=True))
        GroupMember.objects.filter(id__in=keys).update(revisit_at=revisit_at)
        change.record(events.RevisitsPlanned, revisit_at=revisit_at, count=len(keys))
    return change.ref()


def end_group(
    viewer: Viewer, ticket_id: UUID, *, note: str = "", now: datetime, version: int | None = None
) -> TicketRef:
    """End a group complaint: it takes in nobody else and its notices end."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.END_GROUP, now=now, version=version) as change:
        group = group_of(change)
        if group.ended_at is not None:
            raise GroupOver(number=change.ticket.number)
        GroupCase.objects.filter(id=group.id).update(ended_at=now, ended_by=viewer.actor.id)
        _end_notices(group, viewer, now)
        change.record(events.GroupEnded)
        change.note(note, "group")
    return change.ref()
