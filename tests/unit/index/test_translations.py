"""Subtitles of one recording in several languages: the question's language comes first."""

from __future__ import annotations

import pytest

from assistant.index.search_index import IndexedDocument
from assistant.index.translations import in_own_language, translations
from assistant.records import Passage, Place

LANGUAGES = {"e/s/debat.fr.srt": "fr", "e/s/debat.en.srt": "en", "e/s/autre.srt": "fr"}
DOCUMENTS = {id_: IndexedDocument(id_, "", one, "", 1, {}) for id_, one in LANGUAGES.items()}


def said(document: str, first: float, last: float) -> Passage:
    return Passage(f"e/s/{document}", 0, "Dit.", "", Place("second", first, last), 1)


ENGLISH = said("debat.en.srt", 62, 100)
FRENCH = said("debat.fr.srt", 60, 98)


@pytest.mark.parametrize(("language", "kept"), [("fr", [1]), ("en", [0])])
def test_a_translation_is_left_to_who_asks_in_its_language(language: str, kept: list[int]) -> None:
    assert in_own_language(language, [ENGLISH, FRENCH], DOCUMENTS) == kept


@pytest.mark.parametrize(
    "other",
    [said("debat.fr.srt", 300, 330), said("autre.srt", 60, 98)],
    ids=["another moment", "another recording"],
)
def test_what_is_said_in_another_language_alone_is_kept(other: Passage) -> None:
    assert in_own_language("fr", [ENGLISH, other], DOCUMENTS) == [0, 1]


@pytest.mark.parametrize(
    ("languages", "translated"),
    [
        (LANGUAGES, {"e/s/debat.en.srt"}),
        ({"a.de.srt": "de", "a.en.vtt": "en"}, {"a.en.vtt"}),
        ({"a.pdf": "en", "a.srt": "fr", "b.en.srt": "en"}, set()),
    ],
    ids=["French first", "no French", "alone"],
)
def test_what_translates_another_is_known_by_its_name_and_language(
    languages: dict[str, str], translated: set[str]
) -> None:
    assert translations(languages) == translated
