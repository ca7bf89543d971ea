"""What may be done with limits and calendars."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("sla.view", _("See limits and calendars"))
MANAGE = Permission("sla.manage", _("Publish limits, confirm figures and set calendar days"))
VIEW_WARNINGS = Permission("sla.view_warnings", _("See one's own warnings"))
VIEW_LED = Permission("sla.view_led_warnings", _("See the warnings of the units one leads"))
ACKNOWLEDGE = Permission("sla.acknowledge", _("Acknowledge warnings"))

ALL: tuple[Permission, ...] = (VIEW, MANAGE, VIEW_WARNINGS, VIEW_LED, ACKNOWLEDGE)
