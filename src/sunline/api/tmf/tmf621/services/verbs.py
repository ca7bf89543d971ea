"""The verbs of the tickets room, called for a connected system with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from sunline.staff.types import Viewer
from sunline.tickets import services as tickets
from sunline.tickets.types import TicketRef


def reason_of(values: Mapping[str, Any]) -> str:
    """Return why a system changes a status, in its own words or in ours."""
    return str(values.get("statusChangeReason") or "").strip() or gettext(
        "Set by the connected system."
    )


def act(viewer: Viewer, ref: TicketRef, verb: str, text: str, *, now: datetime) -> TicketRef:
    """Do one verb on a ticket as it stands in `ref`; the text says why."""
    common = {"now": now, "version": ref.version}
    if verb == "accept":
        return tickets.accept(viewer, ref.id, **common)  # type: ignore[arg-type]
    if verb == "resume":
        return tickets.resume(viewer, ref.id, **common)  # type: ignore[arg-type]
    if verb == "hold":
        return tickets.hold(viewer, ref.id, reason="third_party", note=text, **common)  # type: ignore[arg-type]
    if verb == "ask_customer":
        return tickets.ask_customer(viewer, ref.id, text=text, **common)  # type: ignore[arg-type]
    if verb == "finish_at_once":
        return tickets.finish_at_once(viewer, ref.id, text=text, **common)  # type: ignore[arg-type]
    if verb == "redispatch":
        return tickets.redispatch(viewer, ref.id, note=text, **common)  # type: ignore[arg-type]
    if verb == "record_revisit":
        return tickets.record_revisit(viewer, ref.id, outcome="accepted", note=text, **common)  # type: ignore[arg-type]
    if verb == "withdraw":
        return tickets.withdraw(viewer, ref.id, reason="client", note=text, **common)  # type: ignore[arg-type]
    return tickets.refuse(viewer, ref.id, reason="client", note=text, **common)  # type: ignore[arg-type]
