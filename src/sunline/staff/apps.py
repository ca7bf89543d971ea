"""The staff room as a Django app."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.staff"
    label = "staff"
