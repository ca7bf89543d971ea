"""The api edge as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Makes the edge's templates and commands known."""

    name = "sunline.api"
    label = "api"
