"""What people may be allowed to do with queues, rules and presence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("routing.view", _("See queues and who is present"))
PRESENCE = Permission("routing.presence", _("Set one's own presence"))
OVERRIDE = Permission("routing.override", _("Give work to people and set their presence"))
CONFIGURE = Permission("routing.configure", _("Set up queues, dispatch rules and capacities"))

ALL: tuple[Permission, ...] = (VIEW, PRESENCE, OVERRIDE, CONFIGURE)
