"""What a follow-up finds beside what was quoted before it: where it stands, and whether it is new.

In: the sentences that a follow-up found, and the answer to the question before. Out: those that are
not that answer again, and how far each stands from what was quoted first. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from assistant.query.answer_spans import answering_spans, beside_counted
from assistant.query.answer_type import Kind, asked_kind, counted_terms
from assistant.records.answers import Answer, Citation
from assistant.retrieval.ranking import Asked
from assistant.retrieval.search import Results
from assistant.retrieval.sentences import Candidate
from assistant.text.analysis import folded_words, terms

#: A sentence speaks of a phrase when it is read with so much of its words, by weight.
MET = 0.6
#: What a sentence surely holds or lacks: reasons, names and places are harder to tell.
SURE: tuple[Kind, ...] = ("number", "date")
#: Two sentences are about as good, in logits.
_ABOUT = 1.5


def fresh(
    found: Sequence[Candidate], asked: str, results: Results, before: Answer | None
) -> list[Candidate]:
    """Return the sentences that were not the answer before, or answer what is `asked` now too."""
    if before is None:
        return list(found)
    kind = asked_kind(asked)
    is_same_kind = bool(kind) and kind == asked_kind(before.question)
    told = _figures(kind, results, before) if is_same_kind and kind in SURE else frozenset()

    def is_new(one: Candidate) -> bool:
        own, said = results.own, one.laid.terms[one.at]
        if told and own is not None and _repeats(one, kind, results, own, told, before):
            return False
        if not is_in(one, before.citations[:1]):
            return True
        if kind and not is_same_kind:
            return one.fits or own is not None
        if own is None:
            return False
        return own.coverage(said) >= MET or (is_same_kind and one.fits and rarest(own) in said)

    return [one for one in found if is_new(one)]


def _figures(kind: Kind, results: Results, before: Answer) -> frozenset[str]:
    """Return the figures or the days that were told before, folded."""
    return frozenset(
        folded_words(cited.quote[start:end])
        for cited in before.citations
        for start, end in answering_spans(kind, results.asks, cited.quote)
    )


def _repeats(
    one: Candidate, kind: Kind, results: Results, own: Asked, told: Set[str], before: Answer
) -> bool:
    """Tell whether a sentence gives the figure or the day told before, and no word asked now.

    "204 inscrits" is not how many came, wherever it stands.
    """
    text, said = one.laid.texts[one.at], one.laid.terms[one.at]
    again = [
        span
        for span in answering_spans(kind, results.asks, text)
        if folded_words(text[slice(*span)]) in told
    ]
    typed = {term for word in own.typed for term in terms(word)}
    typed |= {term for concept in own.concepts for term in concept.typed.terms}
    if not again or not typed.isdisjoint(said):
        return False
    # "204 inscrits viennent de" doesn't tell how many came: what was counted before is.
    counted = counted_terms(before.question)
    is_counted = any(beside_counted(counted, text, *span) for span in again)
    return is_counted or not any(concept.share(said) for concept in own.concepts)


def unshown(found: list[Candidate], results: Results, before: Answer | None) -> list[Candidate]:
    """Return the candidates without what was shown where another of its passage is about as good.

    That one holds as much of what is asked now, and what kind of thing it asks for.
    """
    own, shown = results.own, before.citations[:1] if before else ()
    if own is None:
        return found
    beside = [one for one in found if is_there(one, before) and not is_in(one, shown)]

    def says(one: Candidate) -> float:
        return own.coverage(one.laid.terms[one.at])

    def gives_way(one: Candidate) -> bool:
        return is_in(one, shown) and any(
            0 < says(one) <= says(other) and one.fits <= other.fits
            and one.score - other.score < _ABOUT
            for other in beside
        )  # fmt: skip

    return [one for one in found if not gives_way(one)]


def passages_after(one: Candidate, before: Answer | None) -> int | None:
    """Return how many passages after the one quoted before a sentence stands; elsewhere None."""
    passage = one.hit.passage
    for quoted in before.citations[:1] if before else ():
        if quoted.passage.document_id == passage.document_id:
            return passage.ordinal - quoted.passage.ordinal
    return None


def is_there(one: Candidate, before: Answer | None) -> bool:
    """Tell whether a sentence stands in the passage quoted before, which spoke of the subject."""
    return passages_after(one, before) == 0


def is_in(one: Candidate, quoted: tuple[Citation, ...]) -> bool:
    """Tell whether a sentence is among what was quoted."""
    start, end = one.laid.spans[one.at]
    return any(
        one.hit.passage == other.passage and start < other.end and other.start < end
        for other in quoted
    )


def rarest(own: Asked) -> str:
    """Return the term of what is asked that weighs most."""
    return max(own.weights, key=lambda term: own.weights[term], default="")
