"""The reference pages name what is there, no more and no less."""

from __future__ import annotations

import re

import pytest
from test_architecture import SOURCE

DOCS = SOURCE.parent.parent / "docs"


def test_each_setting_stands_on_the_settings_page() -> None:
    read = set()
    for path in (SOURCE / "config").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", source))
    page = (DOCS / "reference/settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([A-Z_]+)`", page, re.M))
    assert read == named


def test_each_command_stands_on_the_commands_page() -> None:
    commands = pytest.importorskip("sunline.cli.main").COMMANDS
    page = (DOCS / "reference/commands.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `sunline ([a-z-]+)`", page, re.M))
    assert set(commands) == named


def test_each_row_of_the_checklist_is_there_once() -> None:
    page = (DOCS / "checklist.md").read_text(encoding="utf-8")
    ids = re.findall(r"^\| ([A-Z]\d\d) \|", page, re.M)
    assert len(ids) == len(set(ids)) == 239
    empty = [
        line
        for line in page.splitlines()
        if re.match(r"\| [A-Z]\d\d ", line) and "|  |" in line[-5:]
    ]
    assert not empty
