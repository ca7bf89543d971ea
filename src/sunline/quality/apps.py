"""The quality room as a Django app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.quality"
    label = "quality"
