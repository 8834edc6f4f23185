"""What is shown of a theme: telling excerpts, each saying something else."""

from __future__ import annotations

from assistant.records import Citation, Filters, Passage, Place
from assistant.retrieval.overview import (
    MOST_EXCERPTS,
    MOST_WORDS,
    WIDE,
    cite_overview,
    is_spoken_of,
)
from assistant.retrieval.search import HybridSearch, Query, Results
from tests.support.fakes import FakeEncoder, FakeIndex

ENCODER = FakeEncoder(256, alike=0.75)
NOISE = "Le bruit a baissé de 12 % rue Haute. Il faut prévenir les cafés avant chaque contrôle."
GREETING = "Bonjour à tous, je vais vous parler du bruit. Le bruit, qui s'en soucie ?"
COUNCIL = "Le conseil a voté un plan contre le bruit en mai 2024."
GARDENS = "Les jardins partagés ont reçu 300 demandes."


def searched(theme: str, *texts: str) -> Results:
    passages = [
        Passage(f"e/s{number}/a.txt", 0, text, "", Place("line", 1, 1), len(text.split()))
        for number, text in enumerate(texts)
    ]
    index = FakeIndex(passages, ENCODER)
    return HybridSearch(index, ENCODER, 100, None, 10).search(Query(theme, Filters()), WIDE)


def session_of(document_id: str) -> str:
    return document_id.rpartition("/")[0]


def quotes(citations: tuple[Citation, ...]) -> list[str]:
    return [one.quote for one in citations]


def test_greetings_announcements_and_questions_are_never_shown() -> None:
    found = quotes(cite_overview(searched("le bruit", NOISE, GREETING, COUNCIL), session_of))
    assert NOISE in found
    assert COUNCIL in found
    assert not any("Bonjour" in one or "?" in one for one in found)


def test_what_is_devoted_to_the_theme_comes_first() -> None:
    results = searched("le bruit", NOISE, COUNCIL)
    for devoted, first in (("e/s0", NOISE), ("e/s1", COUNCIL)):
        assert quotes(cite_overview(results, session_of, [devoted]))[0] == first


def test_a_session_is_summed_up_in_reading_order() -> None:
    results = searched("jardins", NOISE, COUNCIL, GARDENS)
    found = cite_overview(results, session_of, in_order=True)
    assert quotes(found) == [NOISE, COUNCIL, GARDENS]
    assert [one.number for one in found] == [1, 2, 3]


def test_the_same_words_are_shown_once() -> None:
    assert quotes(cite_overview(searched("le bruit", COUNCIL, COUNCIL), session_of)) == [COUNCIL]


def test_an_overview_has_an_end() -> None:
    texts = [
        f"Le bruit de la rue numéro {at} a baissé de {at} % après les travaux du service {at}."
        f" Quartier {'abcdefghijklmnopqrstuvwxyz'[at] * 4} : les riverains {at * 7} fois consultés"
        for at in range(20)
    ]
    found = cite_overview(searched("le bruit", *texts), session_of)
    assert len(found) <= MOST_EXCERPTS
    assert sum(len(one.quote.split()) for one in found) <= MOST_WORDS


def test_a_theme_that_nothing_treats_is_not_spoken_of() -> None:
    assert is_spoken_of(searched("le bruit", NOISE, COUNCIL, "Le bruit gêne les riverains."))
    assert not is_spoken_of(searched("les piscines", NOISE, COUNCIL, GARDENS))
