"""Setting the figures that the rules work with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel import policies
from sunline.kernel.errors import Invalid, NotFound, Problem

from .. import permissions
from ..types import Viewer

PAST = _("A figure cannot be changed for the past.")


def set_policy(
    viewer: Viewer, code: str, value: Any, *, since: datetime | None = None, now: datetime
) -> None:
    """Give a figure a value from a moment on, now unless said otherwise.

    Raises NotFound for an unknown code, Refused, Invalid for a value or a moment out of bounds.
    """
    viewer.require(permissions.SET_POLICIES.code)
    policy = policies.catalogue().get(code)
    if policy is None:
        raise NotFound
    if since is not None and since < now:
        raise Invalid([Problem("since", "past", PAST)])
    policies.publish(policy, value, since=since or now, actor=viewer.actor, now=now)
