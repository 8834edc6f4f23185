"""Bold that a program fakes by drawing words two to four times in one place. Pure.

In: a page's text, which has each piece as often: "COMPTECOMPTECOMPTECOMPTE----RENDU". Out: the
text as one sees it.
"""

from __future__ import annotations

import re
from collections import Counter

_MOST, _LEAST_LETTERS = 4, 4
#: So many different words say that a page is drawn so; a name may be a word twice ("Bora-Bora").
_LEAST_WORDS = {2: 3, 3: 2, 4: 2}
_LONGEST_WORD = 200
#: A piece and its copies. Of figures alone none is taken for one: "10 000 000". Twice stand only
#: pieces that begin with a word, without a space between: "elle", "très très".
_PIECE = (
    r"([^\W\d_](?:[^\n]{0,100}?[^\s])??|\d{1,4}[^\n]{0,3}[^\W\d_](?:[^\n]{0,100}?[^\s])??|[-–:])"
)
_COPIES = {
    2: re.compile(r"([^\W\d_]{4}[^\n]{0,100}?)\1(?![^\W\d_])"),
    3: re.compile(_PIECE + r"(?:[ \t]{0,2}\1){2}"),
    4: re.compile(_PIECE + r"(?:[ \t]{0,2}\1){3}"),
}
#: A number alone on its line, as of a title: "1111".
_NUMBER = re.compile(r"^[ \t]{0,40}(\d)\1{3}[ \t]{0,40}$", re.MULTILINE)


def without_copies(text: str) -> str:
    """Return a page's text with each piece once, where its words show that they are redrawn."""
    times = _times(text)
    if not times:
        return text
    return _COPIES[times].sub(r"\1", _NUMBER.sub(r"\1", text) if times == _MOST else text)


def _times(text: str) -> int:
    """Return how often a page draws its bold words; 0 where it draws them once."""
    found = Counter(times for word in set(text.split()) if (times := _copies(word)))
    times, words = next(iter(found.most_common(1)), (0, 0))
    return times if times and words >= _LEAST_WORDS[times] else 0


def _copies(word: str) -> int:
    """Return how many copies of another word a word is; 0 for one of its own."""
    length = len(word)
    for times in range(_MOST, 1, -1):
        size, rest = divmod(length, times)
        # Of most words the last letter doesn't stand where a first copy would end.
        if rest or size < _LEAST_LETTERS or length > _LONGEST_WORD or word[size - 1] != word[-1]:
            continue
        if word[:size] * times == word and word[:size].isalpha():
            return times
    return 0
