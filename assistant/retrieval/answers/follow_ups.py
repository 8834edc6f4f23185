"""A question that leans on the one before → an `Answer` that is new, and speaks of the new thing.

In: what a search finds of it with the subject of the one before, and the answer before. A mere
phrase ("et pour la voirie ?") must be spoken of where something is claimed; what was quoted before
is quoted again only where it answers this too, and then it is said. Where nothing else is found the
question is asked alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.query.answer_spans import answering_spans
from assistant.query.answer_type import asked_kind, asking_words
from assistant.query.follow_up_phrase import (
    alone,
    complement,
    is_whole,
    own_words,
    without_session_type,
)
from assistant.query.followup import moment, with_subject
from assistant.query.leaning import on_one_line, points_back
from assistant.records.answers import Answer
from assistant.records.messages import Message
from assistant.retrieval.answers.shown_before import (
    MET,
    SURE,
    fresh,
    is_in,
    is_there,
    passages_after,
    rarest,
    unshown,
)
from assistant.retrieval.evidence import between
from assistant.retrieval.ranking import Asked
from assistant.retrieval.search import Results
from assistant.retrieval.sentences import Candidate, with_answers
from assistant.text.analysis import fold, folded_words, terms, words

#: Asked alone, a question is answered by what holds nearly all of its words.
_MET_ALONE = 0.8
#: What it asks itself is met by so much of its words: another verb may say the rest.
_SAID = 0.3
#: A passage is on the subject kept from the question before where it has so much of its words.
_ON_SUBJECT = 0.5
#: A name of the subject: "Lucie" has the stem of "Luc", and is no such person. A question begins
#: with a capital wherever it stands.
_NAME = re.compile(r"(?<!^)(?<![.!?…] )\b[A-ZÀ-ÖØ-Þ][a-zà-ÿ]+")

#: What saying itself what is asked now counts for beside what stands next to it, in logits.
_SAYS_OWN = 1.5
#: What standing under a heading that is what is asked for counts for, in logits.
_HEADED = 1.5
#: What standing in the passage quoted before counts for, where a pronoun points there, in logits.
_THERE = 3.0
#: What standing in that document counts for, in logits: "quels outils utilisent-ils ?" asks of whom
#: was spoken there.
_NEAR = 1.5
#: What goes on right after that passage counts for more than the rest of the document, in logits.
_NEXT = 2.5

#: A question and what it asks itself → what is found.
Find = Callable[[str, str], Results]
#: What was found, and whether anything may be claimed of it → the answer that it makes.
Quote = Callable[[Results, bool], Answer]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What may be quoted of what was found, and what is known of it.

    `is_met`: it speaks of the new thing; `claims`: it holds what is asked of that; `is_near`: at
    least it holds what is asked, beside what speaks of the new thing.
    """

    found: Results
    is_met: bool
    claims: bool
    is_near: bool


def follow_up_answer(
    asked: str, previous: str, before: Answer | None, find: Find, quote: Quote
) -> Answer:
    """Answer a question that leans on `previous`, whose answer was `before`."""
    results = find(with_subject(previous, asked), own_words(asked))
    attempt = _attempt(results, asked, before)
    answer = quote(attempt.found, attempt.claims)
    if answer.status != "answered":
        by_itself = _alone(asked, before, find, quote)
        if by_itself and (by_itself.status == "answered" or not attempt.is_near):
            return by_itself
    phrase = complement(asked)
    is_unmet = bool(phrase and answer.citations) and not attempt.is_met
    remarks = [Message("remark.unmet", {"phrase": phrase})] if is_unmet else []
    return replace(_told(answer, before, remarks), subject=on_one_line(previous))


def more_of(before: Answer, results: Results, quote: Quote) -> Answer:
    """Show what else is found of the question before: perhaps it is what was wanted."""
    said = [one for one in results.candidates if not is_in(one, before.citations)]
    return quote(replace(results, candidates=tuple(said)), False)


