"""What a row of the matrix of authority, or of the approval chains, has to be."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.customers.types import TIERS
from sunline.kernel.errors import Problem, required, unknown_choice, wrong_type
from sunline.kernel.policies import OUT_OF_RANGE
from sunline.staff import queries as staff

from ..types import GrantAction
from ..types.grants import DAYS, NONE, UNITS
from .granting import CENT, MOST_DAYS, MOST_YUAN

MOST_LEVELS = 8
NEEDS_KIND = _("An amount needs a kind to count for.")
TWICE = _("A level is asked once.")


def wrong_limit(code: str, values: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a limit; its code is role.action or role.action.tier."""
    role, action, tier = (*code.split("."), "", "")[:3]
    problems = [] if role in staff.role_permissions() else [unknown_choice("role")]
    if action not in GrantAction.values:
        return [*problems, unknown_choice("action")]
    if tier and tier not in TIERS:
        problems.append(unknown_choice("tier"))
    return problems + _limit(values.get("most"), UNITS[action])


def _limit(value: Any, unit: str) -> list[Problem]:
    amount = _decimal(value)
    if amount is None:
        return [wrong_type("most")]
    most = {NONE: Decimal(1), DAYS: Decimal(MOST_DAYS)}.get(unit, MOST_YUAN)
    fits = amount.is_finite() and 0 <= amount <= most
    fits = fits and amount == amount.quantize(CENT if unit not in (NONE, DAYS) else Decimal(1))
    bounds = {"least": 0, "most": most}
    return [] if fits else [Problem("most", "out_of_range", OUT_OF_RANGE, bounds)]


def wrong_chain(values: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a chain beside its name."""
    problems = []
    kind, unit = values.get("kind", ""), values.get("unit", "")
    if kind and kind not in (*GrantAction.values, "extension"):
        problems.append(unknown_choice("kind"))
    if unit and staff.unit_tree().by_code(str(unit)) is None:
        problems.append(unknown_choice("unit"))
    above = _decimal(values.get("above", "0"))
    if above is None or not above.is_finite() or not 0 <= above <= MOST_YUAN:
        problems.append(wrong_type("above"))
    elif above and not kind:
        problems.append(Problem("above", "no_kind", NEEDS_KIND))
    levels = list(values.get("levels") or ())
    if not levels:
        problems.append(required("levels"))
    elif len(levels) > MOST_LEVELS or len(set(levels)) < len(levels):
        problems.append(Problem("levels", "twice", TWICE))
    elif any(role not in staff.role_permissions() for role in levels):
        problems.append(unknown_choice("levels"))
    return problems


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
