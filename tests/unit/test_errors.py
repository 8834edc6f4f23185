"""Errors: a message and a remedy, in both languages; one root for all."""

from __future__ import annotations

import pytest

from assistant import errors
from assistant.errors import AssistantError, IndexFault, IndexMissing, SettingsError

CLASSES = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, AssistantError)
]


def test_an_error_says_in_french_what_is_wrong_and_what_to_do() -> None:
    error = IndexMissing("index_missing", path="index")
    assert str(error) == "Rien n'est encore indexé dans index."
    assert error.remedy == "Lancez « assistant sync », puis reposez la question."


def test_an_error_also_speaks_english() -> None:
    error = SettingsError("setting_unknown", name="corpu", nearest="corpus")
    assert error.message("en") == "There is no setting “corpu”."
    assert error.remedy_in("en") == "Did you mean “corpus”? The list is in docs/reglages.md."


def test_a_key_out_of_the_catalogue_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        AssistantError("no_such_message")


@pytest.mark.parametrize("error", CLASSES)
def test_the_tree_at_the_top_of_the_file_names_every_error(error: type[AssistantError]) -> None:
    assert errors.__doc__ is not None
    assert error.__name__ in errors.__doc__


def test_whatever_is_wrong_with_the_index_is_an_index_fault() -> None:
    about_index = {one for one in CLASSES if one.__name__.startswith(("Index", "Sync"))}
    assert all(issubclass(one, IndexFault) for one in about_index)
