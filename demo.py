"""Starts the demo operator from a fresh checkout: `python3 demo.py` (or `make demo`).

PORT, SIZE (empty, standard, large) and DATABASE_URL are read from the environment.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "tools"))

import bootstrap

if __name__ == "__main__":
    bootstrap.prepare("base")
    # Replaces this process, so that Ctrl-C and signals reach the demo itself.
    os.chdir(bootstrap.ROOT)
    os.execv(bootstrap.SUNLINE, ["sunline", "demo", *sys.argv[1:]])
