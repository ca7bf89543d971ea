"""What may be done with interactions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("interactions.view", _("See contacts and their messages"))
REGISTER = Permission("interactions.register", _("Record contacts and wrap them up"))
SEND = Permission("interactions.send", _("Write to customers"))
SETTLE_UNREADABLE = Permission(
    "interactions.settle_unreadable", _("Look after what could not be read or was set aside")
)
CONFIGURE = Permission("interactions.configure", _("Set up mailboxes"))
IMPORT = Permission("interactions.import", _("Import past contacts"))

ALL: tuple[Permission, ...] = (VIEW, REGISTER, SEND, SETTLE_UNREADABLE, CONFIGURE, IMPORT)
