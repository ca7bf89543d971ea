"""Texts of refusals that several parts of the TM Forum edge give."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

BAD_DATE = _("This must be a date and time of RFC 3339, such as 2026-11-21T08:00:00.000Z.")
BLANK = _("This must not be blank.")
TOO_DEEP = _("This is nested too deeply.")
TOO_BIG = _("This number is too big.")
UNSTORABLE = _("This contains a character that cannot be stored.")
NOT_JSON = _("The body is not readable JSON in UTF-8.")
NOT_AN_OBJECT = _("The body must be one JSON object.")
UNKNOWN_PARAMETER = _("This query parameter is not known here.")
UNKNOWN_ATTRIBUTE = _("The resource has no such attribute.")
NOT_A_COUNT = _("This must be a whole number, zero or more.")
BAD_VALUE = _("This value cannot be compared with the attribute.")
BAD_FILTER = _("This filter expression is not supported.")
TOO_BROAD = _("This filter would search too many tickets. Narrow it by status or creation date.")
NOT_PATCHABLE = _("This attribute is set by the server and cannot be changed.")
NEEDS_BASE = _("A type of your own needs @baseType and @schemaLocation.")
OTHER_TYPE = _("This is not the type of the resource.")
NOT_SORTABLE = _("The list cannot be sorted by this attribute.")
CURSOR_AND_SORT = _("A cursor cannot be combined with offset or sort.")
BAD_KEY = _("The idempotency key must have 1 to 128 printable characters.")
