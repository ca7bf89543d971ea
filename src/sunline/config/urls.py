"""Every address of the product, by edge."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sunline.api.urls")),
    path("", include("sunline.web.urls")),
]

handler400 = "sunline.web.errors.bad_request"
handler403 = "sunline.web.errors.refused"
handler404 = "sunline.web.errors.not_found"
handler500 = "sunline.web.errors.failed"
