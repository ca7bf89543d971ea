"""Reads of topics and articles."""

from .articles import article_for, articles, edited, versions
from .suggestions import active_number, forget_model, models, suggest
from .topics import (
    check_details,
    fields_of,
    forget_topics,
    name_in_version,
    search_topics,
    topic_id,
    topic_versions,
    topics,
)

__all__ = [
    "active_number",
    "article_for",
    "articles",
    "check_details",
    "edited",
    "fields_of",
    "forget_model",
    "forget_topics",
    "models",
    "name_in_version",
    "search_topics",
    "suggest",
    "topic_id",
    "topic_versions",
    "topics",
    "versions",
]
