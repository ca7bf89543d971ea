"""What a person may be allowed to do with knowledge."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("knowledge.view", _("Read knowledge"))
EDIT = Permission("knowledge.edit", _("Write knowledge and topics"))

ALL: tuple[Permission, ...] = (VIEW, EDIT)
