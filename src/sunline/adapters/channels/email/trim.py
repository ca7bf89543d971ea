"""What a reply says by itself: the text above, between or below what it quotes.

The words that mail programs put around quotations stand in `marks.json`. When nothing would be
left, the whole text is what was meant: a bare forward, for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

MARK_START, MARK_END = "##-", "-##"
QUOTED = re.compile(r"^\s*(?:>|\uff1e|\|\s?>)")
QUOTES = " >*\t" + chr(0xFF1E)  # the full-width sign too
LEAD = r"^[\s>*|\uff1e]*"
FAR = 8  # lines in which a header block must show itself
MOST = 60_000  # characters looked at; a person's own words are shorter
LAST = 14  # lines at the end in which a signature is looked for


def marks() -> dict[str, list[str]]:
    """Return the words of mail programs by their use."""
    return _marks()


@cache
def _marks() -> dict[str, list[str]]:
    text = (Path(__file__).parent / "marks.json").read_text(encoding="utf-8")
    found: dict[str, list[str]] = json.loads(text)
    return found


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = marks()
    line, colon = r"[-_=*\u2014\u2500 \t\u00a0]", r"\s*\*?\s*[:\uff1a|]"
    date = r"\d{1,4}\s*[-/.\u5e74]\s*\d{1,2}|\d{1,2}:\d{2}|\d{4}"
    wrote = rf"(?:{_any(words['wrote'])})\s*[:\uff1a]"
    sources = {
        "separator": rf"{LEAD}{line}{{2,}}(?:{_any(words['separators'])}){line}{{2,}}\s*$",
        "forward": rf"{LEAD}{line}{{2,}}(?:{_any(words['forwards'])}){line}{{2,}}\s*$",
        "rule": r"^\s*_{10,}\s*$",
        "from": rf"{LEAD}(?:{_any(words['from'])}){colon}",
        "field": rf"{LEAD}(?:{_any(words['fields'])}){colon}",
        "wrote": rf"^.{{0,300}}(?:{date}).{{0,300}}{wrote}\s*$",
        "wrote_who": rf"^(?:{_any(words['wrote_before'])}).{{0,300}}{wrote}\s*$",
        "signature": rf"^\s*[\[(<]?\s*(?:{_any(words['signatures'])})",
    }
    return {name: re.compile(source, re.IGNORECASE) for name, source in sources.items()}


def trim(text: str) -> str:
    """Return a mail's own words, without quotation, client signature and our reply mark."""
    lines = text[:MOST].replace("\u00a0", " ").split("\n")
    cut = _first_cut(lines)
    above = _without_quotes(lines[:cut])
    kept = _without_signature(above)
    if "".join(kept).strip():
        return _joined(kept)
    # Nothing stands above the quotation: the answer is below or between, or there is none.
    between = _without_signature(_without_quotes(_without_header(lines)))
    whole = "\n".join(lines)
    if cut < len(lines) and not any(QUOTED.match(line) for line in lines[cut:]):
        return _joined(lines)
    return _joined(between) or _joined(lines) or whole.strip()


def _joined(lines: Sequence[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _first_cut(lines: Sequence[str]) -> int:
    """Return the line at which the quotation begins, or the number of lines."""
    found = _patterns()
    for place, line in enumerate(lines):
        if found["separator"].match(line) or found["forward"].match(line):
            return place
        if found["rule"].match(line) and _is_header(lines, place + 1):
            return place
        if found["from"].match(line) and _is_header(lines, place):
            return place
        if _attribution(lines, place):
            return place
        if MARK_START in line and MARK_END in line:
            return _above_mark(lines, place)
    return len(lines)


def _is_header(lines: Sequence[str], place: int) -> bool:
    """Return whether a block of mail headers begins here: a sender and two more fields."""
    found = _patterns()
    near = [line for line in lines[place : place + FAR + 4] if line.strip(" >|*\t")][:FAR]
    if not any(found["from"].match(line) for line in near[:2]):
        return False
    return sum(bool(found["field"].match(line)) for line in near) >= 2


def _attribution(lines: Sequence[str], place: int) -> int:
    """Return over how many lines somebody is said to have written; 0 for none."""
    found = _patterns()
    if not lines[place].strip(" >*\t"):
        return 0
    for count in (1, 2, 3):
        part = lines[place : place + count]
        if len(part) < count:
            return 0
        line = " ".join(item.strip(QUOTES) for item in part)
        if len(line) > 400:
            return 0
        # A plain search first: the patterns are slow on long texts that nobody introduces.
        said = any(word in line.lower() for word in marks()["wrote"])
        if said and found["wrote"].match(line):
            return count
        if said and ("@" in line or "<" in line) and found["wrote_who"].match(line):
            return count
        if not part[-1].strip(" >*\t"):
            return 0
    return 0


def _above_mark(lines: Sequence[str], place: int) -> int:
    """Return where the quotation of our own mail begins, given the line of our mark."""
    while place and not lines[place - 1].strip(" >|*\t"):
        place -= 1
    return place


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """Return the lines that are not quoted, without the words that introduce a quotation."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        count = _attribution(lines, place)
        follows = next((line for line in lines[place + count :] if line.strip()), "")
        if count and QUOTED.match(follows):
            place += count
            continue
        if not QUOTED.match(lines[place]):
            kept.append(lines[place])
        place += 1
    return kept


def _without_header(lines: Sequence[str]) -> list[str]:
    """Return the lines below a leading block of attribution or headers."""
    found = _patterns()
    place = 0
    while place < len(lines):
        line = lines[place]
        count = _attribution(lines, place)
        names = ("from", "field", "separator", "forward")
        if not count and line.strip() and not any(found[name].match(line) for name in names):
            break
        place += count or 1
    return list(lines[place:])


def _without_signature(lines: Sequence[str]) -> list[str]:
    """Return the lines without a mail program's advertisement and what follows `-- `."""
    kept = list(lines)
    for place in range(max(0, len(kept) - LAST), len(kept)):
        if kept[place].rstrip("\r") in {"-- ", "--"}:
            return kept[:place]
    found = _patterns()["signature"]
    while kept and (not kept[-1].strip() or (len(kept[-1]) < 80 and found.match(kept[-1]))):
        kept.pop()
    return kept
