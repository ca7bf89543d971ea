"""The words of an HTML mail, with quotations marked as in plain text."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

DROPPED = ["script", "style", "head", "title", "meta", "noscript", "template", "object", "iframe"]
BLOCKS = [
    "p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre",
    "section", "article", "header", "footer", "blockquote", "dl", "dt", "dd", "address", "center",
]  # fmt: skip
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
MOST_QUOTES = 60


def text_of_html(markup: str) -> str:
    """Return the visible text; block elements become lines, quotations get `> ` before them."""
    soup = BeautifulSoup(markup, "html.parser")
    for tag in soup.find_all(DROPPED):
        tag.extract()
    for tag in soup.find_all(style=HIDDEN):
        tag.extract()
    for text in soup.find_all(string=True):
        if type(text) is NavigableString and text.find_parent("pre") is None:
            text.replace_with(re.sub(r"[ \t\r\n\f\v]+", " ", str(text)))
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    for tag in soup.find_all(["td", "th"]):
        tag.insert_after(" ")
    for tag in soup.find_all("li"):
        tag.insert(0, "- ")
    for tag in soup.find_all(BLOCKS):
        tag.insert_before("\n")
        tag.insert_after("\n")
    _mark_quotes(soup)
    return tidy(soup.get_text())


def _mark_quotes(soup: BeautifulSoup) -> None:
    """Put `> ` before each line of a quotation, innermost first."""
    quotes: list[PageElement] = list(soup.find_all("blockquote"))
    if len(quotes) > MOST_QUOTES:
        return
    for quote in reversed(quotes):
        if isinstance(quote, Tag):
            lines = tidy(quote.get_text()).split("\n")
            quote.replace_with("\n" + "\n".join(f"> {line}" for line in lines) + "\n")


def tidy(text: str) -> str:
    """Return lines without trailing blanks and with at most one empty line in a row."""
    lines = [re.sub(r"[ \t\u00a0\u200b]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
