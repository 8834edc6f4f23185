"""Two documents that give different figures for the same thing asked: both are shown. Pure.

In: an answer and the sentences that it could be made of. A false alarm would make agents doubt
what is right, so a difference is told only where both sentences hold all that is asked, one figure
each of the same unit, no word such as "environ" between near ones, and no day or year that sets
them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.query.answer_spans import answering_spans
from assistant.query.answer_type import asked_kind, counted_noun
from assistant.records.answers import Answer, Citation
from assistant.records.documents import CONTEXT_SEPARATOR
from assistant.records.messages import Message
from assistant.retrieval.ranking import Asked
from assistant.retrieval.search import Results
from assistant.retrieval.sentences import Candidate
from assistant.text.analysis import fold, terms, words

#: Both sentences hold all that is asked, by weight, with what stands above and before them: "ce
#: forum" weighs little, and is what is asked about all the same.
_HELD = 0.99
#: A word of less weight than so much of the rarest tells nothing apart.
_TELLING = 0.2
#: The event and the session come before the headings of a context.
_HEADINGS = 2
#: A sentence that answers so much worse, in logits, is on something else.
_NEAR = 6.0
#: About the same number, where one of them says "environ".
_ROUNDED = 0.1
_ABOUT = re.compile(
    r"\b(?:environ|pres de|plus de|moins de|a peu pres|quelque|presque|autour de|jusqu'a|au moins"
    r"|en moyenne|une? (?:vingt|trent|cinquant|cent|diz|douz)aine)\b"
)
_OF = re.compile(r"\s?\w+ (?:d['’]|de l['’]|(?:de la|du|des|de) )(?P<of>\w+)")
_DIGITS = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?")
_TIMES = {"mille": 1e3, "million": 1e6, "millions": 1e6, "milliard": 1e9, "milliards": 1e9}
_WORDS = {
    word: float(number)
    for number, word in enumerate(
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze".split(),
        start=2,
    )
}
_UNITS = (
    (re.compile(r"\s?(?:%|pour cent|pourcent)"), "%"),
    (re.compile(r"\s?(?:k€|m€)", re.IGNORECASE), ""),
    (re.compile(r"\s?(?:€|euros?\b)"), "€"),
)


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number as it is written, its value, what it counts, and whether it is about that much."""

    written: str
    value: float
    unit: str
    is_about: bool

    def differs(self, other: _Amount) -> bool:
        """Tell whether two figures count the same, and can't both be right."""
        if not self.unit or self.unit != other.unit or self.value == other.value:
            return False
        gap = abs(self.value - other.value) / max(self.value, other.value)
        return gap > _ROUNDED or not (self.is_about or other.is_about)


def with_contradiction(
    answer: Answer,
    results: Results,
    cite: Callable[[Candidate, int], Citation],
    day_of: Callable[[str], str],
) -> Answer:
    """Return an answer with the figure that contradicts its first quote, where there is one.

    `cite` makes a citation of a sentence, `day_of` gives the day of a document, "" if not known.
    """
    is_number = asked_kind(results.asks) == "number"
    if not answer.citations or not is_number or not _says_of_what(results.asked):
        return answer
    found = next(_differing(answer.citations[0], results), None)
    if found is None:
        return answer
    figure, (one, other) = found
    quoted = next((c for c in answer.citations[1:] if _holds(c, one)), None)
    added = quoted or cite(one, len(answer.citations) + 1)
    first = answer.citations[0]
    remark = Message(
        "remark.differ",
        {
            "first": _told(figure.written, first, day_of),
            "second": _told(other.written, added, day_of),
        },
    )
    citations = answer.citations if quoted else (*answer.citations, added)
    text = answer.text
    if not quoted and answer.status == "answered":
        text = f"{text} {added.numbered}"
    return replace(answer, citations=citations, text=text, remarks=(*answer.remarks, remark))


def _says_of_what(asked: Asked) -> bool:
    """Tell whether a question has two words that tell apart: "combien ça coûte ?" has one.

    "Forum" tells nothing where every passage has it.
    """
    weights = [*asked.plain.values(), *(one.weight for one in asked.concepts)]
    return sum(weight > _TELLING * max(weights) for weight in weights) > 1


