"""A French word → the other words of its family, whose stems differ from its own. Pure.

"Servons" and "servi" are forms of one verb, "supprimer" and "suppression" say one thing; no stemmer
brings them together. In: a word as typed. Out: words of `data/families.toml` with other stems, for
a question to look for as well.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from assistant.text.folding import fold
from assistant.text.stems import stem

#: Endings of nouns that say what a verb in -er does.
_NOUNS = ("ation", "age")
#: What verbs in -er end with, plural taken off.
_OF_VERB = re.compile(r"(?:er|ée?)$")
#: The verb left of a noun has at least so many letters before its ending.
_SHORTEST = 4
#: … and before -ent, which ends nouns and adverbs too.
_SHORTEST_PLURAL = 3
#: What ends so has no plural in -ent.
_NO_SINGULAR = ("ent", "ons", "ion")
_IS_NOUN = re.compile(r"(?:e|am|em)ment$")
#: Numbers as figures and in words; one and nine mean other things too ("neuf").
_NUMBERS = dict(
    zip(
        (str(number) for number in (*range(2, 17), 20, 30, 40, 50, 60, 100, 1000)),
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
        " vingt trente quarante cinquante soixante cent mille".split(),
        strict=True,
    )
)


def relatives(word: str) -> tuple[str, ...]:
    """Return the words of a word's family, one for each stem that is not its own; often none."""
    plain = word.lower()
    own = stem(plain)
    family = _families().get(own, ())
    found = dict.fromkeys(
        (*family, *_of_action(plain), *_of_plural(plain, family), *_number(fold(plain)))
    )
    different = {stem(one): one for one in reversed(found) if stem(one) != own}
    return tuple(one for one in found if one in different.values())


def number_of(word: str) -> str:
    """Return a number in words as a figure: "cinq" is "5"; "" for any other word."""
    return _figures().get(word, "")


def _number(plain: str) -> Iterator[str]:
    if plain in _NUMBERS:
        yield _NUMBERS[plain]
    elif plain in _figures():
        yield _figures()[plain]


@cache
def _figures() -> dict[str, str]:
    return {name: figure for figure, name in _NUMBERS.items()}


def _of_action(word: str) -> Iterator[str]:
    """Yield the verb that a noun in -ation or -age is of, or the nouns of a verb in -er."""
    one = word.rstrip("s")
    if one in _apart():
        return
    for ending in _NOUNS:
        if one.endswith(ending) and len(one) - len(ending) >= _SHORTEST:
            yield f"{one.removesuffix(ending)}er"
    bare = _OF_VERB.sub("", one)
    if bare != one and len(bare) >= _SHORTEST:
        yield from (noun for ending in _NOUNS if (noun := bare + ending) not in _apart())


def _of_plural(word: str, family: Sequence[str]) -> Iterator[str]:
    """Yield "utilisent" for the other forms of a verb and those of its family, and back again.

    Snowball keeps the end of the third person plural, as that of "client".
    """
    singular = word.removesuffix("ent")
    if singular != word and len(singular) >= _SHORTEST_PLURAL and not _IS_NOUN.search(word):
        if word not in _apart():
            infinitive = f"{singular}er"
            yield from (infinitive, *_families().get(stem(infinitive), ()))
        return
    verbs = (one for one in (word, *family) if not one.endswith(_NO_SINGULAR))
    plurals = (f"{bare}ent" for bare in map(stem, verbs) if len(bare) > _SHORTEST_PLURAL)
    yield from (one for one in plurals if not one.endswith("eent") and one not in _apart())


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Return the words of each family, by their stems."""
    families: dict[str, tuple[str, ...]] = {}
    for line in _data()["families"]:
        if " > " in line:
            asked, _, found = line.partition(" > ")
            for word in asked.split():
                families[stem(word)] = (*families.get(stem(word), ()), *found.split())
            continue
        beginnings, _, forms = line.rpartition("|")
        for beginning in beginnings.split(","):
            words = tuple(f"{beginning.strip()}{form}" for form in forms.split())
            for word in words:
                families[stem(word)] = (*families.get(stem(word), ()), *words)
    return families


@cache
def _apart() -> frozenset[str]:
    return frozenset(_data()["apart"])


@cache
def _data() -> dict[str, list[str]]:
    text = (files("assistant") / "data" / "families.toml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = tomllib.loads(text)
    return found
