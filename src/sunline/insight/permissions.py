"""What people may be allowed to see of the figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("insight.view", _("See the figures of one's units"))

VIEW_WEEKLY = Permission("insight.view_weekly", _("See the week's lists"))
EDIT_WEEKLY = Permission("insight.edit_weekly", _("Add to the week's lists and comment on them"))
PUBLISH_WEEKLY = Permission("insight.publish_weekly", _("Count and publish the week's lists"))

ALL: tuple[Permission, ...] = (VIEW, VIEW_WEEKLY, EDIT_WEEKLY, PUBLISH_WEEKLY)
