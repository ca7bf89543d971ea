"""The `/hub` addresses of an API."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.models import HubSubscription
from sunline.api.tmf.common.shapes import TEXT, Shape, problems
from sunline.kernel.errors import Invalid

from . import query, services

HUB = Shape("Hub", {"callback": TEXT, "query": TEXT}, ("callback",))


class Hub:
    """The hub of one API; `path` is the API's address without the version."""

    def __init__(self, api: str, path: str) -> None:
        self.api, self.path = api, path

    def shown(self, row: HubSubscription, version: str) -> dict[str, Any]:
        """Return a subscription as the API writes it."""
        result: dict[str, Any] = {"id": str(row.id), "callback": row.callback, "query": row.query}
        if version == "v5":
            result |= {"href": self.href(row, version), "@type": "Hub"}
        return result

    def href(self, row: HubSubscription, version: str) -> str:
        """Return the address of a subscription."""
        return f"{settings.PUBLIC_URL}{self.path}/{version}/hub/{row.id}"

    def create(self, call: Call) -> HttpResponse:
        """Register a callback; the secret its notifications are signed with is told only here."""
        body = http.body_object(call.request)
        found = problems(HUB, body)
        if found:
            raise Invalid(found)
        query.parse(body.get("query", ""))
        row = services.subscribe(
            call.viewer,
            api=self.api,
            version=call.version,
            callback=body["callback"].strip(),
            query=body.get("query", ""),
            now=call.now,
        )
        head = {"Location": self.href(row, call.version), "X-Hub-Secret": row.secret}
        return http.answer(self.shown(row, call.version), 201, head)

    def one(self, call: Call, id: str) -> HttpResponse:
        """Return one of the caller's subscriptions."""
        row = services.subscription_for(call.viewer, id, api=self.api)
        return http.answer(self.shown(row, call.version))

    def delete(self, call: Call, id: str) -> HttpResponse:
        """End a subscription."""
        services.unsubscribe(call.viewer, id, api=self.api, now=call.now)
        return http.answer(None, 204)
