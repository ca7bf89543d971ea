"""Decisions about topics, their fields, articles, and what a text is about."""

from .fields import checked, field_problems, missing
from .topics import parent_code, path_of, problems_of, ranked, score, state_of

__all__ = [
    "checked",
    "field_problems",
    "missing",
    "parent_code",
    "path_of",
    "problems_of",
    "ranked",
    "score",
    "state_of",
]
