"""A question as typed → as it is understood: mistyped words, acronyms, everyday words. Pure.

What a question says is never lost: a mistyped word becomes the word of the corpus that it was
meant to be, other words stay, beside what the documents call the same thing (`Expansion`).
`Rewritten.changes` tells the person, who may have meant something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from assistant.records.hits import Expansion
from assistant.text.analysis import fold, telling_spans, terms
from assistant.text.english import in_french, is_english, with_little_words_in_french
from assistant.text.families import relatives
from assistant.text.lexicon import Entry, Lexicon, default_lexicon, phrase
from assistant.text.spelling import is_clipped, is_french
from assistant.text.thesaurus import Thesaurus

#: Shorter words are too near to others to be corrected.
_SHORTEST = 4
#: From this length, two wrong letters still leave a word recognised.
_TWO_EDITS = 8
#: Words of at most so many letters may be the beginnings of others: "quali", "collec".
_CLIPPED = 6
#: A person mistypes a few words; more is another language, or no question at all.
_MOST_CORRECTED = 8
#: A sentence of so many words of which most are unknown is not in French.
_SENTENCE = 4
#: What a word of a thesaurus is worth beside one of the question: it often means something else.
_NEAR = 0.5
#: What another word of its family is worth: "suppression" says "supprimer", to somebody.
_KIN = 0.9
#: What a word is complemented with, at most: more would drown the question.
_MOST_ADDED = 3


#: Two shorter words make a name by chance.
_SHORTEST_NAME = 6

_BEFORE_NAME = re.compile(
    r"\b(?:mm?\.?|mr|mmes?|mlle|monsieur|madame|dr|dit|selon)$", re.IGNORECASE
)


_HYPHENED_BEFORE = re.compile(r"\w[-‐‑]$")
_HYPHENED_AFTER = re.compile(r"[-‐‑]\w")


class Vocabulary(Protocol):
    """The words of a corpus."""

    def knows(self, term: str) -> bool:
        """Tell whether a passage has this term."""

    def having(self, terms: Sequence[str]) -> int:
        """Return how many passages have all of these terms."""

    def nearest(self, word: str, *, edits: int, certain: bool = False) -> str | None:
        """Return the word of the corpus that `word` was meant to be (`text.spelling.Spellings`)."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question as it is analysed; `encoded`, with what stands for words that nobody wrote.

    `changes` are pairs to display: what was typed, what it is understood as. `expansions` are those
    of the words of `text` that count once, whichever a passage has.
    """

    text: str
    changes: tuple[tuple[str, str], ...] = ()
    expansions: tuple[Expansion, ...] = ()
    unwritten: tuple[str, ...] = ()

    @property
    def encoded(self) -> str:
        """Return the text to encode. It begins with `text`."""
        return f"{self.text} ({', '.join(self.unwritten)})" if self.unwritten else self.text


@dataclass(slots=True)
class _Word:
    """A telling word of a question: where it stands, and as it is understood."""

    start: int
    end: int
    typed: str
    written: str
    #: Written in capitals among words that are not.
    capital: bool


def rewritten(
    question: str,
    vocabulary: Vocabulary,
    lexicon: Lexicon | None = None,
    thesaurus: Thesaurus | None = None,
    names: Collection[str] = (),
) -> Rewritten:
    """Return a question as it is understood over a corpus. Never fails, whatever is typed.

    `names` are the words, folded, of those who speak there: none of them is mistyped.
    """
    text = unicodedata.normalize("NFC", question)
    known = lexicon or default_lexicon()
    found = _words(text)
    if is_english(text):
        return _of_english(with_little_words_in_french(text), vocabulary)
    changes = list(_corrected(text, found, vocabulary, known, names))
    expansions, unwritten = [], []
    for first, last, others in _complements(text, found, vocabulary, known):
        here = found[first : last + 1]
        typed = text[here[0].start : here[-1].end]
        meant = [now for before, now in changes if before == typed]
        changes = [one for one in changes if one[0] != typed]
        changes.append((typed, ", ".join(meant + others)))
        written = " ".join(one.written for one in here)
        is_written = _is_held(written, vocabulary)
        # Where nobody writes "télétravail", "télétravailleurs" say it better than "à domicile".
        kin = relatives(written) if first == last and not is_written else ()
        held = tuple(one for one in (*kin, *others) if _is_held(one, vocabulary))
        if held:
            expansions.append(Expansion(written, held))
        if not is_written:
            unwritten.append(others[0])
    for typed, joined in _joined_names(text, found, vocabulary):
        changes.append((typed, joined))
        expansions.append(Expansion(typed, (joined,)))
    expansions += _of_family(found, expansions, vocabulary)
    if thesaurus:
        # Not told: they only help to find, and what they mean here is not sure.
        expansions += _near(found, vocabulary, known, thesaurus)
    return Rewritten(
        _joined(text, found),
        changes=tuple(dict.fromkeys(changes)),
        expansions=tuple(dict.fromkeys(expansions)),
        unwritten=tuple(dict.fromkeys(unwritten)),
    )


def _of_english(text: str, vocabulary: Vocabulary) -> Rewritten:
    """Return an English question with what the documents have for its words, encoded with it."""
    expansions = tuple(_in_french(_words(text), vocabulary))
    in_french = " ".join(dict.fromkeys(one.others[0] for one in expansions))
    return Rewritten(text, expansions=expansions, unwritten=(in_french,) if in_french else ())


def _in_french(found: Sequence[_Word], vocabulary: Vocabulary) -> Iterator[Expansion]:
    """Yield expansions of the English words of a question: what the documents have for them."""
    for one in found:
        held = tuple(other for other in in_french(one.typed) if _is_held(other, vocabulary))
        if held:
            yield Expansion(one.typed, held)


def _words(text: str) -> list[_Word]:
    spans = telling_spans(text)
    # "PLU ?" is an acronym; in "QUEL CAP POUR LA VOIRIE ?", capitals say nothing.
    shouted = text.isupper() and len(spans) > 1
    return [
        _Word(start, end, typed, typed, capital=typed.isupper() and not shouted)
        for start, end in spans
        for typed in (text[start:end],)
    ]


def _joined(text: str, found: Sequence[_Word]) -> str:
    parts, end = [], 0
    for one in found:
        parts += [text[end : one.start], one.written]
        end = one.end
    return "".join([*parts, text[end:]])


# --- Mistyped words ----------------------------------------------------------------------------


def _corrected(
    text: str,
    found: Sequence[_Word],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    names: Collection[str],
) -> Iterator[tuple[str, str]]:
    """Write words as they were meant; yield what a person should know of it."""
    unknown = []
    for one in found:
        accented = vocabulary.nearest(one.typed, edits=0)
        if accented is not None:
            if _may_lack_accents(one):
                one.written = _as_typed(one.typed, accented)
        elif fold(one.typed) not in names and _may_be_wrong(one, vocabulary, lexicon):
            unknown.append(one)
    if len(unknown) > _MOST_CORRECTED or (
        len(found) >= _SENTENCE and 2 * len(unknown) > len(found)
    ):
        return
    for one in unknown:
        meant = _meant(text, one, vocabulary, lexicon)
        if meant is not None:
            one.written = _as_typed(one.typed, meant)
            yield one.typed, one.written


def _may_lack_accents(word: _Word) -> bool:
    plain = fold(word.typed) == word.typed.lower()
    return plain and not word.capital and len(word.typed) >= _SHORTEST - 1


def _may_be_wrong(word: _Word, vocabulary: Vocabulary, lexicon: Lexicon) -> bool:
    return (
        len(word.typed) >= _SHORTEST
        and word.typed.isalpha()
        and not any(map(vocabulary.knows, terms(word.typed)))
        and not lexicon.has_word(word.typed)
        and not is_french(word.typed)
    )


def _meant(text: str, word: _Word, vocabulary: Vocabulary, lexicon: Lexicon) -> str | None:
    edits = 2 if len(word.typed) >= _TWO_EDITS else 1
    if word.capital or _is_name(text, word):
        return vocabulary.nearest(word.typed, edits=1, certain=True)
    meant = vocabulary.nearest(word.typed, edits=edits)
    meant = meant or lexicon.spellings.nearest(word.typed, edits=edits)
    # "Quali" is clipped, and no "quasi" mistyped; "voiri" goes on as "voirie".
    is_other = meant is not None and not fold(meant).startswith(fold(word.typed))
    return None if is_other and len(word.typed) <= _CLIPPED and is_clipped(word.typed) else meant


def _is_name(text: str, word: _Word) -> bool:
    """Tell whether a word has a capital inside a sentence, or follows what names do."""
    before = text[: word.start].rstrip(" «“\"'([—–-")
    capital = word.typed[0].isupper() and before[-1:] not in ("", *".!?…:")
    return (capital and not text.isupper()) or bool(_BEFORE_NAME.search(before))


def _as_typed(typed: str, meant: str) -> str:
    return meant[0].upper() + meant[1:] if typed[0].isupper() else meant


# --- Acronyms and synonyms ---------------------------------------------------------------------


def _complements(
    text: str, found: Sequence[_Word], vocabulary: Vocabulary, lexicon: Lexicon
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first and last word of each phrase to complement, with what; longest first."""
    keys = [phrase(one.written) for one in found]
    asked = {one for key in keys for one in key}
    first = 0
    while first < len(found):
        for size in range(min(lexicon.longest, len(found) - first), 0, -1):
            here = found[first : first + size]
            if _is_in_compound(text, here):
                continue
            key = tuple(one for key in keys[first : first + size] for one in key)
            others = _others(here, lexicon.entries(key), vocabulary)
            new = [one for one in others if not set(phrase(one)) <= asked]
            if new:
                yield first, first + size - 1, new
                first += size - 1
                break
        first += 1


