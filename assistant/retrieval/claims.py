"""May an excerpt be claimed to answer, however sure the gate is? Pure.

In: what a search found, what kind of thing is asked for, and the excerpt that stands first. Out:
yes or no; of a no the excerpt is shown as "peut-être".
"""

from __future__ import annotations

from assistant.query.answer_signs import denies, has_sign, signs_of
from assistant.query.answer_spans import holds_asked, named_moments
from assistant.query.answer_type import (
    Kind,
    asked_verb,
    asking_words,
    asks_most,
    counted_noun,
    counted_terms,
    measured_noun,
    tells_most,
)
from assistant.records.hits import Hit
from assistant.retrieval.evidence import lacks_specifics
from assistant.retrieval.excerpts import QuoteSpan
from assistant.retrieval.search import Results
from assistant.retrieval.telling import unlabelled
from assistant.text.analysis import terms

#: What is claimed holds so much of what is asked, by weight, with what stands above it.
_ENOUGH = 0.5
#: Where ten passages answer about as well (an entropy of ln 10 = 2.30 at most), none of them is
#: the answer to a question that asks for no kind of thing (docs/retrieval.md).
_EVEN = 2.24
#: A title that holds so much of what is asked is that of a session devoted to it.
_DEVOTED = 0.9


def tells_enough(results: Results, kind: Kind, first: QuoteSpan) -> bool:
    """Tell whether an excerpt may be claimed to answer, however sure the gate is.

    It holds the kind of thing asked for, what is counted, and what is measured; where none is asked
    for, it is no title, and stands out among what was found. It tells what is "le plus" of all, or
    who somebody is, where that is asked; its passage has the months of the question, its numbers
    and its names; and it holds, with what stands above it, what somebody did where "qui" asks it,
    and half of what is asked. Of a follow-up what follows the months is for `answers.follow_ups`
    to tell.
    """
    if not holds_asked(kind, results.asks, first.text, told=results.asked.coverage(first.read)):
        return False
    if not kind and (first.is_title or _says_nothing_new(results, first)):
        return False
    if not kind and results.evidence.spread > _EVEN and not _stands_out(results, first):
        return False
    if asks_most(results.asks) and not tells_most(first.text):
        return False
    if "person" in signs_of(results.asks) and not has_sign("person", first.text):
        return False
    passage = first.hit.passage
    if not named_moments(results.asks) <= named_moments(passage.encoded_text):
        return False
    if results.own is not None:
        return True
    if lacks_specifics(results.asked, results.question, passage, acronyms=False):
        return False
    noun, done = counted_noun(results.asks), asked_verb(results.asks)
    counted = counted_terms(results.asks) if kind == "number" else frozenset()
    if counted and not (first.read & counted or results.asked.meets(noun, first.read)):
        return False
    if done and not results.asked.meets(done, first.read):
        return False
    measured = measured_noun(results.asks) if kind == "number" else ""
    if measured and not results.asked.meets(measured, first.read | _around(first.hit)):
        return False
    met = set(terms(" ".join((*asking_words(kind, results.asks), noun))))
    return results.asked.coverage(first.read | met) >= _ENOUGH


def _around(hit: Hit) -> set[str]:
    """Return the terms of a passage, of what stands above it and of its document's title."""
    return set(terms(f"{hit.passage.encoded_text} {hit.title}"))


def _stands_out(results: Results, first: QuoteSpan) -> bool:
    """Tell whether an excerpt has the form of what is asked for, or its session's title asks it.

    A form is that of a definition, of a view, of a yes or no.
    """
    above = set(terms(first.hit.passage.context))
    if results.asked.coverage(above) >= _DEVOTED:
        return True
    signs = signs_of(results.asks) - {"former"}
    told = any(has_sign(one, first.text) for one in signs)
    return told or ("yes_no" in signs and denies(first.text))


def _says_nothing_new(results: Results, first: QuoteSpan) -> bool:
    """Tell whether words that are no sentence are all of the question; yes and no are said so."""
    if first.text.endswith((".", "!", "…")):
        return False
    told = set(terms(unlabelled(first.text)))
    return told <= results.asked.weights.keys() and "yes_no" not in signs_of(results.asks)
