"""One word, one meaning: a class name is given once in the package, private or not."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.support.sources import PACKAGE, SOURCES, nodes


def test_no_two_modules_define_a_class_of_one_name() -> None:
    modules = defaultdict(list)
    for source in SOURCES:
        for node in nodes(source):
            if isinstance(node, ast.ClassDef):
                name = node.name.lstrip("_")
                modules[name].append(source.relative_to(PACKAGE).as_posix())
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}
