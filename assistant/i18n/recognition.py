"""French sentences that an earlier version kept, found again in the catalogue by its templates.

In: a sentence and its remedy. Out: their key, and what was filled in; or the sentences as they
are, under a key of their own, where no template gives them (a wording that changed since).
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from functools import cache

from assistant.i18n import catalogue
from assistant.records.messages import Message

#: The sections that hold what is said of files, programmes and corrections.
_SECTIONS = ("reading", "errors", "corrections")
#: The values that may be words of the catalogue, and what these may be.
_WORDS_FOR = {
    "suffix": ("reading.no_suffix",),
    "cause": ("reading.programme_", "corrections.not_ours"),
    "why": ("reading.attachment_", "reading.state_"),
}
#: How sentences were said before, by their key now.
_FORMER = {"errors.file_damaged": "Le fichier est abîmé et ne peut pas être lu ({cause})."}
_PAGES = frozenset({"pages", "slides", "where"})


def message_recognised(sentence: str, remedy: str) -> Message:
    """Return the message that a French sentence and its remedy say."""
    for key, pattern, advised in _patterns():
        if (found := pattern.fullmatch(sentence)) and (advice := advised.fullmatch(remedy)):
            filled, more = found.groupdict(), advice.groupdict()
            # The most telling template comes first; one that contradicts itself is none.
            if all(more[name] == filled[name] for name in filled.keys() & more.keys()):
                values = {name: _value(name, text) for name, text in (more | filled).items()}
                return Message(key, values)
    return Message("reading.as_written", {"message": sentence, "remedy": remedy})


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """Return each key with what recognises its sentence and its remedy, the longest text first."""
    texts = {key: texts["fr"] for key, texts in catalogue().items()}
    keys = [
        key
        for key in texts
        if key.startswith(tuple(f"{section}." for section in _SECTIONS))
        if f"{key.removesuffix('_many')}_remedy" in texts and key != "reading.as_written"
    ]
    # Where two say the same, what is said of the file on disk comes first.
    keys.sort(key=lambda key: (-_literal(texts[key]), _SECTIONS.index(key.partition(".")[0]), key))
    said = [(key, texts[key]) for key in keys] + list(_FORMER.items())
    return tuple(
        (
            key.removesuffix("_many"),
            _pattern(text),
            _pattern(texts[f"{key.removesuffix('_many')}_remedy"]),
        )
        for key, text in said
    )


def _literal(template: str) -> int:
    """Return the number of characters that a template says itself."""
    return sum(len(text) for text, *_ in string.Formatter().parse(template))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join(_pieces(template)), re.DOTALL)


def _pieces(template: str) -> Iterator[str]:
    seen: set[str] = set()
    for text, name, _, _ in string.Formatter().parse(template):
        yield re.escape(text)
        if name:
            yield f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)


def _value(name: str, text: str) -> str | Message:
    """Return what was filled in, in no language where it is words of the catalogue."""
    if name in _PAGES:
        return pages_of(text)
    for beginning in _WORDS_FOR.get(name, ()):
        for key, texts in _words().items():
            if key.startswith(beginning) and texts == text:
                return Message(key)
    return text


@cache
def _words() -> Mapping[str, str]:
    """Return the French texts that nothing is filled in, by key."""
    return {key: texts["fr"] for key, texts in catalogue().items() if "{" not in texts["fr"]}


def pages_of(words: str) -> str:
    """Return page numbers in no language: "3, 7 à 9" → "3, 7-9"."""
    return re.sub(r"(\d+) à (\d+)", r"\1-\2", words)
