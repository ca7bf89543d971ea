"""The verbs of workforce: shift logs and hourly bulletins."""

from .bulletins import make_bulletin, make_bulletins
from .shifts import open_log, refresh, sign, write_notes

__all__ = [
    "make_bulletin",
    "make_bulletins",
    "open_log",
    "refresh",
    "sign",
    "write_notes",
]
