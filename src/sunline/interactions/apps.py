"""The interactions room as a Django app."""

from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.interactions"
    label = "interactions"
