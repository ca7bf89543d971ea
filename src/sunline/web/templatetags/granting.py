"""Amounts and levels of grants as the screens write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sunline.staff import queries as staff
from sunline.tickets.types.grants import DAYS, NONE, UNITS, YUAN

register = template.Library()


def said(action: str, value: Any) -> str:
    """Return an amount in the unit of its action, a dash for none."""
    unit = UNITS.get(action, YUAN)
    if value in (None, "") or unit == NONE:
        return "–"
    number = Decimal(str(value))
    if unit == DAYS:
        return ngettext("%(n)d day", "%(n)d days", int(number)) % {"n": int(number)}
    return f"¥{number:,.2f}"


@register.simple_tag
def amount(action: str, value: Any) -> str:
    """Write an amount: `{% amount row.action row.amount %}`."""
    return said(action, value)


@register.simple_tag
def limit(action: str, value: Any) -> str:
    """Write a limit; zero and none mean that somebody has to be asked."""
    if value in (None, "") or not Decimal(str(value)):
        return _("asks for approval")
    return _("allowed") if UNITS.get(action) == NONE else said(action, value)


@register.filter
def role(code: str) -> str:
    """Return a role's name."""
    return staff.role_label(code) if code else ""
