"""Endless sentences of speech → pieces of them that begin as clauses do. Pure.

In: a passage laid out. Out: the same, in pieces. Automatic captions have no mark at all: a passage
of them is one sentence of 150 words, too long to be shown, and greeting and figures alike.
`retrieval.clauses` finds the part of such a sentence that answers a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.layout import Laid
from assistant.retrieval.telling import ENDLESS, HOLDS_TOGETHER, telling

#: What goes before the subject of a clause that is said: "et donc là on…".
_CONNECTS = (
    r"(?:et|mais|donc|alors|puis|ensuite|après|là|voilà|bon|enfin|maintenant|aujourd['’]hui"
    r"|d['’]abord|du coup|par contre|surtout"
    r"|(?:l['’]an(?:née)?|l[ea] \w+) (?:prochaine?|dernière?|suivante?))"
)
#: What a clause begins with: its subject, or what counts up.
_SUBJECT = (
    r"(?:(?:on|je|nous|vous|ils?|elles?|ça|cela)\b|j['’]|c['’](?:est|était)\b|ce (?:qui|que|qu['’])"
    r"|l[ea] (?:premi|deuxi|troisi|quatri|cinqui|derni|second)\w+|pour l[ea]s?\b)"
)
#: What the subject goes on with rather than begins: "ce que | nous faisons", "pour qu'| on".
_GOES_ON = re.compile(
    r"\b(?:qu[ei]?|quand|si|où|comme|dont|lorsque?|puisque?|parce|car|et|ou|mais|donc|alors|puis"
    r"|ensuite|après|là|avec|pour|par|de|à|en|sur|dans|chez|sans|entre|vers|ne|pas|ce)$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(rf"(?<=\s)(?:{_CONNECTS}\s+)*{_SUBJECT}", re.IGNORECASE)
#: A piece has so many words before the next begins, and beyond the second is cut at a cue.
_ENOUGH, _MOST = 22, 45


def in_pieces(laid: Laid) -> tuple[Laid, list[int]]:
    """Return a passage of speech with its endless sentences in pieces; any other as it is.

    With it, for each sentence and piece, the number of the sentence that it is of.
    """
    spans = [*_all_pieces(laid)]
    whole = [at for at, _ in spans]
    if len(whole) == len(laid):
        return laid, whole
    texts = tuple(laid.passage.text[start:end] for _, (start, end) in spans)
    cut = replace(
        laid,
        spans=tuple(span for _, span in spans),
        texts=texts,
        lines=tuple(laid.lines[at] for at in whole),
        titles=tuple(laid.titles[at] for at in whole),
        empty=tuple(
            laid.empty[at] if text == laid.texts[at] else telling(text).empty
            for at, text in zip(whole, texts, strict=True)
        ),
    )
    return cut, whole


def of_pieces(rows: NDArray[np.float32], whole: Sequence[int]) -> NDArray[np.float32]:
    """Return the rows of sentences as those of their pieces; no copy where none was cut."""
    return rows if len(rows) == len(whole) else rows[whole]


def _all_pieces(laid: Laid) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the characters of each sentence, or of its pieces, with its number."""
    is_speech = laid.passage.place.kind == "second"
    for at, text in enumerate(laid.texts):
        if is_speech and len(text.split()) > ENDLESS:
            yield from ((at, piece) for piece in _pieces(laid, at))
        else:
            yield at, laid.spans[at]


def _pieces(laid: Laid, at: int) -> Iterator[tuple[int, int]]:
    """Yield the characters of the pieces of an endless sentence."""
    start, text = laid.spans[at][0], laid.texts[at]
    cues = laid.cues(at)
    bounds = [0]
    for begins, ends in pairwise([*_run_starts(text), len(text)]):
        bounds += _long_cut(text, begins, ends, cues)
    for one, other in pairwise(bounds):
        yield start + one, start + one + len(text[one:other].rstrip())


def _run_starts(text: str) -> Iterator[int]:
    """Yield where the runs of clauses begin that say enough; one that only greets is a run."""
    clauses = (found.start() for found in _CLAUSE.finditer(text))
    begun = [0, *(at for at in clauses if not _GOES_ON.search(text[:at].rstrip()))]
    count, was_idle = _ENOUGH, False
    for begins, ends in pairwise([*begun, len(text)]):
        clause = text[begins:ends]
        is_idle = telling(clause).empty in HOLDS_TOGETHER
        if is_idle or was_idle or count >= _ENOUGH:
            yield begins
            count = 0
        count, was_idle = count + len(clause.split()), is_idle


def _long_cut(text: str, begins: int, ends: int, cues: Sequence[int]) -> Iterator[int]:
    """Yield where the pieces of a run end: at the cues where it has too many words."""
    for cue in cues:
        if begins < cue < ends and len(text[begins:cue].split()) >= _MOST:
            yield cue
            begins = cue
    yield ends
