"""Small tables kept in the process for a few seconds, so that a request need not read them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import transaction

Value = TypeVar("Value")
SECONDS = 10.0
_all: list[Kept] = []  # type: ignore[type-arg]


class Kept(Generic[Value]):
    """A value loaded when first asked for and again when it is older than `seconds`."""

    def __init__(self, load: Callable[[], Value], seconds: float = SECONDS) -> None:
        self._load, self._seconds = load, seconds
        self._held: tuple[float, Value] | None = None
        _all.append(self)

    def get(self) -> Value:
        """Return the value, at most `seconds` old."""
        held, moment = self._held, time.monotonic()
        if held is None or moment - held[0] > self._seconds:
            held = self._held = (moment, self._load())
        return held[1]

    def forget(self) -> None:
        """Drop the value now and again when the transaction at hand is committed."""
        self._held = None
        transaction.on_commit(self._drop)

    def _drop(self) -> None:
        self._held = None


def forget_all() -> None:
    """Drop every kept value of this process."""
    for kept in _all:
        kept._drop()
