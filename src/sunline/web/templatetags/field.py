"""Appointments as the screens write them."""

from __future__ import annotations

from django import template

from sunline.web import words

register = template.Library()


@register.filter
def slot_words(code: str) -> str:
    """Write a window of a day: 11-23 and its part of the day."""
    day, _dot, window = code.partition(".")
    return f"{day[5:]} {words.label('window', window)}"
