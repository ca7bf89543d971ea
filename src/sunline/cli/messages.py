"""Texts that people read: found in the code, translated in small files per room, compiled here.

`locale/parts/<room>.po` hold the translations; `compile_all` joins them into one catalogue.
Needs Babel only, not gettext's tools.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
PARTS = PACKAGE / "locale" / "parts"
TARGET = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def extract() -> Catalog:
    """Return every translatable text of the product with the files it stands in."""
    found = Catalog(locale="zh_Hans", domain="django")
    for path, method, source in _sources():
        name = path.relative_to(PACKAGE).as_posix()
        for line, message, comments, context in babel_extract(
            method, io.BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"}
        ):
            found.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def _sources() -> Iterator[tuple[Path, str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path, "python", path.read_text(encoding="utf-8")
    for pattern in ("*.html", "*.txt"):
        for path in sorted((PACKAGE / "web" / "templates").rglob(pattern)):
            # The templatised source has calls among filler, which only a lenient lexer survives.
            yield path, "javascript", templatize(path.read_text(encoding="utf-8"), origin=str(path))


def translations() -> Catalog:
    """Return the translations of all rooms in one catalogue; later files never win silently.

    Raises ValueError when two files translate the same text differently.
    """
    joined = Catalog(locale="zh_Hans", domain="django", charset="utf-8")
    for path in sorted(PARTS.glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale="zh_Hans")
        for message in part:
            if not message.id or not message.string:
                continue
            before = joined.get(message.id, message.context)
            if before is not None and before.string and before.string != message.string:
                raise ValueError(f"{path.name}: {message.id!r} is translated differently elsewhere")
            joined.add(
                message.id, message.string, context=message.context, flags=message.flags - {"fuzzy"}
            )
    return joined


def missing() -> list[str]:
    """Return the texts that have no translation yet."""
    known = translations()
    return sorted(
        str(message.id)
        for message in extract()
        if message.id and not ((entry := known.get(message.id, message.context)) and entry.string)
    )


def compile_all() -> int:
    """Write the joined catalogue as django.po and django.mo; return how many texts it holds."""
    joined = translations()
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET / "django.po").open("wb") as file:
        write_po(file, joined, sort_output=True, no_location=True)
    with (TARGET / "django.mo").open("wb") as file:
        write_mo(file, joined)
    return len(joined)


def note_missing() -> int:
    """Append texts without a translation to `parts/todo.po` for a translator; return how many."""
    known = translations()
    todo = Catalog(locale="zh_Hans", domain="django")
    for message in extract():
        entry = known.get(message.id, message.context) if message.id else None
        if message.id and not (entry and entry.string):
            todo.add(message.id, locations=message.locations, context=message.context)
    if len(todo):
        with (PARTS / "todo.po").open("wb") as file:
            write_po(file, todo, sort_by_file=True)
    return len(todo)
