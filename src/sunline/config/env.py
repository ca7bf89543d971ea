"""Typed readers of environment variables that fail loudly."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(SystemExit):
    """Stops the process with the name of the setting and what it should have been."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"Setting {name} is not usable: expected {expected}.")


def text(name: str, default: str = "", environ: Mapping[str, str] = os.environ) -> str:
    """Return the variable as text, or the default when it is unset or blank."""
    return environ.get(name, "").strip() or default


def flag(name: str, default: bool = False, environ: Mapping[str, str] = os.environ) -> bool:
    """Return the variable as a truth value; raise BadSetting on anything unclear."""
    value = text(name, "", environ).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if not value:
        return default
    raise BadSetting(name, "one of 1, true, yes, on, 0, false, no, off")


def number(name: str, default: int, environ: Mapping[str, str] = os.environ) -> int:
    """Return the variable as a whole number; raise BadSetting when it is not one."""
    value = text(name, "", environ)
    try:
        return int(value) if value else default
    except ValueError:
        raise BadSetting(name, "a whole number") from None


def choice(
    name: str, default: str, choices: Sequence[str], environ: Mapping[str, str] = os.environ
) -> str:
    """Return the variable as one of the choices; raise BadSetting on anything else."""
    value = text(name, default, environ)
    if value not in choices:
        raise BadSetting(name, "one of " + ", ".join(choices))
    return value


def sign_on(
    url: str, *, client_id: str, secret: str, name: str, staff_claim: str
) -> dict[str, Any]:
    """Return the library's entry for an OpenID Connect provider; empty without its address."""
    if not url:
        return {}
    if not client_id:
        raise BadSetting("SUNLINE_OIDC_CLIENT_ID", "the client's id, as SUNLINE_OIDC_URL is set")
    provider = {
        "provider_id": "sso",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": url, "staff_claim": staff_claim},
    }
    return {"openid_connect": {"APPS": [provider], "OAUTH_PKCE_ENABLED": True}}


def names(name: str, default: str = "", environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return a comma-separated variable as a list of non-empty names."""
    return [part.strip() for part in text(name, default, environ).split(",") if part.strip()]


def keys(name: str, default: str = "", environ: Mapping[str, str] = os.environ) -> dict[str, bytes]:
    """Return `id:base64,id:base64` as 32-byte keys by id, the first one being current."""
    found: dict[str, bytes] = {}
    for part in names(name, default, environ):
        key_id, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise BadSetting(name, "id:base64 pairs") from None
        if not key_id or len(key) != 32:
            raise BadSetting(name, "id:base64 pairs of 32-byte keys")
        found[key_id] = key
    return found


def database(url: str) -> dict[str, Any]:
    """Return Django's database entry for a `postgresql://` or `sqlite:///` address."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)[1:] or "sunline.sqlite3"))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting("DATABASE_URL", "postgresql://… or sqlite:///…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            # Bound on the server and prepared after a few uses: planning a join costs more than it.
            "server_side_binding": True,
            "prepare_threshold": 3,
            **dict(parse_qsl(parts.query)),
        },
        "TEST": {"TEMPLATE": "template0"},
    }


def sqlite(path: Path) -> dict[str, Any]:
    """Return the embedded default: write-ahead log, writers queue instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-32000;PRAGMA mmap_size=268435456;"
            ),
        },
    }
