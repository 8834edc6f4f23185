"""The public surface: complete, sorted, each name where it says, seen by type checkers."""

from __future__ import annotations

import ast
import os
from importlib import import_module, reload
from pathlib import Path

import pytest

import assistant
from assistant import version

HOMES = [import_module(f"assistant.{name}") for name in assistant._HOMES]


def test_the_public_names_are_sorted_and_named_once() -> None:
    assert assistant.__all__ == sorted(set(assistant.__all__))
    assert len(assistant.__all__) == sum(len(home.__all__) for home in HOMES)


@pytest.mark.parametrize("name", assistant.__all__)
def test_a_public_name_is_of_the_room_that_publishes_it(name: str) -> None:
    (home,) = (one for one in HOMES if name in one.__all__)
    assert getattr(assistant, name) is getattr(home, name)
    assert f"{getattr(home, name).__module__}.".startswith(f"{home.__name__}.")


@pytest.mark.parametrize("name", ["ops.doctor", "readers", "sheets.records", "view"])
def test_what_a_room_says_that_it_has_is_there(name: str) -> None:
    room = import_module(f"assistant.{name}")
    assert [one for one in room.__all__ if not hasattr(room, one)] == []


def test_every_error_is_public() -> None:
    errors = import_module("assistant.errors")
    classes = {
        name
        for name, one in vars(errors).items()
        if isinstance(one, type) and issubclass(one, errors.AssistantError)
    }
    assert classes == set(errors.__all__)


def test_type_checkers_see_the_modules_whose_names_are_public() -> None:
    tree = ast.parse(Path(assistant.__file__).read_text(encoding="utf-8"))
    guarded = next(one for one in tree.body if isinstance(one, ast.If))
    seen = {
        one.module.removeprefix("assistant.")
        for one in guarded.body
        if isinstance(one, ast.ImportFrom) and one.module and one.names[0].name == "*"
    }
    assert seen == set(assistant._HOMES)


@pytest.mark.parametrize("name", ["inconnu", "Catalog", "Vector", "say", "_inconnu", "core_"])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(assistant, name)


def test_the_version_is_that_of_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert assistant.__version__ == version.metadata.version("assistant-evenement")
    monkeypatch.setattr(version, "DISTRIBUTION", "nothing-of-this-name")
    assert assistant.__version__ == ""


def test_products_of_numpy_are_computed_by_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of OpenBLAS spin while they wait, which took half of a question's processor time."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    reload(assistant)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    reload(assistant)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
