"""Questions to try: what is suggested is answered."""

from __future__ import annotations

from assistant.records.answers import AssistantLine
from assistant.retrieval.answers.suggestions import with_answered
from assistant.retrieval.told_answers import told_answer

GREETING = (
    AssistantLine("talk.greeting"),
    AssistantLine("talk.try"),
    AssistantLine("talk.try_overview", names=("Voirie",), asks=True),
    AssistantLine("talk.try_programme", asks=True),
)
ANSWER = told_answer("Bonjour", GREETING, engine="talk", intent="talk", started=0.0)


def test_a_question_that_is_not_answered_is_not_suggested() -> None:
    kept = with_answered(ANSWER, lambda question: "Voirie" not in question)
    assert [one.message for one in kept.told] == ["talk.greeting", "talk.try", "talk.try_programme"]


def test_a_question_is_suggested_where_it_is_answered_in_each_language() -> None:
    asked: list[str] = []

    def is_answered(question: str) -> bool:
        asked.append(question)
        return not question.startswith("What was said")

    kept = with_answered(ANSWER, is_answered)
    assert "Que dit-on de « Voirie » ?" in asked
    assert [one.message for one in kept.told][-1] == "talk.try_programme"
    assert len(kept.told) == 3


def test_nothing_announces_questions_where_none_is_answered() -> None:
    kept = with_answered(ANSWER, lambda _: False)
    assert [one.message for one in kept.told] == ["talk.greeting"]


def test_what_is_no_question_is_never_asked() -> None:
    plain = told_answer(
        "Merci", [AssistantLine("talk.thanks")], engine="talk", intent="talk", started=0.0
    )
    assert with_answered(plain, lambda _: 1 / 0 > 0) == plain  # type: ignore[operator]
