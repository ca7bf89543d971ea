"""Logs as one JSON object a line, with the correlation id and without personal data."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from . import context

# Chinese phone numbers with and without country code, identity numbers and mail addresses,
# wherever they slip into a text.
PERSONAL = re.compile(
    r"(?<![\w.])(?:(?:\+|00)?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}(?!\w)"
    r"|(?<![\w.])(?:0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\w)"
    r"|[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"
)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "request",
    "taskName",
}


class JsonFormatter(logging.Formatter):
    """Formats a record as JSON with personal data blotted out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": blot(record.getMessage()),
        }
        if current := context.correlation_id():
            entry["correlation_id"] = current
        for key, value in vars(record).items():
            if key not in STANDARD:
                entry[key] = blot(str(value))
        if record.exc_info:
            entry["trace"] = blot(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def blot(text: str) -> str:
    """Return the text with phone numbers, identity numbers and addresses replaced."""
    return PERSONAL.sub("[personal]", text)
