"""Creating, changing and withdrawing tickets for connected systems, by the tickets room's verbs."""

from .changing import change, delete
from .creating import create

__all__ = ["change", "create", "delete"]
