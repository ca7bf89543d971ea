"""The addresses of the JSON interfaces and their documentation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from sunline.kernel.errors import NotFound

from .docs import interactive
from .endpoints import Endpoint, endpoint
from .internal import urls as internal
from .tmf.common.errors import error_body
from .tmf.tmf621 import urls as tmf621


class _Nothing:
    """Answers any method at an address that does not exist."""

    permissions: dict[str, str]
    csrf_exempt = True

    def __init__(self, shape: Endpoint) -> None:
        self.shape, self.permissions = shape, {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.shape.refuse(request, NotFound())


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(tmf621.urlpatterns)),
    path("", include(internal.urlpatterns)),
    path("api/docs", interactive),
    re_path(r"^tmf-api/", _Nothing(endpoint("", error_body))),
    re_path(r"^api/internal/", _Nothing(endpoint())),
]
