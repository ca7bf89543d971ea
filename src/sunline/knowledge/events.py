"""What happens to knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class TopicPublished(Fact):
    """A topic was added or changed by a person."""

    KIND: ClassVar[str] = "knowledge.topic_published@1"
    code: str


@dataclass(frozen=True, slots=True)
class TopicEnded(Fact):
    """A topic ends on a day (`until`, an ISO date); its tickets count to the successor's code."""

    KIND: ClassVar[str] = "knowledge.topic_ended@1"
    code: str
    until: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionsTrained(Fact):
    """A model of suggestions was trained and is in use from now on."""

    KIND: ClassVar[str] = "knowledge.suggestions_trained@1"
    number: int
    samples: int


@dataclass(frozen=True, slots=True)
class ArticleSaved(Fact):
    """The draft of an article was written or changed."""

    KIND: ClassVar[str] = "knowledge.article_saved@1"
    article_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class ArticlePublished(Fact):
    """A version of an article was published."""

    KIND: ClassVar[str] = "knowledge.article_published@1"
    article_id: UUID
    topic_id: UUID | None = None
    number: int = 1


@dataclass(frozen=True, slots=True)
class ArticleWithdrawn(Fact):
    """An article holds no longer."""

    KIND: ClassVar[str] = "knowledge.article_withdrawn@1"
    article_id: UUID


@dataclass(frozen=True, slots=True)
class AddressesAsked(Fact):
    """A person asked for a file of addresses to become the table."""

    KIND: ClassVar[str] = "knowledge.addresses_asked@1"
    job_id: UUID
    dry_run: bool


@dataclass(frozen=True, slots=True)
class AddressesLoaded(Fact):
    """A version of the table of addresses came into force in place of the one before."""

    KIND: ClassVar[str] = "knowledge.addresses_loaded@1"
    number: int
    rows: int
