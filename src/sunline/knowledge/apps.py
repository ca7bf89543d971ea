"""The knowledge room as a Django app."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Registers the room's tables."""

    name = "sunline.knowledge"
    label = "knowledge"
