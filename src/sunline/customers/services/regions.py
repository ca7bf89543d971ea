"""The regions we know, from the national standard GB/T 2260."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from ..models import Region

SOURCE = Path(__file__).parents[1] / "data" / "regions.csv"


def load_regions() -> int:
    """Write the shipped regions, new or renamed, and return how many there are."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        lines = sorted(csv.DictReader(file), key=lambda line: line["code"])
    rows = [
        Region(
            code=line["code"],
            name=line["name"],
            name_en=line["name_en"],
            parent_id=parent_code(line["code"]),
            level=level_of(line["code"]),
        )
        for line in lines
    ]
    with transaction.atomic():
        Region.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "name_en", "parent", "level"],
        )
    return len(rows)


def level_of(code: str) -> int:
    """Return 1 for a province, 2 for a city, 3 for a district or county."""
    if code.endswith("0000"):
        return 1
    return 2 if code.endswith("00") else 3


def parent_code(code: str) -> str | None:
    """Return the code of the region above."""
    level = level_of(code)
    return None if level == 1 else code[:2] + "0000" if level == 2 else code[:4] + "00"
