"""The customers room as a Django app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.customers"
    label = "customers"
