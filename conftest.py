"""What holds for every test in the tree."""

from __future__ import annotations

import pytest

pytest_plugins = ("sunline.testing.fixtures",)


# What a test asks for when it works with a database.
WITH_DATABASE = frozenset({"db", "transactional_db", "django_db_setup"})


# Files that take minutes stand first, so that no worker is left alone with one at the end.
LONG = (
    "tests/faults/test_kills.py",
    "tests/walk/",
    "tests/faults/",
    "tests/attack/",
    "src/sunline/testing/demo/tests/",
    "src/sunline/cli/tests/",
)


def _place(item: pytest.Item) -> int:
    """Return how early the file of a test is begun."""
    return next((n for n, path in enumerate(LONG) if item.nodeid.startswith(path)), len(LONG))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that work with a database; skip those for PostgreSQL on another one."""
    from django.db import connection  # settings are known only now

    items.sort(key=_place)
    for item in items:
        asked = WITH_DATABASE.intersection(getattr(item, "fixturenames", ()))
        if asked or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
    if connection.vendor == "postgresql":
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)
