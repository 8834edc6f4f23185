"""Two themes or sessions compared: what is said of each → one `Answer`, side by side. Pure.

Nothing is concluded: an agent reads both. A side of which nothing is said is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.records.answers import Answer, Citation
from assistant.records.messages import Message
from assistant.retrieval.overviews.choosing import MOST_EXCERPTS, MOST_WORDS, fitting_points


def side_by_side(
    question: str,
    sides: Sequence[str],
    found: Sequence[Answer | None],
    session_of: Callable[[str], str],
) -> Answer | None:
    """Return both sides in one answer; None where of neither anything is said.

    `found` are the overviews of the `sides`. Of each, the session that says most is shown.
    """
    told = [one for one in found if one and one.status == "answered"]
    if not told:
        return None
    missing = [side for side, one in zip(sides, found, strict=True) if not one or one not in told]
    citations: list[Citation] = []
    for one in told:
        for cited in _side(one, session_of, len(told)):
            if not any(map(cited.overlaps, citations)):
                citations.append(replace(cited, number=len(citations) + 1))
    return replace(
        told[0],
        question=question,
        citations=tuple(citations),
        text=" ".join(one.numbered for one in citations),
        confidence=min(one.confidence for one in told),
        hits=tuple(hit for one in told for hit in one.hits)[:MOST_EXCERPTS],
        scope=(),
        intent="comparison",
        sections=(),
        remarks=tuple(Message("remark.side_missing", {"phrase": side}) for side in missing),
    )


def _side(answer: Answer, session_of: Callable[[str], str], sides: int) -> Iterator[Citation]:
    """Return the share of one side: the excerpts of the session that comes first."""
    first = session_of(answer.citations[0].passage.document_id)
    own = [one for one in answer.citations if session_of(one.passage.document_id) == first]
    return fitting_points(own, MOST_EXCERPTS // sides, MOST_WORDS // sides)
