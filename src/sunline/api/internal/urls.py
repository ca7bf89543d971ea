"""The addresses of the internal interface."""

from __future__ import annotations

from django.urls import URLPattern, path

from sunline.api.endpoints import PUBLIC, Act, endpoint
from sunline.knowledge import permissions as knowledge
from sunline.quality import permissions as quality
from sunline.tickets import permissions

from . import (
    acts,
    bulk,
    classify,
    data_use,
    document,
    health,
    metrics,
    outages,
    reviews,
    tickets,
)

VIEW, REGISTER = permissions.VIEW.code, permissions.REGISTER.code
SEARCH, NOTE = permissions.SEARCH.code, permissions.NOTE.code
LEAD_OUTAGES = permissions.LEAD_OUTAGES.code

urlpatterns: list[URLPattern] = [
    path("healthz", endpoint(GET=Act(PUBLIC, health.alive), HEAD=Act(PUBLIC, health.alive))),
    path("readyz", endpoint(GET=Act(PUBLIC, health.ready))),
    path("metrics", endpoint(GET=Act(PUBLIC, metrics.scrape))),
    path("api/internal/openapi.json", endpoint(GET=Act(PUBLIC, document.openapi))),
    path("api/internal/tickets/bulk", endpoint(POST=Act(REGISTER, bulk.register))),
    path(
        "api/internal/tickets",
        endpoint(GET=Act(VIEW, tickets.work_list), POST=Act(REGISTER, tickets.register)),
    ),
    path("api/internal/tickets/copies", endpoint(POST=Act(REGISTER, tickets.copies))),
    path("api/internal/notices", endpoint(GET=Act(VIEW, tickets.notices))),
    path("api/internal/tickets/<str:number>", endpoint(GET=Act(VIEW, tickets.one))),
    path(
        "api/internal/tickets/<str:number>/comments",
        endpoint(GET=Act(VIEW, tickets.comments), POST=Act(NOTE, tickets.comment)),
    ),
    path("api/internal/tickets/<str:number>/acts", endpoint(GET=Act(VIEW, acts.allowed))),
    path("api/internal/tickets/<str:number>/acts/<str:slug>", endpoint(POST=Act(VIEW, acts.act))),
    path(
        "api/internal/tickets/<str:number>/data-sheets",
        endpoint(GET=Act(permissions.EXPLAIN_DATA.code, data_use.sheets)),
    ),
    path(
        "api/internal/tickets/<str:number>/data-sheets/<str:sheet_id>",
        endpoint(GET=Act(permissions.EXPLAIN_DATA.code, data_use.sheet)),
    ),
    path("api/internal/addresses", endpoint(GET=Act(knowledge.VIEW.code, data_use.address))),
    path(
        "api/internal/outages",
        endpoint(GET=Act(VIEW, outages.listing), POST=Act(LEAD_OUTAGES, outages.create)),
    ),
    path("api/internal/outages/<str:number>", endpoint(GET=Act(VIEW, outages.one))),
    path("api/internal/classify", endpoint(POST=Act(REGISTER, classify.suggest))),
    path("api/internal/reviews", endpoint(GET=Act(quality.VIEW_REVIEWS.code, reviews.listing))),
    path(
        "api/internal/reviews/<str:number>",
        endpoint(GET=Act(quality.VIEW_REVIEWS.code, reviews.one)),
    ),
    path("api/internal/search", endpoint(GET=Act(SEARCH, tickets.search))),
]
