"""The registry of channels: settings name a class for each kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from .ports import Channel


def configured(kind: str) -> bool:
    """Return whether messages can go out on this channel."""
    return kind in settings.CHANNELS


def channel(kind: str) -> Channel:
    """Return the channel of this kind; raise KeyError when settings name none."""
    return _made(settings.CHANNELS[kind])


@dataclass(frozen=True, slots=True)
class WayOut:
    """A channel that messages go out on, and whether a simulator stands in for it."""

    kind: str
    simulated: bool


def ways_out() -> list[WayOut]:
    """Return the channels that messages go out on."""
    return [
        WayOut(kind, bool(getattr(channel(kind), "simulated", False))) for kind in settings.CHANNELS
    ]


@cache
def _made(name: str) -> Channel:
    return cast(Channel, import_string(name)())
