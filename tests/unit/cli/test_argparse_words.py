"""argparse speaks in our words while a command is read, and in its own before and after."""

from __future__ import annotations

import argparse
import inspect
import re

import pytest

from assistant.cli.argparse_words import KEYS, ArgparseWords, argparse_in
from assistant.i18n import Language, say

#: Asked for by later versions of Python only.
LATER = {"%(heading)s:"}
#: What argparse fills in.
FILLED_IN = r"%(?:\(\w+\))?[sr]"


def _error(language: Language, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a small parser says of some arguments."""
    with argparse_in(language), pytest.raises(SystemExit):
        parser = argparse.ArgumentParser("outil")
        parser.add_argument("question")
        parser.add_argument("-k", type=int)
        parser.add_argument("--place", choices=("page", "slide"))
        parser.parse_args(arguments)
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "arguments", "words"),
    [
        (
            "fr",
            [],
            "Commande mal écrite : il manque question\nQue faire : consultez « outil --help »",
        ),
        ("en", [], "Wrong usage: question is missing\nWhat to do: see “outil --help”"),
        ("fr", ["x", "-k", "dix"], "pour -k, « dix » ne convient pas"),
        ("en", ["x", "-k", "ten"], "for -k, “ten” won't do"),
        ("fr", ["x", "-k"], "pour -k, il manque une valeur"),
        ("en", ["x", "-k"], "for -k, a value is missing"),
        ("fr", ["x", "--place", "ligne"], "pour --place, « ligne » ne convient pas (au choix :"),
        ("en", ["x", "--place", "line"], "for --place, “line” won't do (one of:"),
        ("fr", ["x", "y"], "« y » n'est pas connu"),
        ("en", ["x", "y"], "“y” is not known"),
    ],
)
def test_wrong_usage_is_said_in_the_language_chosen(
    language: Language, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = _error(language, capsys, *arguments)
    assert words in error
    assert error.startswith(say("cli.usage", language))


def test_help_is_in_the_language_chosen() -> None:
    with argparse_in("fr"):
        told = argparse.ArgumentParser("outil").format_help()
    assert told.startswith("Utilisation : outil")
    assert "affiche cette aide" in told


def test_argparse_has_its_own_words_back_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    _error("fr", capsys)
    with pytest.raises(SystemExit):
        argparse.ArgumentParser("tool").parse_args(["--unknown"])
    assert "unrecognized arguments" in capsys.readouterr().err


def test_what_is_put_in_our_words_is_what_argparse_says() -> None:
    source = inspect.getsource(argparse)
    quoted = {one: repr(one).strip("'\"") for one in KEYS.keys() - LATER}
    assert [one for one, written in quoted.items() if written not in source] == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("message", KEYS)
def test_our_words_are_filled_in_with_what_argparse_gives(message: str, language: Language) -> None:
    given = {one[:-1] for one in re.findall(FILLED_IN, message)}
    ours = {one[:-1] for one in re.findall(FILLED_IN, ArgparseWords(language).gettext(message))}
    # A plain %s must be filled in; of what has a name, some may be left out.
    assert ours <= given
    assert ("%" in given) == ("%" in ours)


def test_a_message_that_is_not_for_who_types_stays_as_it_is() -> None:
    words = ArgparseWords("fr")
    assert words.gettext("%r is not callable") == "%r is not callable"
    assert words.ngettext("expected %s argument", "expected %s arguments", 2).endswith("s")
    assert words.ngettext("expected one argument", "", 1) == "il manque une valeur"
