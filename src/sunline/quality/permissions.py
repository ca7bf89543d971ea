"""What people may be allowed to see and do in quality."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("quality.view", _("See ratings and their comments"))
VIEW_REVIEWS = Permission("quality.view_reviews", _("See reviews and their measures"))
WRITE_REVIEWS = Permission("quality.write_reviews", _("Write reviews and set measures"))
CHECK_REVIEWS = Permission("quality.check_reviews", _("Check reviews and give them to people"))
DO_MEASURES = Permission("quality.do_measures", _("Report measures as carried out"))

ALL: tuple[Permission, ...] = (VIEW, VIEW_REVIEWS, WRITE_REVIEWS, CHECK_REVIEWS, DO_MEASURES)
