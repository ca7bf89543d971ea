"""The acts on tickets that belong together: repeats, suspected duplicates, group complaints."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..types import NoticePlace, RepeatCause
from .shape import NOTE, Act, Field, Group, options

PLACE = Field("place", _("Where"), "select", options(NoticePlace))

BELONGING: tuple[Act, ...] = (
    Act(
        "tell_repeat_cause",
        "tell-repeat-cause",
        _("Tell the cause of the repeat"),
        _("The cause of the repeat was noted."),
        permissions.NOTE,
        services.tell_repeat_cause,
        (Field("cause", _("Why the customer came back"), "select", options(RepeatCause)), NOTE),
        group=Group.RECORD,
    ),
    Act(
        "not_duplicate",
        "not-duplicate",
        _("Not a duplicate"),
        _("These are two matters; you will not be asked again."),
        permissions.NOTE,
        services.not_duplicate,
        (Field("other_number", _("Ticket number"), "text", most=24),),
        group=Group.RECORD,
    ),
    Act(
        "join_group",
        "join-group",
        _("Add to a group complaint"),
        _("The ticket belongs to the group complaint now."),
        permissions.LEAD_GROUPS,
        services.join_group,
        (Field("into_number", _("Number of the group complaint"), "text", most=24),),
        group=Group.RECORD,
    ),
    Act(
        "leave_group",
        "leave-group",
        _("Take out of the group complaint"),
        _("The ticket stands alone again."),
        permissions.LEAD_GROUPS,
        services.leave_group,
        group=Group.RECORD,
    ),
    Act(
        "put_notice",
        "put-notice",
        _("Put up a notice"),
        _("The notice is told from now on."),
        permissions.LEAD_GROUPS,
        services.put_notice,
        (
            PLACE,
            Field(
                "text",
                _("Notice"),
                help=_("At most 120 characters to be heard, 200 to be read."),
            ),
            Field("until", _("Valid until"), "moment"),
        ),
        group=Group.GROUP,
    ),
    Act(
        "end_notice",
        "end-notice",
        _("Take a notice down"),
        _("The notice is no longer told."),
        permissions.LEAD_GROUPS,
        services.end_notice,
        (PLACE,),
        group=Group.GROUP,
    ),
    Act(
        "tell_members",
        "tell-members",
        _("Short message to all members"),
        _("The message to the members was written down."),
        permissions.LEAD_GROUPS,
        services.tell_members,
        (Field("text", _("Short message"), help=_("At most 300 characters.")),),
        group=Group.GROUP,
    ),
    Act(
        "answer_members",
        "answer-members",
        _("Answer all members"),
        _("The members are being answered one by one; the list of members shows how far it is."),
        permissions.LEAD_GROUPS,
        services.answer_members,
        (Field("text", _("Answer")),),
        group=Group.GROUP,
    ),
    Act(
        "plan_revisits",
        "plan-revisits",
        _("Plan the revisits"),
        _("The revisits of the members were planned."),
        permissions.LEAD_GROUPS,
        services.plan_revisits,
        (Field("revisit_at", _("When they are asked"), "moment"),),
        group=Group.GROUP,
    ),
    Act(
        "end_group",
        "end-group",
        _("End the group complaint"),
        _("The group complaint has ended."),
        permissions.LEAD_GROUPS,
        services.end_group,
        (NOTE,),
        group=Group.GROUP,
    ),
)
