"""Field encryption with rotating keys, and keyed blind indexes for exact look-up.

AES-256-GCM; a stored value is `key id:base64(nonce + ciphertext)`. A blind index is
HMAC-SHA-256 of the normalised value under a key derived from the same field key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models


def current_key_id() -> str:
    """Return the id of the key that new values are written with."""
    return next(iter(settings.FIELD_KEYS))


def encrypt(value: str) -> str:
    """Return the value under the current key, or an empty string for an empty value."""
    if not value:
        return ""
    key_id = current_key_id()
    nonce = os.urandom(12)
    sealed = _cipher(settings.FIELD_KEYS[key_id]).encrypt(nonce, value.encode(), key_id.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """Return the plain value; raise KeyError for an unknown key, InvalidTag if tampered with."""
    if not stored:
        return ""
    key_id, _, encoded = stored.partition(":")
    sealed = base64.b64decode(encoded)
    plain = _cipher(settings.FIELD_KEYS[key_id]).decrypt(sealed[:12], sealed[12:], key_id.encode())
    return plain.decode()


def blind_index(value: str, purpose: str) -> str:
    """Return the look-up key of a value under the current key, empty for an empty value."""
    return _index(current_key_id(), value, purpose) if value else ""


def blind_indexes(value: str, purpose: str) -> list[str]:
    """Return the look-up keys of a value under every key still in use, for a query."""
    return [_index(key_id, value, purpose) for key_id in settings.FIELD_KEYS] if value else []


def _index(key_id: str, value: str, purpose: str) -> str:
    key = _index_key(settings.FIELD_KEYS[key_id])
    digest = hmac.digest(key, f"{purpose}\0{value}".encode("utf-8", "surrogatepass"), "sha256")
    return f"{key_id}:{digest[:16].hex()}"


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    """Return the cipher of a key; expanding a key costs more than sealing a phone number."""
    return AESGCM(key)


@lru_cache(maxsize=16)
def _index_key(key: bytes) -> bytes:
    return hashlib.sha256(b"blind index" + key).digest()


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text that is plain in Python and encrypted in the database; it cannot be filtered on."""

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored."""
        return encrypt(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return what was meant."""
        return decrypt(value) if isinstance(value, str) else value
