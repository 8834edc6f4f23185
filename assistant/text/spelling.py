"""How words are written: which are French, and which word a mistyped one was meant to be.

`index.publishing` counts the words of passages by a `WordCount`, a generation keeps them, and
`Spellings` finds the nearest to a word of a question. Alone touches rapidfuzz and pyspellchecker's
dictionary.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from assistant.text.analysis import fold, terms
from assistant.text.stems import singular, stem

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
    """The words of passages, counted as they go by.

    It goes on from what a former one gave: its `spellings` and its `capitals`.
    """

    def __init__(
        self, spellings: Iterable[Spelling] = (), capitals: Iterable[tuple[str, int]] = ()
    ) -> None:
        self._known = {one.word.lower(): one for one in spellings}
        self._documents = Counter({word: one.documents for word, one in self._known.items()})
        self._capitalised = Counter(dict(capitals))

    def add(self, text: str) -> None:
        """Count the words of a passage, once each."""
        words, capitalised = _words_of(text)
        self._documents.update(words)
        self._capitalised.update(capitalised)

    def take_out(self, text: str) -> None:
        """Take the words of a passage out again."""
        words, capitalised = _words_of(text)
        self._documents.subtract(words)
        self._capitalised.subtract(capitalised)

    def spellings(self) -> Iterator[Spelling]:
        """Yield the words counted, in alphabetical order."""
        written = {}
        # The most frequent way of writing a word is the last.
        for word, times in sorted(self._capitalised.items(), key=lambda one: one[::-1]):
            lowered = word.lower()
            if 2 * times > self._documents[lowered]:
                written[lowered] = word
        for word, documents in sorted(self._documents.items()):
            if documents:
                yield self._spelling(word, written.get(word, word), documents)

    def _spelling(self, word: str, written: str, documents: int) -> Spelling:
        if known := self._known.get(word):
            return known._replace(word=written, documents=documents)
        return Spelling(written, fold(word), terms(word)[0], documents)

    def capitals(self) -> list[tuple[str, int]]:
        """Return the words that are written with a capital within a sentence, in order.

        Each comes with how many passages write it so.
        """
        return sorted((word, times) for word, times in self._capitalised.items() if times)


def _words_of(text: str) -> tuple[set[str], set[str]]:
    """Return the words of a passage in lower case, and those with a capital as they are."""
    return {word.lower() for word in set(_LETTERS.findall(text))}, set(_CAPITALISED.findall(text))


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
            if not _is_longer(plain, one)
        ]


def _is_longer(typed: str, known: str) -> bool:
    """Tell whether a word is another with more letters after it: "internet" isn't "interne"."""
    return typed.startswith(known) and typed[-1] != known[-1]


def _is_slip(typed: str, meant: str) -> bool:
    """Tell whether two words one edit apart are the same name, mistyped."""
    if OSA.distance(typed, meant) > 1:
        return False
    if len(typed) == len(meant):
        return sorted(typed) == sorted(meant)
    alike = _DOUBLED.sub(r"\1", typed) == _DOUBLED.sub(r"\1", meant)
    return alike or min(len(typed), len(meant)) >= _LONG_NAME


# --- French words ------------------------------------------------------------------------------

#: What goes before a word to make another of it. The short ones before whole words only: "comises"
#: is no "mise".
_PREFIXES = tuple(
    """agro anti aero archi audio auto bio cyber electro extra geo eco hyper hydro infra inter intra
    macro mega meta micro mini mono moto multi neo non para peri photo pluri poly post psycho radio
    semi socio sous super supra sur tele thermo trans tri ultra uni video""".split()
)
_SHORT_PREFIXES = ("co", "de", "des", "in", "im", "pre", "pro", "re")
#: What words are made with out of others; few mistyped words happen to end so.
_SUFFIXES = re.compile(
    r".*(?:[ai]tions?|ements?|ites?|iques?|ismes?|istes?|[ai]bles?|[ae]nces?|iser|ifier|ages?"
    r"|eurs?|euses?|trices?|ifs?|ives?|ales?|al|aux|els?|elles?|aires?|iers?|ieres?|eries?|ologies?"
    r"|iens?|iennes?|(?:ai|oi)se?s?)"
)
#: Shorter words are not taken apart, nor is what a short prefix leaves.
_SHORTEST_DERIVED = 7
_SHORTEST_REST = 5


@cache
def french_words() -> frozenset[str]:
    """Return the words of the French dictionary, in lower case, with accents."""
    return frozenset(SpellChecker(language="fr", distance=1).word_frequency.dictionary)


@cache
def _french() -> frozenset[str]:
    """Return those and what `data/words.txt` adds, folded."""
    return frozenset(fold(word) for words in (french_words(), _recent_words()) for word in words)


def _recent_words() -> Iterator[str]:
    text = (files("assistant") / "data" / "words.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield from line.split()


@cache
def _in_order() -> list[str]:
    return sorted(_french())


@lru_cache(maxsize=4096)
def is_clipped(word: str) -> bool:
    """Tell whether a word is the beginning of French ones: "quali", "collec"."""
    plain, every = fold(word), _in_order()
    at = bisect_left(every, plain)
    following = every[at] if at < len(every) else ""
    return following.startswith(plain)


@cache
def _french_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in french_words() if len(word) >= _SHORTEST_REST)


@cache
def _french_undoubled() -> frozenset[str]:
    # All at once, letter by letter: word by word it takes several times as long.
    every = "\n".join(_french())
    for letter in set(every) - {"\n"}:
        every = every.replace(2 * letter, letter)
    return frozenset(every.split("\n"))


@lru_cache(maxsize=4096)
def is_french(word: str) -> bool:
    """Tell whether a word is correct French, whatever its accents. Slow the first time (0.8 s).

    It is one of the dictionary, in the singular or not, or derived from one as French does.
    """
    plain = fold(word)
    if plain in _french() or singular(plain) in _french():
        return True
    # "conaissance" is "connaissance", and not made of "naissance".
    return _DOUBLED.sub(r"\1", plain) not in _french_undoubled() and _is_derived(plain)


def _is_derived(plain: str) -> bool:
    """Tell whether a word is made of another by a suffix or a prefix."""
    if _has_suffix(plain):
        return True
    rests = (plain.removeprefix(prefix) for prefix in _PREFIXES if plain.startswith(prefix))
    if any(
        len(rest) >= _SHORTEST_REST and (rest in _french() or _has_suffix(rest)) for rest in rests
    ):
        return True
    rests = (plain.removeprefix(prefix) for prefix in _SHORT_PREFIXES if plain.startswith(prefix))
    return any(
        len(rest) >= _SHORTEST_DERIVED and rest in _french() and _SUFFIXES.fullmatch(rest)
        for rest in rests
    )


def _has_suffix(plain: str) -> bool:
    long = len(plain) >= _SHORTEST_DERIVED
    return long and bool(_SUFFIXES.fullmatch(plain)) and stem(plain) in _french_stems()
