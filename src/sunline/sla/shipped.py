"""The calendars, profiles and limits that come with the product, read from `data/shipped.json`.

The figures are facts of law or of published promises, each with its source; those not yet read in
the source itself are not `confirmed` and are shown as such.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

FILE = Path(__file__).parent / "data" / "shipped.json"
# Shipped rows have the same ids everywhere, so that an operator's copies can be compared.
NAMESPACE = UUID("5b0c3a0e-6d6f-5d55-9d55-51a1a7e50c10")


@cache
def shipped() -> dict[str, Any]:
    """Return the shipped calendars and profiles as plain values."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def shipped_id(*parts: str) -> UUID:
    """Return the id of a shipped row, which depends on its name alone."""
    return uuid5(NAMESPACE, "/".join(parts))
