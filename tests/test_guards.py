"""House rules that no tool knows, each in a few lines; CONTRIBUTING.md says why they exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from test_architecture import DEPTH, SOURCE, in_tests

REPOSITORY = SOURCE.parent.parent
CJK = re.compile(r"[\u3400-\u9fff\uff01-\uff5e\u3001-\u3011]")

# Reasons stand beside each exception; a line here is a decision, not a convenience.
MAY_WRITE: dict[str, str] = {
    "kernel": "its modules are the services of the foundation; it has no services.py",
    "testing": "builds the worlds that tests and the demo start from",
}
MAY_SPEAK_CHINESE: dict[str, str] = {
    "testing": "texts of the demo operator",
    "tickets/rules/search.py": "the bounds of the Chinese characters, which it indexes in pairs",
}
MAY_BE_LONG: dict[str, str] = {}


def production() -> Iterator[tuple[str, ast.Module]]:
    """Yield (path below src/sunline, syntax tree) of each production file."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if not in_tests(path) and "/migrations/" not in name:
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def excused(name: str, reasons: dict[str, str]) -> bool:
    """Return whether a file or its folder stands on an allow-list."""
    return any(name == entry or name.startswith(entry + "/") for entry in reasons)


# Foreign keys


def test_foreign_keys_across_rooms_point_down_and_leave_no_name_behind() -> None:
    wrong = []
    for model in apps.get_models():
        room = model._meta.app_label
        for field in (*model._meta.fields, *model._meta.many_to_many):
            target = field.related_model
            other = target._meta.app_label if isinstance(target, type) else room
            if room not in DEPTH or other not in DEPTH or other == room:
                continue
            if DEPTH[other] <= DEPTH[room]:
                wrong.append(f"{model.__name__}.{field.name}: {room} points up to {other}")
            if field.remote_field.related_name != "+":
                wrong.append(f'{model.__name__}.{field.name}: related_name="+" is missing')
    assert not wrong, "\n" + "\n".join(wrong)


