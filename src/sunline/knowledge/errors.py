"""Refusals about knowledge."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict


class ChangedMeanwhile(Conflict):
    """The article was changed after the caller last read it."""

    code = "knowledge.changed"
    text = _("%(by)s changed this article in the meantime. Your text is kept.")


class NothingToPublish(Conflict):
    """The newest version is published already."""

    code = "knowledge.nothing_to_publish"
    text = _("There is no draft to publish.")


# What makes a topic's fields, or what was told in them, unusable.
NOT_AN_AMOUNT = _("An amount in yuan, please, such as 12.50.")
NOT_A_MONTH = _("A month, please, such as 2026-11.")
NOT_A_DAY = _("A day, please, such as 2026-11-21.")
UNKNOWN_DETAIL = _("The topic asks for no such field.")
FIELD_LINE = _("One field a line: code, name, English name, kind, required or optional.")
NO_SUCCESSOR = _("There is no topic in use with this code.")
IN_A_CIRCLE = _("A topic cannot come after itself.")

# What makes a validity unusable.
ENDS_BEFORE = _("This must be later than the first day.")

# What makes a row of the table of addresses unusable.
NO_ADDRESS = _("This is no address, network, range or domain.")
ADDRESS_TWICE = _("This shares addresses with line %(other)d.")
NEITHER_FLAG = _("Yes or no, please.")
NO_ROWS = _("The table holds no rows that can be used.")
