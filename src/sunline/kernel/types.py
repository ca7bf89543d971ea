"""Values that every room speaks in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: a person, an API client, a subscriber or the system itself.

    `label` is what may be shown: a staff number, a client's name, a masked phone number;
    never a person's name.
    """

    kind: str
    id: UUID | None = None
    label: str = ""
    unit_id: UUID | None = None

    PERSON = "person"
    API_CLIENT = "api_client"
    SUBSCRIBER = "subscriber"
    SYSTEM = "system"


SYSTEM = Actor(Actor.SYSTEM, None, "system")


@dataclass(frozen=True, slots=True)
class Subject:
    """What something happened to: a kind of row and its id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, with the cursors that lead on and back."""

    items: Sequence[Row]
    next: str | None = None
    previous: str | None = None
    total: int | None = field(default=None)
