"""Fonts that falsify: ligatures drawn as other letters, and text that no font explains. Pure.

In: the texts of a file's pages. Out: the same with what a broken font hides ("collec1fs" is
"collectifs"), learned from the words of the file itself; and which text is none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

#: What fonts join into one glyph.
_LIGATURES = ("ti", "tt", "ft", "fi", "ff", "fl", "ffi", "tti", "tf")
_SMALL = "a-zà-öø-ÿœæ"
#: A sign, a figure or a letter that stands within no French word; apostrophes and hyphens may.
_STRANGE = r"0-9/\\|<>=+*#%&A-Z\u0180-\u024f\u0370-\u03ff\u1e00-\u1eff\ufffd"
_WORD = re.compile(
    rf"(?<![\w/])[A-ZÀ-ÖØ-Þ{_SMALL}]?(?:[{_SMALL}]|[{_STRANGE}](?=[{_SMALL}])){{3,40}}(?!\w)"
)
_WITHIN = re.compile(rf"(?<=[{_SMALL}])[{_STRANGE}](?=[{_SMALL}])")
#: Signs that also stand between words, and in names: how words go on there after a ligature tells
#: "ac/on" from "oui/non", before any is looked up.
_OF_OTHERS = frozenset("/0123456789=+&|#*\\")
_GOES_ON = re.compile(
    r"(?:ons?|onn\w{1,6}|fs?|ves?|ques?|vité\w?|tés?|ère?s?|er|en|ents?|re|ra|cip\w{1,8}|cul\w{1,8}"
    r"|quement|vement|onal\w{0,4}|sa\w{1,6}|lis\w{1,8})"
)
#: So many different words, and most of those that have the sign, must become French.
_LEAST_WORDS, _LEAST_SHARE = 3, 0.5
_MOST_WORDS = 400
#: Fewer signs are no text to judge.
_LEAST_SIGNS, _LEAST_LETTERS = 40, 80
_LEAST_KNOWN, _LEADERS = 10, ".…·_-–—"
_READABLE, _LEAST_VOWELS, _LATIN = 0.25, 0.28, 0.9
_VOWELS = "aeiouàâäéèêëîïôöùûüÿœæ"
_PLAIN_VOWELS = "aeiouéèàê"
#: Words of one letter among so many are a cipher's, unless their vowels are those of French.
_SCATTERED_WORDS, _SCATTERED = 40, 0.6
_BEYOND_LATIN = re.compile("[\u0250-\U0010ffff]")

_LETTERS = re.compile(r"[^\W\d_]{3}")

#: By sign: what it stands for.
Ligatures = Mapping[str, str]


def ligatures_of(texts: Iterable[str]) -> Ligatures:
    """Return what signs of a file stand for, by its words: "1" for "ti" in "collec1fs"."""
    words: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for found in _WORD.finditer(text):
            for sign in set(_WITHIN.findall(found[0])):
                if len(words[sign]) < _MOST_WORDS:
                    words[sign].add(found[0])
    suspects = {sign: having for sign, having in words.items() if _is_suspect(sign, having)}
    learned: dict[str, str] = {}
    # A word may have two of them: what the first round finds helps the second.
    for _ in range(2 if suspects else 0):
        for sign, having in suspects.items():
            if sign not in learned and (meant := _meant(sign, having, learned)):
                learned[sign] = meant
    return learned


def _is_suspect(sign: str, having: set[str]) -> bool:
    if sign in _OF_OTHERS:
        having = {word for word in having if _GOES_ON.fullmatch(word.rpartition(sign)[2])}
    return len(having) >= _LEAST_WORDS


def _meant(sign: str, having: set[str], learned: Ligatures) -> str:
    """Return the one ligature that makes French words of those that have a sign; "" if none."""
    fitting = {
        ligature: sum(_is_word(_spelled(word, {**learned, sign: ligature})) for word in having)
        for ligature in _LIGATURES
    }
    best, *others = sorted(fitting, key=lambda one: fitting[one], reverse=True)
    enough = max(_LEAST_WORDS, _LEAST_SHARE * len(having))
    return best if fitting[best] >= enough and fitting[best] > 2 * fitting[others[0]] else ""


def _is_word(word: str) -> bool:
    """Tell whether the French dictionary has a word, in the plural too."""
    from assistant.text.spelling import french_words  # takes 0.2 s to load, and few files need it

    lower = word.lower()
    return lower in french_words() or lower.removesuffix("s") in french_words()


def _spelled(word: str, ligatures: Ligatures) -> str:
    return "".join(ligatures.get(letter, letter) for letter in word)


def repaired(text: str, ligatures: Ligatures) -> str:
    """Return a page's text with its ligatures as letters, where that makes French words."""
    if not ligatures or not any(sign in text for sign in ligatures):
        return text

    def written(found: re.Match[str]) -> str:
        spelled = _spelled(found[0], ligatures)
        return spelled if spelled != found[0] and _is_word(spelled) else found[0]

    return _WORD.sub(written, text)


def is_no_text(text: str) -> bool:
    """Tell whether what a page gave can't be read: dashes, signs of no alphabet, a cipher."""
    # Each step runs over the whole page at once: a loop over characters took a tenth of a report.
    signs = "".join(text.lower().split())
    if len(signs) < _LEAST_SIGNS:
        return False
    known = sum(map(str.isalnum, signs))
    # Dots lead to the numbers of a table of contents, lines wait to be filled in.
    wordless = known < _LEAST_KNOWN and _LETTERS.search(text) is None
    if wordless or known < _READABLE * (len(signs) - sum(map(signs.count, _LEADERS))):
        return True
    letters = "".join(filter(str.isalpha, signs))
    latin = len(letters) - len(_BEYOND_LATIN.findall(letters))
    if len(letters) < _LEAST_LETTERS or latin < _LATIN * len(letters):
        return False
    vowels = _PLAIN_VOWELS if _is_scattered(text) else _VOWELS
    return sum(map(letters.count, vowels)) < _LEAST_VOWELS * len(letters)


def _is_scattered(text: str) -> bool:
    """Tell whether most words have one letter, as where a font says no letter nor any space.

    Of such a page "Ò", "Ù" and "Î" are signs like others, and would pass for vowels.
    """
    lengths = [*map(len, text.split())]
    return len(lengths) >= _SCATTERED_WORDS and lengths.count(1) > _SCATTERED * len(lengths)
