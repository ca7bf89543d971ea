"""Reading CSV files that people send: any usual encoding, named columns, problems line by line.

Nothing in a file raises: what cannot be used comes back as a problem with the line it stands on.
The file is read as a stream, so its size does not matter.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from .errors import Problem

MOST_LETTERS = 65_536  # of one record with all its quoted line breaks
ENCODINGS = ("utf-8-sig", "gb18030", "gbk", "gb2312", "big5", "utf-16", "utf-16-le", "utf-16-be")
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
EMPTY = _("The file has no lines.")
NO_HEADER = _("None of the columns of the first line is known.")
MISSING_COLUMN = _("The column is missing.")
DUPLICATE_HEADER = _("Several columns have this meaning.")
UNKNOWN_ENCODING = _("This encoding is not known.")
NUL = _("The line holds NUL bytes.")
NO_TEXT = _("The line holds bytes that are no text in this encoding.")
LONG = _("The line is too long, or a quotation mark is not closed.")
MORE_CELLS = _("The line has more cells than the first line has columns.")


@dataclass(frozen=True, slots=True)
class Column:
    """A field to read and the titles a file may give it, in any language."""

    name: str
    titles: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One record: where it begins (the header is line 1), its values by field, or what is wrong."""

    number: int
    values: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Table:
    """A file being read. With `problems` its columns cannot be told, and there are no lines."""

    encoding: str
    fields: Sequence[str | None] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    _blocks: Iterator[Block] = field(default_factory=lambda: iter(()))
    _delimiter: str = ","

    def lines(self, *, after: int = 0) -> Iterator[Line]:
        """Yield the records that begin after a line; can be gone through once."""
        if self.problems:
            return
        for block in self._blocks:
            if block.number <= after:
                continue
            if block.problem is not None:
                yield Line(block.number, {}, (block.problem,))
                continue
            for cells in _cells(block.text, self._delimiter):
                if any(cell.strip() for cell in cells):
                    yield self._line(block.number, cells)

    def title(self, name: str) -> str:
        """Return the title a field has in this file, or the field's own name."""
        return self.titles.get(name, name)

    def _line(self, number: int, cells: Sequence[str]) -> Line:
        most = len(self.fields)
        if len(cells) > most and any(cell.strip() for cell in cells[most:]):
            return Line(number, {}, (Problem("", "more_cells", MORE_CELLS),))
        pairs = zip(self.fields, cells, strict=False)
        return Line(number, {name: cell.strip() for name, cell in pairs if name})


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one record with the number of its first line, or what is wrong with it."""

    number: int
    text: str
    problem: Problem | None = None


def read(
    file: BinaryIO,
    columns: Sequence[Column],
    *,
    encoding: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Table:
    """Return the table in a seekable file.

    The table takes the file over. Without an encoding it is worked out from all of it. `mapping`
    says which title means which field, before the columns' own titles; an empty field leaves a
    column out.
    """
    if encoding and not (named := known_encoding(encoding)):
        return Table(encoding, problems=(unknown_encoding(),))
    encoding = named if encoding else detect(file)
    file.seek(0)
    if encoding == "utf-16" and not file.read(2).startswith(MARKS):
        encoding = "utf-16-le"  # without its mark, as Windows writes it
    file.seek(0)
    blocks = _blocks(io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=""))
    first = next(blocks, None)
    if first is None:
        return Table(encoding, problems=(Problem("", "empty", EMPTY),))
    if first.problem is not None:
        return Table(encoding, problems=(first.problem,))
    delimiter = max(",;\t", key=first.text.count)
    header = next(_cells(first.text, delimiter))
    table = _with_header(header, columns, mapping or {})
    table.encoding, table._blocks, table._delimiter = encoding, blocks, delimiter
    return table


def known_encoding(name: str) -> str:
    """Return the encoding that a person's word for it means, or nothing: few are for texts."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    found = "utf-8-sig" if found == "utf-8" else found
    return found if found in ENCODINGS else ""


