"""What is said to the tool itself, "bonjour", "qui es-tu ?" → an `Answer` in words of its own.

Nothing is searched. Whoever greets or asks what the tool can do gets a few questions to try, made
of the programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.query.intent import Talk
from assistant.records.answers import Answer, AssistantLine
from assistant.records.documents import Session
from assistant.retrieval.told_answers import told_answer

_ANSWERS: dict[Talk, str] = {
    "greeting": "talk.greeting",
    "thanks": "talk.thanks",
    "goodbye": "talk.goodbye",
    "abilities": "talk.abilities",
    "identity": "talk.identity",
}
#: A longer title is no theme that one would type, in characters.
_LONGEST_THEME = 50
#: To these, questions to try are an answer.
_WELCOMED = ("greeting", "abilities", "identity")


def small_talk(question: str, talk: Talk, sessions: Sequence[Session], started: float) -> Answer:
    """Answer what is said to the tool. `started` is the `perf_counter` of its arrival."""
    lines = [AssistantLine(_ANSWERS[talk])]
    if talk in _WELCOMED and (tries := [*questions_to_try(sessions)]):
        lines += [AssistantLine("talk.try"), *tries]
    return told_answer(question, lines, engine="talk", intent="talk", started=started)


def questions_to_try(sessions: Sequence[Session]) -> Iterator[AssistantLine]:
    """Give questions that the programme answers, or that its sessions speak of."""
    heads = (session.head for session in sessions)
    themes = [head for head in heads if 0 < len(head) <= _LONGEST_THEME and "(" not in head]
    if themes:
        # The first sessions and the last open and close the event.
        middle = len(themes) // 2
        yield AssistantLine("talk.try_overview", names=(themes[middle],), asks=True)
        yield AssistantLine("talk.try_summary", names=(themes[middle - 1],), asks=True)
    if any(one.date or one.time for one in sessions):
        yield AssistantLine("talk.try_programme", asks=True)
