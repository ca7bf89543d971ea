"""The workforce room as a Django app."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.workforce"
    label = "workforce"
