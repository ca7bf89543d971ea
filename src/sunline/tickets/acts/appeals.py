"""The acts on appeals: taken in, answered at their door, mediated, agreed, closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..services.appeal_steps import REFUSALS
from ..types import AppealCategory, AppealResult, AppealReturn, Door, WordOfUser
from .shape import NOTE, Act, Field, Group, options

WHICH = Field(
    "appeal",
    _("Appeal"),
    "appeal",
    required=False,
    help=_("Blank: the only one that this fits."),
    most=64,
)
WORD = options(list(WordOfUser)[1:])

APPEALS: tuple[Act, ...] = (
    Act(
        "reply_appeal",
        "reply-appeal",
        _("Reply to the door"),
        _("The reply to the door was recorded."),
        permissions.APPEAL,
        services.reply_appeal,
        (WHICH, Field("text", _("Reply to the door"))),
        group=Group.APPEAL,
    ),
    Act(
        "receive_appeal",
        "receive-appeal",
        _("Take in an appeal"),
        _("The appeal was put on this complaint."),
        permissions.APPEAL,
        services.receive_appeal,
        (
            Field("door", _("Door"), "select", options(Door)),
            Field("reference", _("The door's number"), "text", most=64),
            Field("category", _("Category of the appeal"), "select", options(AppealCategory)),
            Field("claim", _("What is claimed")),
            Field("event_at", _("When it happened"), "moment"),
            Field("received_at", _("Received"), "moment", required=False, help=_("Blank: now.")),
            Field("first_complaint_at", _("First complained to us"), "moment", required=False),
            Field("reply_due", _("Reply due, as the door says"), "moment", required=False),
        ),
        group=Group.APPEAL,
    ),
    Act(
        "accept_appeal",
        "accept-appeal",
        _("Note that the door accepted"),
        _("The acceptance was noted."),
        permissions.APPEAL,
        services.accept_appeal,
        (
            WHICH,
            Field("material_at", _("All material received"), "moment", required=False),
            Field("although", _("Accepted though the rules speak against it"), "flag", (), False),
            NOTE,
        ),
        group=Group.APPEAL,
    ),
    Act(
        "refuse_appeal",
        "refuse-appeal",
        _("Note that the centre refused"),
        _("The refusal was noted."),
        permissions.APPEAL,
        services.refuse_appeal,
        (WHICH, Field("reason", _("Reason"), "select", options(REFUSALS)), NOTE),
        group=Group.APPEAL,
    ),
    Act(
        "send_back_appeal",
        "send-back-appeal",
        _("Note that the user was sent to us first"),
        _("The user's way back to us was noted; the complaint goes on here."),
        permissions.APPEAL,
        services.send_back_appeal,
        (WHICH, NOTE),
        group=Group.APPEAL,
    ),
    Act(
        "return_appeal",
        "return-appeal",
        _("Return to the door"),
        _("The appeal went back to its door."),
        permissions.APPEAL,
        services.return_appeal,
        (
            WHICH,
            Field("reason", _("Reason"), "select", options(AppealReturn)),
            Field("note", _("Note")),
        ),
        group=Group.APPEAL,
    ),
    Act(
        "mediate_appeal",
        "mediate-appeal",
        _("Note that mediation begins"),
        _("The mediation was noted."),
        permissions.APPEAL,
        services.mediate_appeal,
        (WHICH, NOTE),
        group=Group.APPEAL,
    ),
    Act(
        "sign_agreement",
        "sign-agreement",
        _("Record the agreement"),
        _("The agreement was recorded."),
        permissions.APPEAL,
        services.sign_agreement,
        (
            WHICH,
            Field("text", _("What was agreed")),
            Field("amount", _("Amount, yuan"), "money", required=False),
            Field("signed_at", _("Signed"), "moment", required=False, help=_("Blank: now.")),
        ),
        group=Group.APPEAL,
    ),
    Act(
        "close_appeal",
        "close-appeal",
        _("Close the appeal"),
        _("The appeal is closed."),
        permissions.APPEAL,
        services.close_appeal,
        (
            WHICH,
            Field("result", _("How it ended"), "select", options(AppealResult)),
            Field("solved", _("Solved, says the user"), "select", WORD, False),
            Field("satisfied", _("Satisfied, says the user"), "select", WORD, False),
            NOTE,
        ),
        group=Group.APPEAL,
    ),
    Act(
        "withdraw_appeal",
        "withdraw-appeal",
        _("The user takes the appeal back"),
        _("The withdrawal was noted."),
        permissions.APPEAL,
        services.withdraw_appeal,
        (WHICH, Field("note", _("Note"))),
        group=Group.APPEAL,
    ),
)
