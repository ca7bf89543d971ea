"""Reads of topics, articles and the table of addresses."""

from .addresses import (
    address_book,
    address_tables,
    addresses,
    forget_addresses,
    is_address,
    look_up_address,
    shown_span,
)
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
    "address_book",
    "address_tables",
    "addresses",
    "article_for",
    "articles",
    "check_details",
    "edited",
    "fields_of",
    "forget_addresses",
    "forget_model",
    "forget_topics",
    "is_address",
    "look_up_address",
    "models",
    "name_in_version",
    "search_topics",
    "shown_span",
    "suggest",
    "topic_id",
    "topic_versions",
    "topics",
    "versions",
]
