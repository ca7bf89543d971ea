"""What stands under a letter to a customer: the line of a mail that tells who wrote it."""

from __future__ import annotations

# As RFC 3676 parts a signature from a text.
PARTING = "\n\n-- \n"


def signed(text: str, signature: str) -> str:
    """Return a text with a signature under it; a blank signature leaves it alone."""
    return f"{text}{PARTING}{signature}" if signature else text


def words(text: str) -> str:
    """Return a letter without its signature."""
    return text.partition(PARTING)[0]
