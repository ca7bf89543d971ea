"""The tables of quality."""

from .ratings import Survey
from .reviews import Measure, Review

__all__ = ["Measure", "Review", "Survey"]
