"""Checking answers against the published documents, reading `oneOf` as "what `@type` names"."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

import sunline.api.tmf.tmf621 as package
from sunline.api.tmf.common.document import load

SPEC = Path(package.__file__).parent / "spec"


@cache
def document(version: str) -> dict[str, Any]:
    """Return the published document, unmodified."""
    return load(SPEC / {"v4": "TMF621-v4.json", "v5": "TMF621-v5.yaml"}[version])


def problems(version: str, name: str, value: Any) -> list[str]:
    """Return what is wrong with a value by a named schema, one line each."""
    return list(_problems(document(version), schemas(version)[name], value, ""))


def schemas(version: str) -> dict[str, Any]:
    """Return the named schemas of a version."""
    found = document(version)
    return found["definitions"] if version == "v4" else found["components"]["schemas"]  # type: ignore[no-any-return]


def _resolve(root: Any, schema: Any) -> Any:
    while "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        schema = target
    return schema


def _problems(root: Any, schema: Any, value: Any, path: str) -> Any:
    schema = _resolve(root, schema)
    mapping = (schema.get("discriminator") or {}).get("mapping", {})
    if isinstance(value, dict) and mapping:
        named = mapping.get(value.get("@type"))
        chosen = _resolve(root, {"$ref": named}) if named else None
        if "oneOf" in schema:
            if chosen is None:
                chosen = _resolve(root, schema["oneOf"][0])
            yield from _problems(root, {**chosen, "discriminator": {}}, value, path)
            return
        if chosen is not None and chosen is not schema:
            yield from _problems(root, {**chosen, "discriminator": {}}, value, path)
            return
    for part in schema.get("allOf", ()):
        inner = _resolve(root, part)
        # A subclass extends its base: the base's own discriminator must not lead back to it.
        yield from _problems(root, {**inner, "discriminator": {}}, value, path)
    plain = {
        key: copy.copy(item)
        for key, item in schema.items()
        if key in ("type", "format", "enum", "required", "minItems", "maxItems")
    }
    for error in jsonschema.Draft7Validator(
        plain, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    ).iter_errors(value):
        yield f"{path}: {error.message[:200]}"
    if isinstance(value, dict):
        for name, below in schema.get("properties", {}).items():
            if name in value:
                yield from _problems(root, below, value[name], f"{path}.{name}")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _problems(root, schema["items"], item, f"{path}[{index}]")
