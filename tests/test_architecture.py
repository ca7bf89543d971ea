"""The import map of the project, kept true by a test.

Standard library only. It stands beside import-linter, which also follows indirect imports;
what a room shows to the others is checked only here.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = "sunline"
SOURCE = Path(os.environ.get("ARCH_SOURCE") or Path(__file__).parent.parent / "src" / ROOT)

# Top to bottom. A room may import from lines below its own, never sideways or up.
LAYERS = (
    ("testing",),
    ("cli", "config"),
    ("web", "api", "adapters"),
    ("insight",),
    ("care", "workforce"),
    ("quality",),
    ("tickets",),
    ("interactions",),
    ("customers", "knowledge", "routing"),
    ("sla",),
    ("staff",),
    ("kernel",),
)
DEPTH = {room: depth for depth, line in enumerate(LAYERS) for room in line}

# What a room shows to the others. Everything else is its own business.
PUBLIC = {
    "services",
    "queries",
    "events",
    "types",
    "ports",
    "errors",
    "permissions",
    "acts",
    "policies",
}
# The kernel and staff are shared ground, and an edge is only entered from above.
OPEN_ROOMS = {"kernel", "staff", "web", "api", "adapters", "config", "cli"}
# Decisions take values and a moment; these parts of Sunline are values too.
RULES_MAY_IMPORT = {"types", "rules", "errors"}
# Parts of the standard library that let the outside world or the clock in.
IMPURE = {"os", "socket", "subprocess", "random", "secrets", "time", "sqlite3", "logging", "urllib"}

Spot = tuple[tuple[str, ...], int, str]


def in_tests(path: Path) -> bool:
    """Return whether a file belongs to the tests, which may import anything."""
    return "tests" in path.relative_to(SOURCE).parts or path.name == "conftest.py"


def imports_of(path: Path, tree: ast.Module) -> Iterator[Spot]:
    """Yield (target, line, where) for each import in a file."""
    package = (ROOT, *path.relative_to(SOURCE).parent.parts)

    def visit(node: ast.AST, where: str) -> Iterator[Spot]:
        for child in ast.iter_child_nodes(node):
            inside = where
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                # AppConfig.ready() is where Django wants the imports that need its registry.
                ready = path.name == "apps.py" and child.name == "ready"
                inside = "ready" if ready else "function"
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                inside = "typing"
            if isinstance(child, ast.Import):
                for name in child.names:
                    yield tuple(name.name.split(".")), child.lineno, where
            elif isinstance(child, ast.ImportFrom):
                base = package[: len(package) - child.level + 1] if child.level else ()
                base += tuple((child.module or "").split(".")) if child.module else ()
                for name in child.names:
                    yield (*base, name.name), child.lineno, where
            yield from visit(child, inside)

    yield from visit(tree, "module")


def impure(target: tuple[str, ...]) -> bool:
    """Return whether a rules module must not import this."""
    if target[0] == ROOT:
        return len(target) < 3 or target[2] not in RULES_MAY_IMPORT
    return target[0] not in sys.stdlib_module_names or target[0] in IMPURE


def trespasses(room: str, target: tuple[str, ...], where: str) -> str | None:
    """Return what is wrong with one import of a project module, or None."""
    other = target[1]
    # Commands import late because Django must be set up before any model is loaded.
    if where == "function" and room != "cli":
        return "import at the top of the file"
    if other == room or other not in DEPTH:
        return None
    if DEPTH[other] <= DEPTH[room]:
        return f"{room} may not import {other}"
    if where == "typing" or other in OPEN_ROOMS or room == "testing":
        return None  # a type hint may name a lower room's model
    if len(target) < 3 or target[2] not in PUBLIC:
        return f"{'.'.join(target[1:])} is {other}'s own business"
    return None


def problems() -> list[str]:
    """Return one line for each import that the map does not allow."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if len(parts) < 2 or "migrations" in parts:
            continue
        room = parts[0]
        if room not in DEPTH:
            found.append(f"{path}: '{room}' has no place in LAYERS")
            continue
        if in_tests(path):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        pure = path.name == "rules.py" or "rules" in parts[:-1]
        for target, line, where in imports_of(path, tree):
            spot = f"{'/'.join(parts)}:{line}"
            if pure and where != "typing" and impure(target):
                found.append(f"{spot}: rules stay pure, not {'.'.join(target)}")
            if target[0] == ROOT and len(target) > 1:
                trouble = trespasses(room, target, where)
                found += [f"{spot}: {trouble}"] if trouble else []
        found += [
            f"{'/'.join(parts)}:{node.lineno}: get_model walks around the import map"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "get_model"
        ]
    return found


def test_imports_follow_the_map() -> None:
    wrong = problems()
    assert not wrong, "\n" + "\n".join(wrong)