def _told(written: str, citation: Citation, day_of: Callable[[str], str]) -> Message:
    """Return a figure with the number of its source, and the day of its document."""
    values = {"figure": written, "number": str(citation.number), "title": citation.title}
    day = day_of(citation.passage.document_id)
    if not day:
        return Message("remark.figure", values)
    return Message("remark.figure_of_day", {**values, "day": "/".join(reversed(day.split("-")))})


def _differing(
    first: Citation, results: Results
) -> Iterator[tuple[_Amount, tuple[Candidate, _Amount]]]:
    """Yield the figure of the first quote, with each sentence and figure that contradicts it."""
    ranked = sorted(results.candidates, key=lambda one: -one.score)
    quoted = next((one for one in ranked if one.fits and _holds(first, one)), None)
    figure = _figure(quoted, results) if quoted else None
    if quoted is None or figure is None:
        return
    for one in ranked:
        if one.score < quoted.score - _NEAR:
            return
        if one.hit.passage.document_id == first.passage.document_id or not one.fits:
            continue
        other = _figure(one, results)
        if other and figure.differs(other) and _days(one) == _days(quoted):
            yield figure, (one, other)


def _holds(citation: Citation, one: Candidate) -> bool:
    """Tell whether a sentence is part of what is quoted."""
    start, end = one.laid.spans[one.at]
    return citation.passage == one.hit.passage and citation.start <= start and end <= citation.end


def _figure(one: Candidate, results: Results) -> _Amount | None:
    """Return the one figure that a sentence gives for what is asked; None where it isn't sure."""
    if results.asked.coverage(one.read & _near_by(one)) < _HELD:
        return None
    text = one.laid.texts[one.at]
    counted = set(terms(counted_noun(results.asks)))
    found = {
        figure
        for start, end in answering_spans("number", results.asks, text)
        if not _is_of_another(text[end:], results.asked)
        and (figure := _figure_at(text, start, end, counted))
    }
    return found.pop() if len(found) == 1 else None


def _near_by(one: Candidate) -> set[str]:
    """Return the terms of a sentence, of that before it, and of the headings of its document.

    Not those of its session's title: "cinq agents" at a session on the town are not all of them.
    """
    passage = one.hit.passage
    headings = passage.context.split(CONTEXT_SEPARATOR)[_HEADINGS:]
    beside = one.laid.terms[max(0, one.at - 1) : one.at + 1]
    return set(terms(" ".join((*headings, passage.title_line)))).union(*beside)


def _is_of_another(after: str, asked: Asked) -> bool:
    """Tell whether what is counted is that of something not asked: "deux agents de l'accueil"."""
    found = _OF.match(after)
    return found is not None and not set(terms(found["of"])) & asked.weights.keys()


def _figure_at(text: str, start: int, end: int, counted: set[str]) -> _Amount | None:
    """Return the figure at some characters; None for a year, and where what it counts isn't it."""
    written = text[start:end]
    value = _value(written)
    if value is None:
        return None
    after = text[start + len(_number_part(written)) :]
    unit = next((name for form, name in _UNITS if form.match(after)), None)
    if unit is None:
        (unit, *_) = [*terms(" ".join(words(text[end:])[:1])), ""]
    if counted and unit not in counted:
        return None
    is_about = _ABOUT.search(fold(text[max(0, start - 25) : start])) is not None
    return _Amount(written, value, unit, is_about) if unit else None


def _number_part(written: str) -> str:
    found = _DIGITS.match(written)
    return found[0] if found else written


def _value(written: str) -> float | None:
    """Return the value of a number; None where it isn't written simply enough to be sure."""
    digits = _DIGITS.match(written)
    if digits is None:
        return _WORDS.get(fold(written.strip()))
    value = float(re.sub(r"\s", "", digits[0]).replace(",", "."))
    times = next((_TIMES[word] for word in words(written[digits.end() :]) if word in _TIMES), 1.0)
    return value * times


def _days(one: Candidate) -> frozenset[str]:
    """Return the days, months and years that a sentence names."""
    text = one.laid.texts[one.at]
    return frozenset(fold(text[start:end]) for start, end in answering_spans("date", "", text))
