"""The OpenAPI document of the internal interface, made from the shapes that are decoded."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import orjson
from django.conf import settings
from django.http import HttpResponse

from sunline.api.endpoints import Call

from . import acts
from .classify import Words
from .outages import Disturbance
from .tickets import Comment, Draft, Line

REFUSALS = ("400", "401", "403", "404", "405", "406", "409", "413", "415", "500")


def _operation(summary: str, *, ok: str = "200", body: str = "", **query: str) -> dict[str, Any]:
    error = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    found: dict[str, Any] = {
        "summary": summary,
        "security": [{"oauth": []}],
        "parameters": [
            {"name": name, "in": "query", "schema": {"type": kind}} for name, kind in query.items()
        ],
        "responses": {
            ok: {"description": "OK", "content": {"application/json": {}}},
            **{
                code: {"description": "Refused", "content": {"application/json": error}}
                for code in REFUSALS
            },
        },
    }
    if body:
        kind = "application/x-ndjson" if body == "Lines" else "application/json"
        schema = {"type": "string"} if body == "Lines" else {"$ref": f"#/components/schemas/{body}"}
        found["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    return found


@cache
def built() -> bytes:
    """Return the document as JSON."""
    _, schemas = msgspec.json.schema_components(
        [Line, Comment, Draft, Words, Disturbance], ref_template="#/components/schemas/{name}"
    )
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "string"}}
    base = "/api/internal"
    paging = {"cursor": "string", "limit": "integer"}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Sunline internal interface", "version": "1"},
        "servers": [{"url": settings.PUBLIC_URL}],
        "paths": {
            f"{base}/tickets": {
                "get": _operation(
                    "One page of a work list",
                    **{"view": "string", "state": "string", "kind": "string", **paging},
                ),
                "post": _operation("Register a ticket", ok="201", body="Line"),
            },
            f"{base}/tickets/bulk": {
                "post": _operation("Register tickets, one JSON object a line", body="Lines")
            },
            f"{base}/tickets/copies": {
                "post": _operation("Open tickets that a draft may be a copy of", body="Draft")
            },
            f"{base}/notices": {"get": _operation("Notices in force", place="string")},
            f"{base}/tickets/{{number}}": {
                "parameters": [number],
                "get": _operation("A ticket with its timeline"),
            },
            f"{base}/tickets/{{number}}/comments": {
                "parameters": [number],
                "get": _operation("What was written on a ticket"),
                "post": _operation("Write a note", ok="201", body="Comment"),
            },
            f"{base}/tickets/{{number}}/acts": {
                "parameters": [number],
                "get": _operation("What may be done to a ticket now"),
            },
            **{
                f"{base}/tickets/{{number}}/acts/{slug}": {
                    "parameters": [number],
                    "post": _operation(f"Do “{slug}” to a ticket", body=f"Act.{slug}"),
                }
                for slug in acts.schemas()
            },
            **_data_use_and_outages(base, number, paging),
            f"{base}/classify": {"post": _operation("Suggest what a text is about", body="Words")},
            f"{base}/reviews": {
                "get": _operation(
                    "One page of reviews",
                    **{"state": "string", "reason": "string", "unit_id": "string"},
                    **{"late": "boolean", **paging},
                )
            },
            f"{base}/reviews/{{number}}": {
                "parameters": [number],
                "get": _operation("The review of a ticket with its measures"),
            },
            f"{base}/search": {"get": _operation("Find tickets", q="string", **paging)},
        },
        "components": _components(schemas),
    }
    return orjson.dumps(document)


def _data_use_and_outages(
    base: str, number: dict[str, Any], paging: dict[str, str]
) -> dict[str, Any]:
    """Return the paths of explanation sheets, addresses and outages."""
    return {
        f"{base}/tickets/{{number}}/data-sheets": {
            "parameters": [number],
            "get": _operation("Explanation sheets of data use"),
        },
        f"{base}/tickets/{{number}}/data-sheets/{{sheet_id}}": {
            "parameters": [number, {**number, "name": "sheet_id"}],
            "get": _operation("An explanation sheet of data use"),
        },
        f"{base}/addresses": {"get": _operation("The service an address belongs to", q="string")},
        f"{base}/outages": {
            "get": _operation("One page of outages", state="string", **paging),
            "post": _operation("Open an outage", ok="201", body="Disturbance"),
        },
        f"{base}/outages/{{number}}": {
            "parameters": [number],
            "get": _operation("An outage with how many are linked and told"),
        },
    }


def _components(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the shapes that the paths name, and how a caller signs in."""
    return {
        "schemas": {
            **schemas,
            **{f"Act.{slug}": schema for slug, schema in acts.schemas().items()},
            "Refusal": {
                "type": "object",
                "required": ["code", "text"],
                "properties": {"code": {"type": "string"}, "text": {"type": "string"}},
            },
        },
        "securitySchemes": {
            "oauth": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": f"{settings.PUBLIC_URL}/oauth/token",
                        "scopes": {},
                    }
                },
            }
        },
    }


def openapi(call: Call) -> HttpResponse:
    """Return the document."""
    return HttpResponse(built(), content_type="application/json")
