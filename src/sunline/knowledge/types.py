"""What callers see of topics, articles and the table of addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# The four demand types that reports cut contacts by.
REPORTING_TYPES = ("basic", "value_added", "complaint", "personal")
FOLD = 5  # each fifth text is held out of a model
FIELD_KINDS = ("text", "amount", "month", "day")


@dataclass(frozen=True, slots=True)
class TopicField:
    """What a ticket on the topic, or on one below it, should tell.

    Amounts are in yuan, months are written 2026-11, days 2026-11-21.
    """

    code: str
    name: str
    name_en: str = ""
    kind: str = "text"
    required: bool = True

    def label(self, language: str) -> str:
        """Return the name in a language."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to load; its code names its place: `broadband.fault.slow`.

    Without `fields` a known topic keeps those it has; `since` is when a change begins to hold.
    """

    code: str
    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    reporting_type: str = "basic"
    fields: tuple[TopicField, ...] | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class TopicVersionRow:
    """What a topic was called and asked for, from a day on."""

    number: int
    name: str
    name_en: str
    aliases: tuple[str, ...]
    reporting_type: str
    fields: tuple[TopicField, ...]
    since: date
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its topic's code and its intake kind; `key` decides whether it is held out."""

    text: str
    topic: str
    kind: str
    key: int

    @property
    def held_out(self) -> bool:
        """Whether it is kept back to see what a model gets right."""
        return self.key % FOLD == 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic that a text may be about, with the intake kind and how sure that is (0 to 1)."""

    topic_id: UUID
    code: str
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A trained model of suggestions; the shipped one has number 0 and no accuracy of its own."""

    number: int
    source: str
    made_at: datetime | None
    made_by: str
    samples: int
    held_out: int
    top_1: float | None
    top_3: float | None
    active: bool = False


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic at one moment."""

    id: UUID
    code: str
    name: str
    name_en: str
    parent_id: UUID | None
    path: str
    pinyin: str
    aliases: tuple[str, ...]
    reporting_type: str
    since: date
    until: date | None
    version: int = 1
    fields: tuple[TopicField, ...] = ()
    successor_id: UUID | None = None

    @property
    def level(self) -> int:
        """1 for a branch of business, up to 3."""
        return self.code.count(".") + 1

    def holds(self, day: date) -> bool:
        """Return whether it may be chosen on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def label(self, language: str) -> str:
        """Return the name in a language: Chinese, or English where there is an English name."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class TopicTree:
    """All topics, in the order of their codes, at one moment."""

    rows: tuple[TopicRow, ...]
    _by_id: dict[UUID, TopicRow] = field(init=False, repr=False)
    _by_code: dict[str, TopicRow] = field(init=False, repr=False)
    _parents: frozenset[UUID] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {row.id: row for row in self.rows})
        object.__setattr__(self, "_by_code", {row.code: row for row in self.rows})
        parents = frozenset(row.parent_id for row in self.rows if row.parent_id)
        object.__setattr__(self, "_parents", parents)

    def get(self, topic_id: UUID | None) -> TopicRow | None:
        """Return the topic with the id, or None."""
        return self._by_id.get(topic_id) if topic_id else None

    def by_code(self, code: str) -> TopicRow | None:
        """Return the topic with the code, or None."""
        return self._by_code.get(code)

    def children(self, parent_id: UUID | None) -> list[TopicRow]:
        """Return the topics directly below one, or the branches for None."""
        return [row for row in self.rows if row.parent_id == parent_id]

    def below(self, code: str) -> list[TopicRow]:
        """Return the topic with the code and all below it."""
        return [row for row in self.rows if row.code == code or row.code.startswith(code + ".")]

    def is_leaf(self, row: TopicRow) -> bool:
        """Return whether nothing stands below the topic."""
        return row.id not in self._parents

    def leaves(self) -> list[TopicRow]:
        """Return the topics that a contact can be filed under most exactly."""
        return [row for row in self.rows if self.is_leaf(row)]

    def chain(self, topic_id: UUID | None) -> list[TopicRow]:
        """Return the topic with those above it, from the branch down; empty when unknown."""
        found: list[TopicRow] = []
        row = self.get(topic_id)
        while row is not None:
            found.insert(0, row)
            row = self.get(row.parent_id)
        return found

    def label(self, topic_id: UUID | None, language: str, joint: str = " / ") -> str:
        """Return the names from the branch down to the topic in one line."""
        return joint.join(row.label(language) for row in self.chain(topic_id))

    def in_use(self, day: date) -> Iterable[TopicRow]:
        """Yield the topics that may be chosen on a day."""
        return (row for row in self.rows if row.holds(day))

    def fields(self, topic_id: UUID | None) -> list[TopicField]:
        """Return what a ticket on the topic should tell, what is asked higher up first."""
        found = {field.code: field for row in self.chain(topic_id) for field in row.fields}
        return list(found.values())

    def forward(self, topic_id: UUID | None, day: date) -> TopicRow | None:
        """Return the topic that stands for one on a day: itself, or what came after it."""
        row, seen = self.get(topic_id), set[UUID]()
        while row is not None and not row.holds(day) and row.successor_id:
            if row.id in seen:
                break
            seen.add(row.id)
            row = self.get(row.successor_id)
        return row


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list of readers: the version in force."""

    id: UUID
    title: str
    topic_id: UUID | None
    unit_id: UUID | None
    language: str
    public: bool
    number: int
    since: datetime | None
    until: datetime | None
    start: str = ""  # the first words of the text


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article to read."""

    row: ArticleRow
    body: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as its editors see it; `state` is draft, scheduled, in_force or ended."""

    row: ArticleRow
    state: str
    revision: int
    saved_at: datetime
    saved_by: str
    published_at: datetime | None
    body: str = ""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """What an article is to say; without `since` it holds from when it is published.

    Without a unit it is for everybody, else for the unit and all below it.
    """

    title: str
    body: str
    topic_id: UUID | None = None
    language: str = "zh-hans"
    public: bool = False
    since: datetime | None = None
    until: datetime | None = None
    unit_id: UUID | None = None


