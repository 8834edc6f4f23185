"""How words are written: which are French, and which word a mistyped one was meant to be.

`index.publishing` counts the words of passages by a `WordCount`, a generation keeps them, and
`Spellings` finds the nearest to a word of a question. Alone touches rapidfuzz and pyspellchecker's
dictionary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from assistant.text.analysis import fold, terms

#: Below this length, or two letters away, a mistyped word must begin as it should: too many
#: words are as near.
_FREE_FIRST_LETTER = 6
#: From this length, one letter too many or too few in a name leaves no doubt.
_LONG_NAME = 8

#: The words of `text.analysis.words`, but for the letters elided, which do no harm here.
_LETTERS = re.compile(r"[^\W\d_]+\d*")
#: Capitals inside a sentence: those of its first word say nothing.
_CAPITALISED = re.compile(r"(?:(?<=[^\W\d_A-Z]\s)|(?<=[,;]\s)|(?<=['’]))[A-ZÀ-ÖØ-ÞŒ][^\W\d_]*\d*")
_DOUBLED = re.compile(r"(.)\1")


class Spelling(NamedTuple):
    """A word of the passages, and how many of them have it.

    It is given as it is mostly written, folded, and as the term that it is searched by.
    """

    word: str
    plain: str
    term: str
    documents: int


class WordCount:
    """The words of passages, counted as they go by."""

    def __init__(self) -> None:
        self._documents: Counter[str] = Counter()
        self._capitalised: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Count the words of a passage, once each."""
        self._documents.update({word.lower() for word in set(_LETTERS.findall(text))})
        self._capitalised.update(set(_CAPITALISED.findall(text)))

    def spellings(self) -> Iterator[Spelling]:
        """Yield the words counted, in alphabetical order."""
        written = {}
        for word, times in self._capitalised.items():
            lowered = word.lower()
            if 2 * times > self._documents[lowered]:
                written[lowered] = word
        for word, documents in sorted(self._documents.items()):
            yield Spelling(written.get(word, word), fold(word), terms(word)[0], documents)


class Spellings:
    """Known words, to be found again despite missing accents and mistyped letters."""

    def __init__(self, known: Iterable[Spelling]) -> None:
        self._written: set[str] = set()
        self._best: dict[str, tuple[int, str]] = {}
        for one in known:
            lowered = one.word.lower()
            self._written.add(lowered)
            best = self._best.get(one.plain)
            if best is None or one.documents > best[0]:
                self._best[one.plain] = (one.documents, one.word)
        self._by_length: dict[int, list[str]] = {}
        for plain in self._best:
            self._by_length.setdefault(len(plain), []).append(plain)

    def nearest(self, word: str, *, edits: int, certain: bool = False) -> str | None:
        """Return the known word that `word` was meant to be; None when none is near enough.

        A word that is known is returned as it is; accents and capitals are no edits. `edits` is
        how many letters may be wrong, two that changed places counting once. With `certain`, and
        for known words that are names, only what can't be another name: letters that changed
        places, or one doubled; in a long name, one too many or too few.
        """
        plain = fold(word)
        if word.lower() in self._written:
            return word
        if plain in self._best:
            return self._best[plain][1]
        near = self._near(plain, edits) if edits else []
        sure = [
            (distance, -documents, known)
            for distance, documents, known in near
            if not (certain or known[0].isupper()) or _is_slip(plain, fold(known))
        ]
        if not sure or (certain and len({terms(known)[0] for _, _, known in sure}) > 1):
            return None
        return min(sure)[2]

    def _near(self, plain: str, edits: int) -> list[tuple[int, int, str]]:
        """Return (edits, passages, word) of each known word that is near enough."""
        around = range(len(plain) - edits, len(plain) + edits + 1)
        return [
            (int(distance), *self._best[one])
            for length in around
            for one, distance, _ in process.extract(
                plain,
                self._by_length.get(length, ()),
                scorer=OSA.distance,
                score_cutoff=edits,
                limit=None,
            )
            if one[0] == plain[:1] or (distance == 1 and len(plain) >= _FREE_FIRST_LETTER)
        ]


def _is_slip(typed: str, meant: str) -> bool:
    """Tell whether two words one edit apart are the same name, mistyped."""
    if OSA.distance(typed, meant) > 1:
        return False
    if len(typed) == len(meant):
        return sorted(typed) == sorted(meant)
    alike = _DOUBLED.sub(r"\1", typed) == _DOUBLED.sub(r"\1", meant)
    return alike or min(len(typed), len(meant)) >= _LONG_NAME


@cache
def french_words() -> frozenset[str]:
    """Return the words of the French dictionary, in lower case, with accents."""
    return frozenset(SpellChecker(language="fr", distance=1).word_frequency.dictionary)


@cache
def _french() -> frozenset[str]:
    return frozenset(word if word.isascii() else fold(word) for word in french_words())


def is_french(word: str) -> bool:
    """Tell whether French has this word, whatever its accents. Slow the first time (0.5 s)."""
    return fold(word) in _french()
