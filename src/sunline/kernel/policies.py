"""What an operator tunes without code: named values in dated rows, each with its default.

Rooms declare theirs in `policies.py`; a value holds from a moment on until the next one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Generic, TypeVar
from uuid import NAMESPACE_URL, uuid5

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .caching import Kept
from .errors import Conflict, Invalid, Problem, wrong_type
from .events import PolicySet
from .log import record
from .models import PolicyValue
from .types import Actor, Subject

T = TypeVar("T", int, float, bool)
OUT_OF_RANGE = _("Between %(least)s and %(most)s, please.")


@dataclass(frozen=True, slots=True)
class Policy(Generic[T]):
    """A tunable value: `code` is `room.name`, `unit` what it counts, `least` and `most` its bounds.

    `confirmed` is false for figures that the source only recalls; they show as to be confirmed
    until an administrator sets them.
    """

    code: str
    default: T
    label: str | Promise
    help: str | Promise = ""
    unit: str = ""  # minutes, hours, days, times, share, yuan, points; blank for a flag
    least: float = 0
    most: float = 1_000_000
    confirmed: bool = True

    @property
    def room(self) -> str:
        """The room it belongs to."""
        return self.code.partition(".")[0]

    def at(self, now: datetime) -> T:
        """Return the value in force at the moment; no query while the values are kept."""
        for since, value in _kept.get().get(self.code, ()):
            if since <= now:
                return type(self.default)(value)
        return self.default

    def checked(self, value: Any) -> T:
        """Return a value of the policy's type within its bounds; raise Invalid."""
        try:
            found = type(self.default)(value)
        except (TypeError, ValueError, OverflowError):
            raise Invalid([wrong_type("value")]) from None
        if not self.least <= found <= self.most:
            bounds = {"least": self.least, "most": self.most}
            raise Invalid([Problem("value", "out_of_range", OUT_OF_RANGE, bounds)])
        return found


def _load() -> Mapping[str, Sequence[tuple[datetime, Any]]]:
    found: dict[str, list[tuple[datetime, Any]]] = {}
    rows = PolicyValue.objects.order_by("-since", "-id").values_list("code", "since", "value")
    for code, since, value in rows:
        found.setdefault(code, []).append((since, value))
    return found


_kept: Kept[Mapping[str, Sequence[tuple[datetime, Any]]]] = Kept(_load)


@cache
def catalogue() -> Mapping[str, Policy[Any]]:
    """Return every policy of every installed room by its code."""
    found: dict[str, Policy[Any]] = {}
    for app in apps.get_app_configs():
        is_room = app.name.startswith("sunline.") and app.name != "sunline.kernel"
        if is_room and find_spec(f"{app.name}.policies"):
            found |= {one.code: one for one in import_module(f"{app.name}.policies").ALL}
    return found


def history(code: str) -> list[PolicyValue]:
    """Return the values a policy was given, newest first."""
    return list(PolicyValue.objects.filter(code=code).order_by("-since", "-id")[:50])


def publish(
    policy: Policy[Any], value: Any, *, since: datetime, actor: Actor, now: datetime
) -> None:
    """Give a policy a value from a moment on; raise Invalid for one out of its bounds."""
    found = policy.checked(value)
    subject = Subject("policy", uuid5(NAMESPACE_URL, f"sunline:policy:{policy.code}"))
    try:
        with transaction.atomic():
            PolicyValue.objects.create(
                code=policy.code, value=found, since=since, set_at=now, set_by=actor.label[:64]
            )
            fact = PolicySet(policy.code, str(found), since)
            record(fact, subject=subject, actor=actor, now=now)
    except IntegrityError:  # two people set it in the same moment
        raise Conflict() from None
    _kept.forget()
