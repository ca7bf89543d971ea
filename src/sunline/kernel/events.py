"""Facts about what people decided on failed deliveries and which switches they turned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .facts import Fact


@dataclass(frozen=True, slots=True)
class DeliveryReplayed(Fact):
    """A failed delivery got a fresh set of attempts."""

    KIND: ClassVar[str] = "delivery.replayed@1"
    listener: str
    event_id: UUID


@dataclass(frozen=True, slots=True)
class DeliverySkipped(Fact):
    """A failed delivery was given up, so that later ones of its subject go on."""

    KIND: ClassVar[str] = "delivery.skipped@1"
    listener: str
    event_id: UUID


@dataclass(frozen=True, slots=True)
class SwitchTurned(Fact):
    """A switch was turned on or off."""

    KIND: ClassVar[str] = "switch.turned@1"
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class PolicySet(Fact):
    """A policy was given a value from a moment on."""

    KIND: ClassVar[str] = "policy.set@1"
    code: str
    value: str
    since: datetime
