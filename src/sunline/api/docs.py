"""Interactive documentation of the JSON interfaces, served from our own origin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def interactive(request: HttpRequest) -> HttpResponse:
    """Show the documents with a form for each operation."""
    return render(request, "api/docs.html")


interactive.permissions = {"GET": "", "HEAD": ""}  # type: ignore[attr-defined]
