"""The acts that explain where a number's data went."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..types import DataPeriod, SheetChannel
from .shape import Act, Field, Group, options

DATA_USE: tuple[Act, ...] = (
    Act(
        "explain_data_use",
        "explain-data-use",
        _("Explain a data-use dispute"),
        _("The explanation sheet is ready: see the page of data use."),
        permissions.EXPLAIN_DATA,
        services.explain_data_use,
        (Field("period", _("Which days"), "select", options(DataPeriod)),),
        group=Group.CUSTOMER,
    ),
    Act(
        "send_data_sheet",
        "send-data-sheet",
        _("Send the explanation of data use"),
        _("The explanation is on its way to the customer's bound address."),
        permissions.EXPLAIN_DATA,
        services.send_data_sheet,
        (Field("channel", _("How"), "select", options(SheetChannel)),),
        group=Group.CUSTOMER,
    ),
)
