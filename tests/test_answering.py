"""Answers: quotes cut out of passages, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from assistant.answering import answer
from assistant.gate import Gate
from assistant.generation import SearchIndex, open_generation
from assistant.indexing import sync
from assistant.records import Answer, Filters, Passage, Place
from assistant.search import search
from assistant.settings import Settings
from tests.fakes import FakeEncoder, FakeIndex
from tests.search_index_contract import WASTE, write_corpus

#: As confident as the best score is high.
GATE = Gate(("score",), (0.5,), (0.1,), (1.0,), 0.0, "test")


def of_passages(*texts: str) -> FakeIndex:
    passages = [
        Passage(f"e/{number}.txt", 0, text, "", Place("line", 1, 1), len(text.split()))
        for number, text in enumerate(texts)
    ]
    return FakeIndex(passages, FakeEncoder(256))


def ask(
    index: SearchIndex,
    question: str,
    *,
    threshold: float = 0.0,
    max_quotes: int = 4,
    dim: int = 256,
    filters: Filters | None = None,
) -> Answer:
    results = search(index, FakeEncoder(dim), question, k=10, candidates=100, filters=filters)
    return answer(results, GATE, threshold=threshold, max_quotes=max_quotes, started=perf_counter())


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


def test_citations_are_numbered_from_1_in_reading_order() -> None:
    nearly = [f"La cantine sert des repas {word}." for word in ("ici", "là", "bio")]
    found = ask(of_passages(*nearly), "repas de la cantine")
    assert [one.number for one in found.citations] == list(range(1, len(found.citations) + 1))
    assert len(found.citations) > 1
    ranks = [[hit.passage for hit in found.hits].index(one.passage) for one in found.citations]
    assert ranks == sorted(ranks)


def test_a_sentence_said_in_two_passages_is_quoted_once() -> None:
    said = "La cantine sert des repas."
    found = ask(of_passages(f"{said} Bonjour.", f"{said} Au revoir."), "repas de la cantine")
    assert quotes(found).count(said) == 1


def test_sentences_that_follow_one_another_are_one_quote() -> None:
    text = "La cantine sert les repas. Les repas, la cantine les sert."
    assert quotes(ask(of_passages(text), "La cantine sert les repas")) == [text]


def test_a_question_in_the_text_is_not_taken_for_its_answer() -> None:
    text = "La cantine sert 2 300 repas ? La cantine sert 2 300 repas."
    found = ask(of_passages(text), "Combien de repas sert la cantine ?", max_quotes=1)
    assert quotes(found) == ["La cantine sert 2 300 repas."]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("site")
    made = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    sync(made, FakeEncoder())
    return made


def test_a_quote_of_speech_stands_at_its_own_second(settings: Settings, tmp_path: Path) -> None:
    index = open_generation(settings.index)
    found = ask(index, "Les bennes donnent une alerte de charge", dim=64)
    citation = found.citations[0]
    assert citation.passage.document_id == WASTE
    assert citation.place == Place("second", 6.0, 11.0)
    assert citation.passage.place == Place("second", 1.0, 11.0)
    index.close()


def test_an_answer_keeps_the_question_the_engine_and_the_time(settings: Settings) -> None:
    index = open_generation(settings.index)
    found = ask(index, "repas de la cantine", dim=64)
    assert (found.question, found.engine) == ("repas de la cantine", "extractive")
    assert found.seconds >= 0.0
    assert replace(found, seconds=0.0) == replace(
        ask(index, "repas de la cantine", dim=64), seconds=0.0
    )
    index.close()
