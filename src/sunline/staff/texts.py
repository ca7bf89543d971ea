"""Texts of the problems that forms and programs are told of."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BAD_CODE = _("Use up to 16 small letters, digits and hyphens.")
BAD_SKILL = _("Use up to 32 small letters, digits, hyphens and underscores.")
BAD_STAFF_NO = _("Use up to 16 letters and digits.")
BAD_LEVEL = _("A skill's level is a number from 1 to 5.")
WRONG_PASSWORD = _("The present password is not right.")

PASSWORD: Mapping[str, str | Promise] = {
    "too_short": _("A password needs at least 10 characters."),
    "holds_staff_no": _("The password must not hold the staff number."),
    "holds_name": _("The password must not hold the name."),
    "too_few_characters": _("Use at least four different characters."),
    "too_common": _("Many people use this password; it would be guessed at once."),
    "used_before": _("This is one of the last five passwords. Choose another."),
}
