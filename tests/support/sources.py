"""The package's own source files, parsed once for every test that looks into them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import assistant

PACKAGE = Path(next(iter(assistant.__path__)))
SOURCES = tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def nodes(source: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file, the file itself first."""
    return tuple(ast.walk(ast.parse(source.read_text(encoding="utf-8"))))


def all_nodes() -> Iterator[ast.AST]:
    """Yield every node of every file of the package."""
    for source in SOURCES:
        yield from nodes(source)
