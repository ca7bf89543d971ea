"""One search for tickets and customers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sunline.customers import permissions as customer_permissions
from sunline.customers import queries as customers
from sunline.kernel import clock
from sunline.tickets import permissions, queries

from .. import reading
from ..access import needs, viewer_of


@needs(permissions.SEARCH, customer_permissions.VIEW)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the tickets and customers that fit a number, a phone, a name or words."""
    viewer, now = viewer_of(request), clock.now()
    text = reading.text(request.GET, "q", most=200)
    cursor = reading.cursor(request)
    page, hits = None, []
    if text and viewer.may(permissions.SEARCH.code):
        page = queries.search(viewer, text, now=now, cursor=cursor, limit=25)
        if not cursor and len(page.items) == 1 and page.items[0].number == text.upper():
            return redirect("ticket", number=page.items[0].number)
    if text and not cursor and viewer.may(customer_permissions.VIEW.code):
        hits = customers.find(text, viewer=viewer, limit=6, now=now)
    context = {"search_text": text, "page": page, "hits": hits}
    return render(request, "desk/search.html", context)
