"""Search: both sides propose, one score ranks; on real generations of a small corpus."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from assistant.errors import QuestionError
from assistant.generation import Generation, SearchIndex, open_generation
from assistant.indexing import sync
from assistant.records import Filters, Hit, Passage, Place
from assistant.search import Results, check_question, coverage, search
from assistant.settings import Settings
from assistant.text import split_sentences
from tests.fakes import FakeEncoder, FakeIndex
from tests.search_index_contract import CANTEEN, ROADS, WASTE, SearchIndexContract, write_corpus


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    sync(settings, FakeEncoder())
    opened = open_generation(settings.index)
    yield opened
    opened.close()


class TestGeneration(SearchIndexContract):
    @pytest.fixture
    def index(self, generation: Generation) -> SearchIndex:
        return generation


class TestFakeIndex(SearchIndexContract):
    @pytest.fixture
    def index(self, generation: Generation) -> SearchIndex:
        documents = generation.documents()
        passages = [one for id_ in documents for one in generation.passages_of(id_)]
        return FakeIndex(passages, FakeEncoder(), {id_: d.facts for id_, d in documents.items()})


def ask(index: SearchIndex, question: str, k: int = 10, filters: Filters | None = None) -> Results:
    return search(index, FakeEncoder(), question, k=k, candidates=100, filters=filters)


def of_passages(*texts: str) -> FakeIndex:
    """Return an index of texts, each the only passage of its document."""
    passages = [
        Passage(f"e/{number}.txt", 0, text, "", Place("line", 1, 1), len(text.split()))
        for number, text in enumerate(texts)
    ]
    return FakeIndex(passages, FakeEncoder())


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("Combien de repas sert la cantine ?", CANTEEN),
        ("Qui repère les fissures de la chaussée ?", ROADS),
        ("Quand passe la collecte des dechets ?", WASTE),
    ],
)
def test_the_passage_that_answers_comes_first(
    generation: Generation, question: str, document: str
) -> None:
    assert ask(generation, question).hits[0].passage.document_id == document


def test_hits_are_ranked_from_1_by_falling_score(generation: Generation) -> None:
    hits = ask(generation, "les repas de la cantine").hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_hit_carries_the_scores_that_made_its_own(generation: Generation) -> None:
    for hit in ask(generation, "les repas de la cantine").hits:
        fused = (hit.cosine + hit.sentence) / 2 + 0.15 * hit.bm25
        assert hit.score == pytest.approx(fused, abs=1e-5)
        assert 0.0 <= hit.bm25 <= 1.0
        assert hit.sentence >= hit.cosine
        assert hit.title


def test_no_more_hits_than_asked_for(generation: Generation) -> None:
    assert len(ask(generation, "repas", k=2).hits) == 2


def test_each_hit_has_the_cosines_of_its_own_sentences(generation: Generation) -> None:
    results = ask(generation, "le pain jeté")
    vector = FakeEncoder().encode_question("le pain jeté")
    for hit, cosines in zip(results.hits, results.sentences, strict=True):
        text = hit.passage.text
        own = FakeEncoder().encode_passages([text[a:b] for a, b in split_sentences(text)])
        np.testing.assert_allclose(cosines, own @ vector, atol=2e-3)


def test_filters_restrict_both_sides(generation: Generation) -> None:
    found = ask(generation, "les repas de la cantine", filters=Filters(kinds=("transcript",)))
    assert {hit.passage.document_id for hit in found.hits} == {WASTE}


def test_filters_that_nothing_matches_give_no_hit(generation: Generation) -> None:
    found = ask(generation, "cantine", filters=Filters(events=("absent",)))
    assert found.hits == ()
    assert found.evidence.score == 0


def test_copies_are_shown_once_and_leave_no_gap() -> None:
    copy = "La cantine sert des repas."
    index = of_passages(copy, "la cantine sert des repas", copy, "Les repas de midi.", "La voirie.")
    hits = ask(index, "repas de la cantine", k=3).hits
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert len({" ".join(hit.passage.text.lower().strip(".").split()) for hit in hits}) == 3


def test_many_copies_do_not_crowd_out_what_else_there_is() -> None:
    index = of_passages(*["La cantine sert des repas."] * 12, "Les repas de midi.", "La voirie.")
    assert len(ask(index, "repas de la cantine", k=3).hits) == 3


def test_both_sides_agree_on_an_obvious_passage(generation: Generation) -> None:
    assert ask(generation, "capteurs de remplissage des bornes").evidence.agreement == 1.0


def test_evidence_tells_a_question_of_the_corpus_from_another(generation: Generation) -> None:
    inside = ask(generation, "Combien de repas sert la cantine ?").evidence
    outside = ask(generation, "Quelle planète tourne autour de Sirius ?").evidence
    assert inside.score > outside.score
    assert inside.coverage > outside.coverage == 0.0


def test_a_question_of_telling_nothing_words_is_searched_all_the_same(
    generation: Generation,
) -> None:
    assert ask(generation, "Qui est-ce ?").hits


def test_coverage_is_a_share_by_weight() -> None:
    weights = {"repas": 3.0, "jour": 1.0}
    assert coverage(weights, {"repas"}) == 0.75
    assert coverage(weights, {"repas", "jour", "autre"}) == 1.0
    assert coverage(weights, set()) == coverage({}, {"repas"}) == 0.0


@pytest.mark.parametrize("question", ["", " \n\t", "?!…", "\u200b", "«»"])
def test_a_question_without_a_word_is_empty(question: str) -> None:
    with pytest.raises(QuestionError, match="vide"):
        check_question(question, longest=100)


def test_a_question_is_cleaned_and_put_on_one_line() -> None:
    assert check_question("  Où\n\u00a0est-ce\u200b ? ", longest=100) == "Où est-ce ?"


def test_a_question_may_be_as_long_as_the_limit_but_no_longer() -> None:
    assert check_question("a" * 100 + "  ", longest=100) == "a" * 100
    with pytest.raises(QuestionError, match="101 caractères, pour 100"):
        check_question("a" * 101, longest=100)


def test_hits_come_from_either_side_alone() -> None:
    # What shares no word with the question is still proposed by meaning.
    hits: tuple[Hit, ...] = ask(of_passages("La voirie.", "Les repas."), "repas").hits
    assert [hit.passage.text for hit in hits] == ["Les repas.", "La voirie."]
    assert hits[1].bm25 == 0.0
