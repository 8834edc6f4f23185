"""What counts once in a question, whichever words a passage has for it. Pure.

In: the words of a question with what the documents call the same thing (`query.rewriting`), and
how rare each is in this index. Out: `Concept`, which `ranking` counts as it counts a term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from assistant.records.hits import Expansion
from assistant.text.analysis import fold, terms, words

#: Of an expansion, so much must be there, by weight: "protection des données" is enough for "RGPD",
#: "données" is not; nor is one of several terms, however rare: "représentants" are no "syndicat".
_ENOUGH = 0.6
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of saying a concept: its terms, each with its share of the whole, and its words."""

    terms: Mapping[str, float]
    words: frozenset[str]
    worth: float = 1.0

    def share(self, found: Set[str]) -> float:
        """Return how much of the variant is among `found`, from 0 to what it is worth."""
        if found.isdisjoint(self.terms):
            return 0.0
        met = [own for term, own in self.terms.items() if term in found]
        is_met = sum(met) >= _ENOUGH and len(met) >= min(_FEWEST, len(self.terms))
        return sum(met) * self.worth if is_met else 0.0


@dataclass(frozen=True, slots=True)
class Concept:
    """What words of a question mean: the variants, first as typed, and the weight of them all.

    `main` is the variant that most passages have.
    """

    weight: float
    variants: tuple[Variant, ...]
    main: Variant

    @property
    def typed(self) -> Variant:
        """Return the variant that the question has."""
        return self.variants[0]

    def share(self, found: Set[str]) -> float:
        """Return how much of the variant that is best met is among the terms `found`."""
        return max(one.share(found) for one in self.variants)

    def is_spelled_out(self, found: Set[str]) -> bool:
        """Tell whether all of it as typed is among the terms `found`, and of another way too."""
        met = [one for one in self.variants if one.terms.keys() <= found]
        return self.typed in met and any(len(one.terms) >= _FEWEST for one in met[1:])

    def is_written(self, written: Set[str]) -> bool:
        """Tell whether all the words of a variant are among those `written`, folded."""
        return any(one.words <= written for one in self.variants)

    def term_weights(self) -> dict[str, float]:
        """Return what each term of the variants weighs."""
        return {
            term: self.weight * share * one.worth
            for one in self.variants
            for term, share in one.terms.items()
        }


def concept_of(expansion: Expansion, weight: Callable[..., float]) -> Concept:
    """Return what words mean. `weight` gives the inverse document frequency of terms together.

    It weighs as the variant that most passages have: an acronym that all documents use tells
    little, and its expansion, which none writes, no more.
    """
    typed = _variant(expansion.typed, weight, worth=1.0)
    variants = (
        typed,
        *(_variant(name, weight, worth=expansion.worth) for name in expansion.others),
    )
    weights = [weight(*one.terms) for one in variants]
    least = min(weights)
    return Concept(least, variants, variants[weights.index(least)])


def _variant(name: str, weight: Callable[..., float], *, worth: float) -> Variant:
    own = {term: weight(term) for term in terms(name)}
    total = sum(own.values()) or 1.0
    return Variant(
        {term: one / total for term, one in own.items()},
        frozenset(fold(word) for word in words(name) if terms(word)[0] in own),
        worth,
    )


def with_main(sequence: Sequence[str], concepts: Sequence[Concept]) -> list[str]:
    """Return the terms of a question in order, concepts as most passages say them."""
    found: list[str] = []
    at = 0
    while at < len(sequence):
        for concept in concepts:
            size = len(concept.typed.terms)
            if tuple(sequence[at : at + size]) == tuple(concept.typed.terms):
                found.extend(concept.main.terms)
                at += size
                break
        else:
            found.append(sequence[at])
            at += 1
    return found
