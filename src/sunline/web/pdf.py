"""Plain documents as PDF: headings, facts and texts, in a Chinese font that readers bring along."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

# The font of Adobe's Chinese pack: no file is embedded, and every reader knows a stand-in.
FONT = "STSong-Light"
BEYOND = "\u25a1"  # stands for letters that the font's encoding does not hold


@cache
def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    plain = {"fontName": FONT, "wordWrap": "CJK"}
    return {
        "title": ParagraphStyle("title", fontSize=16, leading=22, spaceAfter=8, **plain),
        "head": ParagraphStyle("head", fontSize=12, leading=16, spaceBefore=12, **plain),
        "line": ParagraphStyle("line", fontSize=9, leading=13, **plain),
        "strong": ParagraphStyle("strong", fontSize=9.5, leading=14, spaceBefore=5, **plain),
        "text": ParagraphStyle("text", fontSize=9, leading=13, leftIndent=14, **plain),
    }


class Document:
    """A document under way: parts are added in their order, `done` gives its bytes."""

    def __init__(self, title: str, author: str) -> None:
        self.title, self.author = title, author
        self.parts: list[Any] = []
        self._add("title", title)

    def head(self, text: str) -> None:
        """Begin a section."""
        self._add("head", text)

    def strong(self, text: str) -> None:
        """Add the first line of an entry."""
        self._add("strong", text)

    def text(self, text: str) -> None:
        """Add a text with its line breaks; nothing for a blank one."""
        if text.strip():
            self._add("text", text)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add labelled facts, one a line; those without a value are left out."""
        for label, value in pairs:
            if value:
                self._add("line", f"{label}: {value}")

    def _add(self, style: str, text: str) -> None:
        from reportlab.platypus import Paragraph

        self.parts.append(Paragraph(marked(text), _styles()[style]))

    def done(self) -> bytes:
        """Return the PDF, each page with the title and its number at the foot."""
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate

        held = BytesIO()
        paper = SimpleDocTemplate(
            held,
            pagesize=A4,
            title=self.title,
            author=self.author,
            leftMargin=50,
            rightMargin=50,
            topMargin=46,
            bottomMargin=50,
        )
        paper.build(self.parts, onFirstPage=self._foot, onLaterPages=self._foot)
        return held.getvalue()

    def _foot(self, canvas: Any, paper: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.drawString(50, 30, plain(self.title))
        canvas.drawRightString(paper.pagesize[0] - 50, 30, str(canvas.getPageNumber()))
        canvas.restoreState()


def plain(text: str) -> str:
    """Return a text in letters that the font's encoding holds."""
    return "".join(letter if ord(letter) <= 0xFFFF else BEYOND for letter in text)


def marked(text: str) -> str:
    """Return a text as a paragraph takes it: nothing in it is markup but its line breaks."""
    kept = "".join(letter for letter in plain(text) if letter >= " " or letter in "\n\t")
    return escape(kept).replace("\n", "<br/>")
