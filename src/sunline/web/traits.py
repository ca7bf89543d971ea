"""What limits and dispatch rules ask of a ticket, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff

from . import words

NAMES: Mapping[str, str | Promise] = {
    "kind": gettext_lazy("Kind of ticket"),
    "reporting_type": gettext_lazy("Reporting type"),
    "urgency": gettext_lazy("Urgency"),
    "product": gettext_lazy("Service"),
    "language": gettext_lazy("Language"),
    "complexity": gettext_lazy("Complexity"),
    "severity": gettext_lazy("Severity"),
    "tier": gettext_lazy("Tier"),
    "rural": gettext_lazy("Countryside"),
    "channel": gettext_lazy("Channel"),
    "topic": gettext_lazy("Topic"),
    "home": gettext_lazy("Home unit"),
}

# Traits whose values are listed under another name.
LISTS = {"product": "service", "reporting_type": "reporting"}


def choices(name: str, used: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the values that a trait of a ticket can have, with their words.

    Values in use that have no words stand for themselves, so that no change drops them unseen.
    """
    if name == "rural":
        known = [("yes", _("yes")), ("no", _("no"))]
    elif name == "topic":
        tree, today = knowledge.topics(), timezone.localdate()
        known = [(row.code, _topic(row.code)) for row in tree.in_use(today) if row.level < 3]
    else:
        # Codes of other systems may read like ours: they show their code as well.
        known = [
            (code, label if code.islower() else f"{label} ({code})")
            for code, label in words.choices(LISTS.get(name, name))
        ]
    codes = {code for code, _label in known}
    return [*known, *((value, value) for value in sorted(set(used) - codes))]


def said(name: str, wanted: Collection[str]) -> str:
    """Return a trait with the values asked of it: `Tier: Gold card, Diamond card`."""
    if name in ("topic", "home"):
        spoken = [_topic(code) if name == "topic" else _home(code) for code in sorted(wanted)]
    elif name in NAMES:
        spoken = [label for code, label in choices(name, wanted) if code in wanted]
    else:
        spoken = sorted(wanted)
    told = {"trait": NAMES.get(name, name), "values": _(", ").join(spoken)}
    return _("%(trait)s: %(values)s") % told


def _topic(code: str) -> str:
    tree = knowledge.topics()
    row = tree.by_code(code)
    return tree.label(row.id, get_language() or "zh-hans") if row else code


def _home(path: str) -> str:
    row = next((row for row in staff.unit_tree().rows if row.path == path), None)
    if row is None:
        return path
    return row.name_en if row.name_en and get_language() == "en" else row.name
