"""The words for why a clock falls due, filled in at the edge in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from .types import Explanation, HealthNote

WHY: dict[str, str | Promise] = {
    "minutes": _("%(time)s of “%(calendar)s”, from %(start)s: due %(due)s."),
    "working_days": _(
        "%(amount)d working days of “%(calendar)s”, received %(start)s. The day of receipt does "
        "not count; due when the last working day closes, %(due)s."
    ),
    "days": _(
        "%(amount)d natural days, received %(start)s. The day of receipt does not count; due at "
        "the end of the last day, %(due)s."
    ),
    "source": _("Source: %(source)s"),
    "mean": _("On the mean of all such matters at most %(time)s."),
    "mean_days": _("On the mean of all such matters at most %(amount)d natural days."),
    "promised": _("Promised at %(start)s for %(due)s. Nothing moves this moment."),
    "door": _("Received %(start)s; a door waits for the reply until %(due)s, whatever rests here."),
    "extended_moved": _("Extended by %(time)s on %(at)s by %(by)s: was due %(before)s."),
    "reclassified_to": _(
        "Replaced on %(at)s by %(by)s when the classification changed; was due %(before)s."
    ),
    "reclassified_moved": _(
        "Counts since the classification changed on %(at)s (%(by)s); was due %(before)s, now "
        "%(after)s."
    ),
    "reclassified_from": _(
        "Counts since the classification changed on %(at)s (%(by)s); due %(after)s."
    ),
    "lapsed_to": _(
        "No longer demanded since the classification changed on %(at)s (%(by)s); was due "
        "%(before)s."
    ),
    "restarted": _("Ended on %(at)s, when the clock was begun anew."),
    "unconfirmed": _("This figure is still to be confirmed."),
    "fixed": _("Holds do not move this moment."),
    "paused": _("Holds are not counted: %(count)d, %(time)s of working time."),
    "paused_now": _("On hold since %(since)s."),
    "other": _("Also applies, later: %(source)s, due %(due)s."),
    "days_off": _("Days off in between: %(count)d (%(first)s to %(last)s)."),
    "days_worked": _("Worked although a weekend: %(days)s."),
    "year_missing": _(
        "The holidays of %(year)d are not known yet; weekends and single days were used."
    ),
}
NOTES: dict[str, str | Promise] = {
    "sla.holidays_missing": _(
        "The list “%(holidays)s” has no holidays for %(year)d yet. Deadlines use weekends and the "
        "days set by hand until the list is renewed."
    ),
}


def say(reason: Explanation) -> str:
    """Return a reason as a sentence."""
    return str(WHY[reason.code]) % _filled(reason.params)


def say_note(note: HealthNote) -> str:
    """Return a health note as a sentence."""
    return str(NOTES[note.code]) % _filled(note.params)


def _filled(params: Mapping[str, object]) -> dict[str, object]:
    """Return parameters as they are read: local moments, spans of time, names in the language."""
    english = not (get_language() or "zh").startswith("zh")
    found: dict[str, object] = {}
    for key, value in params.items():
        if key.endswith("_en"):
            continue
        if isinstance(value, datetime):
            found[key] = f"{value:%Y-%m-%d %H:%M}"
        elif isinstance(value, timedelta):
            found[key] = duration(int(value.total_seconds() // 60))
        elif isinstance(value, date):
            found[key] = value.isoformat()
        elif isinstance(value, tuple):
            found[key] = ", ".join(part.isoformat() for part in value)
        else:
            other = params.get(f"{key}_en")
            found[key] = other if english and other else value
    amount = params.get("amount")
    if isinstance(amount, int) and "time" not in found:
        found["time"] = duration(amount)
    return found


def duration(minutes: int) -> str:
    """Return minutes in words: whole hours when they are whole."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours})
    if rest or not hours:
        text = ngettext("%(minutes)d minute", "%(minutes)d minutes", rest)
        parts.append(text % {"minutes": rest})
    return " ".join(parts)
