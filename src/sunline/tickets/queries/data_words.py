"""An explanation of data use in plain words, to be read out or sent."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sunline.knowledge.types import AddressCategory

from ..types import DataCause
from .data_use import TOP, Explained, Sheet

GB = 1 << 30
MB = 1 << 20
NAMED = 3  # kinds of services that are read out


def amount(size: int) -> str:
    """Write bytes as people speak of data: 3.4 GB, 120 MB."""
    return f"{size / GB:.1f} GB" if size >= GB else f"{max(1, round(size / MB)) if size else 0} MB"


def spoken(sheet: Sheet) -> list[str]:
    """Return the sentences an agent may read out: kinds of services and sums, no addresses."""
    found = sheet.explained
    if not found.total:
        return [_("In this period the network counted no data on your number.")]
    said = [
        _(
            "From %(since)s to %(last)s your number used %(total)s of data, on average "
            "%(mean)s a day."
        )
        % {
            "since": f"{sheet.since:%Y-%m-%d}",
            "last": f"{sheet.last:%Y-%m-%d}",
            "total": amount(found.total),
            "mean": amount(found.total // max(1, len(found.days))),
        }
    ]
    if found.included:
        said.append(
            _("Your allowance of the month is %(included)s; %(counted)s of it was used.")
            % {"included": amount(found.included), "counted": amount(found.counted)}
        )
    if found.usual:
        said.append(
            _("In the months before it was %(usual)s a month.") % {"usual": amount(found.usual)}
        )
    kinds = [
        _("%(kind)s %(share)d %%") % {"kind": category(code), "share": found.share(size)}
        for code, size in found.categories[:NAMED]
    ]
    if kinds:
        said.append(_("Most of it: %(kinds)s.") % {"kinds": _(", ").join(kinds)})
    if found.peak_day and found.peak_hour is not None:
        most = dict(found.days)[found.peak_day]
        said.append(
            _("The most on one day was %(size)s on %(day)s; the busiest hour is %(hour)d o'clock.")
            % {"size": amount(most), "day": f"{found.peak_day:%m-%d}", "hour": found.peak_hour}
        )
    said += [cause_said(code, found) for code in found.causes]
    if found.unresolved and DataCause.UNRESOLVED not in found.causes:
        said.append(
            _("For %(share)d %% of it we do not know which service it was.")
            % {"share": found.share(found.unresolved)}
        )
    return said


def cause_said(code: str, found: Explained) -> str:
    """Return what is said of one thing that stands out, with what the customer can do."""
    shares = {
        DataCause.SHARED: found.shared,
        DataCause.NIGHT: found.night,
        DataCause.BACKGROUND: found.background,
        DataCause.UNRESOLVED: found.unresolved,
        DataCause.VIDEO: dict(found.categories).get("video", 0),
        DataCause.UPDATE: sum(dict(found.categories).get(one, 0) for one in ("update", "store")),
    }
    texts = {
        DataCause.JUMP: _("That is far more than in the months before."),
        DataCause.OVER: _(
            "That is more than your allowance; what goes beyond it is charged as agreed."
        ),
        DataCause.ONE_DAY: _("One day stands out; please think of what you did on that day."),
        DataCause.SHARED: _(
            "About %(share)d %% was used by other devices on your hotspot. Please change the "
            "hotspot's password and look which devices are connected."
        ),
        DataCause.UPDATE: _(
            "About %(share)d %% were updates of system and apps. They can be set to Wi-Fi only."
        ),
        DataCause.VIDEO: _(
            "About %(share)d %% was video. Autoplay on mobile networks can be turned off in the "
            "app."
        ),
        DataCause.NIGHT: _(
            "About %(share)d %% was at night, which is often apps at work by themselves."
        ),
        DataCause.BACKGROUND: _(
            "About %(share)d %% was probably in the background, without anybody looking. The "
            "phone's settings can limit it app by app."
        ),
        DataCause.ROAMING: _("A part of it was used while roaming."),
        DataCause.UNRESOLVED: _(
            "For %(share)d %% of it we do not know which service it was; we say so openly."
        ),
        DataCause.FREE: _("A part of it counts on no allowance and cost nothing."),
        DataCause.STEADY: _("It is spread evenly over the days; nothing stands out."),
    }
    size = shares.get(DataCause(code), 0)
    return texts[DataCause(code)] % {"share": found.share(size)}


def letter(sheet: Sheet) -> str:
    """Return the text that goes to the customer by mail: the sentences, then service by service."""
    found, english = sheet.explained, (get_language() or "").startswith("en")
    lines = [*spoken(sheet), "", _("By service:")]
    for use in found.services:
        name = (english and use.service_en) or use.service or _("not known")
        lines.append(f"- {name}: {amount(use.size)} ({found.share(use.size)} %)")
    notes = [(english and use.note_en) or use.note for use in found.services[:TOP] if use.note]
    if notes:
        lines += ["", _("What helps:"), *(f"- {note}" for note in notes)]
    return "\n".join(lines)


def message(sheet: Sheet) -> str:
    """Return the short text that goes to the number itself: the first sentences only."""
    joint = " " if (get_language() or "").startswith("en") else ""
    return joint.join(spoken(sheet)[:4])


def category(code: str) -> str:
    """Return the words of a kind of service."""
    return str(AddressCategory(code).label) if code in AddressCategory.values else code
