"""Quoted words found again on a page, however the page breaks, joins or spells them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.rendering.highlights import HighlightedWords, folded, spans_of


def found(page: str, words: str, before: str = "", after: str = "") -> list[str]:
    return [
        page[start:end] for start, end in spans_of(page, HighlightedWords(words, before, after))
    ]


@pytest.mark.parametrize(
    ("page", "words", "there"),
    [
        ("Un. La durée est\r\nfixée. Fin", "La durée est fixée.", "La durée est\r\nfixée"),
        ("la conser\x02\r\nvation des", "conservation", "conser\x02\r\nvation"),
        ("la conser-\nvation des", "conservation", "conser-\nvation"),
        ("un o\ufb03ce a\ufb01n de", "office afin", "o\ufb03ce a\ufb01n"),
        ("coût : 1\u202f200\xa0€ par an", "coût : 1 200 € par an", "coût : 1\u202f200\xa0€ par an"),
        ("de ´ecole e´te", "école été", "ecole e´te"),
        ("E\u0301COLE", "école", "E\u0301COLE"),
    ],
    ids=["line", "soft hyphen", "hyphen", "ligatures", "spaces", "loose accents", "capitals"],
)
def test_words_are_found_by_their_letters(page: str, words: str, there: str) -> None:
    assert found(page, words) == [there]


def test_the_same_words_are_told_apart_by_what_surrounds_them() -> None:
    page = "Lundi, la salle est fermée. Mardi, la salle est fermée. Jeudi, non."
    (span,) = spans_of(
        page, HighlightedWords("la salle est fermée", before="Mardi, ", after=". Jeudi")
    )
    assert page[: span[0]].endswith("Mardi, ")


def test_words_that_are_not_there_are_not_found() -> None:
    assert found("La salle est fermée.", "La salle est ouverte au public") == []


def test_a_quote_without_letters_is_not_found() -> None:
    assert found("a – b", "– …") == []


def test_a_quote_cut_by_a_footer_is_found_in_pieces() -> None:
    page = "Les agents relisent tout.\nPage 3\nLe service tient un registre."
    pieces = found(page, "Les agents relisent tout. Le service tient un registre.")
    assert pieces == ["Les agents relisent tout", "Le service tient un registre"]


def test_a_lesser_part_of_a_quote_is_no_proof() -> None:
    words = "Les agents relisent tout. Le service informatique tient un registre des effacements."
    assert found("Les agents relisent tout.", words) == []


@given(st.text(), st.text(), st.text())
def test_words_that_are_there_are_always_found(before: str, words: str, after: str) -> None:
    page = before + words + after
    spans = spans_of(page, HighlightedWords(words, before, after))
    assert "".join(folded(page[start:end])[0] for start, end in spans).startswith(folded(words)[0])
