"""The tree of topics: one at a time, or a whole list from a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import (
    UNREADABLE,
    Invalid,
    NotFound,
    Problem,
    SunlineError,
    required,
    too_long,
)
from sunline.knowledge import permissions, queries, services
from sunline.knowledge.errors import FIELD_LINE
from sunline.knowledge.types import FIELD_KINDS, NewTopic, TopicField, TopicRow

from .. import reading, words
from ..access import needs, viewer_of
from .forms import COMMAS, Field, Form, read, tried
from .frame import change, page

HERE = "/manage/topics"
MOST_BYTES = 2 << 20
COLUMNS = ("code", "name", "name_en", "aliases", "reporting_type")


@needs(permissions.VIEW)
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """Show the tree of topics."""
    return show(request)


def show(
    request: HttpRequest, error: SunlineError | None = None, refused: str = ""
) -> HttpResponse:
    """Show the page, with the form that was refused."""
    tree = queries.topics()
    may_change = viewer_of(request).may(permissions.EDIT.code)
    forms: list[Form] = []
    if may_change:
        wanted = "" if error else reading.text(request.GET, "topic", most=64)
        chosen = tree.by_code(wanted)
        told = {s: tried(request, error) if s == refused else {} for s in ("topic", "end", "file")}
        forms = [
            Form(
                "topic",
                f"{HERE}/new",
                _("Add or change a topic"),
                _("Save the topic"),
                fields(chosen),
                open=chosen is not None,
                hint=_("A change of a known code makes a new version; older tickets keep theirs."),
                **told["topic"],
            ),
            Form(
                "end",
                f"{HERE}/end",
                _("Let a topic end"),
                _("Let it end"),
                end_fields(chosen),
                hint=_("Its tickets keep it, and count to the topic that comes after it."),
                **told["end"],
            ),
            Form(
                "file",
                f"{HERE}/load",
                _("Load topics from a CSV file"),
                _("Load"),
                [Field("file", _("File"), "file", width=6)],
                hint=_("Columns: %(columns)s. All lines are written, or none.")
                % {"columns": ", ".join(COLUMNS)},
                upload=True,
                **told["file"],
            ),
        ]
    context = {"tree": tree.rows, "may_change": may_change}
    return page(request, "manage/topics.html", context, forms=forms, error=error)


def fields(row: TopicRow | None = None) -> list[Field]:
    """Return the fields of a topic, as it is now if there is one."""
    return [
        Field(
            "code",
            _("Code"),
            needed=True,
            most=32,
            hint=_("Its place in the tree: mobile.bill.dispute"),
            start=row.code if row else "",
        ),
        Field("name", _("Its name"), needed=True, start=row.name if row else ""),
        Field("name_en", _("English name"), start=row.name_en if row else ""),
        Field(
            "aliases",
            _("Other names"),
            "words",
            most=256,
            width=8,
            hint=_("With commas between them"),
            start=", ".join(row.aliases) if row else "",
        ),
        Field(
            "reporting_type",
            _("Reported as"),
            "choice",
            choices=words.choices("reporting"),
            start=row.reporting_type if row else "basic",
        ),
        Field("since", _("Holds from"), "day", hint=_("Blank for today")),
        Field(
            "fields",
            _("What tickets on it must tell"),
            "area",
            most=2000,
            width=8,
            hint=FIELD_LINE,
            start=written(row.fields) if row else "",
        ),
    ]


def end_fields(row: TopicRow | None = None) -> list[Field]:
    """Return the fields of a topic's end."""
    code = row.code if row else ""
    return [
        Field("code", _("Code"), needed=True, most=32, start=code),
        Field("until", _("First day without it"), "day", needed=True),
        Field("successor", _("Code of the topic after it"), most=32),
    ]


def written(fields: Iterable[TopicField]) -> str:
    """Write fields as an editor types them, one a line."""
    return "\n".join(
        ", ".join(
            (one.code, one.name, one.name_en, one.kind, "required" if one.required else "optional")
        )
        for one in fields
    )


def typed_fields(text: str) -> tuple[TopicField, ...]:
    """Return the fields that an editor typed; raise Invalid for a line that says something else."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = [part.strip() for part in COMMAS.split(line)]
        parts += ["", "text", "required"][len(parts) - 2 :] if 2 <= len(parts) < 5 else []
        if len(parts) != 5 or parts[4] not in {"required", "optional"}:
            raise Invalid([Problem("fields", "unreadable", FIELD_LINE)])
        kind = parts[3] or "text"
        if kind not in FIELD_KINDS:
            raise Invalid([Problem("fields", "unreadable", FIELD_LINE)])
        found.append(TopicField(parts[0], parts[1], parts[2], kind, parts[4] == "required"))
    return tuple(found)


@needs(permissions.EDIT)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Add a topic, or change the one of the same code."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, fields())
        new = NewTopic(
            code=found["code"],
            name=found["name"],
            name_en=found["name_en"],
            aliases=tuple(found["aliases"]),
            reporting_type=found["reporting_type"] or "basic",
            fields=typed_fields(found["fields"]),
            since=found["since"],
        )
        try:
            services.publish_topics(viewer, [new], now=clock.now())
        except Invalid as error:
            # The room names a topic's fields by its code, since it takes many at once.
            raise Invalid([_at_field(problem) for problem in error.problems]) from None

    return change(
        request,
        act,
        done=_("The topic was saved."),
        back=HERE,
        again=lambda error: show(request, error, "topic"),
    )


@needs(permissions.EDIT)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Let a topic end."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, end_fields())
        services.end_topic(
            viewer,
            found["code"],
            until=found["until"],
            successor=found["successor"],
            now=clock.now(),
        )

    return change(
        request,
        act,
        done=_("The topic ends on that day."),
        back=HERE,
        again=lambda error: show(request, error, "end"),
    )


@needs(permissions.VIEW)
@require_safe
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """Show all versions of a topic."""
    row = queries.topics().by_code(code[:32])
    if row is None:
        raise NotFound
    context = {
        "row": row,
        "asked": queries.topics().fields(row.id),
        "versions": queries.topic_versions(row.code),
        "successor": queries.topics().get(row.successor_id),
        "may_change": viewer_of(request).may(permissions.EDIT.code),
    }
    return page(request, "manage/topic.html", context)


def _at_field(problem: Problem) -> Problem:
    name = problem.field.rpartition(".")[2]
    name = "code" if name == "parent" else name
    return Problem(name, problem.code, problem.text, problem.params)


@needs(permissions.EDIT)
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Write the topics of a file, all or none."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.publish_topics(viewer, _lines(request), now=clock.now()),
        done=_("The topics were loaded."),
        back=HERE,
        again=lambda error: show(request, error, "file"),
    )


def _lines(request: HttpRequest) -> list[NewTopic]:
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid([required("file")])
    if (upload.size or 0) > MOST_BYTES:
        raise Invalid([too_long("file", MOST_BYTES)])
    text = _text(upload.read())
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise Invalid([Problem("file", "unreadable", UNREADABLE)]) from None
    if not rows or not {"code", "name"} <= set(rows[0]):
        raise Invalid([Problem("file", "unreadable", UNREADABLE)])
    return [_topic(row) for row in rows]


def _topic(row: dict[str, str | None]) -> NewTopic:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    aliases = tuple(part for each in COMMAS.split(values["aliases"]) if (part := each.strip()))
    return NewTopic(
        values["code"],
        values["name"],
        values["name_en"],
        aliases,
        values["reporting_type"] or "basic",
    )


def _text(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid([Problem("file", "unreadable", UNREADABLE)])
