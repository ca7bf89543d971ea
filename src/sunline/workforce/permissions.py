"""What people may do with shifts and bulletins; where is decided by the unit of each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("workforce.view", _("See shift logs and bulletins"))
HAND_OVER = Permission("workforce.hand_over", _("Write and sign shift logs"))
REPORT = Permission("workforce.report", _("Write bulletins"))

ALL: tuple[Permission, ...] = (VIEW, HAND_OVER, REPORT)
