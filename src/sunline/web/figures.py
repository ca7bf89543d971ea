"""The figures of the last days in the viewer's units, counted as things happen."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sunline.insight import permissions, queries
from sunline.insight.types import Measure, Verdict
from sunline.kernel import clock
from sunline.kernel.ids import local_day
from sunline.sla.types import PURPOSE_TEXT

from . import words
from .access import needs, viewer_of

PERIODS = (7, 14, 30)
CUTS: Mapping[str, Mapping[str, str | Promise]] = {
    Measure.INTERACTIONS.value: words.LABELS["channel"],
    Measure.REGISTERED.value: words.LABELS["kind"],
    Measure.CLOSED.value: words.LABELS["result"],
    Measure.SURVEYED.value: words.LABELS["channel"],
    Measure.RATED.value: {str(code): text for code, text in Verdict.choices},
    Measure.BREACHED.value: PURPOSE_TEXT,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a measure, or one of its cuts, with a count for each day."""

    label: str
    counts: Sequence[int]
    is_cut: bool

    @property
    def total(self) -> int:
        """The sum over the days."""
        return sum(self.counts)


@needs(permissions.VIEW)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Show the counts by day, newest first, or give them as a file that spreadsheets open."""
    asked = request.GET.get("days", "")
    period = next((days for days in PERIODS if str(days) == asked), PERIODS[0])
    today = local_day(clock.now())
    days = [today - timedelta(days=back) for back in range(period)]
    lines = _lines(request, days)
    if request.GET.get("format") == "csv":
        return _as_file(days, lines)
    context = {"days": days, "lines": lines, "period": period, "periods": PERIODS, "today": today}
    return render(request, "figures.html", {**context, "here": request.get_full_path()})


def _lines(request: HttpRequest, days: Sequence[date]) -> list[Line]:
    by_day: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in queries.day_counts(viewer_of(request), days[-1], days[0]):
        by_day[row.measure, ""][row.day] += row.count
        if row.cut:
            by_day[row.measure, row.cut][row.day] += row.count
    lines = []
    for measure in Measure:
        whole = by_day.get((measure.value, ""), {})
        lines.append(Line(str(measure.label), [whole.get(day, 0) for day in days], False))
        labels = CUTS.get(measure.value, {})
        for (name, cut), counts in sorted(by_day.items()):
            if name == measure.value and cut:
                text = str(labels.get(cut, cut))
                lines.append(Line(text, [counts.get(day, 0) for day in days], True))
    return lines


def _as_file(days: Sequence[date], lines: Sequence[Line]) -> HttpResponse:
    """Return the table as CSV with the mark by which spreadsheets know UTF-8."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{days[0]:%Y%m%d}.csv"'
    table = csv.writer(answer)
    table.writerow([_("What was counted"), *(day.isoformat() for day in days), _("Sum")])
    for line in lines:
        table.writerow([line.label, *line.counts, line.total])
    return answer