class AddressKind(TextChoices):
    """What a row of the table of addresses covers."""

    RANGE = "range", _("Range of addresses")
    DOMAIN = "domain", _("Domain and all below it")


class AddressCategory(TextChoices):
    """What people use a service for."""

    VIDEO = "video", _("Video")
    SOCIAL = "social", _("Social")
    STORE = "store", _("App store")
    UPDATE = "update", _("System update")
    GAME = "game", _("Games")
    CLOUD = "cloud", _("Cloud storage")
    MUSIC = "music", _("Music")
    READING = "reading", _("News and reading")
    SHOPPING = "shopping", _("Shopping and payment")
    MAPS = "maps", _("Maps and travel")
    WORK = "work", _("Work and mail")
    OTHER = "other", _("Other services")


@dataclass(frozen=True, slots=True)
class Span:
    """A range of addresses as places on one line of numbers, or a domain."""

    kind: AddressKind
    first: int = 0
    last: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A row to load: what it covers, which service that is, and what may be said of it."""

    span: Span
    service: str
    service_en: str = ""
    category: str = AddressCategory.OTHER.value
    background: bool = False
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A row of a version of the table of addresses."""

    span: Span
    service: str
    service_en: str
    category: str
    background: bool
    note: str
    note_en: str

    def label(self, language: str) -> str:
        """Return the service's name in a language."""
        english = language.startswith("en") and self.service_en
        return self.service_en if english else self.service

    def said(self, language: str) -> str:
        """Return what an agent may say of it in a language."""
        return self.note_en if language.startswith("en") and self.note_en else self.note


@dataclass(frozen=True, slots=True)
class AddressTableRow:
    """A version of the table of addresses: how many rows of how many services, from when on."""

    number: int
    rows: int
    services: int
    simulated: bool
    since: datetime
    until: datetime | None
    made_by: str
