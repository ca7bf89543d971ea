"""Every verb on a ticket for connected systems, by the description the desk works from."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.tmf.common.texts import NOT_JSON
from sunline.kernel import reading
from sunline.kernel.errors import Invalid, NotFound, Problem, wrong_type
from sunline.tickets import queries
from sunline.tickets.acts import ACTS, BY_SLUG, Act, Field

from .tickets import raw_of

UNKNOWN_FIELD = _("This act has no such field.")
JSON_OF = {
    "number": "integer",
    "flag": "boolean",
    "moment": "string",
    "many": "array",
    "details": "object",
    "checks": "array",
    "file": "object",
}


FILE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "content"],
    "properties": {
        "name": {"type": "string", "maxLength": 255},
        "content": {"type": "string", "contentEncoding": "base64"},
    },
}


def allowed(call: Call, number: str) -> HttpResponse:
    """Return what the caller may do to a ticket now, and what each act asks for."""
    view = queries.ticket_for(call.viewer, number)
    verbs = set(queries.allowed_verbs(call.viewer, view))
    shown = [_described(act) for act in ACTS if act.verb in verbs]
    return http.answer({"version": view.version, "state": view.state, "items": shown})


def act(call: Call, number: str, slug: str) -> HttpResponse:
    """Do one act; `version` in the body guards against a change in between."""
    found = BY_SLUG.get(slug)
    if found is None:
        raise NotFound
    values = _values(raw_of(call), found)
    view = queries.ticket_for(call.viewer, number)
    version = reading.number(values, "version")
    ref = found.run(call.viewer, view.id, **found.read(values), version=version, now=call.now)
    return http.answer({"number": ref.number, "state": ref.state, "version": ref.version})


def _values(raw: bytes, found: Act) -> dict[str, Any]:
    """Return the body as form values; raise Invalid for anything that no form could send."""
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as error:
        raise Invalid([Problem("body", "not_json", NOT_JSON)]) from error
    if not isinstance(body, dict):
        raise Invalid([wrong_type("body")])
    kinds = {field.name: field.kind for field in found.fields} | {"version": "number"}
    problems = [
        Problem(name[:80], "unknown_field", UNKNOWN_FIELD) for name in body if name not in kinds
    ]
    problems += [
        wrong_type(name)
        for name, value in body.items()
        if name in kinds and not _fits(value, kinds[name])
    ]
    if problems:
        raise Invalid(problems)
    return {name: _plain(value) for name, value in body.items()}


def _fits(value: Any, kind: str) -> bool:
    if kind in {"many", "checks"}:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind in {"details", "file"}:
        return value is None or isinstance(value, dict)
    if kind == "flag":
        return value is None or isinstance(value, bool)
    if kind == "number":
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return value is None or isinstance(value, str)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value) if isinstance(value, int) else value


def _described(act: Act) -> dict[str, Any]:
    return {
        "act": act.slug,
        "label": str(act.label),
        "fields": [_field(field) for field in act.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    shown = {
        "name": field.name,
        "kind": field.kind,
        "label": str(field.label),
        "required": field.required,
    }
    if field.choices:
        shown["choices"] = [{"code": code, "label": str(label)} for code, label in field.choices]
    return shown


@cache
def schemas() -> dict[str, Any]:
    """Return the JSON schema of each act's body, by its slug."""
    return {act.slug: _schema(act) for act in ACTS}


def _schema(act: Act) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in act.fields if field.required],
        "properties": {
            "version": {"type": "integer", "minimum": 1},
            **{field.name: _property(field) for field in act.fields},
        },
    }


def _property(field: Field) -> dict[str, Any]:
    kind = JSON_OF.get(field.kind, "string")
    codes = [code for code, _label in field.choices]
    if kind == "array":
        items: dict[str, Any] = {"type": "string", "maxLength": 64}
        return {"type": "array", "items": items | ({"enum": codes} if codes else {})}
    if field.kind == "file":
        return FILE
    if kind == "object":
        return {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
    found: dict[str, Any] = {"type": kind}
    if codes:
        found["enum"] = codes
    if field.kind in {"unit", "person", "colleague", "topic", "grant"}:
        found["format"] = "uuid"
    if field.kind == "moment":
        found["format"] = "date-time"
    if field.kind in {"text", "textarea"}:
        found["maxLength"] = field.most
    return found
