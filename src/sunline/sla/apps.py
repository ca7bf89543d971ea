"""The sla room as a Django app."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.sla"
    label = "sla"
