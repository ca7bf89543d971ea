"""Group complaints: the list, and one with its members, its curve and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sunline.kernel import clock
from sunline.tickets import permissions, queries
from sunline.tickets.queries.groups import CurvePoint

from ..access import needs, viewer_of

WIDTH, HEIGHT, LOW = 640, 200, 170  # of the drawing; LOW is its base line


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the curve, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    point: CurvePoint


@dataclass(frozen=True, slots=True)
class Chart:
    """The curve of arrivals beside the usual ones; the points are also told as a table."""

    bars: Sequence[Bar]
    usual: str
    most: int

    @property
    def size(self) -> str:
        """The drawing's own field."""
        return f"0 0 {WIDTH} {HEIGHT}"


@needs(permissions.VIEW)
@require_GET
def group_list(request: HttpRequest) -> HttpResponse:
    """Show the group complaints that are open, or those that have ended."""
    ended = request.GET.get("ended") == "1"
    page = queries.group_list(
        viewer_of(request), ended=ended, cursor=request.GET.get("cursor") or None
    )
    return render(request, "desk/groups.html", {"page": page, "ended": ended})


@needs(permissions.VIEW)
@require_GET
def group_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show a group complaint with its members."""
    viewer = viewer_of(request)
    batch = queries.group_for(viewer, number)
    context = {
        "batch": batch,
        "page": queries.members(viewer, batch, cursor=request.GET.get("cursor") or None),
        "chart": drawn(queries.curve(batch, now=clock.now())),
        "now": clock.now(),
        "may_open_outage": viewer.may(permissions.LEAD_OUTAGES.code) and not viewer.viewing_as,
    }
    return render(request, "desk/group.html", context)


def drawn(points: Sequence[CurvePoint]) -> Chart | None:
    """Return the curve in the units of the drawing, None without points."""
    if not points:
        return None
    most = max(1, *(point.count for point in points), *(round(point.usual) for point in points))
    step = WIDTH / len(points)
    scale = (LOW - 10) / most
    bars = [
        Bar(
            round(index * step + 2, 1),
            round(LOW - point.count * scale, 1),
            round(step - 4, 1),
            round(point.count * scale, 1),
            point,
        )
        for index, point in enumerate(points)
    ]
    line = " ".join(
        f"{index * step + step / 2:.1f},{LOW - point.usual * scale:.1f}"
        for index, point in enumerate(points)
    )
    return Chart(bars, line, most)
