"""Ask every question of a question file, and measure the search, the quotes and the refusals.

python -m bench.questions QUESTIONS.jsonl --corpus CORPUS --index INDEX [--fit GATE.json]

Reports document and place recall, MRR, nDCG@10, the share of answers that quote the gold words,
and how well `confidence` tells answerable from unanswerable questions. `--fit` fits the gate to
these questions, scoring each fold (of five, by document) with a gate fitted on the four others.
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from assistant.answering import answer
from assistant.core import Assistant
from assistant.gate import Evidence, default_gate, fit
from assistant.records import Filters, Hit, Place
from assistant.search import Results, search
from assistant.settings import load_settings
from assistant.text import words

FOLDS = 5
#: How far from a gold second a passage may stand and still be right (DESIGN §5).
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a question file."""

    id: str
    text: str
    document: str | None
    place: Place | None
    gold: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. Ranks are from 1; 0 where the search missed it."""

    question: Question
    results: Results
    document_rank: int
    place_rank: int
    quoted: bool
    seconds: float


def load_questions(path: Path, prefix: str = "") -> list[Question]:
    """Return the questions of a file; `prefix` goes before the documents' paths."""
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        document, place = found["document"], found.get("place")
        questions.append(
            Question(
                id=found["id"],
                text=found["question"],
                document=prefix + document if document else None,
                place=Place(**place) if place else None,
                gold=found.get("answer") or "",
            )
        )
    return questions


def ask_all(assistant: Assistant, questions: list[Question]) -> list[Outcome]:
    """Search each question, and quote as if no question were refused."""
    outcomes = []
    for question in questions:
        started = perf_counter()
        results = search(
            assistant._index, assistant._encoder, question.text, k=50, candidates=100,
            filters=Filters(),
        )  # fmt: skip
        seconds = perf_counter() - started
        quotes = answer(
            results, default_gate(), threshold=0.0, max_quotes=assistant.settings.max_quotes,
            started=started,
        )  # fmt: skip
        said = " ".join(words(" ".join(one.quote for one in quotes.citations)))
        outcomes.append(
            Outcome(
                question=question,
                results=results,
                document_rank=_rank(results.hits, question, place=False),
                place_rank=_rank(results.hits, question, place=True),
                quoted=" ".join(words(question.gold)) in said,
                seconds=seconds,
            )
        )
    return outcomes


def _rank(hits: tuple[Hit, ...], question: Question, *, place: bool) -> int:
    for hit in hits:
        if hit.passage.document_id == question.document and (
            not place or question.place is None or _right_place(hit, question.place)
        ):
            return hit.rank
    return 0


def _right_place(hit: Hit, gold: Place) -> bool:
    return hit.passage.place.overlaps(gold, SECONDS if gold.kind == "second" else 0.0)


def report(outcomes: list[Outcome], confidences: list[float]) -> None:
    """Print the metrics."""
    answerable = np.array([outcome.question.document is not None for outcome in outcomes])
    right = [outcome for outcome in outcomes if outcome.question.document]
    for name in ("document_rank", "place_rank"):
        ranks = np.array([getattr(outcome, name) for outcome in right])
        found = ranks > 0
        gains = np.where(found & (ranks <= 10), 1 / np.log2(np.where(found, ranks, 1) + 1), 0)
        recalls = "  ".join(f"R@{k} {np.mean(found & (ranks <= k)):.3f}" for k in (1, 3, 5))
        print(f"{name[:-5]:9} {recalls}  nDCG@10 {gains.mean():.3f}")
    with_gold = [outcome for outcome in right if outcome.question.gold]
    print(f"gold answer in the quotes: {np.mean([one.quoted for one in with_gold]):.3f}")
    scores = np.array(confidences)
    kept = refused_at_90(scores, answerable)
    print(f"AUROC {auroc(scores, answerable):.3f}; answered at 90 % refused: {kept:.3f}")
    milliseconds = 1000 * statistics.median(outcome.seconds for outcome in outcomes)
    print(f"median search: {milliseconds:.1f} ms, over {len(outcomes)} questions")


def auroc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Return the chance that a positive scores above a negative."""
    if positive.all() or not positive.any():
        return float("nan")
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    total = positive.sum()
    return float((ranks[positive].sum() - total * (total + 1) / 2) / (total * (~positive).sum()))


def refused_at_90(scores: np.ndarray, positive: np.ndarray) -> float:
    """Return the share of positives above the threshold that leaves out 90 % of the negatives."""
    if positive.all():
        return float("nan")
    return float(np.mean(scores[positive] > np.quantile(scores[~positive], 0.9)))


def crossed(outcomes: list[Outcome]) -> list[float]:
    """Return each question's confidence by a gate that was fitted without its document."""
    folds = np.array([_fold(outcome) for outcome in outcomes])
    evidence = [outcome.results.evidence for outcome in outcomes]
    truth = [outcome.question.document is not None for outcome in outcomes]
    confidences = np.zeros(len(outcomes))
    for fold in range(FOLDS):
        others = [at for at in range(len(outcomes)) if folds[at] != fold]
        gate = fit([evidence[at] for at in others], [truth[at] for at in others], fitted_on="")
        for at in np.flatnonzero(folds == fold):
            confidences[at] = gate.confidence(evidence[at])
    return confidences.tolist()


def _fold(outcome: Outcome) -> int:
    """Return the fold of a question's title: all questions on one title share it."""
    name = Path(outcome.question.document or outcome.question.id).stem
    return sum(name.partition("-")[2].encode() or name.encode()) % FOLDS


def main() -> None:
    """Run the measurement of one question file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--prefix", default="", help="goes before the documents' paths")
    parser.add_argument("--fit", type=Path, metavar="GATE.json")
    parser.add_argument("--fitted-on", default="", help="what to say the gate was fitted on")
    options = parser.parse_args()
    questions = load_questions(options.questions, options.prefix)
    with Assistant(load_settings(corpus=options.corpus, index=options.index)) as assistant:
        outcomes = ask_all(assistant, questions)
    if not options.fit:
        gate = default_gate()
        report(outcomes, [gate.confidence(one.results.evidence) for one in outcomes])
        return
    report(outcomes, crossed(outcomes))
    evidence: list[Evidence] = [outcome.results.evidence for outcome in outcomes]
    truth = [outcome.question.document is not None for outcome in outcomes]
    gate = fit(evidence, truth, fitted_on=options.fitted_on)
    options.fit.write_text(json.dumps(gate.to_json(), ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
