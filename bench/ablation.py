"""What each part of the ranking brings: the table of docs/retrieval.md, one line or all.

python -m bench.ablation QUESTIONS.jsonl --corpus CORPUS --index INDEX [--prefix EVENT/]
    [--line NAME]...

Ranks passages for every question that has an answer, in each of the ways of `LINES`, and prints
how often the right document, and the right place where it is known, is among the first. Each
question is encoded once. The last column compares a line with the one above it: the difference in
nDCG@10 of the document, its 95 % interval and p by a paired test (`metrics`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from tqdm import tqdm

from assistant.core import Assistant
from assistant.embedding.late_interaction import cosines
from assistant.embedding.models import Encoder
from assistant.evaluation.metrics import DEPTH as SHOWN
from assistant.evaluation.metrics import Outcome, differences, measures
from assistant.evaluation.question_files import Question, read_questions
from assistant.index.lexical import self_score
from assistant.index.search_index import SearchIndex
from assistant.records import Filters, Hit, Passage
from assistant.records.vectors import EncodedText, Rows, Scores
from assistant.retrieval.ranking import Asked, Features
from assistant.retrieval.search import BM25_WEIGHT, DEPTH, check_question
from assistant.settings import load_settings
from assistant.text.analysis import terms

#: Cormack, Clarke & Büttcher, Reciprocal Rank Fusion, 2009.
_RRF = 60
#: The best weight of BM25 without sentences (docs/retrieval.md).
_BM25_WITHOUT_SENTENCES = 0.2
_MEASURES = ("recall_1", "recall_3", "ndcg_10")


class Candidates:
    """What both sides propose for a question, with the scores to rank them by, made when asked."""

    def __init__(
        self, index: SearchIndex, encoder: Encoder, question: str, *, candidates: int
    ) -> None:
        self.index = index
        self._encoder, self._question = encoder, question
        self.terms = tuple(dict.fromkeys(terms(question)))
        self.asked = Asked.of(question, {term: index.term_weight(term) for term in self.terms})
        self._most = min(candidates, len(index))

    @cached_property
    def encoded(self) -> EncodedText:
        """The question's vector, and its words'."""
        return self._encoder.encode_question(self._question)

    @cached_property
    def dense(self) -> Rows:
        """Those nearest in meaning, nearest first."""
        return self.index.dense(self.encoded.vector, self._most, Filters())

    @cached_property
    def lexical(self) -> Rows:
        """Those of highest BM25, best first."""
        return self.index.lexical(self.terms, self._most, Filters())

    @cached_property
    def rows(self) -> Rows:
        """Those of either side, by row."""
        return np.unique(np.concatenate([self.dense, self.lexical]))

    @cached_property
    def cosine(self) -> Scores:
        """The cosine of each of `rows`."""
        return self.index.cosines(self.encoded.vector, self.rows)

    @cached_property
    def bm25(self) -> Scores:
        """The BM25 of each of `rows`, as a share of what it can be at most."""
        most = self_score(self.index.term_weight, self.terms) or 1.0
        return self.index.bm25(self.terms, self.rows) / most

    @cached_property
    def first(self) -> Scores:
        """The first score of `search`, of each of `rows`."""
        sentences = self.index.sentence_cosines(self.encoded.vector, self.rows)
        best = [own.max(initial=whole) for own, whole in zip(sentences, self.cosine, strict=True)]
        score: Scores = (self.cosine + np.array(best)) / 2 + BM25_WEIGHT * self.bm25
        return score

    @cached_property
    def compared(self) -> tuple[Rows, Features]:
        """The first score's best, by row, with what of the question meets there."""
        rows = np.sort(best_first(self.rows, self.first)[:DEPTH])
        features = self.asked.features(
            self.index.passages(rows),
            self.index.sentence_cosines(self.encoded.vector, rows),
            self.index.cosines(self.encoded.vector, rows),
            cosines(self.index.comparable(self.encoded.words), self.index.words(rows)),
        )
        return rows, features


def best_first(rows: Rows, scores: Scores) -> Rows:
    """Return rows by score, as `search` orders them."""
    ordered: Rows = rows[np.lexsort((rows, -scores))]
    return ordered


def fused_by_rank(found: Candidates) -> Rows:
    """Rank by the sum of 1 / (60 + rank) over both sides."""
    scores = np.zeros(len(found.rows), np.float32)
    for side in (found.dense, found.lexical):
        scores[np.searchsorted(found.rows, side)] += 1 / (_RRF + 1 + np.arange(len(side)))
    return best_first(found.rows, scores)


def with_words(found: Candidates) -> Rows:
    """Rank as `search` does, the shares of terms left out."""
    rows, features = found.compared
    none = np.zeros(len(rows), np.float32)
    return best_first(rows, replace(features, exact=none, pairs=none, together=none).score())


