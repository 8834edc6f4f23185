"""Two sides in one answer."""

from __future__ import annotations

from assistant.records import Answer, Citation, Passage, Place
from assistant.records.answers import Status
from assistant.retrieval.answers.comparison import side_by_side


def cited(session: str, at: int, words: int = 10) -> Citation:
    text = " ".join([f"{session}{at}"] * words)
    passage = Passage(f"e/{session}/a.txt", at, text, "", Place("line", at + 1, at + 1), words)
    return Citation(at + 1, passage, "Titre", 0, len(text))


def found(*citations: Citation, status: Status = "answered") -> Answer:
    return Answer("q", status, "", citations, 0.95, "extractive", (), 0.0)


def session_of(document_id: str) -> str:
    return document_id.split("/")[1]


def compared(one: Answer | None, other: Answer | None) -> Answer | None:
    return side_by_side("Compare a et b", ("a", "b"), (one, other), session_of)


def test_each_side_has_half_of_what_is_shown_numbered_on() -> None:
    answer = compared(
        found(*(cited("a", at) for at in range(8))), found(*(cited("b", at) for at in range(8)))
    )
    assert answer is not None
    assert answer.intent == "comparison"
    shown = [session_of(one.passage.document_id) for one in answer.citations]
    assert shown == ["a"] * 4 + ["b"] * 4
    assert [one.number for one in answer.citations] == list(range(1, 9))
    assert "[8]" in answer.text
    assert answer.remarks == ()


def test_of_each_side_the_session_that_says_most_is_shown() -> None:
    answer = compared(found(cited("a", 0), cited("c", 0)), found(cited("b", 0)))
    assert answer is not None
    assert [session_of(one.passage.document_id) for one in answer.citations] == ["a", "b"]


def test_a_side_of_which_nothing_is_said_is_named() -> None:
    answer = compared(found(cited("a", 0)), found(status="refused"))
    assert answer is not None
    assert [(one.key, one.values) for one in answer.remarks] == [
        ("remark.side_missing", {"phrase": "b"})
    ]


def test_nothing_is_compared_where_neither_side_is_spoken_of() -> None:
    assert compared(found(status="refused"), None) is None


def test_what_both_sides_quote_is_shown_once() -> None:
    answer = compared(found(cited("a", 0)), found(cited("a", 0)))
    assert answer is not None
    assert len(answer.citations) == 1
