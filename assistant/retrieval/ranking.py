"""How well a passage answers a question: what meets, sentence by sentence and word by word. Pure.

In: a question and the best candidates of both sides, with their vectors. Out: the features that
rank them, each absolute (from 0 to 1 in any corpus), so that the gate can judge the best of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from assistant.embedding.late_interaction import Cosines, met
from assistant.records.documents import Passage
from assistant.records.vectors import Scores
from assistant.retrieval.concepts import Concept, with_main
from assistant.retrieval.titles import is_title
from assistant.text.analysis import fold, split_sentences, terms, words

#: Terms this near to each other still go together.
_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class Features:
    """What meets between a question and some passages: one number for each passage.

    `sentence` is the cosine of the best sentence, `words` the mean of the best cosines that the
    question's words find in the passage. The others are shares of the question's terms, by weight:
    `exact` of those that stand there as they were typed, `pairs` of those that stand there two by
    two, `together` of those that stand in one sentence or above it.
    """

    sentence: Scores
    words: Scores
    exact: Scores
    pairs: Scores
    together: Scores

    def score(self) -> Scores:
        """Return how well each passage answers.

        Weights by softmax regression over the candidates of PIAF's development questions
        (docs/retrieval.md), brought to a sum of 1 for the two cosines.
        """
        total: Scores = (
            0.43 * self.sentence
            + 0.57 * self.words
            + 0.028 * self.exact
            + 0.011 * self.pairs
            + 0.017 * self.together
        ).astype(np.float32)
        return total


@dataclass(frozen=True, slots=True)
class Analysed:
    """The words of a passage: its terms in order, and those of each sentence and of what is above.

    `titles` tells which sentences are titles. `written` are its words and those of its context, as
    they stand there, folded; `content` are its own.
    """

    sequence: tuple[str, ...]
    sentences: tuple[frozenset[str], ...]
    titles: tuple[bool, ...]
    written: frozenset[str]
    content: frozenset[str]


@lru_cache(maxsize=4096)
def analysed(passage: Passage) -> Analysed:
    """Return the words of a passage; those that come up often are kept."""
    context = terms(passage.context)
    told = [passage.text[start:end] for start, end in split_sentences(passage.text)]
    inside = [terms(one) for one in told]
    head = {*context, *(terms(passage.title_line) if passage.title_line else ())}
    content = words(passage.text)
    return Analysed(
        sequence=(*context, *(term for one in inside for term in one)),
        sentences=tuple(frozenset({*one, *head}) for one in inside),
        titles=tuple(is_title(passage, one) for one in told),
        written=frozenset(fold(word) for word in (*words(passage.context), *content)),
        content=frozenset(content),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is compared.

    `sequence` are its terms in order, as most passages say them; `weights` those of all terms that
    are looked for, whether typed (`plain`) or of a concept; `typed` its plain words, folded.
    `total` is what all of it weighs, what stands for one thing once.
    """

    sequence: tuple[str, ...]
    weights: Mapping[str, float]
    typed: Mapping[str, float]
    plain: Mapping[str, float]
    concepts: tuple[Concept, ...]
    total: float

    @classmethod
    def of(
        cls, question: str, weights: Mapping[str, float], concepts: Sequence[Concept] = ()
    ) -> Asked:
        """Return a question whose terms weigh so much (their inverse document frequency).

        Those of the `concepts` among them count with what stands for them, once.
        """
        sequence = [term for term in terms(question) if term in weights]
        own = tuple(one for one in concepts if one.typed.terms.keys() <= set(sequence))
        inside = {term for one in own for term in one.typed.terms}
        plain = {term: one for term, one in weights.items() if term not in inside}
        typed = {}
        for word in words(question):
            (term, *_) = terms(word)
            if term in plain:
                typed[fold(word)] = plain[term]
        meant = {term: one for concept in own for term, one in concept.term_weights().items()}
        total = sum(plain.values()) + sum(one.weight for one in own)
        return cls(tuple(with_main(sequence, own)), {**meant, **plain}, typed, plain, own, total)

    def of_own(self, own: str) -> Asked:
        """Return what the words `own` of this question ask by themselves."""
        weights = {term: self.weights[term] for term in terms(own) if term in self.weights}
        return Asked.of(own, weights, self.concepts)

    @property
    def size(self) -> int:
        """Return how many things are asked."""
        return len(self.plain) + len(self.concepts)

    def meets(self, word: str, found: Set[str]) -> bool:
        """Tell whether a word of this question is among the terms `found`, as itself or otherwise.

        A word of a concept is met by all of what stands for that: "se connecter à internet".
        """
        own = set(terms(word))
        met = (one.share(found) for one in self.concepts if own & one.typed.terms.keys())
        return not own.isdisjoint(found) or any(met)

    def spells_out(self, found: Set[str]) -> bool:
        """Tell whether the terms `found` say a concept in two ways: an acronym and its words."""
        return any(one.is_spelled_out(found) for one in self.concepts)

    def lacks(self, names: Set[str], written: Set[str]) -> bool:
        """Tell whether one of the folded words `names` of the question isn't among `written`."""
        missing = names & self.typed.keys() - written
        return bool(missing) or any(
            names & one.typed.words and not one.is_written(written) for one in self.concepts
        )

    def features(
        self,
        passages: Sequence[Passage],
        sentence_cosines: Sequence[Scores],
        cosines: Scores,
        words_met: Sequence[Cosines],
    ) -> Features:
        """Return the features of `passages`.

        For each passage: its sentences' cosines with the question, its own, and those of its
        words (`embedding.late_interaction.cosines`).
        """
        rows = [
            (
                best_sentence(passage, own, float(whole)),
                float(met(one).mean()) if one.shape[0] else 0.0,
                *self._shares(passage),
            )
            for passage, own, whole, one in zip(
                passages, sentence_cosines, cosines, words_met, strict=True
            )
        ]
        return Features(*np.array(rows, dtype=np.float32).reshape(-1, 5).T)

    def _shares(self, passage: Passage) -> tuple[float, float, float]:
        """Return what of the question stands in a passage: as typed, in pairs, in one sentence."""
        found = analysed(passage)
        exact = sum(weight for word, weight in self.typed.items() if word in found.written)
        exact += sum(one.weight for one in self.concepts if one.is_written(found.written))
        every = sum(self.typed.values()) + sum(one.weight for one in self.concepts)
        together = max((self.coverage(one) for one in found.sentences), default=0.0)
        return exact / (every or 1.0), self._pairs(found.sequence), together

    def _pairs(self, found: Sequence[str]) -> float:
        wanted = [pair for pair in pairwise(self.sequence) if pair[0] != pair[1]]
        if not wanted:
            return self.coverage(set(found))
        places: dict[str, list[int]] = {}
        for at, term in enumerate(found):
            if term in self.weights:
                places.setdefault(term, []).append(at)
        weight = {pair: self.weights[pair[0]] + self.weights[pair[1]] for pair in wanted}
        near = [
            pair
            for pair in wanted
            if any(
                0 < second - first <= _TOGETHER
                for first in places.get(pair[0], ())
                for second in places.get(pair[1], ())
            )
        ]
        return sum(weight[pair] for pair in near) / (sum(weight[pair] for pair in wanted) or 1.0)

    def coverage(self, found: Set[str]) -> float:
        """Return the share, by weight, of what is asked that is among the terms `found`."""
        # Most sentences have none of it, which is soon seen.
        if found.isdisjoint(self.weights):
            return 0.0
        if not self.total:
            return 0.0
        met = sum([weight for term, weight in self.plain.items() if term in found])
        if self.concepts:
            met += sum([one.weight * one.share(found) for one in self.concepts])
        return met / self.total


def best_sentence(passage: Passage, cosines: Scores, whole: float) -> float:
    """Return the cosine of the best sentence that is no title; the passage's where all are."""
    titles = analysed(passage).titles
    telling = [cosine for title, cosine in zip(titles, cosines.tolist(), strict=True) if not title]
    return max(telling, default=whole)
