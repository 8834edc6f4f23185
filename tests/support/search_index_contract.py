"""What every SearchIndex must do, as tests to inherit; give the fixture `index`.

The index holds what `write_corpus` writes, indexed by `FakeEncoder()`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.index.lexical import self_score
from assistant.index.search_index import SearchIndex
from assistant.records import Filters
from assistant.text.analysis import split_sentences, telling_spans, terms
from tests.support.fakes import FakeEncoder

CANTEEN, ROADS, WASTE = (
    "forum/atelier-1/cantine.txt",
    "forum/atelier-2/voirie.txt",
    "salon/dechets.srt",
)

_PROGRAMME = """seance;titre;type;intervenants
atelier-1;La cantine;atelier;Animatrice, restauration
atelier-2;La voirie;conférence;Intervenant, routes
"""
_TEXTS = {
    "forum/programme.csv": _PROGRAMME,
    CANTEEN: (
        "La cantine sert 2 300 repas chaque jour. Le pain jeté a baissé de moitié.\n\n"
        "Les enfants allergiques ont un repas commandé à part."
    ),
    ROADS: (
        "La voirie compte quarante kilomètres de trottoirs. Un nid-de-poule est réparé en deux "
        "jours.\n\nUne caméra repère les fissures de la chaussée."
    ),
    WASTE: (
        "1\n00:00:01,000 --> 00:00:05,000\nLa collecte des déchets passe le mardi matin.\n\n"
        "2\n00:00:06,000 --> 00:00:11,000\nLes bennes donnent une alerte de charge.\n\n"
        "3\n00:01:00,000 --> 00:01:07,000\nLes capteurs mesurent le remplissage des bornes.\n"
    ),
}

NO_FILTER = Filters()


def write_corpus(folder: Path) -> Path:
    """Write a corpus of two events: a text of each of two workshops, and a transcript."""
    for id_, text in _TEXTS.items():
        path = folder / id_
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


class SearchIndexContract:
    """The specification in the docstrings of `SearchIndex`, as tests."""

    encoder = FakeEncoder()

    def rows(self, index: SearchIndex) -> np.ndarray:
        return np.arange(len(index), dtype=np.int64)

    def test_it_knows_its_documents_in_the_order_of_their_ids(self, index: SearchIndex) -> None:
        assert list(index.documents()) == [CANTEEN, ROADS, WASTE]
        assert all(id_ == one.id and one.title for id_, one in index.documents().items())

    def test_its_passages_are_those_of_its_documents_in_order(self, index: SearchIndex) -> None:
        by_document = [one for id_ in index.documents() for one in index.passages_of(id_)]
        assert {one.id for one in by_document} == {
            one.id for one in index.passages(self.rows(index))
        }
        for id_ in index.documents():
            own = index.passages_of(id_)
            assert [one.ordinal for one in own] == list(range(len(own)))
            assert {one.document_id for one in own} == {id_}

    def test_a_document_that_is_not_indexed_has_no_passage(self, index: SearchIndex) -> None:
        assert index.passages_of("forum/absent.txt") == []

    def test_passages_come_in_the_order_asked_for(self, index: SearchIndex) -> None:
        rows = self.rows(index)
        assert index.passages(rows[::-1]) == index.passages(rows)[::-1]
        assert index.passages(rows[:0]) == []

    def test_meaning_ranks_by_cosine(self, index: SearchIndex) -> None:
        question = self.encoder.encode_question("les repas de la cantine").vector
        found = index.dense(question, len(index), NO_FILTER)
        cosines = index.cosines(question, found)
        assert sorted(found.tolist()) == self.rows(index).tolist()
        assert (np.diff(cosines) <= 1e-6).all()
        assert index.passages(found[:1])[0].document_id == CANTEEN

    def test_cosines_are_those_of_the_encoded_texts(self, index: SearchIndex) -> None:
        question = self.encoder.encode_question("trottoirs").vector
        passages = index.passages(self.rows(index))
        expected = self.encoder.encode_passages([p.encoded_text for p in passages]) @ question
        np.testing.assert_allclose(index.cosines(question, self.rows(index)), expected, atol=1e-4)

    def test_each_sentence_has_its_cosine(self, index: SearchIndex) -> None:
        question = self.encoder.encode_question("le pain jeté").vector
        for row, passage in enumerate(index.passages(self.rows(index))):
            own = [passage.sentence_text(*span) for span in split_sentences(passage.text)]
            expected = self.encoder.encode_passages(own) @ question
            (cosines,) = index.sentence_cosines(question, np.array([row]))
            np.testing.assert_allclose(cosines, expected, atol=2e-3)

    def test_a_document_has_the_vectors_of_its_sentences(self, index: SearchIndex) -> None:
        for id_ in index.documents():
            passages, vectors = index.passages_of(id_), index.sentence_vectors(id_)
            for passage, own in zip(passages, vectors, strict=True):
                texts = [passage.sentence_text(*span) for span in split_sentences(passage.text)]
                np.testing.assert_allclose(own, self.encoder.encode_passages(texts), atol=2e-3)
        assert index.sentence_vectors("forum/absent.txt") == []

    def test_each_passage_has_the_words_of_its_encoded_text(self, index: SearchIndex) -> None:
        passages = index.passages(self.rows(index))
        encoded = self.encoder.encode_with_words([one.encoded_text for one in passages])
        every = index.words(self.rows(index))
        for found, passage, one in zip(every, passages, encoded, strict=True):
            assert found.vectors.dtype == np.int8
            np.testing.assert_array_equal(found.vectors, one.words.vectors)
            before = len(passage.encoded_text) - len(passage.text)
            np.testing.assert_array_equal(found.ends, one.words.ends - before)

    def test_the_words_of_a_passage_end_in_its_text_but_those_of_its_context(
        self, index: SearchIndex
    ) -> None:
        rows = self.rows(index)
        for words, passage in zip(index.words(rows), index.passages(rows), strict=True):
            ends = words.ends
            inside = [end for _, end in telling_spans(passage.text)]
            assert ends[ends > 0].tolist() == inside
            assert passage.context and (ends <= 0).sum() == len(telling_spans(passage.context))

    def test_words_rank_by_bm25_and_find_only_what_has_them(self, index: SearchIndex) -> None:
        asked = terms("repas des enfants")
        found = index.lexical(asked, 100, NO_FILTER)
        scores = index.bm25(asked, found)
        assert len(found)
        assert (scores > 0).all()
        assert (np.diff(scores) <= 1e-6).all()
        others = np.setdiff1d(self.rows(index), found)
        assert not index.bm25(asked, others).any()

    def test_bm25_scores_come_in_the_order_of_the_rows(self, index: SearchIndex) -> None:
        asked, rows = terms("repas des enfants"), self.rows(index)
        np.testing.assert_allclose(index.bm25(asked, rows[::-1]), index.bm25(asked, rows)[::-1])

    def test_no_term_finds_nothing(self, index: SearchIndex) -> None:
        assert index.lexical([], 10, NO_FILTER).tolist() == []
        assert not index.bm25([], self.rows(index)).any()
        assert self_score(index.term_weight, []) == 0.0

    def test_an_unknown_term_finds_nothing_but_weighs_most(self, index: SearchIndex) -> None:
        assert index.lexical(["zzz"], 10, NO_FILTER).tolist() == []
        assert index.term_weight("zzz") > index.term_weight(terms("cantine")[0]) > 0

    def test_it_counts_the_passages_that_have_terms_together(self, index: SearchIndex) -> None:
        passages = index.passages(self.rows(index))
        for asked in ("repas", "repas jeté", "repas trottoirs", "zzz"):
            wanted = terms(asked)
            having = [one for one in passages if {*wanted} <= {*terms(one.encoded_text)}]
            assert index.having(wanted) == len(having), asked
        together, alone = terms("repas trottoirs"), terms("repas")
        assert index.term_weight(*together) > index.term_weight(*alone)

    def test_a_term_counts_for_its_share(self, index: SearchIndex) -> None:
        (term,), rows = terms("repas"), self.rows(index)
        half = index.bm25([term], rows, {term: 0.5})
        np.testing.assert_allclose(half, index.bm25([term], rows) / 2, rtol=1e-4)
        assert (
            self_score(index.term_weight, [term], {term: 0.5})
            == self_score(index.term_weight, [term]) / 2
        )

    def test_no_passage_scores_above_the_self_score(self, index: SearchIndex) -> None:
        for question in ("repas des enfants", "cantine", "la collecte des déchets du mardi"):
            asked = terms(question)
            assert index.bm25(asked, self.rows(index)).max() < self_score(index.term_weight, asked)

    def test_it_knows_the_terms_of_its_passages_and_no_other(self, index: SearchIndex) -> None:
        passages = index.passages(self.rows(index))
        had = {term for one in passages for term in terms(one.encoded_text)}
        assert all(index.knows(term) for term in had if not term[0].isdigit())
        assert not index.knows("zzz")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("cantine", "cantine"),
            ("cantnie", "cantine"),
            ("dechets", "déchets"),
            ("trotoirs", "trottoirs"),
            ("zzzz", None),
        ],
    )
    def test_a_mistyped_word_is_found_again(
        self, index: SearchIndex, typed: str, meant: str | None
    ) -> None:
        assert index.nearest(typed, edits=1) == meant

    def test_a_repeated_term_counts_once(self, index: SearchIndex) -> None:
        once, twice = ["repas"], ["repas", "repas"]
        assert self_score(index.term_weight, twice) == self_score(index.term_weight, once)
        np.testing.assert_allclose(
            index.bm25(twice, self.rows(index)), index.bm25(once, self.rows(index))
        )

    @pytest.mark.parametrize("k", [1, 2])
    def test_no_more_rows_than_asked_for(self, index: SearchIndex, k: int) -> None:
        question = self.encoder.encode_question("repas").vector
        assert len(index.dense(question, k, NO_FILTER)) == k
        assert len(index.lexical(terms("repas fissures déchets"), k, NO_FILTER)) == k

    @pytest.mark.parametrize(
        ("filters", "documents"),
        [
            (Filters(events=("forum",)), {CANTEEN, ROADS}),
            (Filters(events=("forum", "salon")), {CANTEEN, ROADS, WASTE}),
            (Filters(sessions=("forum/atelier-1",)), {CANTEEN}),
            (Filters(types=("conférence",)), {ROADS}),
            (Filters(speakers=("Animatrice, restauration",)), {CANTEEN}),
            (Filters(kinds=("transcript",)), {WASTE}),
            (Filters(events=("forum",), types=("atelier",)), {CANTEEN}),
            (Filters(events=("salon",), types=("atelier",)), set()),
            (Filters(events=("absent",)), set()),
        ],
        ids=lambda one: str(sorted(one) if isinstance(one, set | frozenset) else one),
    )
    def test_filters_hold_on_both_sides(
        self, index: SearchIndex, filters: Filters, documents: set[str]
    ) -> None:
        question = "repas, voirie, déchets"
        dense = index.dense(self.encoder.encode_question(question).vector, 100, filters)
        lexical = index.lexical(terms(question), 100, filters)
        for rows in (dense, lexical):
            assert {one.document_id for one in index.passages(rows)} == documents
