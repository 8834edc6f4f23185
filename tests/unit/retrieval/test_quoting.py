"""Answers: quotes cut out of passages, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from assistant.embedding.models import Reranker
from assistant.index.generation import open_generation
from assistant.index.search_index import SearchIndex
from assistant.ingest.sync import sync
from assistant.records import Answer, Cell, Filters, Passage, Place
from assistant.records.documents import Mark, PlaceKind
from assistant.records.vectors import Scores
from assistant.retrieval.answerability import Gate
from assistant.retrieval.quoting import answer
from assistant.retrieval.search import HybridSearch, Query
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder, FakeIndex, FakeReranker
from tests.support.reading_here import reading_here
from tests.support.search_index_contract import WASTE, write_corpus

#: As confident as the best score is high.
GATE = Gate(("score",), (0.9,), (0.1,), (1.0,), 0.0, "test")
#: Like E5, for which what makes a sentence answer was weighed: all cosines are high.
ENCODER = FakeEncoder(256, alike=0.75)


def of_passages(*texts: str) -> FakeIndex:
    passages = [
        Passage(f"e/{number}.txt", 0, text, "", Place("line", 1, 1), len(text.split()))
        for number, text in enumerate(texts)
    ]
    return FakeIndex(passages, ENCODER)


def ask(
    index: SearchIndex,
    question: str,
    *,
    threshold: float = 0.0,
    perhaps: float = 1.0,
    max_quotes: int = 4,
    encoder: FakeEncoder = ENCODER,
    filters: Filters | None = None,
    reranker: Reranker | None = None,
) -> Answer:
    searching = HybridSearch(index, encoder, 100, reranker, 10)
    results = searching.search(Query(question, filters or Filters()), 10)
    return answer(
        results,
        GATE,
        threshold=threshold,
        perhaps=perhaps,
        max_quotes=max_quotes,
        started=perf_counter(),
    )


def lines(*texts: str, context: str = "") -> FakeIndex:
    """Return an index of one passage: the lines of a slide, say."""
    text = "\n".join(texts)
    passage = Passage("e/0.odp", 0, text, context, Place("slide", 1, 1), len(text.split()))
    return FakeIndex([passage], ENCODER)


def turns(*texts: str) -> FakeIndex:
    """Return an index of one recording, its speakers taking turns."""
    kind: PlaceKind = "second"
    passages = [
        Passage("e/t.srt", at, text, "", Place(kind, at, at + 1), len(text.split()), "AB"[at % 2])
        for at, text in enumerate(texts)
    ]
    return FakeIndex(passages, ENCODER)


def marked(found: Answer) -> list[list[str]]:
    return [[one.passage.text[a:b] for a, b in one.marked] for one in found.citations]


def quotes(found: Answer) -> Sequence[str]:
    return [one.quote for one in found.citations]


TALK = "Bonjour à toutes et à tous. La cantine centrale sert 2 300 repas. Merci de votre venue."


def test_the_sentence_that_answers_is_quoted_word_for_word() -> None:
    found = ask(of_passages("La voirie avance.", TALK), "Combien de repas sert la cantine ?")
    assert found.status == "answered"
    assert quotes(found) == ["La cantine centrale sert 2 300 repas."]
    assert found.text == "La cantine centrale sert 2 300 repas. [1]"


def test_quotes_are_slices_of_their_passages() -> None:
    found = ask(of_passages(TALK, "Les repas de la cantine sont bons."), "repas de la cantine")
    for one in found.citations:
        assert one.quote == one.passage.text[one.start : one.end] == one.quote.strip() != ""


def test_below_the_threshold_the_answer_is_refused_but_shows_what_is_nearest() -> None:
    index = of_passages(TALK)
    found = ask(index, "Combien de repas sert la cantine ?", threshold=1.0)
    assert (found.status, found.text, found.citations) == ("refused", "", ())
    assert found.hits
    assert 0.0 < found.confidence < 1.0


def test_at_the_threshold_the_answer_is_given() -> None:
    index = of_passages(TALK)
    confidence = ask(index, "repas de la cantine").confidence
    assert ask(index, "repas de la cantine", threshold=confidence).status == "answered"
    above = min(1.0, confidence + 1e-9)
    assert ask(index, "repas de la cantine", threshold=above).status == "refused"


def test_where_nothing_is_found_the_answer_is_refused_without_confidence() -> None:
    found = ask(of_passages(TALK), "repas", filters=Filters(events=("absent",)))
    assert (found.status, found.confidence, found.hits) == ("refused", 0.0, ())


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_quotes_than_the_setting_says(most: int) -> None:
    nearly = [f"La cantine sert des repas {word}." for word in ("ici", "là", "tôt", "tard", "bio")]
    found = ask(of_passages(*nearly), "repas de la cantine", max_quotes=most)
    assert 1 <= len(found.citations) <= most


def test_what_a_reranker_puts_first_is_quoted_first() -> None:
    class LastFirst(FakeReranker):
        def scores(self, question: str, texts: Sequence[str]) -> Scores:
            return np.linspace(0.1, 0.9, len(texts), dtype=np.float32)

    longer = "Aujourd'hui, la cantine sert 2 300 repas."
    index = of_passages("La cantine sert 2 100 repas.", longer)
    alone = ask(index, MEALS, max_quotes=1)
    assert quotes(alone) == ["La cantine sert 2 100 repas."]
    found = ask(index, MEALS, max_quotes=1, reranker=LastFirst())
    assert found.hits[0].score < found.hits[1].score
    assert quotes(found) == [longer]


def test_citations_are_numbered_from_1_the_best_first() -> None:
    nearly = [f"La cantine sert {word} des repas." for word in ("ici", "là-bas", "vite")]
    found = ask(of_passages(*nearly), "repas de la cantine")
    assert [one.number for one in found.citations] == list(range(1, len(found.citations) + 1))
    assert len(found.citations) > 1
    assert found.citations[0].passage == found.hits[0].passage


def test_a_sentence_said_in_two_passages_is_quoted_once() -> None:
    said = "La cantine sert des repas."
    found = ask(of_passages(f"{said} Bonjour.", f"{said} Au revoir."), "repas de la cantine")
    assert quotes(found).count(said) == 1


def test_sentences_that_follow_one_another_are_one_quote() -> None:
    text = "La cantine sert les repas. Les repas, la cantine les sert."
    assert quotes(ask(of_passages(text), "La cantine sert les repas")) == [text]


def test_sentences_of_a_passage_that_fit_together_are_one_quote() -> None:
    text = (
        "La piscine coûte 30 euros par nageur et par an. On y compte les vestiaires, les bassins et"
        " la caisse. La piscine d'avant coûtait 70 euros à la ville."
    )
    assert quotes(ask(of_passages(text), "Combien coûte la piscine ?")) == [text]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Liste des règles ?", "Au marché\nUn lieu ouvert à tous\nUne durée de trois ans"),
        ("La règle ?", "Deux"),
    ],
)
def test_a_list_comes_first_where_one_is_asked_for(question: str, first: str) -> None:
    said = "Deux candidats contestent une des règles."
    searching = HybridSearch(
        of_passages(said, "Au marché\nUn lieu ouvert à tous\nUne durée de trois ans"), ENCODER, 100
    )
    found = searching.search(Query(question, Filters()), 10)
    nearly = [
        replace(one, score=1.0 if one.laid.texts[one.at] == said else 0.0)
        for one in found.candidates
    ]
    results = replace(found, candidates=tuple(nearly))
    answered = answer(results, GATE, threshold=0.0, perhaps=0.0, max_quotes=4, started=0.0)
    assert quotes(answered)[0].startswith(first)


def test_excerpts_that_touch_in_the_end_are_one_quote() -> None:
    text = "Le parc\nUn banc repeint en mai\nUn arbre planté en juin\nUne fontaine ouverte en août"
    searching = HybridSearch(of_passages(text), ENCODER, 100)
    found = searching.search(Query("le parc", Filters()), 10)
    scores = dict(zip(text.split("\n")[1:], (1.0, 0.6, 0.8), strict=True))
    nearly = [
        replace(one, score=scores.get(one.laid.texts[one.at], -9.0)) for one in found.candidates
    ]
    results = replace(found, candidates=tuple(nearly))
    answered = answer(results, GATE, threshold=0.0, perhaps=0.0, max_quotes=4, started=0.0)
    assert quotes(answered) == [text.removeprefix("Le parc\n")]


def test_a_question_in_the_text_is_quoted_with_its_answer() -> None:
    text = "La cantine sert 2 300 repas ? La cantine sert 2 300 repas."
    found = ask(of_passages(text), "Combien de repas sert la cantine ?", max_quotes=1)
    assert quotes(found) == [text]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("site")
    made = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    with reading_here():
        sync(made, FakeEncoder())
    return made


def test_a_quote_of_speech_stands_at_its_own_second(settings: Settings, tmp_path: Path) -> None:
    index = open_generation(settings.index)
    found = ask(index, "Les bennes donnent une alerte de charge", encoder=FakeEncoder())
    citation = found.citations[0]
    assert citation.passage.document_id == WASTE
    assert citation.place == Place("second", 6.0, 11.0)
    assert citation.passage.place == Place("second", 1.0, 11.0)
    index.close()


def test_an_answer_keeps_the_question_the_engine_and_the_time(settings: Settings) -> None:
    index = open_generation(settings.index)
    found = ask(index, "repas de la cantine", encoder=FakeEncoder())
    assert (found.question, found.engine) == ("repas de la cantine", "extractive")
    assert found.seconds >= 0.0
    again = ask(index, "repas de la cantine", encoder=FakeEncoder())
    assert replace(found, seconds=0.0) == replace(again, seconds=0.0)
    index.close()


# --- The three outcomes ------------------------------------------------------------------------

MEALS = "Combien de repas sert la cantine ?"


def test_between_the_thresholds_quotes_are_shown_and_nothing_is_claimed() -> None:
    index = of_passages(TALK)
    sure = ask(index, MEALS)
    found = ask(index, MEALS, threshold=1.0, perhaps=sure.confidence)
    assert (found.status, found.text) == ("perhaps", "")
    assert quotes(found) == quotes(sure) == ["La cantine centrale sert 2 300 repas."]


def test_just_below_perhaps_the_answer_is_refused() -> None:
    index = of_passages(TALK)
    above = ask(index, MEALS).confidence + 1e-9
    found = ask(index, MEALS, threshold=1.0, perhaps=above)
    assert (found.status, found.citations, found.text) == ("refused", (), "")
    assert found.hits


def test_perhaps_above_the_threshold_shows_nothing_more() -> None:
    index = of_passages(TALK)
    confidence = ask(index, MEALS).confidence
    assert ask(index, MEALS, threshold=confidence, perhaps=1.0).status == "answered"
    assert ask(index, MEALS, threshold=confidence + 1e-9, perhaps=1.0).status == "refused"


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("Quand ouvre la piscine ?", "answered"),
        ("Combien de nageurs viennent à la piscine ?", "perhaps"),
        ("Quand ouvre le toboggan géant du camping ?", "perhaps"),
        ("Pourquoi la piscine ouvre en mai ?", "perhaps"),
        ("Quelle piscine ouvre le plus tôt en mai ?", "perhaps"),
        ("Qui ouvre la piscine en mai ?", "perhaps"),
        ("Quand ouvre la piscine ? En mai ou en juin ?", "perhaps"),
        ("Qui est Piscine Mai ?", "perhaps"),
        ("Quand ouvre la piscine de Lille ?", "perhaps"),
        ("Quand ouvre la piscine ? Bassin 4", "perhaps"),
        ("Comment repeindre la piscine en mai ?", "perhaps"),
    ],
    ids=[
        "told",
        "no figure",
        "of something else",
        "no reason",
        "not the most",
        "nobody",
        "another month",
        "not who that is",
        "of another town",
        "of another number",
        "of something else to do",
    ],
)
def test_what_lacks_what_is_asked_is_not_claimed(question: str, status: str) -> None:
    found = ask(of_passages("La piscine ouvre en mai."), question, threshold=0.001, perhaps=0.0)
    assert found.status == status
    assert quotes(found) == ["La piscine ouvre en mai."]


@pytest.mark.parametrize(
    ("question", "text", "spread", "status"),
    [
        ("La piscine, on en fait quoi ?", "On nage dans la piscine.", 2.0, "answered"),
        ("La piscine, on en fait quoi ?", "On nage dans la piscine.", 2.28, "perhaps"),
        ("Quand ouvre la piscine ?", "La piscine ouvre en mai.", 2.28, "answered"),
        ("C'est quoi la piscine ?", "La piscine, c'est un bassin.", 2.28, "answered"),
        ("Le chlore, on en fait quoi ?", "On nage dans le chlore du bassin.", 2.28, "perhaps"),
        ("L'eau du bassin, on en fait quoi ?", "On nage dans l'eau du bassin.", 2.28, "answered"),
    ],
)
def test_one_of_ten_that_answer_as_well_is_claimed_where_it_holds_what_is_asked(
    question: str, text: str, spread: float, status: str
) -> None:
    searching = HybridSearch(lines(text, "Fin", context="L'eau du bassin"), ENCODER, 100)
    found = searching.search(Query(question, Filters()), 10)
    even = replace(found, evidence=replace(found.evidence, spread=spread))
    told = answer(even, GATE, threshold=0.001, perhaps=0.0, max_quotes=1, started=perf_counter())
    assert told.status == status


def test_of_captions_without_a_comma_the_cues_that_answer_are_quoted() -> None:
    cue = "alors on fait le tour de ce qui reste à dire ici ce matin entre nous"
    cues = [*[cue] * 8, "la piscine ouvre en mai quand il fait beau", *[cue] * 8]
    found = ask(FakeIndex([_captions(cues)], ENCODER), "Quand ouvre la piscine ?", threshold=0.001)
    (quote,) = quotes(found)
    assert "la piscine ouvre en mai" in quote
    assert len(quote.split()) <= 60
    assert found.citations[0].place.last - found.citations[0].place.first <= 30


def test_of_captions_what_follows_the_words_of_the_question_is_quoted() -> None:
    cue = "alors on fait le tour de ce qui reste à dire ici ce matin"
    told = ["la piscine ouvre", "en mai quand il fait beau", "et le midi seulement"]
    cues = [*[cue] * 8, *told, *[cue] * 8]
    found = ask(FakeIndex([_captions(cues)], ENCODER), "Et la piscine ?", threshold=0.001)
    (quote,) = quotes(found)
    assert quote.startswith("la piscine ouvre en mai quand il fait beau et le midi seulement")


def _captions(cues: list[str]) -> Passage:
    starts = [len(" ".join(cues[:at])) + bool(at) for at in range(len(cues))]
    marks = tuple(Mark(start, 5.0 * at, 5.0 * at + 5) for at, start in enumerate(starts))
    text, place = " ".join(cues), Place("second", 0.0, 5.0 * len(cues))
    return Passage("e/a.srt", 0, text, "", place, len(text.split()), marks=marks)


def test_a_title_alone_answers_only_by_the_kind_of_thing_asked() -> None:
    place, title = Place("line", 1, 1), "143 bassins neufs"
    index = FakeIndex([Passage("e/a.txt", 0, title, title, place, 3)], ENCODER)
    for question, status in (
        ("Que deviennent les bassins ?", "perhaps"),
        ("Combien de bassins ?", "answered"),
    ):
        assert ask(index, question, threshold=0.001, perhaps=0.0).status == status


def test_words_that_only_name_what_is_asked_about_answer_nothing() -> None:
    question = "et les bassins de la piscine"
    for text, status in (
        ("Piscine : bassins", "perhaps"),
        ("Piscine : bassins fermés", "answered"),
    ):
        assert ask(of_passages(text), question, threshold=0.001, perhaps=0.0).status == status


def test_people_are_met_by_any_name() -> None:
    index = of_passages("La piscine compte 12 salariés.")
    question = "Combien de personnes travaillent à la piscine ?"
    assert ask(index, question, threshold=0.001, perhaps=0.0).status == "answered"


def test_a_figure_of_something_else_is_not_claimed() -> None:
    index = of_passages("La piscine compte 12 bassins.")
    for counted, status in (("bassins", "answered"), ("nageurs", "perhaps")):
        question = f"Combien de {counted} compte la piscine ?"
        assert ask(index, question, threshold=0.001, perhaps=0.0).status == status


def test_what_holds_less_of_what_is_asked_is_not_quoted_after_what_holds_it() -> None:
    index = of_passages("La piscine municipale ouvre en mai.", "Le parc ouvre en mai.")
    found = ask(index, "Quand ouvre la piscine municipale ?", threshold=0.001, max_quotes=3)
    assert quotes(found) == ["La piscine municipale ouvre en mai."]


def test_where_nothing_is_found_not_even_perhaps_is_said() -> None:
    absent = Filters(events=("absent",))
    found = ask(of_passages(TALK), MEALS, threshold=0.0, perhaps=0.0, filters=absent)
    assert (found.status, found.citations) == ("refused", ())


# --- What is quoted as a whole -----------------------------------------------------------------


@pytest.mark.parametrize("figure", ["150 € par jour", "150 €", "12 %", "De 3 à 5 jours"])
def test_a_line_that_announces_a_figure_is_quoted_with_it(figure: str) -> None:
    index = lines("Le marché", "Pénalité de retard", figure, "Avance", "Oui, sur demande")
    found = ask(index, "Quel est le montant de la pénalité de retard ?", max_quotes=1)
    assert quotes(found) == [f"Pénalité de retard\n{figure}"]


def test_a_line_that_ends_with_a_colon_is_quoted_with_what_follows() -> None:
    index = lines("La cantine", "La cantine propose chaque midi :", "un menu bio", "Merci.")
    found = ask(index, "Que propose la cantine chaque midi ?", max_quotes=1)
    (quote,) = quotes(found)
    assert quote.endswith("La cantine propose chaque midi :\nun menu bio")


@pytest.mark.parametrize("following", ["12", "Un texte sans figure", "La pénalité court 3 jours."])
def test_a_line_is_not_joined_to_what_it_does_not_announce(following: str) -> None:
    index = lines("Le marché", "Pénalité de retard", following)
    found = ask(index, "pénalité de retard", max_quotes=1)
    assert f"retard\n{following}" not in quotes(found)[0]


def test_a_line_with_a_figure_of_its_own_announces_no_other() -> None:
    index = lines("Le marché", "Pénalité : 150 € par jour", "Avance : 30 %", "Merci.")
    found = ask(index, "Quel est le montant de la pénalité ?", max_quotes=1)
    assert quotes(found) == ["Pénalité : 150 € par jour"]


def test_a_sentence_that_opens_with_a_pronoun_comes_with_the_one_before() -> None:
    text = "La cantine a ouvert en mai. Elle propose un menu bio chaque midi. La voirie avance."
    found = ask(of_passages(text), "Que propose le menu du midi, du bio ?", max_quotes=1)
    assert quotes(found) == ["La cantine a ouvert en mai. Elle propose un menu bio chaque midi."]


def test_a_pronoun_that_opens_a_line_or_the_text_is_quoted_alone() -> None:
    question = "Que propose le menu du midi, du bio ?"
    alone = "Elle propose un menu bio chaque midi."
    text = f"{alone} La voirie avance."
    assert quotes(ask(of_passages(text), question, max_quotes=1)) == [alone]
    assert quotes(ask(lines("La voirie avance.", alone), question, max_quotes=1)) == [alone]


def test_what_explains_a_sentence_comes_with_it() -> None:
    text = "La voirie, c'est un mot qui fait fuir. En réalité, ce sont des rues à balayer."
    found = ask(of_passages(text), "La voirie, c'est quoi ?", max_quotes=1)
    assert quotes(found) == [text]


def test_a_word_that_only_begins_like_a_pronoun_leans_on_nothing() -> None:
    text = "La voirie avance. Illuminer la mairie coûte deux euros."
    found = ask(of_passages(text), "Combien coûte d'illuminer la mairie ?", max_quotes=1)
    assert quotes(found) == ["Illuminer la mairie coûte deux euros."]


@pytest.mark.parametrize("question", ["Le budget de la cantine", "Quel budget pour la cantine ?"])
def test_a_title_is_quoted_with_what_it_stands_above(question: str) -> None:
    index = lines("Le budget de la cantine", "On y met deux millions.", "La voirie avance.")
    (quote,) = quotes(ask(index, question, max_quotes=1))
    assert "On y met deux millions." in quote


def test_a_title_that_is_nearest_by_far_is_never_quoted_alone() -> None:
    # With cosines that go from 0 to 1, meaning outweighs all else.
    encoder = FakeEncoder(256)
    text = "Le budget de la cantine\nMerci à vous. On passe à la suite."
    passage = Passage("e/0.odp", 0, text, "", Place("slide", 1, 1), 12)
    found = ask(FakeIndex([passage], encoder), "budget de la cantine", encoder=encoder)
    (quote,) = quotes(found)
    assert quote.startswith("Le budget de la cantine\nMerci à vous.")


def test_a_passage_that_is_but_a_title_is_still_quoted() -> None:
    found = ask(lines("Le budget", context="Forum › Le budget"), "le budget")
    assert quotes(found) == ["Le budget"]


def test_what_stands_above_a_line_counts_for_it() -> None:
    above = Passage(
        "e/0.odp", 0, "On y met deux millions.", "Forum › Le budget de la cantine",
        Place("slide", 1, 1), 4,
    )  # fmt: skip
    other = Passage("e/1.odp", 0, "On y met deux mots.", "", Place("slide", 1, 1), 4)
    index = FakeIndex([other, above], ENCODER)
    found = ask(index, "Quel est le budget de la cantine ?", max_quotes=1)
    assert quotes(found) == ["On y met deux millions."]


@pytest.mark.parametrize(
    "figures", [("143 dossiers déposés", "27 dossiers refusés", "Le reste est en cours")]
)
def test_a_title_that_holds_the_answer_is_quoted_first(figures: tuple[str, ...]) -> None:
    found = ask(lines(*figures, context=figures[0]), "Combien de dossiers déposés ?")
    assert quotes(found)[0].startswith("143 dossiers déposés")


def test_passages_beyond_the_third_compete() -> None:
    others = [f"La cantine sert des repas {word}." for word in ("bons", "bio", "chauds", "froids")]
    index = of_passages(*others, "Les repas de la cantine : on en sert 2 300 chaque jour.")
    found = ask(index, MEALS, max_quotes=1)
    assert "2 300" in quotes(found)[0]


def test_what_holds_an_event_together_is_not_quoted_where_there_is_more() -> None:
    text = "Merci à la cantine pour les repas. La cantine livre 40 écoles chaque jour."
    found = ask(of_passages(text), "Les repas de la cantine ?")
    assert quotes(found) == ["La cantine livre 40 écoles chaque jour."]


def test_the_cover_of_a_deck_is_not_quoted_where_there_is_more() -> None:
    texts = (
        "Le parc : des bancs mieux placés\nAtelier, salle bleue",
        "On a placé les bancs du parc.",
    )
    passages = [
        Passage(f"e/{at}.pdf", 0, text, "", Place("page", 1, 1), 9) for at, text in enumerate(texts)
    ]
    asked = "Comment les bancs du parc ont-ils été mieux placés ?"
    assert quotes(ask(FakeIndex(passages, ENCODER), asked)) == [texts[1]]
    assert quotes(ask(FakeIndex(passages[:1], ENCODER), asked)) == [texts[0]]


def test_a_row_of_a_table_is_quoted_as_one() -> None:
    rows = "Dépense : Four | Montant : 9 000 €\nDépense : Table | Montant : 300 €"
    (found,) = ask(lines(*rows.split("\n")), "Combien coûte le four ?", max_quotes=1).citations
    assert found.rows == ((Cell("Dépense", "Four"), Cell("Montant", "9 000 €")),)


def test_of_an_endless_sentence_the_clauses_that_answer_are_quoted() -> None:
    filling = ", ".join(f"et on y voit {word} qui passe" for word in ("un chat", "un chien") * 12)
    text = f"{filling}, et la cantine sert 2 300 repas, {filling}."
    (quote,) = quotes(ask(of_passages(text), MEALS, max_quotes=1))
    assert "la cantine sert 2 300 repas" in quote
    assert len(quote.split()) <= 60


# --- Questions asked at the event --------------------------------------------------------------


def test_a_question_asked_at_the_event_brings_the_reply_of_the_next_speaker() -> None:
    asked = "Et dans les écoles, le passage au bio, c'est pour quand, à la cantine ?"
    index = turns(asked, "Nous y travaillons. Ce sera en septembre 2026.", "La voirie avance.")
    found = ask(index, "Quand la cantine passe-t-elle au bio ?", max_quotes=1)
    assert [hit.passage.text for hit in found.hits[1:2]] == [asked]
    assert found.hits[0].passage.text.startswith("Nous y travaillons.")
    assert quotes(found) == ["Nous y travaillons. Ce sera en septembre 2026."]
    assert found.citations[0].passage.speaker == "B"


def test_the_first_words_of_a_reply_are_read_after_the_question() -> None:
    asked = "Et le pain, au bout du compte, une fois le repas fini, ça devient quoi ?"
    # By itself, the second sentence is a little nearer to the question.
    index = turns(asked, "Un maraîcher en fait du compost. Le maraîcher voisin.", "La voirie.")
    found = ask(index, "Que devient le pain jeté ?", max_quotes=1)
    (quote,) = quotes(found)
    assert quote.startswith("Un maraîcher en fait du compost.")


# --- The answering words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        (MEALS, "La cantine sert 2 300 repas.", ["2 300"]),
        (MEALS, "Avec 9 cuisiniers dans 4 quartiers, la cantine sert 2 300 repas.", ["2 300"]),
        ("Quand ouvre la cantine ?", "La cantine ouvre le 3 mars 2026.", ["3 mars 2026"]),
        ("Qui dirige la cantine ?", "La cantine est dirigée par Anne Martin.", ["Anne Martin"]),
        ("Où se trouve la cantine ?", "La cantine se trouve à Villeurbanne.", ["Villeurbanne"]),
        ("Pourquoi la cantine ferme ?", "La cantine ferme car il gèle.", ["cantine", "ferme"]),
        (MEALS, "La cantine sert des repas.", ["cantine", "sert", "repas"]),
        ("la cantine", "Les cantines de l'école.", ["cantines"]),
    ],
)
def test_the_words_that_answer_are_marked_else_those_of_the_question(
    question: str, text: str, words: list[str]
) -> None:
    assert marked(ask(of_passages(text), question)) == [words]


def test_marks_stand_inside_their_quote_in_order() -> None:
    text = f"Bonjour. {TALK} La cantine livre 40 écoles, 12 crèches et 3 foyers."
    found = ask(of_passages(text), "Combien de repas et d'écoles sert ou livre la cantine ?")
    assert found.citations
    for one in found.citations:
        flat = [at for span in one.marked for at in span]
        assert flat and flat == sorted(set(flat))
        assert one.start <= flat[0] and flat[-1] <= one.end


# --- Word for word, whatever the text ----------------------------------------------------------

PIECES = st.sampled_from(
    ["La cantine sert 12 repas.", "Elle est bio", "Le repas :", "150 €", "Qui mange ?", "Ça va.",
     "\n", " ", "L'école", "« Bon appétit ! »", "🙂", "\u202f", "Il y a 3 cantines"]
)  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=8).map("".join).filter(lambda one: one.strip() != "")


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from([MEALS, "Qui ?", "repas", "🙂"]))
@settings_of_hypothesis(max_examples=60)
def test_whatever_the_texts_quotes_are_cut_out_of_them(texts: list[str], question: str) -> None:
    index = of_passages(*(text.strip() for text in texts))
    found = ask(index, question)
    assert 1 <= len(found.citations) <= 4
    assert [one.number for one in found.citations] == list(range(1, len(found.citations) + 1))
    for number, one in enumerate(found.citations):
        assert one.quote == one.passage.text[one.start : one.end] == one.quote.strip() != ""
        assert all(one.start <= a < b <= one.end for a, b in one.marked)
        for other in found.citations[:number]:
            apart = one.start >= other.end or other.start >= one.end
            assert apart or one.passage.id != other.passage.id
