"""What agents write and documents put otherwise: acronyms and synonyms, out of readable files.

In: `data/lexicon.toml`, and a site's own file of the same form. Out: a `Lexicon`, which
`query.rewriting` looks phrases up in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from assistant.errors import SettingsError
from assistant.text.analysis import fold, telling_spans, terms
from assistant.text.spelling import Spelling, Spellings
from assistant.text.stems import singular

#: A phrase as it is looked up: its telling words, folded and in the singular.
Phrase = tuple[str, ...]
Kind = Literal["acronym", "expansion", "synonym"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of a phrase: `others` are what it may be put as, the commonest first.

    Those of an acronym are what it stands for, then its other spellings; those of an expansion,
    its acronyms.
    """

    kind: Kind
    others: tuple[str, ...]


class Lexicon:
    """Phrases, and what else they are called."""

    def __init__(self, acronyms: Iterable[str], synonyms: Iterable[str]) -> None:
        """Make a lexicon of the lines of its two lists, which `problem_of` finds nothing in."""
        self._entries: dict[Phrase, list[Entry]] = {}
        self._words: dict[str, str] = {}
        for line in acronyms:
            self._add_acronyms(*_acronyms(line))
        for line in synonyms:
            names = _listed(line, ",")
            for name in names:
                self._add(name, "synonym", [one for one in names if one != name])
                self._words.update(zip(phrase(name), _telling(name), strict=True))
        self.longest = max(map(len, self._entries), default=0)

    def entries(self, asked: Phrase) -> list[Entry]:
        """Return the readings of a phrase, those of a site first; none when it has none."""
        return self._entries.get(asked, [])

    def has_word(self, word: str) -> bool:
        """Tell whether a word is an acronym, or one of those that synonyms are made of."""
        looked_up = phrase(word)
        return looked_up in self._entries or any(one in self._words for one in looked_up)

    @cached_property
    def spellings(self) -> Spellings:
        """Return the words that synonyms are made of, to find mistyped ones."""
        return Spellings(
            Spelling(word, fold(word), terms(word)[0], 1) for word in self._words.values()
        )

    def _add_acronyms(self, names: list[str], expansions: list[str]) -> None:
        for name in names:
            self._add(name, "acronym", [*expansions, *(one for one in names if one != name)])
        for expansion in expansions:
            self._add(expansion, "expansion", names)

    def _add(self, name: str, kind: Kind, others: list[str]) -> None:
        self._entries.setdefault(phrase(name), []).append(Entry(kind, tuple(others)))


def phrase(text: str) -> Phrase:
    """Return a text as it is looked up in a lexicon."""
    return tuple(fold(singular(word.lower())) for word in _telling(text))


def _telling(text: str) -> list[str]:
    return [text[start:end] for start, end in telling_spans(text)]


def _listed(text: str, separator: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(separator)]


def _acronyms(line: str) -> tuple[list[str], list[str]]:
    names, _, expansions = line.partition(":")
    return _listed(names, ","), _listed(expansions, ";")


# --- Files -------------------------------------------------------------------------------------

_LISTS = ("sigles", "synonymes")


@cache
def default_lexicon() -> Lexicon:
    """Return the lexicon that ships with the package."""
    return Lexicon(*_shipped())


@cache
def site_lexicon(file: str) -> Lexicon:
    """Return the shipped lexicon with a site's file before it; read once. Raises SettingsError.

    An empty `file` is the shipped lexicon alone.
    """
    if not file:
        return default_lexicon()
    both = zip(read_lists(Path(file)), _shipped(), strict=True)
    return Lexicon(*(own + ours for own, ours in both))


def _shipped() -> list[list[str]]:
    text = (files("assistant") / "data" / "lexicon.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return [found[name] for name in _LISTS]


def read_lists(file: Path) -> list[list[str]]:
    """Return the lines of the acronyms and of the synonyms of a file. Raises SettingsError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise SettingsError("lexicon_unreadable", path=file, cause=e) from e
    _check(found, text, file)
    return [found.get(name, []) for name in _LISTS]


def _check(found: dict[str, Any], text: str, file: Path) -> None:
    for name, lines in found.items():
        at = {"path": file, "line": _line_of(text, name), "text": name}
        if name not in _LISTS:
            raise SettingsError("lexicon_unknown_list", **at)
        if not isinstance(lines, list):
            raise SettingsError("lexicon_not_a_list", **at)
        for line in lines:
            at = {"path": file, "line": _line_of(text, str(line)), "text": line}
            is_text = isinstance(line, str)
            if name == "sigles" and not (is_text and _is_acronym_line(line)):
                raise SettingsError("lexicon_bad_acronym", **at)
            if name == "synonymes" and not (is_text and _is_synonym_line(line)):
                raise SettingsError("lexicon_bad_synonyms", **at)


def _is_acronym_line(line: str) -> bool:
    names, expansions = _acronyms(line)
    return all(map(_telling, names + expansions))


def _is_synonym_line(line: str) -> bool:
    names = _listed(line, ",")
    return len(names) > 1 and all(map(_telling, names))


def _line_of(text: str, told: str) -> int:
    """Return the number of the first line that holds a text; 1 when it is written otherwise."""
    lines = enumerate(text.split("\n"), start=1)
    return next((number for number, line in lines if told in line), 1)
