"""What is shown of a theme: telling excerpts, each saying something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from assistant.records import Answer, Citation, Filters, Passage, Place
from assistant.records.answers import Intent
from assistant.records.documents import PlaceKind
from assistant.retrieval.answers.broad import WIDE, is_scattered, is_spoken_of
from assistant.retrieval.overviews.choosing import MOST_EXCERPTS, MOST_WORDS
from assistant.retrieval.overviews.citing import cite_overview, with_more
from assistant.retrieval.overviews.theme_passages import pool
from assistant.retrieval.overviews.theme_sentences import ThemePassage
from assistant.retrieval.search import HybridSearch, Query, Results
from tests.support.fakes import FakeEncoder, FakeIndex

ENCODER = FakeEncoder(256, alike=0.75)
NOISE = "Le bruit a baissé de 12 % rue Haute. Il faut prévenir les cafés avant chaque contrôle."
GREETING = "Bonjour à tous, je vais vous parler du bruit. Le bruit, qui s'en soucie ?"
COUNCIL = "Le conseil a voté un plan contre le bruit en mai 2024."
GARDENS = "Les jardins partagés ont reçu 300 demandes."


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found of a theme, and the index that it was found in."""

    index: FakeIndex
    results: Results

    def pool(self, *devoted: str) -> list[ThemePassage]:
        return pool(self.results, self.index, session_of, devoted)

    def quotes(
        self,
        *devoted: str,
        intent: Intent = "overview",
        in_order: bool = False,
        listed: str = "",
    ) -> list[str]:
        """Return what is shown of it."""
        cited = cite_overview(
            self.pool(*devoted),
            self.results.asked,
            intent,
            session_of,
            devoted,
            in_order=in_order,
            listed=listed,
        )
        assert [one.number for one in cited] == list(range(1, len(cited) + 1))
        return [one.quote for one in cited]


def searched(theme: str, *texts: str, k: int = WIDE, kind: PlaceKind = "line") -> Searched:
    """Search texts, each the whole of a session; a blank line parts its passages."""
    passages = [
        Passage(f"e/s{number}/a.txt", at, own, "", Place(kind, 1, 1), len(own.split()))
        for number, text in enumerate(texts)
        for at, own in enumerate(text.split("\n\n"))
    ]
    index = FakeIndex(passages, ENCODER)
    hybrid = HybridSearch(index, ENCODER, 100, None, 10)
    return Searched(index, hybrid.search(Query(theme, Filters()), k))


def session_of(document_id: str) -> str:
    return document_id.rpartition("/")[0]


def test_greetings_announcements_and_questions_are_never_shown() -> None:
    found = searched("le bruit", NOISE, GREETING, COUNCIL).quotes()
    assert NOISE in found
    assert COUNCIL in found
    assert not any("Bonjour" in quote or "?" in quote for quote in found)


def test_what_is_devoted_to_the_theme_comes_first() -> None:
    found = searched("le bruit", NOISE, COUNCIL)
    for devoted, first in (("e/s0", NOISE), ("e/s1", COUNCIL)):
        assert found.quotes(devoted)[0] == first


def test_a_session_devoted_to_the_theme_is_looked_at_whole() -> None:
    """Its sentences need not have the theme's words."""
    found = searched("le bruit", f"{COUNCIL}\n\n{GARDENS}", NOISE, k=2)
    assert GARDENS not in found.quotes()
    assert GARDENS in found.quotes("e/s0")


def test_a_line_of_a_slide_is_shown_under_its_title_with_the_lines_above() -> None:
    slide = "Les nuits\nContrôles le vendredi\nLe bruit baisse de 12 % rue Haute"
    assert searched("le bruit", slide, COUNCIL, kind="slide").quotes("e/s0")[0] == slide
    assert searched("le bruit", slide, COUNCIL).quotes("e/s0")[0] != slide


def test_of_a_theme_only_what_speaks_of_it_is_shown() -> None:
    assert searched("le bruit", NOISE, GARDENS).quotes() == [NOISE]


def test_a_list_shows_what_names_one_whole_and_not_what_refers_to_one() -> None:
    tools = "Nos outils\nUn carnet par école\nUne balance à bacs\nTrois fiches de suivi"
    found = searched("outils", "Cet outil a été arrêté en mai 2024 par la mairie.", tools)
    assert found.quotes(intent="list", listed="outil") == [tools]


def test_a_list_that_nothing_names_shows_what_speaks_of_it() -> None:
    found = searched("outils", "Cet outil a été arrêté en mai 2024 par la mairie.", GARDENS)
    (shown,) = found.quotes(intent="list", listed="outil")
    assert shown.startswith("Cet outil")


def test_a_slide_titled_by_what_is_listed_comes_before_one_on_some_of_it() -> None:
    some = "Les outils de tri\nUn bac par rue en 2024\nTrois camions relevés chaque jour"
    tools = "Nos outils\nUn carnet par école\nUne balance à bacs\nTrois fiches de suivi"
    found = searched("outils", some, tools, kind="slide")
    assert found.quotes(intent="list", listed="outil") == [tools, some]


def test_what_somebody_cites_is_shown_from_its_beginning() -> None:
    cited = "La règle est là : « Le bruit du soir est noté. Il faut prévenir les cafés. »"
    assert searched("le bruit", cited).quotes() == [cited]


def test_a_session_is_summed_up_in_reading_order() -> None:
    found = searched("jardins", NOISE, COUNCIL, GARDENS)
    assert found.quotes("e/s0", "e/s1", "e/s2", in_order=True) == [NOISE, COUNCIL, GARDENS]


