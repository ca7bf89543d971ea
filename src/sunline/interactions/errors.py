"""Refusals of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, NotFound, Refused


class UnknownInteraction(NotFound):
    """The interaction does not exist or the viewer may not see it."""

    code = "interaction.not_found"


class UnknownMessage(NotFound):
    """The message or its file does not exist or the viewer may not see it."""

    code = "message.not_found"


class UnknownMailbox(NotFound):
    """No mailbox of this code is in use."""

    code = "mailbox.not_found"
    text = _("There is no such mailbox.")


class AlreadyEnded(Conflict):
    """The interaction was wrapped up before."""

    code = "interaction.ended"
    text = _("This contact has been wrapped up already.")


class NotSetAside(Conflict):
    """The message is not among those set aside."""

    code = "message.not_aside"
    text = _("This message is not set aside, or somebody has admitted it already.")


class AlreadySettled(Conflict):
    """The outgoing message does not wait for a decision."""

    code = "outgoing.settled"
    text = _("Nobody needs to decide about this message any more.")


class OwnAddress(Refused):
    """The message would go to one of our own mailboxes and come back for ever."""

    code = "outgoing.own_address"
    text = _("This is one of our own mailboxes; a message to it would come back.")
