"""Suggesting what a text is about, and the models that do."""

from __future__ import annotations

import csv
import logging
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sunline.kernel.caching import Kept

from ..models import SuggestionModel
from ..rules.suggester import Suggester, Trained, train, unpack
from ..types import Labelled, ModelRow, Suggestion
from .topics import topics

DATA = Path(__file__).parents[1] / "data"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Active:
    """The model in use, its number (0 for the shipped one) and the checksum it was read by."""

    number: int
    digest: str
    suggester: Suggester


def shipped_texts() -> list[Labelled]:
    """Return phrases that come with the product, and the names of the shipped topics."""
    rows = _lines("phrases.csv")
    kinds = {row["topic"]: row["kind"] for row in rows}
    pairs = [(row["topic"], text) for row in rows for text in row["texts"].split("|")]
    pairs += [
        (row["code"], name)
        for row in _lines("topics.csv")
        for name in (row["name"], *row["aliases"].split(";"))
        if row["code"] in kinds and name
    ]
    return [Labelled(text, code, kinds[code], key) for key, (code, text) in enumerate(pairs)]


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def shipped() -> Trained:
    """Return the model of the shipped phrases, learnt once in each process."""
    return train(shipped_texts())


def _load() -> _Active:
    global _last
    newest = SuggestionModel.objects.order_by("-number")
    number, digest = newest.values_list("number", "digest").first() or (0, "")
    if _last is None or (_last.number, _last.digest) != (number, digest):
        _last = _read(number, digest)
    return _last


def _read(number: int, digest: str) -> _Active:
    """Return a model; where it cannot be read, the shipped one does its work."""
    made = shipped().suggester
    if number:
        try:
            packed = SuggestionModel.objects.values_list("weights", flat=True).get(number=number)
            made = unpack(bytes(packed), digest)
        except (ValueError, SuggestionModel.DoesNotExist):
            logger.exception("model of suggestions cannot be read", extra={"number": number})
    return _Active(number, digest, made)


_last: _Active | None = None
_active: Kept[_Active] = Kept(_load, seconds=30.0)


def forget_model() -> None:
    """Look for a newer model next time, in this process."""
    _active.forget()


def suggest(text: str, *, day: date, most: int = 3) -> list[Suggestion]:
    """Return the topics in use that a text may be about, best first; no query when warm.

    A topic that has ended stands for the one that came after it.
    """
    tree = topics()
    known = {}
    for row in tree.leaves():
        after = tree.forward(row.id, day)
        if after is not None and after.holds(day):
            known[row.code] = after
    found = {}
    for code, kind, share in _active.get().suggester.suggest(text, known.keys(), most):
        row = known[code]
        if row.code not in found:
            found[row.code] = Suggestion(row.id, row.code, kind, round(share, 4))
    return list(found.values())


def active_number() -> int:
    """Return the number of the model in use, 0 for the shipped one."""
    return _active.get().number


def models() -> list[ModelRow]:
    """Return the trained models, newest first, and the shipped one last."""
    rows = list(SuggestionModel.objects.order_by("-number").defer("weights")[:50])
    base = shipped()
    found = [
        ModelRow(
            row.number,
            "own",
            row.made_at,
            row.made_by,
            row.samples,
            row.held_out,
            row.top_1,
            row.top_3,
            active=row is rows[0],
        )
        for row in rows
    ]
    first = ModelRow(
        0, "shipped", None, "", base.samples, base.held_out, base.top_1, base.top_3, not rows
    )
    return [*found, first]
