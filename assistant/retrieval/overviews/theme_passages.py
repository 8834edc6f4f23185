"""A wide search for a theme → the passages that what was said of it is looked for in.

In: `Results`, and the index they were found in. Out: the passages found, and the others of the
sessions that are on the theme, each with the vectors of its sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from assistant.i18n.places import automatic_of
from assistant.index.search_index import SearchIndex
from assistant.records.answers import Intent
from assistant.records.documents import Passage
from assistant.records.hits import Hit
from assistant.records.vectors import Scores, Vector, Vectors
from assistant.retrieval.layout import laid_out
from assistant.retrieval.overviews.pieces import in_pieces, of_pieces
from assistant.retrieval.overviews.theme_sentences import (
    ABOUT,
    ThemePassage,
    held_by,
    session_shares,
    unit,
)
from assistant.retrieval.search import Results

#: All of a session is looked at to so many passages.
WHOLE = 200
#: All of a session is looked at where so much of what was found is of it, and at least so many of
#: its passages hold so much of the theme's words: one that mentions it isn't enough.
_MOSTLY = 0.4
_FEWEST_ABOUT = 2
_MENTIONS = 0.3


def sessions_by_document(index: SearchIndex) -> Callable[[str], str]:
    """Return what gives the session of a document; one without is a session of its own."""
    documents = index.documents()
    return lambda id_: documents[id_].facts.get("session", "") or id_


def speaking(results: Results) -> list[Passage]:
    """Return the passages found that speak of what was searched: they hold half of its words."""
    asked = results.asked
    return [hit.passage for hit in results.hits if held_by(hit.passage, asked) >= ABOUT]


def pool(
    results: Results,
    index: SearchIndex,
    session_of: Callable[[str], str],
    devoted: Sequence[str] = (),
    answering: Sequence[str] = (),
    *,
    intent: Intent = "fact",
) -> list[ThemePassage]:
    """Return the passages found, and the others of the sessions that are on the theme.

    Those are the `devoted` ones, and one that most of what was found stands in, where two passages
    hold a third of the theme's words (half where it is the theme alone that is asked) or it is one
    of the `answering` ones.
    """
    shares = session_shares(results.hits, session_of)
    least = ABOUT if intent == "overview" else _MENTIONS
    about = Counter(
        session_of(hit.passage.document_id)
        for hit in results.hits
        if held_by(hit.passage, results.asked) >= least
    )
    core = {
        session
        for session, share in shares.items()
        if share >= _MOSTLY and (about[session] >= _FEWEST_ABOUT or session in answering)
    }.union(devoted)
    vectors: dict[str, list[Vectors]] = {}
    middles: dict[str, Vector] = {}

    def of(id_: str) -> list[Vectors]:
        if id_ not in vectors:
            vectors[id_] = index.sentence_vectors(id_)
            middles[id_] = unit(np.concatenate(vectors[id_]).mean(axis=0))
        return vectors[id_]

    found = [
        _theme_passage(
            hit,
            cosines,
            of(id_)[hit.passage.ordinal],
            middles[id_],
            is_core=session_of(id_) in core,
        )
        for hit, cosines in zip(results.hits, results.sentences, strict=True)
        for id_ in [hit.passage.document_id]
    ]
    have = {(one.hit.passage.document_id, one.hit.passage.ordinal) for one in found}
    for id_ in [id_ for id_ in index.documents() if session_of(id_) in core]:
        for passage, own in zip(index.passages_of(id_)[:WHOLE], of(id_), strict=False):
            if (id_, passage.ordinal) not in have and len(own):
                cosines: Scores = own @ results.vector
                last = replace(
                    results.hits[-1], passage=passage, title=index.documents()[id_].title,
                    rank=len(results.hits) + 1, cosine=float(cosines.max()), reply=False,
                    automatic=automatic_of(index.documents()[id_].facts, passage.place),
                )  # fmt: skip
                found.append(
                    _theme_passage(last, cosines, own, middles[id_], is_core=True, is_beyond=True)
                )
    return found


def _theme_passage(
    hit: Hit,
    cosines: Scores,
    vectors: Vectors,
    middle: Vector,
    *,
    is_core: bool,
    is_beyond: bool = False,
) -> ThemePassage:
    """Return a passage with its endless sentences in pieces, each with its sentence's vector."""
    laid, whole = in_pieces(laid_out(hit.passage))
    own, near = of_pieces(vectors, whole), of_pieces(cosines, whole)
    return ThemePassage(hit, laid, near, own, middle, is_core, is_beyond)
