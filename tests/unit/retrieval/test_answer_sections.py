"""An answer's citations session by session."""

from __future__ import annotations

from assistant.records import Answer, Citation, Passage, Place
from assistant.retrieval.answers.sections import with_sections


def cited(number: int, document: str, ordinal: int) -> Citation:
    passage = Passage(document, ordinal, "Les quais rouvrent.", "", Place("line", 1, 1), 3)
    return Citation(number, passage, "Titre", 0, 19)


def answer(*citations: Citation) -> Answer:
    return Answer("quais ?", "answered", "", citations, 1.0, "extractive", (), 0.0)


def session_of(document: str) -> str:
    return document.rpartition("/")[0] or document


def test_citations_are_grouped_by_session_in_the_order_first_quoted() -> None:
    quoted = [cited(1, "e/b/x.txt", 0), cited(2, "e/a/y.txt", 0), cited(3, "e/b/z.txt", 4)]
    sections = with_sections(answer(*quoted), session_of).sections
    assert [one.session for one in sections] == ["e/b", "e/a"]
    assert [[each.number for each in one.citations] for one in sections] == [[1, 3], [2]]


def test_two_excerpts_of_a_passage_are_one_passage() -> None:
    quoted = [cited(1, "e/b/x.txt", 0), cited(2, "e/b/x.txt", 0)]
    (section,) = with_sections(answer(*quoted), session_of).sections
    assert section.passages == 1


def test_a_document_of_no_session_is_under_no_session() -> None:
    (section,) = with_sections(answer(cited(1, "x.txt", 0)), session_of).sections
    assert section.session == ""


def test_what_quotes_nothing_has_no_sections() -> None:
    assert with_sections(answer(), session_of).sections == ()
