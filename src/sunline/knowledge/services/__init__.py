"""What changes knowledge: topics and articles in versions, and the table of addresses."""

from .addresses import (
    ask_address_import,
    ask_real_address_import,
    import_addresses,
    load_addresses,
)
from .articles import publish, publish_article, save_article, withdraw_article
from .suggestions import train_suggestions
from .topics import (
    begin_versions,
    end_topic,
    load_missing_topics,
    load_topics,
    publish_topics,
    shipped_topics,
)

__all__ = [
    "ask_address_import",
    "ask_real_address_import",
    "begin_versions",
    "end_topic",
    "import_addresses",
    "load_addresses",
    "load_missing_topics",
    "load_topics",
    "publish",
    "publish_article",
    "publish_topics",
    "save_article",
    "shipped_topics",
    "train_suggestions",
    "withdraw_article",
]
