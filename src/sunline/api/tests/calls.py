"""What the tests of the TM Forum edge have in common."""

from __future__ import annotations

from typing import Any

from django.utils.http import urlencode

from . import schemas
from .conftest import Caller, read


def fits(caller: Caller, resource: Any) -> list[str]:
    """Return what is wrong with a resource by the caller's version."""
    version = caller.base[-2:]
    return schemas.problems(
        version, "TroubleTicket_RES" if version == "v5" else "TroubleTicket", resource
    )


def refused(caller: Caller, response: Any, status: int) -> dict[str, Any]:
    """Return the error of an answer that must be a refusal with this status."""
    body = read(response)
    assert response.status_code == status, body
    assert response["Content-Type"].startswith("application/json")
    assert schemas.problems(caller.base[-2:], "Error", body) == []
    assert body["status"] == str(status)
    assert isinstance(body["code"], str)
    return body  # type: ignore[no-any-return]


def names(api: Caller, **query: str) -> list[str]:
    """Return the names of the tickets that a query finds."""
    response = api.get(f"/troubleTicket?{urlencode(query)}")
    assert response.status_code == 200, response.content.decode()
    assert response["X-Total-Count"] == str(len(read(response)))
    return sorted(item["name"] for item in read(response))
