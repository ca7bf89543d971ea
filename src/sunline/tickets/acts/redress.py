"""The acts on who the customer is, and on what is owed to them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..types import DeclineReason, GrantAction, Proof, ProofClass, WaiverReason
from .shape import NOTE, Act, Field, Group, options

# What a rule or a person proposes; the other grants are made without a proposal.
PROPOSED = tuple(
    (str(action.value), action.label)
    for action in (
        GrantAction.RENT_WAIVER,
        GrantAction.LATE_WORK,
        GrantAction.SLOW_PAY,
        GrantAction.WAIVE_PENALTY,
    )
)
WHAT = Field("action", _("What was proposed"), "select", PROPOSED)

REDRESS: tuple[Act, ...] = (
    Act(
        "verify",
        "verify",
        _("Verify identity"),
        _("What the customer showed was noted."),
        permissions.VERIFY,
        services.verify,
        (
            Field("klass", _("For what"), "select", options(ProofClass)),
            Field("passed", _("Proofs passed"), "many", options(Proof), required=False),
            Field("failed", _("Proofs failed"), "many", options(Proof), required=False),
        ),
        group=Group.CUSTOMER,
    ),
    Act(
        "cancel_unsolicited",
        "cancel-unsolicited",
        _("Cancel an order and refund it"),
        _("The order was cancelled; the refund is in effect or waits for approval."),
        permissions.GRANT,
        services.cancel_unsolicited,
        (
            Field("order", _("Number of the order"), "text", most=64),
            Field(
                "amount",
                _("Refund, yuan"),
                "money",
                required=False,
                help=_("Blank: what the evidence proposes."),
            ),
            NOTE,
        ),
        group=Group.CUSTOMER,
    ),
    Act(
        "propose_waiver",
        "propose-waiver",
        _("Propose to waive the contract penalty"),
        _("The waiver was proposed: see the card on the right."),
        permissions.GRANT,
        services.propose_waiver,
        (
            Field("reason", _("Reason"), "select", options(WaiverReason)),
            Field(
                "amount",
                _("Amount, yuan"),
                "money",
                required=False,
                help=_("Blank: all that leaving now costs."),
            ),
            Field("note", _("Note")),
        ),
        group=Group.CUSTOMER,
    ),
    Act(
        "accept_proposal",
        "accept-proposal",
        _("Accept a proposed compensation"),
        _("It is in effect, or waits for approval: see the card on the right."),
        permissions.GRANT,
        services.accept_proposal,
        (
            WHAT,
            Field(
                "base",
                _("Monthly rent or fee charged, yuan"),
                "money",
                required=False,
                help=_("Only where it is unknown."),
            ),
            NOTE,
        ),
        group=Group.CUSTOMER,
    ),
    Act(
        "decline_proposal",
        "decline-proposal",
        _("Decline a proposed compensation"),
        _("The proposal was declined; it is not made again."),
        permissions.GRANT,
        services.decline_proposal,
        (
            WHAT,
            Field("reason", _("Reason"), "select", options(DeclineReason)),
            Field("note", _("Note")),
        ),
        group=Group.CUSTOMER,
    ),
)
