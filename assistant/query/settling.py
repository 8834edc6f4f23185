"""A question → the same words as they are encoded, however it was typed. Pure.

The encoder tells « COMBIEN D'AGENTS » from « combien d'agents » and « Combien d'agents ? », though
they ask the same: capitals and the sign at the end are settled first. Number is not: written in
the number that the documents use, questions find the right place less often (docs/retrieval.md).
"""

from __future__ import annotations

import re

from assistant.query.leaning import ASKS, plain_form

_SIGNS = " .?!…"
#: "A-t-il", "peut-on": what asks without a word for it.
_INVERTED = re.compile(r"\w-(?:t-)?(?:je|tu|ils?|elles?|on|nous|vous)\b", re.IGNORECASE)


def settled(question: str, *, ends: bool = True) -> str:
    """Return a question with its capitals and the sign at its end settled.

    Words to look for stay as they are, unless all are in capitals. Where it doesn't `ends`, another
    text follows it.
    """
    text = question.lower() if question.isupper() and len(question.split()) > 1 else question
    if not (ASKS.search(plain_form(text)) or _INVERTED.search(text)):
        return text
    text = text[:1].upper() + text[1:]
    return f"{text.rstrip(_SIGNS)} ?" if ends else text
