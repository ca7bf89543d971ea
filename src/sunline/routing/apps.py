"""The routing room as a Django app."""

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.routing"
    label = "routing"
