"""The insight room as a Django app."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.insight"
    label = "insight"