def _is_in_compound(text: str, here: Sequence[_Word]) -> bool:
    """Tell whether words are a part of a longer one: "IA" says nothing else in "Paris-IA"."""
    before, after = text[: here[0].start], text[here[-1].end :]
    return bool(_HYPHENED_BEFORE.search(before) or _HYPHENED_AFTER.match(after))


def _others(here: Sequence[_Word], entries: Sequence[Entry], vocabulary: Vocabulary) -> list[str]:
    """Return what complements a phrase of a question, given its expansions in the lexicon."""
    if not entries:
        return []
    # "Feux rouges" may be nowhere where "feux" and "rouges" each stand.
    known = _is_held(" ".join(one.written for one in here), vocabulary)
    others: list[str] = []
    for entry in entries:
        held = [one for one in entry.others if _is_held(one, vocabulary)]
        if entry.kind == "synonym" and not known:
            others += held
        elif entry.kind == "expansion":
            others += held[:1]
        elif entry.kind == "acronym" and _is_meant(here):
            others += held or ([] if known else list(entry.others[:1]))
    # "restaurant scolaire" says nothing more than "restauration scolaire" once stemmed.
    different = {frozenset(terms(one)): one for one in reversed(others)}
    return [one for one in others if one in different.values()][:_MOST_ADDED]