def _attempt(results: Results, asked: str, before: Answer | None) -> _Attempt:
    """Return what may be quoted of what was found with the subject of the question before."""
    new = results.asked.of_own(without_session_type(complement(asked))) if results.own else None
    candidates = _headed(_nearer(results, asked, before), results, new)
    spoken = [one for one in candidates if _speaks(one, results, new)]
    new_ones = fresh(spoken or candidates, asked, results, before)
    subject = _subject(results)
    if points_back(asked):
        names = frozenset(map(fold, _NAME.findall(results.question)))
        named = [one for one in new_ones if _has_name(one, names) or is_there(one, before)]
        new_ones = named or new_ones
    found = _only(_fitting(unshown(new_ones, results, before), results), results)
    claims = bool(spoken and new_ones) and _holds_what_is_asked(found, subject, before)
    if new and spoken and not claims and (beside := _beside(results, new)):
        found = _only(beside, results)
    is_near = claims or (bool(spoken) and any(one.fits for one in found.candidates))
    return _Attempt(found, bool(spoken), claims, is_near)


def _alone(asked: str, before: Answer | None, find: Find, quote: Quote) -> Answer | None:
    """Answer a question as if none had been before; None where that finds nothing sure.

    A phrase asks nothing by itself, and "qui est l'éditeur ?" asks for that of something: nothing
    is claimed of these.
    """
    text = alone(asked)
    if not text:
        return None
    results = find(text, "")
    new_ones = fresh(results.candidates, asked, results, before)
    best = max(new_ones, key=lambda one: one.score, default=None)
    if best is None or not _holds(best, results.asked, _MET_ALONE):
        return None
    answer = quote(_only(new_ones, results), is_whole(asked))
    remark = Message("remark.alone", {"question": text})
    return None if answer.status == "refused" else _told(answer, before, [remark])


def _nearer(results: Results, asked: str, before: Answer | None) -> list[Candidate]:
    """Return the candidates, what stands where it was quoted before higher.

    What "il" or "pourquoi" speaks of is likely in that passage, or right after it, else in that
    document, and another day of the same thing ("et en février ?") in that document.
    """
    if before is None:
        return list(results.candidates)
    points, is_day = points_back(asked) or results.own is None, _is_day(asked)
    when = moment(asked)

    def bonus(one: Candidate) -> float:
        is_said = when and when in folded_words(one.laid.texts[one.at]).split()
        after = passages_after(one, before)
        if is_said or (points and after == 0) or (is_day and after is not None):
            return _THERE
        if after is None or not points:
            return 0.0
        return _NEXT if after == 1 else _NEAR

    return [replace(one, score=one.score + bonus(one)) for one in results.candidates]


def _is_day(asked: str) -> bool:
    """Tell whether a question goes on with another day, month or year."""
    return any(answering_spans("date", "", complement(asked)))


def _headed(found: list[Candidate], results: Results, new: Asked | None) -> list[Candidate]:
    """Return the candidates, those that say what is asked for, or stand under it, standing higher.

    "Et les résultats ?" is answered by the slide of that title, not by a line with the word; "et
    combien ont été arrachés ?" by the sentence that has the word, not by the next one. "Combien de
    temps ?" has no word of its own to say.
    """
    if results.own and asked_kind(results.asks) in SURE:
        return found if _asks_no_more(results) else _saying(found, results.own)
    if new is None or not new.weights or asked_kind(results.asks):
        return found
    return [
        replace(one, score=one.score + _HEADED)
        if new.coverage(set(terms(one.hit.passage.title_line))) >= MET
        else one
        for one in found
    ]


def _saying(found: list[Candidate], own: Asked) -> list[Candidate]:
    """Return the candidates, those that say themselves what is asked now standing higher."""
    return [
        replace(one, score=one.score + _SAYS_OWN)
        if own.coverage(one.laid.terms[one.at]) >= MET
        else one
        for one in found
    ]


def _only(kept: list[Candidate], results: Results) -> Results:
    """Return the results with some of their candidates alone, which tell the gate then."""
    if len(kept) == len(results.candidates) or not kept:
        return replace(results, candidates=tuple(kept))
    kind = asked_kind(results.asks)
    evidence = with_answers(results.evidence, results.asked, kind, kept)
    if results.own:
        by_own = with_answers(results.evidence, results.own, kind, kept)
        evidence = between(evidence, by_own)
    return replace(results, candidates=tuple(kept), evidence=evidence)


