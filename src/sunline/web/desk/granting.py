"""What a ticket's page shows of grants: the card, the forms' choices, the viewer's own limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sunline.kernel import clock
from sunline.staff.types import Viewer
from sunline.tickets import queries
from sunline.tickets.queries import Situation, TicketView

from .. import words
from ..templatetags.granting import said

if TYPE_CHECKING:
    from sunline.tickets.models import Approval, Grant


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant on the card with its approval, if one was asked."""

    grant: Grant
    approval: Approval | None


def grant_lines(around: Situation) -> list[GrantLine]:
    """Return the grants of a ticket, the newest first."""
    approvals = {row.subject_id: row for row in around.approvals}
    return [GrantLine(row, approvals.get(row.id)) for row in reversed(around.grants)]


def grant_choices(viewer: Viewer, around: Situation) -> dict[str, list[tuple[str, str]]]:
    """Return which grants the forms choose from, by the slug of the act."""
    open_ones = {row.subject_id: row for row in around.open_approvals}
    me = viewer.actor.id
    return {
        "decide-grant": [
            _choice(row)
            for row in around.grants
            if row.id in open_ones and open_ones[row.id].asked_by != me
        ],
        "withdraw-grant": [
            _choice(row)
            for row in around.grants
            if row.id in open_ones and open_ones[row.id].asked_by == me
        ],
        "check-grant": [
            _choice(row) for row in around.grants if row.sampled and row.checked_at is None
        ],
    }


def _choice(row: Grant) -> tuple[str, str]:
    parts = (words.label("grant_action", row.action), said(row.action, row.asked), row.by_label)
    return str(row.id), " · ".join(parts)


def grant_context(
    viewer: Viewer, ticket: TicketView, around: Situation, verbs: Sequence[str]
) -> dict[str, Any]:
    """Return what the page of a ticket adds for grants."""
    return {
        "grant_lines": grant_lines(around),
        "own": queries.own_authority(viewer, ticket, clock.now()) if "grant" in verbs else None,
    }
