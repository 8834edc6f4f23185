"""What is answered to whoever talks to the tool itself."""

from __future__ import annotations

from assistant.i18n.told import told_words
from assistant.records import Session
from assistant.retrieval.small_talk import small_talk

SESSIONS = (
    Session("f/a", "f", "Archives : tout garder ?", date="2025-03-18", time="9 h"),
    Session("f/b", "f", "Jardins partagés", date="2025-03-18", time="10 h"),
)


def test_a_greeting_gets_a_greeting_and_questions_to_try() -> None:
    answer = small_talk("Bonjour", "greeting", SESSIONS, 0.0)
    assert (answer.status, answer.engine, answer.intent) == ("answered", "talk", "talk")
    assert told_words(answer.told[0]).startswith("Bonjour !")
    asked = [told_words(one) for one in answer.told if one.asks]
    assert asked == [
        "Que dit-on de « Jardins partagés » ?",
        "Que retenir de « Archives » ?",
        "Quel est le programme ?",
    ]


def test_without_a_programme_nothing_is_proposed() -> None:
    answer = small_talk("Bonjour", "greeting", (), 0.0)
    assert len(answer.told) == 1


def test_thanks_are_answered_without_more() -> None:
    answer = small_talk("Merci !", "thanks", SESSIONS, 0.0)
    assert [told_words(one, "en") for one in answer.told] == [
        "You're welcome. Ask another question whenever you like."
    ]
