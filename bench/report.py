"""The table of the last results, written between the marks in `bench/README.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

START, END = "<!-- results -->", "<!-- end of results -->"
BUDGETS = {
    "create": 3.0,
    "read, 20 entries": 2.5,
    "work list, 25 rows": 3.0,
    "comment": 2.5,
    "search by number": 3.0,
    "search by phone": 3.0,
    "search by name": 3.0,
    "search Chinese text": 6.0,
}


def write(path: Path, found: dict[str, Any]) -> None:
    """Replace the results in the page with these."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{START}\n{table(found)}\n{END}{after}", encoding="utf-8")


def table(found: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    lines = [
        f"Measured {found['at']} on {found['cores']} shared cores, Python {found['python']}.",
        "",
        "| tickets | operation | connections | CPU ms | web | database | budget | ops/s "
        "| p50 ms | p95 ms | p99 ms | failures |",
        "| --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for row in found["rows"]:
        budget = BUDGETS.get(row["operation"], "")
        lines.append(
            f"| {row['tickets']:,} | {row['operation']} | {row['connections']} "
            f"| **{row['cpu_ms']:.2f}** | {row['web_cpu_ms']:.2f} | {row['database_cpu_ms']:.2f} "
            f"| {budget} | {row['per_second']:,.0f} | {row['p50_ms']:.1f} | {row['p95_ms']:.1f} "
            f"| {row['p99_ms']:.1f} | {row['failures']} |"
        )
    return "\n".join(lines)
