"""Search: both sides propose, one score ranks; on real generations of a small corpus."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import cast

import numpy as np
import pytest

from assistant.embedding.models import Reranker
from assistant.errors import QuestionError
from assistant.index.generation import Generation, open_generation
from assistant.index.search_index import PublishedIndex, SearchIndex
from assistant.ingest.sync import sync
from assistant.records import Filters, Hit, Passage, Place
from assistant.records.documents import PlaceKind
from assistant.records.vectors import Scores
from assistant.retrieval.answerability import default_gate
from assistant.retrieval.pipeline import Retriever, sessions_of
from assistant.retrieval.search import HybridSearch, Query, Results, check_question
from assistant.settings import Settings
from assistant.text.analysis import split_sentences
from assistant.text.lexicon import default_lexicon
from tests.support.fakes import FakeEncoder, FakeIndex, FakeReranker
from tests.support.reading_here import reading_here
from tests.support.search_index_contract import (
    CANTEEN,
    ROADS,
    WASTE,
    SearchIndexContract,
    write_corpus,
)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    with reading_here():
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


def ask(
    index: SearchIndex,
    question: str,
    k: int = 10,
    filters: Filters | None = None,
    *,
    reranker: Reranker | None = None,
    rerank: int = 0,
    own: str = "",
) -> Results:
    searching = HybridSearch(index, FakeEncoder(), 100, reranker, rerank)
    return searching.search(Query(question, filters or Filters(), own), k)


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
        assert 0.0 <= hit.bm25 <= 1.0
        assert -1.0 <= hit.cosine <= 1.0
        assert -1.0 <= hit.sentence <= 1.0
        # That of a passage which has all of the question, and means the same.
        assert hit.score <= 0.43 * hit.sentence + 0.57 + 0.056 + 1e-5
        assert hit.rerank is None and not hit.reply
        assert hit.title


def test_no_more_hits_than_asked_for(generation: Generation) -> None:
    assert len(ask(generation, "repas", k=2).hits) == 2


def test_each_hit_has_the_cosines_of_its_own_sentences(generation: Generation) -> None:
    results = ask(generation, "le pain jeté")
    vector = FakeEncoder().encode_question("le pain jeté").vector
    for hit, cosines in zip(results.hits, results.sentences, strict=True):
        spans = split_sentences(hit.passage.text)
        own = FakeEncoder().encode_passages([hit.passage.sentence_text(*span) for span in spans])
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


def test_copies_leave_their_places_to_what_else_there_is() -> None:
    # More than are compared word by word.
    index = of_passages(*["La cantine sert des repas."] * 40, "Les repas de midi.", "La voirie.")
    found = [hit.passage.text for hit in ask(index, "repas de la cantine").hits]
    assert found == ["La cantine sert des repas.", "Les repas de midi.", "La voirie."]


def test_evidence_tells_a_question_of_the_corpus_from_another(generation: Generation) -> None:
    inside = ask(generation, "Combien de repas sert la cantine ?").evidence
    outside = ask(generation, "Quelle planète tourne autour de Sirius ?").evidence
    assert inside.score > outside.score
    assert inside.advance > outside.advance
    assert (inside.missing, outside.missing) == (0.0, 1.0)


def test_a_question_of_telling_nothing_words_is_searched_all_the_same(
    generation: Generation,
) -> None:
    assert ask(generation, "Qui est-ce ?").hits


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


# --- Passages that say the same ----------------------------------------------------------------

SLIDE = "Le gaspillage\nPain jeté : moins 40 % en un an\nPesée des restes dans chaque école"


def test_a_slide_and_its_page_in_pdf_are_one_hit() -> None:
    index = of_passages(SLIDE, f"{SLIDE}\n12", "La voirie avance.")
    texts = [hit.passage.text for hit in ask(index, "le pain jeté dans les écoles").hits]
    assert texts in ([SLIDE, "La voirie avance."], [f"{SLIDE}\n12", "La voirie avance."])


def test_a_copy_makes_the_answer_no_less_sure() -> None:
    question = "le pain jeté dans les écoles"
    alone = ask(of_passages(SLIDE, "La voirie avance."), question).evidence
    twice = ask(of_passages(SLIDE, f"{SLIDE}\n12", "La voirie avance."), question).evidence
    assert twice.spread == pytest.approx(alone.spread, abs=0.02)
    assert twice.advance == pytest.approx(alone.advance, abs=0.02)


def test_lines_that_differ_by_their_figures_are_not_copies() -> None:
    tariff = "Tarif de la cantine pour une famille de la commune, par enfant et par repas :"
    index = of_passages(f"{tariff} 3 euros.", f"{tariff} 4 euros.")
    assert len(ask(index, "tarif de la cantine").hits) == 2


# --- What goes on with a subject ---------------------------------------------------------------


def test_a_subject_alone_is_half_an_answer() -> None:
    index = of_passages("Le pain jeté à la cantine part en compost.", "La voirie avance.")
    told, untold = "Et le compost ?", "Et la piscine ?"
    subject = "pain jeté à la cantine"
    gate = default_gate()

    def confidence(asked: str, own: str) -> float:
        return gate.confidence(ask(index, f"{asked} {subject}", own=own).evidence)

    assert confidence(untold, own=untold) < confidence(untold, own="")
    assert confidence(told, own=told) > confidence(untold, own=untold)


def test_a_subject_changes_what_is_judged_and_not_what_is_found() -> None:
    index = of_passages("Le pain jeté à la cantine part en compost.", "La voirie avance.")
    question = "Et la piscine ? pain jeté à la cantine"
    one, other = ask(index, question), ask(index, question, own="Et la piscine ?")
    assert [astuple(hit) for hit in one.hits] == [astuple(hit) for hit in other.hits]
    assert one.evidence != other.evidence


def test_a_sentence_that_holds_the_own_words_of_a_follow_up_gains_on_others() -> None:
    index = of_passages("Une benne coûte 90 euros. Un radar coûte 40 euros.")

    def ahead(own: str) -> float:
        found = ask(index, "et le radar ? combien coûte une benne", own=own).candidates
        bin_, radar = (one.score for one in sorted(found, key=lambda one: one.at))
        return radar - bin_

    assert ahead("et le radar ?") > ahead("") + 1


def test_a_capital_that_is_settled_hides_no_words_of_a_follow_up(generation: Generation) -> None:
    retriever = Retriever.over(
        generation, FakeEncoder(), None, default_gate(), Settings().search_options()
    )
    own = "et la chaussée ?"
    found = retriever.find(f"{own} Combien de fissures", k=3, filters=Filters(), own=own)
    assert found.own is not None


def test_what_somebody_tells_of_themselves_is_found_in_their_session_by_the_rest() -> None:
    passages = [
        Passage(f"e/{at}/x.md", 0, text, "", Place("line", 1, 1), len(text.split()))
        for at, text in (
            ("a", "Le manque de temps a freiné mon projet. Le budget a suivi."),
            ("b", "Élue Première remercie la salle. La cantine avance."),
        )
    ]
    facts = {
        "e/a/x.md": {"event": "e", "session": "e/a", "speakers": "Élue Première"},
        "e/b/x.md": {"event": "e", "session": "e/b"},
    }
    index = FakeIndex(passages, FakeEncoder(), facts)
    searching = HybridSearch(index, FakeEncoder(), 100)

    def found(sure: float) -> set[str]:
        sessions = sessions_of(index.documents().values())
        lexicon = default_lexicon()
        whole = cast(PublishedIndex, index)
        who = Retriever(whole, searching, default_gate(), lexicon, None, sessions, sure)
        asked = "Qu'est-ce qui a freiné le projet d'Élue Première ?"
        return {one.passage.document_id for one in who.find(asked, k=3, filters=Filters()).hits}

    assert found(sure=0.0) == {"e/a/x.md", "e/b/x.md"}
    assert found(sure=1.0) == {"e/a/x.md"}


@pytest.mark.parametrize("own", ["", "Et ?", "Et où ?"])
def test_a_question_that_says_nothing_itself_is_judged_with_its_subject(own: str) -> None:
    index = of_passages("Le pain jeté à la cantine part en compost.", "La voirie avance.")
    question = f"{own} pain jeté à la cantine".strip()
    assert ask(index, question, own=own).evidence == ask(index, question).evidence


# --- What is read again ------------------------------------------------------------------------

PLENTY = ("La cantine sert des repas bio.", "Les repas de la cantine.", "La cantine.", "Le bio.")
MEALS = "repas de la cantine"


def test_a_reranker_reorders_the_first_and_leaves_the_others() -> None:
    class Backwards(FakeReranker):
        def scores(self, question: str, texts: Sequence[str]) -> Scores:
            super().scores(question, texts)
            return np.linspace(0.1, 0.9, len(texts), dtype=np.float32)

    index, reranker = of_passages(*PLENTY), Backwards()
    before = [hit.passage.text for hit in ask(index, MEALS).hits]
    hits = ask(index, MEALS, reranker=reranker, rerank=3).hits
    assert reranker.calls == [tuple(before[:3])]
    assert [hit.passage.text for hit in hits] == [*reversed(before[:3]), *before[3:]]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert [hit.rerank for hit in hits] == [pytest.approx(0.9), 0.5, pytest.approx(0.1), None]


def test_a_reranker_changes_neither_the_scores_nor_the_evidence() -> None:
    index = of_passages(*PLENTY)
    before = ask(index, MEALS)
    after = ask(index, MEALS, reranker=FakeReranker(), rerank=4)
    scores = {hit.passage.id: hit.score for hit in before.hits}
    assert {hit.passage.id: hit.score for hit in after.hits} == scores
    assert after.evidence == before.evidence


def test_a_reranker_without_anything_to_read_is_not_asked() -> None:
    reranker = FakeReranker()
    absent = Filters(events=("absent",))
    found = ask(of_passages(*PLENTY), MEALS, filters=absent, reranker=reranker, rerank=3)
    assert (found.hits, reranker.calls) == ((), [])


def test_the_cosines_of_sentences_follow_their_hits_when_these_are_reordered() -> None:
    index = of_passages("La cantine. Le bio. Les repas.", "Les repas de la cantine.", "Le pain.")
    found = ask(index, MEALS, reranker=FakeReranker(), rerank=3)
    for hit, cosines in zip(found.hits, found.sentences, strict=True):
        assert len(cosines) == len(split_sentences(hit.passage.text))


# --- Replies -----------------------------------------------------------------------------------

ASKED, REPLY = "Quand la cantine passe-t-elle au bio ?", "Ce sera en septembre, école par école."


def turn(number: int, text: str, speaker: str, *, document: str = "e/s/t.srt") -> Passage:
    kind: PlaceKind = "second"
    place = Place(kind, 10 * number, 10 * number + 9)
    return Passage(document, number, text, "", place, len(text.split()), speaker)


def of_turns(*passages: Passage) -> FakeIndex:
    return FakeIndex(passages, FakeEncoder())


def test_what_follows_a_question_asked_at_the_event_comes_next() -> None:
    last = turn(2, "La cantine sert du bio.", "A")
    index = of_turns(turn(0, ASKED, "A"), turn(1, REPLY, "B"), last)
    hits = ask(index, "Quand passe la cantine au bio ?").hits
    assert [hit.passage.text for hit in hits] == [ASKED, REPLY, last.text]
    assert [hit.reply for hit in hits] == [False, True, False]
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[1].score == hits[0].score


def test_a_reply_that_is_near_by_itself_is_shown_once() -> None:
    reply = "La cantine passe au bio en septembre."
    others = [turn(2, "La voirie avance.", "A"), turn(3, "Merci.", "B")]
    hits = ask(of_turns(turn(0, ASKED, "A"), turn(1, reply, "B"), *others), ASKED).hits
    assert [hit.passage.text for hit in hits].count(reply) == 1
    assert hits[1].reply


def test_what_a_passage_announces_at_its_end_comes_next() -> None:
    told = "Rincer, sécher, ranger."
    index = of_turns(
        turn(0, "Pour laver les fours, il y a trois règles.", "A"),
        turn(1, told, "A"),
        turn(2, "Les fours sont neufs.", "A"),
    )
    hits = ask(index, "Quelles règles pour laver les fours ?").hits
    assert [hit.passage.text for hit in hits][1] == told


def test_a_reply_has_its_own_sentences() -> None:
    index = of_turns(turn(0, ASKED, "A"), turn(1, f"Bonne question. {REPLY}", "B"))
    found = ask(index, "passage de la cantine au bio")
    assert [len(one) for one in found.sentences] == [1, 2]


def test_what_follows_a_statement_waits_its_turn() -> None:
    index = of_turns(turn(0, "La cantine passe au bio.", "A"), turn(1, REPLY, "B"))
    assert not any(hit.reply for hit in ask(index, "passage de la cantine au bio").hits)


@pytest.mark.parametrize(
    "others", [(), (turn(0, REPLY, "B", document="e/s/z.srt"),)], ids=["last", "other_document"]
)
def test_a_question_that_ends_its_document_has_no_reply(others: tuple[Passage, ...]) -> None:
    hits = ask(of_turns(turn(0, ASKED, "A"), *others), "passage de la cantine au bio").hits
    assert not any(hit.reply for hit in hits)


def test_a_reply_by_somebody_else_is_not_shown_where_one_speaker_is_asked_for() -> None:
    index = of_turns(turn(0, ASKED, "A"), turn(1, REPLY, "B"))
    hits = ask(index, "passage de la cantine au bio", filters=Filters(speakers=("A",))).hits
    assert [hit.passage.speaker for hit in hits] == ["A"]


# --- Few passages, odd questions ---------------------------------------------------------------


def test_a_filter_that_leaves_few_passages_makes_the_best_no_surer() -> None:
    others = [f"Sujet numéro {word}." for word in ("un", "deux", "trois", "quatre", "cinq", "six")]
    passages = [
        Passage(f"{'f' if at else 'e'}/{at}.txt", 0, text, "", Place("line", 1, 1), 3)
        for at, text in enumerate(["La voirie avance.", *others])
    ]
    facts = {one.document_id: {"event": one.document_id[0]} for one in passages}
    index = FakeIndex(passages, FakeEncoder(), facts)
    question = "Quelle planète tourne autour de Sirius ?"
    open_, filtered = (
        ask(index, question, filters=filters).evidence for filters in (None, Filters(events=("e",)))
    )
    assert filtered.spread >= open_.spread - 0.05
    assert filtered.advance <= open_.advance
    assert default_gate().confidence(filtered) < 0.1


ODD = {
    "controls": "repas\x00 de\x07 la \x1b[31mcantine\u202e ?",
    "operators": 'repas AND (cantine OR "jour) NOT -midi +bio title:x* ~2 ^3 [a TO z] \\',
    "sql": "repas'; DROP TABLE passages; -- cantine",
    "long": "repas de la cantine " * 500,
    "endless_word": "cantine" + "e" * 10_000 + " repas",
    "english": "How many meals does the cantine serve, repas?",
    "emoji": "🍎🥖 repas 🙂 cantine",
    "upper": "REPAS DE LA CANTINE",
    "decomposed": unicodedata.normalize("NFD", "les repas jetés à la cantine"),
    "typographic": "« Combien » de repas à l’école, la cantine…",
}


@pytest.mark.parametrize("question", ODD.values(), ids=ODD)
def test_an_odd_question_is_searched_like_any_other(generation: Generation, question: str) -> None:
    found = ask(generation, check_question(question, longest=20_000))
    assert found.hits[0].passage.document_id == CANTEEN
    for hit in found.hits:
        assert np.isfinite([hit.score, hit.cosine, hit.sentence, hit.bm25]).all()
    assert all(math.isfinite(one) for one in astuple(found.evidence))


@pytest.mark.parametrize("question", ["🙂", "🍎🥖 ‼", "", "?", "\x00"])
def test_a_question_without_a_word_finds_what_is_near_without_failing(
    generation: Generation, question: str
) -> None:
    # `check_question` refuses these: nothing else may depend on that.
    found = ask(generation, question)
    assert all(math.isfinite(one) for one in astuple(found.evidence))
    assert found.evidence.vague == 1.0


def test_english_words_that_the_corpus_lacks_are_little_evidence(generation: Generation) -> None:
    french = ask(generation, "Combien de repas sert la cantine ?").evidence
    english = ask(generation, "How many people work there?").evidence
    assert default_gate().confidence(english) < 0.1 < default_gate().confidence(french)


@pytest.mark.parametrize("question", ["🙂", "🍎🥖‼️", "\x00\x1b\u202e", "👨‍👩‍👧"])
def test_a_question_of_emoji_or_controls_only_is_empty(question: str) -> None:
    with pytest.raises(QuestionError, match="vide"):
        check_question(question, longest=100)