def _joined_names(
    text: str, found: Sequence[_Word], vocabulary: Vocabulary
) -> Iterator[tuple[str, str]]:
    """Yield the names typed in two that the documents write in one: "chat gpt" is "ChatGPT".

    What is a French word in one ("porte manteau"), or two that passages have, is left as it is.
    """
    for one, other in pairwise(found):
        joined = f"{one.typed}{other.typed}"
        if text[one.end : other.start] not in (" ", "-") or len(joined) < _SHORTEST_NAME:
            continue
        name = vocabulary.nearest(joined, edits=0)
        is_name = name is not None and (name[1:].lower() != name[1:] or not is_french(joined))
        # "Open source" is two words, though somebody wrote "opensource".
        are_words = is_french(one.typed) and is_french(other.typed)
        are_said = are_words and _is_held(f"{one.typed} {other.typed}", vocabulary)
        if name is not None and is_name and not are_said:
            yield text[one.start : other.end], name


def _is_meant(here: Sequence[_Word]) -> bool:
    """Tell whether words are an acronym, and not what it also spells ("cap", "plu", "les Ulis")."""
    typed = "".join(one.typed for one in here)
    if typed.isupper() and any(one.capital for one in here):
        return True
    name = here[0].start > 0 and typed.istitle()
    return len(typed) > 2 and not name and not is_french(typed)


def _is_held(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a passage has all the words of `text`."""
    return vocabulary.having(terms(text)) > 0


def _of_family(
    found: Sequence[_Word], expansions: Sequence[Expansion], vocabulary: Vocabulary
) -> Iterator[Expansion]:
    """Yield expansions of words by others of their family that the documents have."""
    read = {term for one in expansions for term in terms(one.typed)}
    for one in found:
        if one.capital or read & set(terms(one.written)):
            continue
        held = tuple(other for other in relatives(one.written) if _is_held(other, vocabulary))
        if held:
            yield Expansion(one.written, held, _KIN)


def _near(
    found: Sequence[_Word], vocabulary: Vocabulary, lexicon: Lexicon, thesaurus: Thesaurus
) -> Iterator[Expansion]:
    """Yield expansions of the words that neither the documents nor the lexicon have."""
    for one in found:
        written = any(map(vocabulary.knows, terms(one.written)))
        if one.capital or written or lexicon.has_word(one.written):
            continue
        held = [other for other in thesaurus.synonyms(one.written) if _is_held(other, vocabulary)]
        if held:
            yield Expansion(one.written, tuple(held[:_MOST_ADDED]), _NEAR)
