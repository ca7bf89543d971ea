"""Settings and the database that processes of the fault tests share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from sunline.api import auth


@pytest.fixture(autouse=True)
def _outside(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Let notifications go to this machine, and keep files apart."""
    settings.HUB_ALLOW_LOOPBACK = True
    settings.FILES_ROOT = tmp_path / "files"
    auth.forget()
    cache.clear()
    yield
    auth.forget()


@pytest.fixture
def shared(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Put an in-memory test database into a file, so that other processes see it."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    inner, name = connection.connection, connection.settings_dict["NAME"]
    path = tmp_path / "faults.sqlite3"
    with sqlite3.connect(path) as copy:
        inner.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = inner, name
