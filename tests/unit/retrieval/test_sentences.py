"""Which passage comes first, by its sentences that answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assistant.query.answer_type import asked_kind
from assistant.records import Hit, Passage, Place
from assistant.retrieval.ranking import Asked
from assistant.retrieval.sentences import Candidate, best_first, candidates
from assistant.text.analysis import split_sentences, terms

QUESTION = "Combien coûte la balance ?"


def hit(rank: int, text: str, score: float) -> Hit:
    passage = Passage(f"e/{rank}.txt", 0, text, "", Place("line", 1, 1), len(text.split()))
    return Hit(passage, "", rank, score, cosine=0.8, sentence=0.8, bm25=0.5)


def read_of(*hits: Hit) -> list[Candidate]:
    """Return the sentences of the hits."""
    asked = Asked.of(QUESTION, dict.fromkeys(terms(QUESTION), 1.0))
    cosines = [np.full(len(split_sentences(one.passage.text)), 0.8, np.float32) for one in hits]
    return list(candidates(QUESTION, asked, asked_kind(QUESTION), hits, cosines))


def in_order(*hits: Hit, looked_at: int = 10) -> list[int]:
    """Return the former ranks of the hits, once their sentences were read."""
    ordered = best_first(hits, read_of(*hits[:looked_at]))
    assert [one.rank for one in ordered] == list(range(1, len(hits) + 1))
    former = {one.passage: one.rank for one in hits}
    return [former[one.passage] for one in ordered]


ASKING = hit(1, "Combien coûte la balance ?", 0.90)
TELLING = hit(2, "La balance de la cantine coûte 49 euros.", 0.88)
BESIDE = hit(3, "La cantine sert le pain du village.", 0.80)


def test_a_passage_that_tells_comes_before_one_that_shares_the_words() -> None:
    assert in_order(ASKING, TELLING, BESIDE) == [2, 1, 3]


def test_a_passage_far_behind_does_not_come_first_for_its_sentence() -> None:
    assert in_order(hit(1, "La balance pèse le pain.", 0.95), replace(TELLING, score=0.75)) == [
        1,
        2,
    ]


def test_a_reply_may_come_before_its_question_and_is_then_none() -> None:
    reply = replace(hit(2, "La balance coûte 49 euros.", 0.85), reply=True)
    asked = replace(ASKING, score=0.85)
    assert in_order(asked, reply) == [2, 1]
    assert not any(one.reply for one in best_first([asked, reply], read_of(asked, reply)))
    assert best_first([asked, reply], ())[1].reply


def test_passages_whose_sentences_were_not_read_keep_their_order_at_the_end() -> None:
    assert in_order(ASKING, BESIDE, TELLING, looked_at=1) == [1, 3, 2]


def test_the_order_of_a_reranker_stands() -> None:
    read = [replace(one, rerank=0.5) for one in (ASKING, TELLING)]
    assert in_order(*read) == [1, 2]
