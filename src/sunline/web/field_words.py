"""The words of field work on the screens."""

from __future__ import annotations

from django.utils.functional import Promise

from sunline.tickets.types import FieldKind, FieldState, FieldStep, Window

LABELS: dict[str, dict[str, str | Promise]] = {
    "field_kind": {str(item.value): item.label for item in FieldKind},
    "field_state": {str(item.value): item.label for item in FieldState},
    "field_step": {str(item.value): item.label for item in FieldStep},
    "window": {str(item.value): item.label for item in Window},
}
