"""The world under attack."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from attack import world
from django.core.cache import cache

from sunline.api import auth


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Start each attack without kept tokens and counters; thousands of refusals stay unprinted."""
    auth.forget()
    cache.clear()
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    auth.forget()
    cache.clear()


@pytest.fixture
def gz(db: None) -> world.City:
    """Return Guangzhou with a ticket."""
    world.prepare()
    return world.guangzhou()


@pytest.fixture
def sz(gz: world.City) -> world.City:
    """Return Shenzhen with a ticket."""
    return world.shenzhen()
