"""The words of explaining where a number's data went (流量争议)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DataPeriod(TextChoices):
    """Which days an explanation is about."""

    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    TWO_BACK = "two_back", _("The month before last")
    THREE_BACK = "three_back", _("Three months ago")
    WEEK = "week", _("The last seven days")


class DataCause(TextChoices):
    """What stands out in the use of data."""

    JUMP = "jump", _("Much more than in the months before")
    OVER = "over", _("More than the allowance")
    ONE_DAY = "one_day", _("Much on a single day")
    SHARED = "shared", _("Other devices on the hotspot")
    UPDATE = "update", _("Updates of system and apps")
    VIDEO = "video", _("Mostly video")
    NIGHT = "night", _("Much at night")
    BACKGROUND = "background", _("Much in the background")
    ROAMING = "roaming", _("While roaming")
    UNRESOLVED = "unresolved", _("Much to unknown addresses")
    FREE = "free", _("Part of it counts on no allowance")
    STEADY = "steady", _("Spread evenly, nothing stands out")


class SheetChannel(TextChoices):
    """How an explanation sheet goes to the customer's bound address."""

    SMS = "sms", _("Text message to the number itself")
    EMAIL = "email", _("E-mail to the verified address")
