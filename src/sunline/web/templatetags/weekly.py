"""Lines of the week's list as the screens write them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from sunline.insight.types import WeekKind
from sunline.web.desk.weekly import figures_of

register = template.Library()


@register.filter
def week_figures(line: Any) -> str:
    """Write what marks a line."""
    return figures_of(line)


@register.filter
def week_hint(code: str) -> str:
    """Say what a part of the list holds."""
    return {
        WeekKind.COMMON: _("with most tickets"),
        WeekKind.HOT: _("more than in the weeks before"),
        WeekKind.TYPICAL: _("worth telling others"),
        WeekKind.HARD: _("longest, most often back, most units"),
    }[WeekKind(code)]
