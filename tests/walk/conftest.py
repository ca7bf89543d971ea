"""The stage of the walk: the operator's processes for all of it, a browser for each file.

The files stand in the order of their names: the last one ends the processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from walk.people import CHROMIUM, chromium
from walk.stage import Stage, stage

from sunline.testing.dovecot import installed


@pytest.fixture(scope="session")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Return the running operator."""
    if not installed():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    with stage(tmp_path_factory.mktemp("walk")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a running browser."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with chromium() as found:
        yield found
