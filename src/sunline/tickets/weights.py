"""The points that make up a ticket's priority, until the operator sets others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

from .rules.classification import DEFAULT_POINTS, Weights

NAMES: Mapping[str, str | Promise] = {
    "urgency.priority": _("Priority: level “priority”"),
    "urgency.vip": _("Priority: level “VIP”"),
    "urgency.urgent": _("Priority: level “urgent”"),
    "scope.several": _("Priority: several customers affected"),
    "scope.area": _("Priority: a building or an area affected"),
    "scope.many": _("Priority: very many customers affected"),
    "tier.honoured": _("Priority: honoured customer"),
    "tier.silver": _("Priority: silver card"),
    "tier.gold": _("Priority: gold card"),
    "tier.diamond": _("Priority: diamond card"),
    "fragile": _("Priority: customer in need of special care"),
    "kind": _("Priority: complaint, fault or report"),
    "redispatch": _("Priority: each answer that did not hold"),
}
HELP = _("A heavier word never counts less than a lighter one of its kind.")
WEIGHTS: Mapping[str, Policy[int]] = {
    code: Policy(
        f"tickets.weight.{code}",
        DEFAULT_POINTS[code],
        label,
        HELP,
        unit="points",
        least=0,
        most=1000,
    )
    for code, label in NAMES.items()
}


def weights_at(now: datetime) -> Weights:
    """Return the points in force at a moment; no query while the values are kept."""
    return Weights({code: policy.at(now) for code, policy in WEIGHTS.items()})
