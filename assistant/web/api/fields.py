"""What programs ask for, by the names of their fields: a JSON object → a question and its limits.

The API and the tools for language models take the same fields; filters are called as they are in
the page's addresses.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import RequestError
from assistant.records import Filters
from assistant.web.shared.facets import FACETS, filters_of

QUESTION, NUMBER, PREVIOUS = "q", "k", "precedente"
#: What both take: the question, and where to look.
SHARED = (QUESTION, *(facet.parameter for facet in FACETS))
SEARCH_FIELDS = (*SHARED, NUMBER)
ASK_FIELDS = (*SHARED, PREVIOUS)

#: Passages given where nothing is said, and at most.
USUAL_NUMBER, MOST_NUMBER = 10, 50
#: Values of one filter.
MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """A question that a program asks."""

    question: str
    filters: Filters
    number: int = USUAL_NUMBER
    previous: str = ""


def wish_in(sent: Mapping[str, object], known: tuple[str, ...]) -> Wish:
    """Return what a JSON object asks for, its fields among those `known`. Raises RequestError."""
    for name in sent:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise RequestError(
                "field_unknown", name=name[:100], nearest=near, known=", ".join(known)
            )
    if QUESTION not in sent:
        raise RequestError("field_missing", name=QUESTION)
    return Wish(
        question=_text(sent, QUESTION),
        filters=filters_of([_texts(sent, facet.parameter) for facet in FACETS]),
        number=_number(sent, NUMBER),
        previous=_text(sent, PREVIOUS),
    )


def _text(sent: Mapping[str, object], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise RequestError("field_not_text", name=name)
    return value


def _texts(sent: Mapping[str, object], name: str) -> list[str]:
    values = sent.get(name, [])
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise RequestError("field_not_texts", name=name, most=MOST_VALUES)
    texts = [one for one in values if isinstance(one, str)]
    if len(texts) != len(values):
        raise RequestError("field_not_texts", name=name, most=MOST_VALUES)
    return texts


def _number(sent: Mapping[str, object], name: str) -> int:
    value = sent.get(name, USUAL_NUMBER)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not 1 <= value <= MOST_NUMBER:  # type: ignore[operator]
        raise RequestError("field_not_number", name=name, most=MOST_NUMBER)
    return value  # type: ignore[return-value]
