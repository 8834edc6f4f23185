"""Subtitles in several languages: passages → those in the language of the question. Pure.

What a translation says at the same moment is the same: it is left to who asks in its language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os.path import splitext

from assistant.index.search_index import IndexedDocument
from assistant.readers.parts import TRANSCRIPT_SUFFIXES
from assistant.readers.titles import LANGUAGE_IN_NAME
from assistant.records.documents import Passage

#: Translations of a sentence are cut otherwise, and shown a little earlier or later.
_NEAR_SECONDS = 10.0


def in_own_language(
    language: str, passages: Sequence[Passage], documents: Mapping[str, IndexedDocument]
) -> list[int]:
    """Return which passages to keep: all but translations of what another one says.

    That other one is in the `language` of the question, of the same recording at the same time.
    """
    languages = [documents[passage.document_id].language for passage in passages]
    if all(spoken == language for spoken in languages):
        return [*range(len(passages))]
    stems = [_stem(passage.document_id) for passage in passages]
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


def translations(languages: Mapping[str, str]) -> frozenset[str]:
    """Return the transcripts that translate another one, by what each is in: not the French one.

    Where none of them is in French, the first of them is what the others translate.
    """
    alike: dict[str, list[str]] = {}
    transcripts = (id_ for id_ in languages if splitext(id_)[1].lower() in TRANSCRIPT_SUFFIXES)
    for id_ in sorted(transcripts):
        alike.setdefault(_stem(id_), []).append(id_)
    found: set[str] = set()
    for ids in alike.values():
        if len({languages[id_] for id_ in ids}) > 1:
            own = "fr" if any(languages[id_] == "fr" for id_ in ids) else languages[ids[0]]
            found |= {id_ for id_ in ids if languages[id_] != own}
    return frozenset(found)


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
