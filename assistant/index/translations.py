"""Subtitles in several languages: passages → those in the language of the question. Pure.

What a translation says at the same moment is the same: it is left to who asks in its language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.index.generation import IndexedDocument
from assistant.readers.titles import LANGUAGE_IN_NAME
from assistant.records import Passage

#: Translations of a sentence are cut otherwise, and shown a little earlier or later.
_NEAR_SECONDS = 10.0


def in_own_language(
    language: str, passages: Sequence[Passage], documents: Mapping[str, IndexedDocument]
) -> list[int]:
    """Return which passages to keep: all but translations of what another one says.

    That other one is in the `language` of the question, of the same recording at the same time.
    """
    languages = [documents[one.document_id].language for one in passages]
    stems = [_stem(one.document_id) for one in passages]
    originals = [
        (stem, one)
        for stem, one, spoken in zip(stems, passages, languages, strict=True)
        if spoken == language and one.place.kind == "second"
    ]
    return [
        at
        for at, (stem, one) in enumerate(zip(stems, passages, strict=True))
        if languages[at] == language
        or not any(stem == other and _together(one, said) for other, said in originals)
    ]


def _stem(document_id: str) -> str:
    """Return what translations of one recording have in common: the id without its language."""
    return LANGUAGE_IN_NAME.sub("", document_id.rpartition(".")[0])


def _together(one: Passage, other: Passage) -> bool:
    """Tell whether two passages are said at the same time."""
    here, there = one.place, other.place
    return (
        here.kind == there.kind
        and here.first <= there.last + _NEAR_SECONDS
        and there.first <= here.last + _NEAR_SECONDS
    )
