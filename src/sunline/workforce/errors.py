"""What workforce refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict


class LogThere(Conflict):
    """The shift has its log already."""

    code = "shift.log_there"
    text = _("This shift has a log already.")


class LogSigned(Conflict):
    """A signed log is not changed any more."""

    code = "shift.log_signed"
    text = _("This shift log is signed; it cannot be changed.")


class SameSigner(Conflict):
    """Whoever hands over does not also take over."""

    code = "shift.same_signer"
    text = _("The incoming floor manager must be somebody else.")
