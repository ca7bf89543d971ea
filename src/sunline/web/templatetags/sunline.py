"""Icons, moments, clocks and names as the screens write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sunline.kernel import clock
from sunline.web import words

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; it is decoration unless it has a label."""
    address = f"{static('dist/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" width="20" height="20" role="img" aria-label="{}">'
            '<use href="{}"></use></svg>',
            label,
            address,
        )
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{}"></use></svg>',
        address,
    )


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in the viewer's zone on the 24-hour clock: 2026-11-21 09:05."""
    return words.moment(value)


@register.filter
def day(value: Any) -> str:
    """Write a day as 2026-11-21."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%Y-%m-%d") if value else ""


@register.filter
def ago(value: datetime | None) -> str:
    """Write how long ago something was, in the largest fitting unit."""
    return words.ago(value, clock.now()) if value else ""


@register.simple_tag
def when(value: datetime | None) -> SafeString:
    """Write a moment in words, with the exact one for machines and for a closer look."""
    if value is None:
        return SafeString("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), moment(value), ago(value)
    )


@register.simple_tag
def due(value: datetime | None, state: str = "") -> SafeString:
    """Write how much time a clock leaves, in words and in colour."""
    if value is None:
        return format_html('<span class="text-secondary">{}</span>', "–")
    text, step = words.due(value, clock.now())
    return format_html(
        '<span class="clock-{}"><time datetime="{}" title="{}">{}</time></span>',
        step,
        value.isoformat(),
        moment(value),
        text,
    )


@register.filter
def span(value: timedelta | None) -> str:
    """Write a length of time in its two largest units."""
    return words.span(value) if value is not None else ""


@register.filter
def size(value: int | None) -> str:
    """Write a number of bytes for people."""
    amount = float(value or 0)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


@register.filter
def named(row: Any) -> str:
    """Return the name of a row in the viewer's language."""
    english = getattr(row, "name_en", "")
    return str(english) if english and get_language() == "en" else str(getattr(row, "name", row))


@register.filter
def label(code: Any, group: str) -> str:
    """Return the words for a code of a group: `{{ row.state|label:"state" }}`."""
    return words.label(group, str(code or ""))


@register.filter
def problem(problems: Any, field: str) -> str:
    """Return what is wrong with a field, or nothing."""
    return next((found.message for found in problems or () if found.field == field), "")


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """Return the page's query with changes; None takes a key out, and paging starts again."""
    request = context.get("request")
    found: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    found.pop("cursor", None)
    for key, value in changes.items():
        if value in (None, ""):
            found.pop(key, None)
        else:
            found[key] = str(value)
    return "?" + found.urlencode()


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return a value of a mapping by a key that is only known on the page."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag
def plural_tickets(count: int) -> str:
    """Write a number of tickets."""
    return ngettext("%(count)d ticket", "%(count)d tickets", count) % {"count": count}


@register.filter
def yes_no(value: Any) -> str:
    """Write a truth value."""
    return _("Yes") if value else _("No")


@register.filter
def periods(value: Any) -> str:
    """Write the working periods of a day: 08:30-12:00 13:30-17:30."""
    return " ".join(
        f"{opens // 60:02}:{opens % 60:02}\u2013{shuts // 60:02}:{shuts % 60:02}"
        for opens, shuts in value
    )
