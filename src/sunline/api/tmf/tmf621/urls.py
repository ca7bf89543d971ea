"""The addresses of TMF621, v4 and v5; collections answer with and without a trailing slash."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpResponse
from django.urls import URLPattern, path, re_path

from sunline.api.endpoints import PUBLIC, Act, Call, Endpoint, endpoint
from sunline.api.tmf.common import document
from sunline.api.tmf.common.errors import error_body
from sunline.api.tmf.common.hub.views import Hub
from sunline.tickets import permissions

from . import specifications, views
from .representation import PATH

VIEW, REGISTER = permissions.VIEW.code, permissions.REGISTER.code
CHANGE, WITHDRAW = permissions.RECLASSIFY.code, permissions.WITHDRAW.code
SPEC = Path(__file__).parent / "spec"
FILES = {"v4": SPEC / "TMF621-v4.json", "v5": SPEC / "TMF621-v5.yaml"}
HUB = Hub("tmf621", PATH)


def openapi(call: Call) -> HttpResponse:
    """Return the API's document."""
    body = document.served(FILES[call.version], f"{PATH}/{call.version}")
    return HttpResponse(body, content_type="application/json")


def _addresses(version: str) -> list[URLPattern]:
    top = f"tmf-api/troubleTicket/{version}"

    def at(**acts: Act) -> Endpoint:
        return endpoint(version, error_body, **acts)

    tickets = at(GET=Act(VIEW, views.many), POST=Act(REGISTER, views.create))
    ticket = at(
        GET=Act(VIEW, views.one),
        PATCH=Act(CHANGE, views.patch),
        DELETE=Act(WITHDRAW, views.delete),
    )
    hub = at(GET=Act(VIEW, HUB.one), DELETE=Act(VIEW, HUB.delete))
    if version == "v4":
        hub = at(DELETE=Act(VIEW, HUB.delete))
    found = [
        re_path(rf"^{top}/troubleTicket/?$", tickets),
        path(f"{top}/troubleTicket/<str:id>", ticket),
        re_path(rf"^{top}/hub/?$", at(POST=Act(VIEW, HUB.create))),
        path(f"{top}/hub/<str:id>", hub),
        path(f"{top}/openapi.json", at(GET=Act(PUBLIC, openapi))),
    ]
    if version == "v5":
        found += [
            re_path(
                rf"^{top}/troubleTicketSpecification/?$",
                at(
                    GET=Act(VIEW, specifications.many),
                    POST=Act(REGISTER, specifications.create),
                ),
            ),
            path(
                f"{top}/troubleTicketSpecification/<str:id>",
                at(
                    GET=Act(VIEW, specifications.one),
                    PATCH=Act(REGISTER, specifications.patch),
                    DELETE=Act(REGISTER, specifications.delete),
                ),
            ),
        ]
    return found


urlpatterns = [*_addresses("v4"), *_addresses("v5")]