def _speaks(one: Candidate, results: Results, new: Asked | None) -> bool:
    """Tell whether a sentence speaks of the new thing asked about, or stands where it led."""
    return not new or not new.weights or bool(results.scope) or _holds(one, new, MET)


def _holds(one: Candidate, asked: Asked, least: float) -> bool:
    """Tell whether a sentence is read with so much of what is asked, and holds its numbers."""
    if any(term[0].isdigit() for term in asked.weights):
        # "Atelier 5" is no other workshop, with a 5 in the sentence before.
        here = set(terms(one.hit.passage.context))
        return asked.weights.keys() <= one.laid.terms[one.at] | here
    return asked.coverage(one.read) >= least


def _fitting(found: list[Candidate], results: Results) -> list[Candidate]:
    """Return the sentences that hold the figure or the day asked for, all where none does."""
    is_sure = asked_kind(results.asks) in SURE
    return [one for one in found if one.fits] or found if is_sure else found


def _beside(results: Results, new: Asked) -> list[Candidate]:
    """Return what holds what is asked in documents that have a heading on the new thing."""
    titled = {
        hit.passage.document_id
        for hit in results.hits
        if new.coverage(set(terms(f"{hit.passage.context} {hit.passage.title_line}"))) >= MET
    }
    fitting = [one for one in results.candidates if one.fits]
    return [one for one in fitting if one.hit.passage.document_id in titled]


def _holds_what_is_asked(found: Results, subject: Asked, before: Answer | None) -> bool:
    """Tell whether the best sentence holds the figure or the day asked for, or else the subject.

    "Pourquoi ?" asks nothing else than a reason. Of a figure or a day, what the follow-up says
    itself must be said there too; the subject, where it says no more than that it wants one.
    """
    best = max(found.candidates, key=lambda one: one.score)
    kind = asked_kind(found.asks)
    if kind in SURE:
        if found.own is None or _asks_no_more(found):
            return best.fits and _is_on(best, subject, before)
        return best.fits and found.own.coverage(_said_of(best) | _asking(found)) >= _SAID
    if found.own is None:
        return best.fits
    kept = found.asked.weights.keys() - found.own.weights.keys()
    return not kept or bool(kept & (best.read | set(terms(best.hit.passage.context))))


def _asking(results: Results) -> set[str]:
    """Return the terms that only say what kind of thing is asked for: "temps", "prix"."""
    return set(terms(" ".join(asking_words(asked_kind(results.asks), results.asks))))


def _asks_no_more(results: Results) -> bool:
    """Tell whether a question says no more itself than what kind of thing it asks for."""
    return results.own is not None and results.own.weights.keys() <= _asking(results)


def _said_of(one: Candidate) -> set[str]:
    """Return the terms of a sentence and of the headings above it."""
    passage = one.hit.passage
    return {*one.laid.terms[one.at], *terms(f"{passage.context} {passage.title_line}")}


def _subject(results: Results) -> Asked:
    """Return what is kept of the question before."""
    own = results.own.weights.keys() if results.own else set()
    kept = [word for word in words(results.question) if own.isdisjoint(terms(word))]
    return results.asked.of_own(" ".join(kept))


def _is_on(one: Candidate, subject: Asked, before: Answer | None) -> bool:
    """Tell whether a sentence stands where the subject is spoken of, or was quoted from before."""
    passage = one.hit.passage
    if is_there(one, before):
        return True
    found = one.read | set(terms(f"{passage.context} {passage.text}"))
    telling = rarest(subject)
    return not telling or telling in found or subject.coverage(found) >= _ON_SUBJECT


def _has_name(one: Candidate, names: frozenset[str]) -> bool:
    """Tell whether one of the folded `names` stands where a sentence does; of none, any does."""
    passage = one.hit.passage
    here = folded_words(f"{passage.context} {passage.speaker or ''} {passage.text}")
    return not names or not names.isdisjoint(here.split())


def _told(answer: Answer, before: Answer | None, remarks: Sequence[Message]) -> Answer:
    """Return an answer with its remarks, and that of a quote which was the answer before."""
    quoted = before.citations[:1] if before else ()
    again = any(one.overlaps(other) for one in answer.citations[:1] for other in quoted)
    return replace(answer, remarks=(*remarks, *([Message("remark.again")] if again else ())))
