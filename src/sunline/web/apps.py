"""The web edge as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Makes the edge's templates and commands known."""

    name = "sunline.web"
    label = "web"
