"""Fixtures for every test: the organisation, viewers of the cast, the moment; quick passwords."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.core.cache import cache

from sunline.kernel import caching
from sunline.staff.types import Viewer
from sunline.testing import cast
from sunline.testing.clock import NOON


def pytest_configure() -> None:
    """Let tests hash passwords cheaply; how they are hashed in earnest is Django's to prove."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    if settings.REDIS_URL:
        _own_redis(os.environ.get("PYTEST_XDIST_WORKER", "gw0"))


def _own_redis(worker: str) -> None:
    """Give each parallel worker a Redis database: clearing a cache empties the whole database."""
    server, _, last = settings.REDIS_URL.rpartition("/")
    mine = f"{server}/{int(last) - int(worker.removeprefix('gw'))}"
    settings.REDIS_URL = settings.CACHES["default"]["LOCATION"] = os.environ["REDIS_URL"] = mine


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """Keep what one test has read from reaching the next."""
    caching.forget_all()
    cache.clear()
    yield
    caching.forget_all()


@pytest.fixture(autouse=True)
def _no_samples(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no ticket as a sample for a revisit: the ids of a test's tickets are left to chance."""
    if "samples" not in request.keywords:
        monkeypatch.setattr("sunline.tickets.rules.revisit.sampled", lambda *_drawn: False)


@pytest.fixture
def now() -> datetime:
    """Return the moment at which the test takes place."""
    return NOON


@pytest.fixture
def org(db: None) -> cast.Organisation:
    """Return the units of the operator."""
    return cast.organisation()


@pytest.fixture
def viewer(org: cast.Organisation) -> Callable[[str], Viewer]:
    """Return a function from a name of the cast to what that person may do."""
    return cast.viewer
