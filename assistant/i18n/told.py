"""What the tool says in its own words: a `AssistantLine` → a sentence in the reader's language."""

from __future__ import annotations

from assistant.i18n import Language, catalogue, count, in_words, say
from assistant.i18n.days import clock_in_words, day_in_words
from assistant.i18n.names import names_in_words
from assistant.records.answers import Answer, AssistantLine
from assistant.records.documents import Session


def told_words(told: AssistantLine, language: Language = "fr") -> str:
    """Say a line of an answer."""
    values: dict[str, object] = {"names": ", ".join(told.names)}
    if told.session:
        values |= _of_session(told.session, language)
    if f"{told.message}_many" in catalogue():
        return count(told.message, told.number, language, **values)
    return say(told.message, language, **values)


def remark_lines(answer: Answer, language: Language = "fr") -> list[str]:
    """Say what to know of what is shown, a sentence each."""
    return [in_words(remark, language) for remark in answer.remarks]


def _of_session(session: Session, language: Language) -> dict[str, str]:
    """Return what a message may say of a session; `when` is all that is known of day and place."""
    day = day_in_words(session.date, language) if session.date else ""
    known = ", ".join(
        one for one in (day, clock_in_words(session.time, language), session.room) if one
    )
    colon = " : " if language == "fr" else ": "
    return {
        "type": session.type.capitalize() or say("talk.session", language),
        "title": session.title or session.id.rsplit("/", 1)[-1],
        "when": f"{colon}{known}" if known else "",
        "day": day,
        "event": session.event_title or session.event,
        "speakers": names_in_words(session.speakers, language),
    }
