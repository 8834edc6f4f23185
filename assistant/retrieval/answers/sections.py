"""What an answer quotes, session by session, and how much more is said there. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from assistant.records.answers import Answer, AnswerSection, Citation
from assistant.records.documents import Passage


def with_sections(
    answer: Answer, session_of: Callable[[str], str], speaking: Iterable[Passage] = ()
) -> Answer:
    """Return an answer with its citations by session, unless it has them.

    The passages `speaking` of what is asked are counted beside those quoted.
    """
    if answer.sections:
        return answer
    quoted: dict[str, list[Citation]] = {}
    for one in answer.citations:
        quoted.setdefault(session_of(one.passage.document_id), []).append(one)
    found = {one.id: one for one in (*speaking, *(one.passage for one in answer.citations))}
    counts = Counter(session_of(one.document_id) for one in found.values())
    sections = (
        AnswerSection(_named(session, cited), tuple(cited), counts[session])
        for session, cited in quoted.items()
    )
    return replace(answer, sections=tuple(sections))


def _named(session: str, cited: list[Citation]) -> str:
    """Return a session's id; "" where a document stands for one."""
    return "" if session == cited[0].passage.document_id else session
