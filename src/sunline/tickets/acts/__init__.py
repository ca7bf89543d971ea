"""Every act on a ticket in the order people meet them."""

from __future__ import annotations

from collections.abc import Mapping

from .appeals import APPEALS
from .belonging import BELONGING
from .complaints import COMPLAINTS
from .data_use import DATA_USE
from .fieldwork import FIELDWORK
from .granting import GRANTING
from .outages import OUTAGES
from .redress import REDRESS
from .responsibility import RESPONSIBILITY
from .shape import GROUP_LABELS, Act, Field, Group
from .together import TOGETHER
from .way import WAY

ACTS: tuple[Act, ...] = (
    *WAY,
    *TOGETHER,
    *COMPLAINTS,
    *APPEALS,
    *RESPONSIBILITY,
    *BELONGING,
    *OUTAGES,
    *REDRESS,
    *DATA_USE,
    *GRANTING,
    *FIELDWORK,
)
BY_SLUG: Mapping[str, Act] = {act.slug: act for act in ACTS}
BY_VERB: Mapping[str, Act] = {act.verb: act for act in ACTS}

__all__ = ["ACTS", "BY_SLUG", "BY_VERB", "GROUP_LABELS", "Act", "Field", "Group"]
