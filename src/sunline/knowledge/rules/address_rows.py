"""What a line of a file of addresses means, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from sunline.kernel.errors import Problem, required, too_long, unknown_choice

from ..errors import NEITHER_FLAG, NO_ADDRESS
from ..types import NewAddress
from .addresses import span_of

Words = Mapping[str, Mapping[str, str]]
MOST = {"service": 64, "service_en": 64, "note": 255, "note_en": 255}


def address_of_row(
    values: Mapping[str, str], words: Words
) -> tuple[NewAddress | None, list[Problem]]:
    """Return the row that a line's cells tell, or None with every problem."""
    span = span_of(values.get("address", ""))
    problems = [] if span else [Problem("address", "no_address", NO_ADDRESS)]
    if not values.get("service"):
        problems.append(required("service"))
    problems += [
        too_long(name, most) for name, most in MOST.items() if len(values.get(name, "")) > most
    ]
    category = words["category"].get(values.get("category", "").casefold())
    if category is None:
        problems.append(unknown_choice("category"))
    background = words["background"].get(values.get("background", "").casefold() or "no")
    if background is None:
        problems.append(Problem("background", "wrong_type", NEITHER_FLAG))
    if problems or span is None or category is None:
        return None, problems
    texts = {name: values.get(name, "") for name in MOST}
    new = NewAddress(span, category=category, background=background == "yes", **texts)
    return new, []
