"""Generated requests against the documents we serve: no server error, no undocumented answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from .conftest import Caller

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
)
# The same requests every time; SCHEMATHESIS_EXAMPLES digs deeper.
quick = settings(
    max_examples=int(os.environ.get("SCHEMATHESIS_EXAMPLES", "20")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep the test's own connection, which a server would close between requests."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.parametrize("version", ["v4", "v5"])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_documented(crm: Caller, version: str, mode: GenerationMode) -> None:
    path = f"/tmf-api/troubleTicket/{version}/openapi.json"
    known = crm.new()["id"]
    found: dict[str, str] = {}
    with one_connection():
        schema = schemathesis.openapi.from_wsgi(path, get_wsgi_application())
        for result in schema.get_all_operations():
            operation = cast(Any, result).ok()
            made = operation.as_strategy(generation_mode=mode)
            found |= {f"{operation.label}: {line}": "" for line in failures(made, crm, known)}
    assert not found, "\n".join(found)


def failures(made: Any, crm: Caller, known: str) -> list[str]:
    """Return what is wrong with the answers to generated calls of one operation."""
    found: list[str] = []
    count = [0]

    @quick
    @given(case=made)
    def call(case: Any) -> None:
        count[0] += 1
        if count[0] % 2 and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = known  # every other call is about a ticket that is there
        response = case.call(headers={"Authorization": f"Bearer {crm.token}"})
        try:
            case.validate_response(response, checks=list(CHECKS))
        except FailureGroup as group:
            found.extend(str(failure)[:600] for failure in group.exceptions)

    try:
        call()
    except Unsatisfiable:  # nothing can be wrong with a request that has no parts
        return found
    return found
