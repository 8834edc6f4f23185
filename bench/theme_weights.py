"""Fits what tells a sentence worth showing in an overview, on broad questions with nuggets.

python -m bench.theme_weights BROAD.jsonl --corpus CORPUS --index INDEX [--ridge R]

BROAD.jsonl is a nugget file (`assistant.evaluation.nuggets`). Every sentence that an overview may
show is a candidate; one that makes a nugget's point is right. Softmax regression over the sentences
of each question, a term for each nugget (a vital one counts 1, another .6), ridge on standardised
clues. Prints the vital and all nuggets shown, in five folds over documents and by weights that saw
everything, and the weights, for `retrieval/overviews/theme_sentences.py`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.core import Assistant
from assistant.evaluation.nuggets import BroadQuestion, Nugget, holds, read_broad, runs_of_three
from assistant.query.intent import inquiry_of
from assistant.records import Filters
from assistant.retrieval.answers.broad import broad_search
from assistant.retrieval.overviews import candidates, choosing
from assistant.retrieval.overviews.theme_passages import pool, sessions_by_document
from assistant.retrieval.overviews.theme_sentences import ThemeClues, ThemeSentence, theme_sentences
from assistant.settings import Settings

FOLDS = 5
#: What a nugget that isn't vital counts for.
OTHER = 0.6
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with every sentence that may be shown, their clues, and which nugget each makes.

    `clues` is [sentences, clues], `makes` [sentences, nuggets].
    """

    question: BroadQuestion
    sentences: Sequence[ThemeSentence]
    clues: Matrix
    makes: NDArray[np.bool_]
    session_of: Callable[[str], str]


def main() -> None:
    """Fit, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--ridge", type=float, default=40.0)
    options = parser.parse_args()
    with Assistant(Settings(corpus=options.corpus, index=options.index)) as assistant:
        every = [asked(assistant, one) for one in read_broad(options.questions) if one.nuggets]
    shown: list[tuple[float, float]] = []
    for own, others in folds(every):
        weights = fitted(others, options.ridge)
        shown += [recall(one, weights) for one in own]
    print("five folds: vital {:.3f}, all {:.3f}".format(*np.mean(shown, axis=0)))
    weights = fitted(every, options.ridge)
    print(
        "all seen:   vital {:.3f}, all {:.3f}".format(
            *np.mean([recall(one, weights) for one in every], axis=0)
        )
    )
    print(
        "as shipped: vital {:.3f}, all {:.3f}".format(
            *np.mean([recall(one, None) for one in every], axis=0)
        )
    )
    for name, weight in zip(ThemeClues._fields, weights.tolist(), strict=True):
        print(f"    {name}={weight:.3g},")


def say(what: str, shown: Sequence[tuple[float, float]]) -> None:
    """Print the mean shares of nuggets shown."""
    vital, every = np.mean(shown, axis=0).tolist()
    print(f"{what}: vital {vital:.3f}, all {every:.3f}")


def asked(assistant: Assistant, question: BroadQuestion) -> Asked:
    """Return what a question's overview chooses among."""
    retriever = assistant.view()._retriever
    inquiry = inquiry_of(question.question)
    results = broad_search(inquiry, retriever, Filters()).results
    session_of = sessions_by_document(retriever.index)
    found = pool(results, retriever.index, session_of)
    sentences = list(theme_sentences(found, results.asked, inquiry.intent, session_of))
    clues = np.array([one.clues for one in sentences], np.float64)
    makes = [[_makes(one, nugget) for nugget in question.nuggets] for one in sentences]
    return Asked(question, sentences, clues, np.array(makes, np.bool_), session_of)


def _makes(one: ThemeSentence, nugget: Nugget) -> bool:
    """Tell whether a sentence holds half of a nugget, or is nearly all part of it."""
    own = runs_of_three(one.laid.texts[one.at])
    for clause in nugget.clauses:
        if clause.document != one.laid.passage.document_id:
            continue
        wanted = runs_of_three(clause.text)
        met = len(own & wanted)
        if met and (2 * met >= len(wanted) or (len(own) > 3 and met >= 0.8 * len(own))):
            return True
    return False


def folds(every: Sequence[Asked]) -> list[tuple[list[Asked], list[Asked]]]:
    """Return each fold, and what is fitted for it: questions on other documents."""
    first = [one.question.nuggets[0].clauses[0].document for one in every]
    documents = sorted(set(first))
    random.Random(0).shuffle(documents)
    fold = {document: at % FOLDS for at, document in enumerate(documents)}
    return [
        (
            [one for one, document in zip(every, first, strict=True) if fold[document] == number],
            [one for one, document in zip(every, first, strict=True) if fold[document] != number],
        )
        for number in range(FOLDS)
    ]


def fitted(every: Sequence[Asked], ridge: float) -> NDArray[np.float64]:
    """Return the weights that put what makes a nugget before what makes none."""
    from scipy.optimize import minimize

    scale = np.concatenate([one.clues for one in every]).std(axis=0) + 1e-9
    terms = [
        (one.clues / scale, makes, one.makes.any(axis=1), 1.0 if nugget.vital else OTHER)
        for one in every
        for makes, nugget in zip(one.makes.T, one.question.nuggets, strict=True)
        if makes.any()
    ]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = ridge * float(weights @ weights) / 2, ridge * weights
        for clues, right, any_right, worth in terms:
            logits = clues @ weights
            odds = np.exp(logits - logits.max()) * (right | ~any_right)
            among, good = odds.sum(), odds[right].sum() + 1e-300
            total -= worth * float(np.log(good / among + 1e-12))
            slope = slope + worth * (odds / among - np.where(right, odds / good, 0.0)) @ clues
        return total, slope

    found = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B")
    weights: Matrix = found.x / scale
    return weights


def recall(one: Asked, weights: Matrix | None) -> tuple[float, float]:
    """Return which share of the vital and of all nuggets an overview shows."""
    scores = one.clues @ weights if weights is not None else [each.score for each in one.sentences]
    order = np.argsort(-np.asarray(scores), kind="stable")[: candidates._TRIED]
    tried = [candidates._excerpt(one.sentences[at], one.session_of) for at in order]
    quotes = [each.text for each in choosing.choose(tried)]
    got = [(holds(quotes, nugget), nugget.vital) for nugget in one.question.nuggets]
    vital = [held for held, is_vital in got if is_vital]
    return float(np.mean(vital)), float(np.mean([held for held, _ in got]))


if __name__ == "__main__":
    main()
