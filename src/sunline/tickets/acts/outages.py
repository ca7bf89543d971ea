"""The acts on an outage, which are done to its parent ticket, and on tickets that belong to one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from .shape import NOTE, Act, Field, Group

MOST_TOLD = 300
TOLD = Field(
    "text",
    _("What customers are told"),
    required=False,
    help=_("At most 300 characters. Left blank, the house writes it."),
    most=MOST_TOLD,
)

OUTAGES: tuple[Act, ...] = (
    Act(
        "revise_outage",
        "revise-outage",
        _("Tell a new estimate"),
        _("The new estimate is being told to everybody who is linked."),
        permissions.LEAD_OUTAGES,
        services.revise_outage,
        (Field("estimated_end_at", _("Expected to end"), "moment"), TOLD),
        group=Group.OUTAGE,
    ),
    Act(
        "close_outage",
        "close-outage",
        _("Close the outage for all"),
        _("The outage is closed; everybody who is linked is being answered and told once."),
        permissions.LEAD_OUTAGES,
        services.close_outage,
        (
            Field(
                "ended_at",
                _("Service back since"),
                "moment",
                required=False,
                help=_("Left blank: now."),
            ),
            TOLD,
        ),
        group=Group.OUTAGE,
    ),
    Act(
        "cancel_outage",
        "cancel-outage",
        _("Call the outage off"),
        _("The outage is called off; its tickets go their own way again."),
        permissions.LEAD_OUTAGES,
        services.cancel_outage,
        (NOTE,),
        group=Group.OUTAGE,
    ),
    Act(
        "link_outage",
        "link-outage",
        _("Link to an outage"),
        _("The ticket belongs to the outage now."),
        permissions.LEAD_OUTAGES,
        services.link_outage,
        (Field("into_number", _("Number of the outage"), "text", most=24),),
        group=Group.RECORD,
    ),
    Act(
        "unlink_outage",
        "unlink-outage",
        _("Take out of the outage"),
        _("The ticket stands alone again and is not drawn in anew."),
        permissions.LEAD_OUTAGES,
        services.unlink_outage,
        group=Group.RECORD,
    ),
)
