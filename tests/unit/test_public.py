"""The package's public surface: complete, sorted, each name where it says."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import assistant


def _names_for_type_checkers() -> dict[str, set[str]]:
    """Return what `if TYPE_CHECKING:` imports, by module."""
    tree = ast.parse(Path(assistant.__file__).read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for guarded in (one for one in tree.body if isinstance(one, ast.If)):
        for one in guarded.body:
            if isinstance(one, ast.ImportFrom) and one.module:
                module = one.module.removeprefix("assistant.")
                found.setdefault(module, set()).update(name.name for name in one.names)
    return found


def test_the_public_names_are_sorted_and_named_once() -> None:
    assert assistant.__all__ == sorted(set(assistant.__all__))


def test_every_public_name_has_a_home() -> None:
    assert set(assistant.__all__) == {name for names in assistant._HOMES.values() for name in names}


def test_type_checkers_see_the_names_that_run() -> None:
    homes = {module: set(names) for module, names in assistant._HOMES.items()}
    assert _names_for_type_checkers() == homes


@pytest.mark.parametrize("name", assistant.__all__)
def test_a_public_name_is_its_module_s_own(name: str) -> None:
    home = next(module for module, names in assistant._HOMES.items() if name in names)
    assert getattr(assistant, name) is getattr(import_module(f"assistant.{home}"), name)


def test_every_error_is_public() -> None:
    errors = import_module("assistant.errors")
    classes = {
        name
        for name, one in vars(errors).items()
        if isinstance(one, type) and issubclass(one, errors.AssistantError)
    }
    assert classes <= set(assistant.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="inconnu"):
        getattr(assistant, "inconnu")  # noqa: B009
