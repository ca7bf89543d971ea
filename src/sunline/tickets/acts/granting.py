"""The acts of granting: within the authority at once, above it by approval."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..types import Basis, GrantAction, Verdict
from .shape import NOTE, Act, Field, Group, options

WHICH = Field("grant", _("Which one"), "grant", required=False, help=_("Blank: the only one."))

GRANTING: tuple[Act, ...] = (
    Act(
        "grant",
        "grant",
        _("Waive or compensate"),
        _("It is in effect, or waits for approval: see the card on the right."),
        permissions.GRANT,
        services.grant,
        (
            Field("action", _("What is granted"), "select", options(GrantAction)),
            Field(
                "amount",
                _("Amount, yuan or days"),
                "money",
                required=False,
                help=_("Blank where duplicate orders are merged."),
            ),
            Field("basis", _("It rests on"), "select", options(Basis), False),
            NOTE,
        ),
        group=Group.CUSTOMER,
    ),
    Act(
        "decide_grant",
        "decide-grant",
        _("Decide on a waiver or compensation"),
        _("The decision was recorded."),
        permissions.DECIDE_GRANTS,
        services.decide_grant,
        (
            WHICH,
            Field("approve", _("Approve"), "flag", required=False),
            Field(
                "amount",
                _("Amount agreed to"),
                "money",
                required=False,
                help=_("Blank: as asked for. It may be less."),
            ),
            Field("note", _("Reason"), required=False, help=_("Needed to decline.")),
        ),
        group=Group.CUSTOMER,
    ),
    Act(
        "withdraw_grant",
        "withdraw-grant",
        _("Take back the request for approval"),
        _("The request was taken back."),
        permissions.GRANT,
        services.withdraw_grant,
        (WHICH, NOTE),
        group=Group.CUSTOMER,
    ),
    Act(
        "check_grant",
        "check-grant",
        _("Inspect a sampled grant"),
        _("The inspection was recorded."),
        permissions.CHECK_GRANTS,
        services.check_grant,
        (
            WHICH,
            Field("verdict", _("Finding"), "select", options(Verdict)),
            Field("note", _("Remark"), required=False, help=_("Needed where it is not in order.")),
        ),
        group=Group.RECORD,
    ),
)