def test_foreign_keys_across_rooms_are_written_as_strings() -> None:
    wrong = []
    for name, tree in production():
        own = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        own |= {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.level == 1
            for alias in node.names
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            kind = ast.unparse(call.func).rpartition(".")[2]
            if kind not in {"ForeignKey", "OneToOneField", "ManyToManyField"} or not call.args:
                continue
            target = call.args[0]
            by_name = isinstance(target, ast.Name) and target.id not in own
            by_path = isinstance(target, ast.Attribute) and target.attr != "AUTH_USER_MODEL"
            if by_name or by_path:
                wrong.append(f"{name}:{call.lineno}: {ast.unparse(target)}")
    assert not wrong, "\n" + "\n".join(wrong)


# Writes

ALWAYS_WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# Called like this only on rows and querysets: a dict's update() or a cache's delete() has a
# positional argument.
WRITES_BY_NAME = {"save", "create", "update", "delete"}
SQL_WRITE = re.compile(r"\s*(INSERT INTO|DELETE FROM|UPDATE \S+ SET|COPY \S+ \(?.*FROM)\b", re.I)


def writes(tree: ast.Module) -> Iterator[ast.Call | ast.Constant]:
    """Yield the places of a file where rows are written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            bare = not node.args and node.func.attr in WRITES_BY_NAME
            if node.func.attr in ALWAYS_WRITES or bare:
                yield node
        elif isinstance(node, ast.Constant) and SQL_WRITE.match(str(node.value)):
            yield node


def test_rows_are_written_only_by_services() -> None:
    wrong = [
        f"{name}:{spot.lineno}: {ast.unparse(spot)[:60]}"
        for name, tree in production()
        if "services" not in re.split(r"[/.]", name) and not excused(name, MAY_WRITE)
        for spot in writes(tree)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


# Events


def declared_kinds() -> dict[str, str]:
    """Return the kind of each fact declared in a room's events, with its place."""
    found = {}
    for name, tree in production():
        if "events" not in re.split(r"[/.]", name) or name.startswith("api/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and "KIND" in ast.unparse(node)[:5]:
                assert isinstance(node.value, ast.Constant), f"{name}:{node.lineno}: KIND is a text"
                found[str(node.value.value)] = f"{name}:{node.lineno}"
    return found


def test_every_event_is_listened_to_or_said_to_be_history_only() -> None:
    wiring = import_module("sunline.config.wiring")
    silent = import_module("sunline.config.unheard").NO_LISTENER
    heard = {kind for listener in wiring.LISTENERS for kind in listener.kinds}
    kinds = declared_kinds()
    unheard = kinds.keys() - heard - silent
    wrong = [f"{kinds[kind]}: nobody listens to {kind}" for kind in unheard]
    wrong += [f"{kind} is history only, yet listened to" for kind in silent & heard]
    wrong += [f"{kind} is declared by no room" for kind in silent - kinds.keys()]
    assert not wrong, "\n" + "\n".join(sorted(wrong))


def test_every_listener_and_task_exists() -> None:
    wiring = import_module("sunline.config.wiring")
    for entry in (*wiring.LISTENERS, *wiring.PERIODIC, *getattr(wiring, "JOBS", ())):
        assert callable(entry.resolve()), entry.name


# TM Forum


def test_each_status_is_mapped_once_each_way() -> None:
    if not (SOURCE / "api/tmf/tmf621/mapping.py").exists():
        pytest.skip("the trouble ticket API is not there yet")
    mapping = import_module("sunline.api.tmf.tmf621.mapping")
    types = import_module("sunline.tickets.types")
    assert set(mapping.STATUS_OF) == set(types.State), "each state has one TM Forum status"
    assert mapping.VERB_OF, "each status that a client may set has one verb"
    assert set(mapping.VERB_OF) <= set(mapping.STATUSES)
    assert set(mapping.STATUS_OF.values()) <= set(mapping.STATUSES)


# Words


def test_every_text_is_translated() -> None:
    messages = pytest.importorskip("sunline.cli.messages")
    from babel.messages.pofile import read_po

    with (SOURCE / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    held = {entry.id: entry for entry in catalogue if entry.id}
    texts = {entry.id for entry in messages.extract() if entry.id}
    translated = {
        key
        for key, entry in held.items()
        if not entry.fuzzy
        and all([entry.string] if isinstance(entry.string, str) else entry.string)
    }
    assert sorted(map(str, texts - translated)) == [], "run `make messages` and translate"


def docstrings(tree: ast.Module) -> set[int]:
    """Return the identity of each docstring node."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }


def test_no_chinese_literal_stands_outside_the_translations() -> None:
    wrong = []
    for name, tree in production():
        if excused(name, MAY_SPEAK_CHINESE):
            continue
        skip = docstrings(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in skip:
                continue
            if isinstance(node.value, str) and CJK.search(node.value):
                wrong.append(f"{name}:{node.lineno}: {node.value[:40]!r}")
    for path in sorted(SOURCE.rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.S)
        wrong += [
            f"{path.name}: {line.strip()[:60]}" for line in text.split("\n") if CJK.search(line)
        ]
    assert not wrong, "\n" + "\n".join(wrong)


# Addresses and sizes

FETCHED = re.compile(
    r"""<(?:script|link|img|iframe|source|video)\b[^>]*\b(?:src|href)=["'](?:https?:)?//"""
)
FETCHED_BY_CSS = re.compile(r"""(?:@import\s+|url\()["']?(?:https?:)?//""")


def test_nothing_is_fetched_from_elsewhere() -> None:
    pages = [*SOURCE.rglob("*.html"), *(REPOSITORY / "frontend").glob("*.css")]
    wrong = [
        path.name
        for path in pages
        for pattern in (FETCHED, FETCHED_BY_CSS)
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_pieces_stay_small() -> None:
    wrong = []
    folders = [SOURCE, REPOSITORY / "tests", REPOSITORY / "tools"]
    for path in sorted(file for folder in folders for file in folder.rglob("*.py")):
        name = path.relative_to(REPOSITORY).as_posix()
        if "/migrations/" in name or excused(name, MAY_BE_LONG):
            continue
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        wrong += [f"{name}: {lines} lines"] if lines > 400 else []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or 0) - node.lineno + 1
                wrong += [f"{name}:{node.name}: {length} lines"] if length > 80 else []
    assert not wrong, "\n" + "\n".join(wrong)
