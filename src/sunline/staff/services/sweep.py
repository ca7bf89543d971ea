"""Throwing away what has run out: sessions, tokens and forgiven failures."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Q
from oauth2_provider.models import get_access_token_model

from .. import rules
from ..models import SignInGuard


def sweep(now: datetime) -> None:
    """Delete sessions, tokens and failure counts that no longer mean anything."""
    Session.objects.filter(expire_date__lt=now).delete()
    get_access_token_model().objects.filter(expires__lt=now).delete()
    open_doors = Q(locked_until=None) | Q(locked_until__lt=now)
    old = SignInGuard.objects.filter(last_failed_at__lt=now - rules.FORGIVEN_AFTER)
    old.filter(open_doors).delete()
