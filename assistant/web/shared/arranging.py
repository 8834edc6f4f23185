"""An answer as it is shown: its citations session by session and place by place, renumbered.

Sessions and places keep the order in which they come first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.records.answers import Answer, AnswerSection, Citation
from assistant.records.documents import Passage, Place
from assistant.records.hits import Hit
from assistant.records.messages import Message
from assistant.view import View


def arranged(view: View, answer: Answer) -> Answer:
    """Return an answer whose citations stand session by session and place by place, renumbered.

    Sessions and places keep the order in which they come first; only an answer in quotes changes.
    """
    if answer.engine != "extractive":
        return answer
    session_of = {
        citation.number: group_of(view, citation.passage) for citation in answer.citations
    }
    sessions = [*dict.fromkeys(session_of.values())]
    spots = [*dict.fromkeys(spot_of(citation) for citation in answer.citations)]
    ordered = sorted(
        answer.citations,
        key=lambda one: (
            sessions.index(session_of[one.number]),
            spots.index(spot_of(one)),
            one.passage.ordinal,
            one.start,
        ),
    )
    numbers = {str(one.number): str(at) for at, one in enumerate(ordered, start=1)}
    citations = tuple(replace(one, number=at) for at, one in enumerate(ordered, start=1))
    renumbered = {old.number: new for old, new in zip(ordered, citations, strict=True)}
    return replace(
        answer,
        citations=citations,
        sections=tuple(_section(section, renumbered) for section in answer.sections),
        text=" ".join(citation.numbered for citation in citations) if answer.text else "",
        remarks=tuple(_renumbered(remark, numbers) for remark in answer.remarks),
    )


def _section(section: AnswerSection, renumbered: Mapping[int, Citation]) -> AnswerSection:
    """Return a section with its citations as they are arranged."""
    citations = [renumbered[citation.number] for citation in section.citations]
    return replace(section, citations=tuple(sorted(citations, key=lambda one: one.number)))


def group_of(view: View, passage: Passage) -> str:
    """Return what groups cards: a session, or a document of none."""
    return view.document(passage.document_id).facts.get("session", "") or passage.document_id


def spot_of(found: Citation | Hit) -> tuple[object, ...]:
    """Return what makes one card of several citations: a page or slide, or a written passage.

    What was said is heard sentence by sentence: each has its own.
    """
    passage = found.passage
    place: Place = found.place if isinstance(found, Citation) else passage.place
    if place.kind in ("page", "slide"):
        return (passage.document_id, place)
    if place.kind == "second":
        return (passage.document_id, place, passage.id, _start(found))
    return (passage.document_id, passage.id)


def _start(found: Citation | Hit) -> int:
    return found.start if isinstance(found, Citation) else 0


def _renumbered(message: Message, numbers: Mapping[str, str]) -> Message:
    """Return a remark that names citations by their new numbers."""
    return Message(
        message.key,
        {
            name: _renumbered(value, numbers)
            if isinstance(value, Message)
            else numbers.get(value, value)
            if name == "number"
            else value
            for name, value in message.values.items()
        },
    )
