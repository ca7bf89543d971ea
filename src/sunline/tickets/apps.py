"""The tickets room as a Django app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.tickets"
    label = "tickets"