def unknown_encoding() -> Problem:
    """Return the problem of an encoding that is not read."""
    return Problem("encoding", "unknown_encoding", UNKNOWN_ENCODING)


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    """Return the cells of a record; only real line ends part its lines, not every Unicode one."""
    plain = text.rstrip("\r\n")
    if '"' not in plain and "\r" not in plain and "\n" not in plain:
        return iter([plain.split(delimiter)])
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def folded(title: str) -> str:
    """Return a title as it is compared: half-width, lower case, without blanks and marks."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _with_header(
    header: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str]
) -> Table:
    """Return a table that knows which cell holds which field."""
    known = {folded(title): item.name for item in columns for title in (item.name, *item.titles)}
    names = {item.name for item in columns}
    chosen = {folded(title): name for title, name in mapping.items() if name in names or not name}
    fields: list[str | None] = []
    titles: dict[str, str] = {}
    problems: list[Problem] = []
    for title in header:
        key = folded(title)
        name = (chosen[key] if key in chosen else known.get(key)) or None
        if name in titles:
            problems.append(Problem(title.strip(), "duplicate_header", DUPLICATE_HEADER))
        elif name:
            titles[name] = title.strip()
        fields.append(name)
    if not titles:
        problems.append(Problem("", "no_header", NO_HEADER))
    else:
        problems += [
            Problem(item.titles[0] if item.titles else item.name, "missing_column", MISSING_COLUMN)
            for item in columns
            if item.required and item.name not in titles
        ]
    ignored = tuple(
        title.strip()
        for title, name in zip(header, fields, strict=True)
        if not name and title.strip()
    )
    return Table("", fields, titles, ignored, tuple(problems))


def detect(file: BinaryIO) -> str:
    """Return the encoding of a whole file: by its mark, as UTF-8, or else GB 18030.

    A few broken bytes in a text that is otherwise UTF-8 do not make it another encoding.
    """
    file.seek(0)
    start = file.read(4)
    if start.startswith(MARKS):
        return "utf-16"
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    while chunk := file.read(1 << 20):
        text = decoder.decode(chunk)
        wrong = text.count("\ufffd")
        bad += wrong
        good += len(text) - len(text.encode("ascii", "ignore")) - wrong
    return "utf-8-sig" if bad == 0 or bad * 3 < good else "gb18030"


def _blocks(text: io.TextIOWrapper) -> Iterator[Block]:
    """Yield the records of a text, joining lines that a quoted line break holds together."""
    source = _Lines(text)
    while True:
        number, line = source.next()
        if not line:
            return
        if not line.strip():
            continue
        if len(line) > MOST_LETTERS:
            yield Block(number, "", Problem("", "line_too_long", LONG))
            continue
        if line.count('"') % 2 and not _complete(line):
            joined = _joined(line, source)
            if joined is None:
                yield Block(number, "", Problem("", "line_too_long", LONG))
                continue
            line = joined
        yield Block(number, line, _unusable(line))


def _joined(line: str, source: _Lines) -> str | None:
    """Return a line with those that its open quotation mark takes in, or None if it never closes.

    In that case the lines after the first are given back: they may be good.
    """
    parts, length, is_open = [line], len(line), True
    while is_open:
        _number, more = source.next()
        length += len(more)
        if not more or length > MOST_LETTERS:
            source.give_back([*parts[1:], more] if more else parts[1:])
            return None
        parts.append(more)
        is_open ^= bool(more.count('"') % 2)
    return "".join(parts)


def _complete(line: str) -> bool:
    """Return whether a line with an odd count of quotation marks is a record by itself."""
    try:
        list(csv.reader([line], strict=True))
    except csv.Error:
        return False
    return True


def _unusable(text: str) -> Problem | None:
    """Return what is wrong with the letters of a record, if anything."""
    if "\0" in text:
        return Problem("", "nul", NUL)
    if "\ufffd" in text:
        return Problem("", "wrong_encoding", NO_TEXT)
    return None


class _Lines:
    """The physical lines of a text with their numbers; some can be given back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._number, self._back = text, 0, list[str]()

    def next(self) -> tuple[int, str]:
        """Return the next line and its number; an empty text at the end.

        Of a line that is far too long only the beginning is kept, still over the limit.
        """
        self._number += 1
        if self._back:
            return self._number, self._back.pop()
        line = self._read()
        if len(line) > MOST_LETTERS:
            rest = line
            while rest and not rest.endswith("\n"):
                rest = self._read()
        return self._number, line

    def _read(self) -> str:
        return self._text.readline(MOST_LETTERS + 1)

    def give_back(self, lines: Sequence[str]) -> None:
        """Return these lines again, in their order."""
        self._back += reversed(lines)
        self._number -= len(lines)


def count_lines(file: BinaryIO) -> int:
    """Return how many physical lines a file has."""
    file.seek(0)
    count, last = 0, b"\n"
    while chunk := file.read(1 << 20):
        count += chunk.count(b"\n")
        last = chunk[-1:]
    return count + (last != b"\n")


def write_problems(file: io.TextIOBase, found: Sequence[tuple[int, str, Problem]]) -> None:
    """Write (line, column, problem) to an error file in the active language."""
    writer = csv.writer(file)
    for number, title, problem in found:
        writer.writerow((number, safe_cell(title), problem.code, safe_cell(problem.message)))


def safe_cell(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def columns_from(path: Path) -> tuple[Column, ...]:
    """Return the columns listed in a shipped file: name, required, titles parted by `;`."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Column(line["name"], tuple(line["titles"].split(";")), line["required"] == "yes")
            for line in csv.DictReader(file)
        )


def words_from(path: Path) -> dict[str, dict[str, str]]:
    """Return for each field the code of each word, from a shipped file: field, code, words."""
    found: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            for word in line["words"].split(";"):
                found.setdefault(line["field"], {})[word.casefold()] = line["code"]
    return found
