"""A thesaurus in MyThes form: a word → others that mean the same, for words that nobody wrote.

In: the file of Debian's `mythes-fr`, where installed (setting `thesaurus`). Out: synonyms.
`query.rewriting` takes those that the documents have.

The form: a line that names the encoding; then, for each word, "word|senses" and a line for each
sense, "(Nom)|synonym|synonym".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings.site import THESAURUS
from assistant.text.folding import fold
from assistant.text.stems import singular

#: What is said of a synonym: "(terme générique)".
_REMARK = re.compile(r"\s*\([^)]*\)")


class Thesaurus:
    """The words of a thesaurus, each with its synonyms."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._at: dict[str, int] = {}
        at = 1
        while at < len(self._lines):
            self._at.setdefault(fold(self._lines[at].partition("|")[0]), at)
            at += 1 + _count(self._lines[at])

    def synonyms(self, word: str) -> list[str]:
        """Return what means the same as a noun that has one sense, and is said to in both places.

        Of other words, and of "capitale" for "décisive", a thesaurus brings too much that is meant
        otherwise. The noun may be in the plural; none is returned for an unknown one.
        """
        plain = fold(word)
        one = plain if plain in self._at else singular(plain)
        senses = self._senses(one)
        if len(senses) != 1 or not senses[0].startswith("(Nom"):
            return []
        return [other for other in _listed(senses) if self._lists(other, one)]

    def _lists(self, other: str, one: str) -> bool:
        return any(fold(back) == one for back in _listed(self._senses(fold(other))))

    def _senses(self, plain: str) -> list[str]:
        at = self._at.get(plain)
        if at is None:
            return []
        return self._lines[at + 1 : at + 1 + _count(self._lines[at])]


def _listed(senses: Sequence[str]) -> list[str]:
    found = [_REMARK.sub("", synonym).strip() for line in senses for synonym in line.split("|")[1:]]
    return [synonym for synonym in dict.fromkeys(found) if synonym]


def _count(line: str) -> int:
    senses = line.partition("|")[2]
    return int(senses) if senses.isdigit() else 0


@cache
def site_thesaurus(file: str) -> Thesaurus | None:
    """Return the thesaurus that a site names, read once; None where it has none.

    That of Debian need not be installed. Raises SettingsError for another that can't be read.
    """
    if not file or (file == THESAURUS and not Path(file).is_file()):
        return None
    try:
        return Thesaurus(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as e:
        raise SettingsError("thesaurus_unreadable", path=file, cause=e) from e
