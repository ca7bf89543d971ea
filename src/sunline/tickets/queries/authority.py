"""What people may grant by themselves, whom they ask beyond it, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import grant_policies
from ..models import Delegate, Grant
from ..rules.authority import ChainRow, LimitRow, allowance
from ..types import GrantAction, GrantState, State
from ..types.grants import MONEY, UNITS
from . import tables
from .reading import TicketView


@dataclass(frozen=True, slots=True)
class Seat:
    """The roles that a person decides with, their own or another's whom they stand in for."""

    roles: frozenset[str]
    account_id: UUID | None
    label: str = ""  # the staff number of the other person, blank for the own seat


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """What the viewer may grant of one action without asking; `unit` is yuan, days or blank."""

    action: str
    unit: str
    most: Decimal


@dataclass(frozen=True, slots=True)
class OwnAuthority:
    """What a viewer may grant to the customer of a ticket; sums and their bounds in yuan."""

    limits: Sequence[OwnLimit]
    today: Decimal
    day_most: int
    customer: Decimal | None  # None where nobody is known
    customer_most: int
    customer_days: int


def limits(at: datetime, *, closed: bool = False) -> list[LimitRow]:
    """Return the matrix in force; with `closed` only what holds on closed tickets too."""
    found = []
    for code, row in tables.rows(tables.AUTHORITY, at).items():
        role, action, *tier = code.split(".")
        open_too = bool(row.values.get("closed"))
        if not closed or open_too:
            most = Decimal(str(row.values["most"]))
            found.append(LimitRow(role, action, tier[0] if tier else "", most, open_too))
    return found


def chains(at: datetime) -> list[ChainRow]:
    """Return the approval chains in force; one of a unit that is gone holds for nobody."""
    tree, found = staff.unit_tree(), []
    for row in tables.rows(tables.CHAIN, at).values():
        values = row.values
        unit = tree.by_code(values["unit"]) if values["unit"] else None
        if values["unit"] and unit is None:
            continue
        above = Decimal(str(values["above"]))
        path = unit.path if unit else ""
        found.append(ChainRow(values["kind"], path, above, tuple(values["levels"])))
    return found


def roles_over(account_id: UUID | None, paths: Collection[str], at: datetime) -> frozenset[str]:
    """Return the roles that a person holds over one of the units; none for anybody else."""
    if account_id is None:
        return frozenset()
    tree = staff.unit_tree()
    held = staff.grants_held(account_id, now=at)
    return frozenset(
        row.role
        for row in held
        if (top := tree.path(row.unit_id)) and any(path.startswith(top) for path in paths)
    )


def seats(viewer: Viewer, paths: Collection[str], at: datetime) -> list[Seat]:
    """Return the seats a person decides from: their own first, then those they stand in for."""
    own = viewer.account_id
    found = [Seat(roles_over(own, paths, at), own)]
    for row in standing_in(own, at):
        found.append(Seat(roles_over(row.of_id, paths, at), row.of_id, row.of.staff_no))
    return found


def standing_in(account_id: UUID | None, at: datetime) -> list[Delegate]:
    """Return for whom a person stands in at the moment."""
    if account_id is None:
        return []
    rows = Delegate.objects.filter(to_id=account_id, ended_at=None, since__lte=at, until__gt=at)
    return list(rows.filter(of__is_active=True).select_related("of").order_by("id"))


def own_authority(viewer: Viewer, ticket: TicketView, at: datetime) -> OwnAuthority:
    """Return what the viewer may grant on a ticket without asking anybody."""
    tree = staff.unit_tree()
    paths = [path for unit in (ticket.home_unit_id, ticket.unit_id) if (path := tree.path(unit))]
    rows = limits(at, closed=ticket.state == State.CLOSED)
    roles = roles_over(viewer.account_id, paths, at)
    found = []
    for action in GrantAction:
        row = allowance(rows, roles, action, ticket.tier or "ordinary")
        found.append(OwnLimit(str(action), UNITS[action], row.most if row else Decimal(0)))
    customer = ticket.customer_id
    return OwnAuthority(
        found,
        given_today(viewer.actor.id, at),
        grant_policies.DAY_MOST.at(at),
        got_lately(customer, at) if customer else None,
        grant_policies.CUSTOMER_MOST.at(at),
        grant_policies.CUSTOMER_DAYS.at(at),
    )


def given_today(account_id: UUID | None, at: datetime) -> Decimal:
    """Return the yuan that a person granted on the local day without asking anybody."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    # Up to the end of the day: who came later may have been quicker.
    end = start + timedelta(days=1)
    rows = Grant.objects.filter(by=account_id, granted_at__gte=start, granted_at__lt=end, cause="")
    return _sum(rows.filter(action__in=MONEY))


def got_lately(customer_id: UUID | None, at: datetime) -> Decimal:
    """Return the yuan that a customer was granted in the days of the policy."""
    if customer_id is None:
        return Decimal(0)
    since = at - timedelta(days=grant_policies.CUSTOMER_DAYS.at(at))
    rows = Grant.objects.filter(customer_id=customer_id, granted_at__gt=since)
    return _sum(rows.filter(state=GrantState.GRANTED, action__in=MONEY))


def _sum(rows: QuerySet[Grant]) -> Decimal:
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)
