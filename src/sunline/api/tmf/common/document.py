"""The OpenAPI document we serve: TM Forum's own, with what this server adds or leaves out.

What is changed, and nothing else: the address; the listener paths (they are the client's own);
answers 401, 403, 404, 406, 409, 413, 415, 429, 501 and 503 where they were not declared; the OAuth
scheme; `oneOf` read as "the branch that `@type` names"; `@type` welcome but not demanded of a
sender; the two patch formats that are not spoken here.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml
from django.conf import settings

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
ADDED = {
    "400": "Bad Request",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "Not Found",
    "405": "Method Not allowed",
    "406": "Not Acceptable",
    "409": "Conflict",
    "413": "Content Too Large",
    "415": "Unsupported Media Type",
    "429": "Too Many Requests",
    "500": "Internal Server Error",
    "501": "Not Implemented",
    "503": "Service Unavailable",
}
NOT_SPOKEN = ("application/json-patch+json", "application/json-patch-query+json")
SCOPES = {"tickets:read": "Read tickets", "tickets:write": "Register and change tickets"}
KEY_TEXT = "The same key with the same body gets the same answer."
_lock = threading.Lock()


def load(path: Path) -> Document:
    """Return a published document as values."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return orjson.loads(text)  # type: ignore[no-any-return]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # type: ignore[no-any-return]  # noqa: S506 - a safe one


@cache
def served(path: Path, address: str) -> bytes:
    """Return the document we serve for an API at `address`, as JSON; made once per process."""
    with _lock:
        document = copy.deepcopy(load(path))
        build: Callable[[Document, str], Document] = _v5 if "openapi" in document else _v4
        return orjson.dumps(build(document, address), default=str)


def _v4(document: Document, address: str) -> Document:
    """Return the Swagger 2.0 document with our additions."""
    scheme, _, rest = settings.PUBLIC_URL.partition("://")
    host, _, prefix = rest.partition("/")
    document["host"], document["schemes"] = host, [scheme]
    document["basePath"] = (f"/{prefix}" if prefix else "") + address
    document["consumes"] = ["application/json"]
    document["produces"] = ["application/json"]
    error = {"$ref": "#/definitions/Error"}
    for operation in _operations(document):
        for code, text in ADDED.items():
            operation["responses"].setdefault(code, {"description": text, "schema": error})
        operation["security"] = [{"oauth": []}]
    for path, item in document["paths"].items():
        if path.startswith("/troubleTicket/") and "patch" in item:
            item["patch"]["consumes"] = ["application/json", "application/merge-patch+json"]
    document["securityDefinitions"] = {
        "oauth": {
            "type": "oauth2",
            "flow": "application",
            "tokenUrl": f"{settings.PUBLIC_URL}/oauth/token",
            "scopes": SCOPES,
        }
    }
    return document


def _v5(document: Document, address: str) -> Document:
    """Return the OpenAPI 3 document with our additions."""
    document["servers"] = [{"url": settings.PUBLIC_URL + address}]
    error = {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operation in _operations(document):
        responses = operation["responses"]
        responses.pop("default", None)
        for code, text in ADDED.items():
            responses.setdefault(code, {"description": text, **error})
        operation["security"] = [{"oauth": []}]
    components = document["components"]
    for body in components["requestBodies"].values():
        for kind in NOT_SPOKEN:
            body["content"].pop(kind, None)
    components["schemas"] = {
        name: _by_type(schema) for name, schema in components["schemas"].items()
    }
    _open_senders(components["schemas"])
    components["securitySchemes"] = {
        "oauth": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": f"{settings.PUBLIC_URL}/oauth/token",
                    "scopes": SCOPES,
                }
            },
        }
    }
    return document


def _operations(document: Document) -> list[Document]:
    """Return the operations of our own addresses; the listeners are the client's and go."""
    document["paths"] = {
        path: item for path, item in document["paths"].items() if not path.startswith("/listener/")
    }
    return [
        item[method] for item in document["paths"].values() for method in METHODS if method in item
    ]


def _by_type(schema: Any) -> Any:
    """Return a schema in which branches may overlap: `@type` names the one that is meant."""
    if isinstance(schema, list):
        return [_by_type(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: _by_type(value) for name, value in schema.items()}
    if "oneOf" in result and "discriminator" in result:
        result["anyOf"] = result.pop("oneOf")
    return result


def _open_senders(schemas: Document) -> None:
    """Let what is sent (`_FVO`, `_MVO`) do without `@type`, which has a default from its place."""
    schemas["Sent"] = copy.deepcopy(schemas["Extensible"])
    schemas["Sent"].pop("required", None)
    base = {"$ref": "#/components/schemas/Sent"}
    schemas["SentEntity"] = {"allOf": [base, {"$ref": "#/components/schemas/Addressable"}]}
    entity = {"$ref": "#/components/schemas/SentEntity"}
    swaps = {
        "#/components/schemas/Extensible": base["$ref"],
        "#/components/schemas/Entity": entity["$ref"],
    }
    for name, schema in schemas.items():
        if not name.endswith(("_FVO", "_MVO")):
            continue
        schema.pop("discriminator", None)
        for part in schema.get("allOf", ()):
            part["$ref"] = swaps.get(part["$ref"], part["$ref"]) if "$ref" in part else None
            if part["$ref"] is None:
                del part["$ref"]