def with_shares(found: Candidates) -> Rows:
    """Rank as `search` does."""
    rows, features = found.compared
    return best_first(rows, features.score())


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: what it is called there, and how it ranks rows.

    `rank` is None where the whole product searches.
    """

    title: str
    rank: Callable[[Candidates], Rows] | None


LINES = {
    "bm25": Line("BM25 alone", lambda found: found.lexical),
    "dense": Line("dense alone", lambda found: found.dense),
    "rrf": Line("both, reciprocal rank fusion (k = 60)", fused_by_rank),
    "fused": Line(
        "both, absolute: cosine + 0.2 · BM25 / self-score",
        lambda found: best_first(found.rows, found.cosine + _BM25_WITHOUT_SENTENCES * found.bm25),
    ),
    "sentence": Line(
        "+ best sentence (the first score)", lambda found: best_first(found.rows, found.first)
    ),
    "words": Line("+ word by word, on the best 30", with_words),
    "shares": Line("+ shares of terms", with_shares),
    "search": Line("the whole search, as `assistant search`", None),
}


def rank_all(
    assistant: Assistant, questions: Sequence[Question], names: Sequence[str]
) -> dict[str, list[Outcome]]:
    """Return, for each line, what became of each question."""
    encoder = assistant._encoder
    # The whole search encodes the question by itself: it finds what the lines before it encoded.
    encoder.encode_question = lru_cache(maxsize=1)(  # type: ignore[method-assign]
        encoder.encode_question
    )
    settings, index = assistant.settings, assistant._opened.index
    outcomes: dict[str, list[Outcome]] = {name: [] for name in names}
    for question in tqdm(questions, unit="question", disable=None):
        text = check_question(question.text, longest=settings.max_question_characters)
        found = Candidates(index, encoder, text, candidates=settings.candidates)
        for name in names:
            rank = LINES[name].rank
            if rank is None:
                hits = assistant.search(question.text, SHOWN)
            else:
                hits = [
                    _hit(passage, place)
                    for place, passage in enumerate(index.passages(rank(found)[:SHOWN]), start=1)
                ]
            outcomes[name].append(_outcome(question, hits))
    return outcomes


def _hit(passage: Passage, rank: int) -> Hit:
    """Return a hit of which only the passage and the rank are looked at."""
    return Hit(passage, "", rank, score=0.0, cosine=0.0, sentence=0.0, bm25=0.0)


def _outcome(question: Question, hits: Sequence[Hit]) -> Outcome:
    return Outcome(
        id=question.id,
        question=question.text,
        kind=question.kind,
        cluster=question.title or question.golds[0].document,
        answerable=True,
        document_rank=question.document_rank(hits),
        place_rank=question.place_rank(hits),
        quoted=None,
        status="answered",
        confidence=0.0,
        seconds=0.0,
    )


def table(outcomes: dict[str, list[Outcome]]) -> list[str]:
    """Return the table in Markdown."""
    rows: list[str] = []
    above: list[Outcome] = []
    for name, own in outcomes.items():
        values = {one.name: one.value for one in measures(own)}
        columns = [
            f"{side}_{one}"
            for side in ("document", "place")
            for one in _MEASURES
            if f"{side}_{one}" in values
        ]
        if not rows:
            heads = [
                one.replace("recall_", "R@").replace("ndcg_", "nDCG@").replace("_", " ")
                for one in columns
            ]
            rows.append(f"| line | | {' | '.join(heads)} | nDCG@10 against the line above |")
            rows.append("|---|---|" + "---|" * (len(columns) + 1))
        numbers = [f"{values[one]:.3f}" for one in columns]
        rows.append(
            f"| `{name}` | {LINES[name].title} | {' | '.join(numbers)} | {_against(above, own)} |"
        )
        above = own
    return rows


def _against(above: Sequence[Outcome], own: Sequence[Outcome]) -> str:
    """Say by how much a line differs from the one above."""
    if not above:
        return ""
    (one,) = differences(above, own, only=("document_ndcg_10",))
    between = "" if one.low is None else f" [{one.low:+.3f}, {one.high:+.3f}]"
    return f"{one.difference:+.3f}{between}, p = {one.p:.3f}"


def main() -> None:
    """Rank, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--prefix", default="", help="goes before the documents' paths")
    parser.add_argument("--line", choices=list(LINES), action="append", help="this one only")
    options = parser.parse_args()
    every = read_questions(options.questions, prefix=options.prefix)
    questions = [one for one in every if one.answerable]
    with Assistant(load_settings(corpus=options.corpus, index=options.index)) as assistant:
        wanted = {gold.document for one in questions for gold in one.golds}
        if unknown := sorted(wanted.difference(assistant.view().document_ids)):
            parser.error(f"not in the index: {', '.join(unknown[:3])}")
        outcomes = rank_all(assistant, questions, options.line or list(LINES))
    print(f"{len(questions)} questions with an answer, {options.questions}")
    print("\n".join(table(outcomes)))


if __name__ == "__main__":
    main()