def test_the_same_words_are_shown_once() -> None:
    assert searched("le bruit", COUNCIL, COUNCIL).quotes() == [COUNCIL]


def test_an_overview_has_an_end() -> None:
    texts = [
        f"Le bruit de la rue numéro {at} a baissé de {at} % après les travaux du service {at}."
        f" Quartier {'abcdefghijklmnopqrstuvwxyz'[at] * 4} : les riverains {at * 7} fois consultés"
        for at in range(20)
    ]
    found = searched("le bruit", *texts).quotes()
    assert len(found) <= MOST_EXCERPTS
    assert sum(len(quote.split()) for quote in found) <= MOST_WORDS


def test_a_theme_that_nothing_treats_is_not_spoken_of() -> None:
    noise = searched("le bruit", NOISE, COUNCIL, "Le bruit gêne les riverains.")
    assert is_spoken_of(noise.results)
    assert not is_spoken_of(searched("les piscines", NOISE, COUNCIL, GARDENS).results)


def test_two_words_of_a_theme_that_only_stand_apart_are_scattered() -> None:
    def scattered(theme: str, *texts: str) -> bool:
        return is_scattered(theme, searched(theme, NOISE, *texts).results)

    cars = "Les voitures contiennent du cuivre, des aimants et des petits moteurs électriques."
    assert scattered("la voiture électrique", cars)
    assert not scattered("la voiture électrique", "Une voiture électrique coûte moins cher.")
    assert not scattered("la voiture électrique", "La voiture à moteur électrique coûte moins.")
    # Two themes, two passages, or none.
    assert not scattered("la voiture et l'électricité", cars)
    assert not scattered("la voiture électrique", cars, f"{cars} Elles sont recyclées.")
    assert not scattered("la voiture électrique", GARDENS)


def answered(found: Searched, quote: str, question: str = "?") -> Answer:
    """Return an answer that quotes the first hit that holds a quote."""
    hit = next(hit for hit in found.results.hits if quote in hit.passage.text)
    start = hit.passage.text.index(quote)
    cited = Citation(1, hit.passage, hit.title, start, start + len(quote), hit.automatic, ())
    hits: Sequence = found.results.hits
    return Answer(
        question, "answered", f"{quote} [1]", (cited,), 1.0, "extractive", tuple(hits), 0.0
    )


def test_what_else_was_said_follows_an_answer() -> None:
    found = searched("le bruit", NOISE, COUNCIL)
    answer = with_more(
        answered(found, COUNCIL), found.pool(), found.results.asked, "how", session_of
    )
    assert [cited.quote for cited in answer.citations] == [COUNCIL, NOISE]
    assert [cited.number for cited in answer.citations] == [1, 2]
    assert answer.text == f"{COUNCIL} [1] {NOISE} [2]"


def test_nothing_is_quoted_twice() -> None:
    found = searched("le bruit", COUNCIL)
    answer = answered(found, COUNCIL)
    assert with_more(answer, found.pool(), found.results.asked, "how", session_of) == answer


def test_nothing_follows_a_fact_that_is_told_whole() -> None:
    found = searched("le bruit", NOISE, COUNCIL)
    answer = answered(found, COUNCIL)
    for intent, more in (("fact", False), ("how", True)):
        shown = with_more(answer, found.pool(), found.results.asked, intent, session_of)
        assert (len(shown.citations) > 1) is more


@pytest.mark.parametrize(("intent", "follows"), [("fact", False), ("reason", True), ("how", True)])
def test_only_what_has_the_rarest_word_follows_where_one_thing_is_asked(
    intent: Intent, *, follows: bool
) -> None:
    found = searched("le bruit ou la musique", NOISE.replace("Le bruit", "La musique"), COUNCIL)
    answer = answered(found, COUNCIL)
    shown = with_more(answer, found.pool(), found.results.asked, intent, session_of)
    assert (len(shown.citations) > 1) is follows


def test_a_few_words_that_are_no_sentence_say_nothing_of_a_theme() -> None:
    found = searched("le bruit", "Le bruit sur ce site", NOISE)
    assert found.quotes(intent="summary") == [NOISE]
    told = searched("le bruit", "Le bruit : 45 décibels", NOISE)
    assert "Le bruit : 45 décibels" in told.quotes(intent="summary")


def test_what_tells_much_less_than_the_best_follows_no_answer() -> None:
    found = searched("le bruit", NOISE, COUNCIL, f"Le bruit, enfin bon, voilà, du coup. {GARDENS}")
    shown = with_more(
        answered(found, COUNCIL), found.pool(), found.results.asked, "how", session_of
    )
    assert [cited.quote for cited in shown.citations] == [COUNCIL, NOISE]


def test_a_list_of_all_that_is_asked_leaves_the_rest_out() -> None:
    bins = "Nos outils pour le bruit\nUn sonomètre par rue\nUn relevé par jour"
    more = "Le bruit et les outils changent : les riverains ont reçu 12 courriers."
    found = searched("outils pour le bruit", bins, more, kind="slide")
    assert found.quotes(intent="list", listed="outil") == [bins]


def test_nothing_follows_the_list_that_is_asked_for() -> None:
    bins = "Trois règles à suivre\nUn bac par rue\nUne balance par école\nUn relevé par jour"
    found = searched("les règles des bacs", bins, "Les règles des bacs ont changé en mai 2024.")
    for quote, more in ((bins, False), ("Un bac par rue", True)):
        answer = answered(found, quote, "Quelles sont les règles des bacs ?")
        shown = with_more(answer, found.pool(), found.results.asked, "list", session_of)
        assert (len(shown.citations) > 1) is more
