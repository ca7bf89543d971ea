"""Checks that every third-party package has a licence we accept and stands in the docs.

`--write` writes docs/third-party.md anew. Packages that only build or test Sunline are
checked too, but not listed, because we do not pass them on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/third-party.md"
BASE = ROOT / "requirements/base.txt"

# Licences under which Sunline (Apache-2.0) may depend on a package. LGPL and MPL are fine for
# libraries that we install unchanged; GPL and AGPL would reach our own code.
ACCEPTED = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "MIT",
        "MIT-0",
        "PSF-2.0",
        "MIT-CMU",
    ),
    *("LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)"),
    *("Apache Software License", "BSD License", "MIT License", "ISC License (ISCL)"),
    "Python Software Foundation License",
}
# Packages whose metadata says something else than their licence file; read by a person.
READ_BY_US = {"qrcode": "BSD-3-Clause"}
HEAD = """# Third-party licences

What an installation of Sunline brings with it; versions stand in the lock files. This page is
written by `make lock` and checked by `make check`; a licence that is not on the list in
`tools/licences.py` fails the check.

| package | licence |
| --- | --- |
"""


def python_packages() -> dict[str, str]:
    """Return the licence of each installed Python package, by canonical name."""
    command = [
        sys.executable,
        "-m",
        "piplicenses",
        "--format=json",
        "--from=mixed",
        "--with-system",
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = {}
    for entry in json.loads(output):
        name = re.sub(r"[-_.]+", "-", entry["Name"]).lower()
        if name != "sunline":
            found[name] = READ_BY_US.get(name, entry["License"])
    return found


def npm_packages(*, shipped: bool) -> dict[str, str]:
    """Return the licence of each npm package that is bundled, or that only builds."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return {
        path.removeprefix("node_modules/"): entry.get("license", "unknown")
        for path, entry in lock["packages"].items()
        if path and shipped is not bool(entry.get("dev"))
    }


def accepted(licence: str) -> bool:
    """Return whether every licence that is named here is on the list."""
    parts = re.split(r"; | AND | OR ", licence)
    return all(part in ACCEPTED or part.strip("()") in ACCEPTED for part in parts)


def listed() -> dict[str, str]:
    """Return the licences that the page names now."""
    if not PAGE.exists():
        return {}
    rows = re.findall(r"^\| (\S+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    return dict(rows[2:])  # after the head and its rule


def main() -> int:
    """Return 0 when all is well; print what is not."""
    python, bundled = python_packages(), npm_packages(shipped=True)
    everything = python | bundled | npm_packages(shipped=False)
    locked = re.findall(r"^([a-z0-9-]+)==", BASE.read_text(encoding="utf-8"), re.M)
    shipped = sorted({*locked, *bundled})
    if "--write" in sys.argv:
        # A few packages are for other systems only: their licence stays as it was read there.
        known = listed() | everything
        rows = [
            f"| {name} | {known.get(name, 'not installed on this system')} |" for name in shipped
        ]
        PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    trouble = [
        f"{name}: licence '{licence}' is not accepted"
        for name, licence in sorted(everything.items())
        if not accepted(licence)
    ]
    gone = sorted(set(shipped) ^ set(listed()))
    trouble += [f"{name}: docs/third-party.md is out of date (make lock)" for name in gone]
    print("\n".join(trouble) or f"{len(everything)} packages, {len(shipped)} shipped: all accepted")
    return bool(trouble)


if __name__ == "__main__":
    sys.exit(main())
