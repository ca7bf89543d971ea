"""The words by which contacts are matched, and what the house tells customers of an outage."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, override

from ..models import Outage
from ..queries.outages import area_label
from ..rules.outages import Words
from ..types import NewOutage, Product
from .grouping import MOST_NOTICE

SOURCE = Path(__file__).parents[1] / "data" / "outage_words.csv"
MOST_NAMED = 3  # areas in a sentence


@cache
def known_words() -> Words:
    """Return the words that the product is shipped with."""
    names: dict[str, tuple[str, ...]] = {}
    faults: dict[str, tuple[str, ...]] = {}
    rest: dict[str, tuple[str, ...]] = {}
    with SOURCE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = tuple(row["words"].split(";"))
            if row["kind"] == "name":
                names[row["product"]] = found
            elif row["kind"] == "fault":
                faults[row["product"]] = found
            else:
                rest[row["kind"]] = found
    return Words(names, faults, rest["other"], rest["own"])


def title(new: NewOutage, units: Sequence[str], codes: Sequence[str]) -> str:
    """Return the parent ticket's title, in the language of the house."""
    with override(settings.LANGUAGE_CODE):
        text = gettext("Planned works") if new.planned else gettext("Outage")
        return f"{text}: {_listed([*units, *codes])} {_products(new.products)}"


def opening(new: NewOutage, areas: Sequence[str]) -> str:
    """Return what customers are told at the start, or ahead of works."""
    with override(settings.LANGUAGE_CODE):
        text = (
            gettext(
                "Dear customer, because of works on the network %(products)s in %(area)s is "
                "interrupted from %(start)s to about %(end)s. We ask for your understanding."
            )
            if new.planned
            else gettext(
                "Dear customer, %(products)s in %(area)s is disturbed. We are repairing it and "
                "expect it back by %(end)s. There is no need to report it again."
            )
        )
        return text % {
            "products": _products(new.products),
            "area": _listed(areas),
            "start": _moment(new.started_at),
            "end": _moment(new.estimated_end_at),
        }


def revised(outage: Outage) -> str:
    """Return what customers are told when another end is expected."""
    with override(settings.LANGUAGE_CODE):
        text = gettext(
            "Dear customer, the repair of %(products)s in %(area)s takes another time than "
            "expected: we now count on %(end)s. We ask for your understanding."
        )
        return text % _of(outage)


def closing(outage: Outage, ended_at: datetime) -> str:
    """Return what customers are told at the end."""
    with override(settings.LANGUAGE_CODE):
        text = gettext(
            "Dear customer, %(products)s in %(area)s works again since %(end)s. If yours does "
            "not, please call us. Thank you for your patience."
        )
        return text % {**_of(outage), "end": _moment(ended_at)}


def heard(text: str, place: str) -> str:
    """Return a text as a notice of a place can hold it."""
    most = MOST_NOTICE[place]
    return text if len(text) <= most else text[: most - 1] + "…"


def _of(outage: Outage) -> dict[str, str]:
    areas = list(outage.areas.all())
    names = [name for area in areas[:1] for name in area.names]
    return {
        "products": _products(outage.products),
        "area": _listed(names or [area_label(area) for area in areas]),
        "end": _moment(outage.estimated_end_at),
    }


def _products(codes: Sequence[str]) -> str:
    return gettext(", ").join(str(Product(code).label) for code in codes)


def _listed(names: Sequence[str]) -> str:
    shown = gettext(", ").join(names[:MOST_NAMED])
    return gettext("%(names)s and more") % {"names": shown} if len(names) > MOST_NAMED else shown


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")
