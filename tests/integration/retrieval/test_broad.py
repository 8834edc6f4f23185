"""Broad questions on the demonstration, with the real encoder."""

from __future__ import annotations

import pytest

from assistant.core import Assistant


@pytest.mark.parametrize(
    ("question", "session"),
    [
        ("Que dit-on de ChatGPT ?", "atelier-1-chatgpt-au-travail"),
        ("que dit le forum sur la voirie", "atelier-6-entretien-de-la-voirie"),
    ],
)
def test_an_overview_begins_with_the_session_devoted_to_it(
    assistant: Assistant, question: str, session: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.intent) == ("answered", "overview")
    assert session in answer.citations[0].passage.document_id
    assert 3 <= len(answer.citations) <= 8
    assert not any("Bonjour" in one.quote for one in answer.citations)


def test_a_session_is_summed_up_by_itself(assistant: Assistant) -> None:
    answer = assistant.ask("Résume l'atelier 3")
    assert (answer.status, answer.intent, answer.scope) == ("answered", "summary", ("l'atelier 3",))
    assert all("atelier-3" in one.passage.document_id for one in answer.citations)


def test_a_session_is_summed_up_as_its_sheet_does(assistant: Assistant) -> None:
    answer = assistant.ask("Résume l'atelier 3")
    sheet = assistant.view().sheet("l'atelier 3")
    points = [point.quote for point in (*sheet.synthesis, *sheet.points)]
    quotes = [cited.quote for cited in answer.citations]
    assert quotes == points[: len(quotes)]
    assert 3 <= len(quotes) <= 8
    assert [cited.number for cited in answer.citations] == list(range(1, len(quotes) + 1))


def test_a_theme_is_told_first_by_the_points_of_the_session_devoted_to_it(
    assistant: Assistant,
) -> None:
    """Then by what the others say; a word more, and it is a theme of its own."""
    answer = assistant.ask("Que dit-on de la restauration scolaire ?")
    sheet = assistant.view().sheet("l'atelier 3")
    points = [point.quote for point in (*sheet.synthesis, *sheet.points)]
    quotes = [cited.quote for cited in answer.citations]
    own = [quote for quote in quotes if quote in points]
    assert len(own) >= 3
    assert quotes[: len(own)] == points[: len(own)]
    others = assistant.ask("Que dit-on des cantines ?").citations[-1]
    assert "atelier-3" not in others.passage.document_id
    narrower = assistant.ask("Que dit-on du bruit à la cantine ?")
    assert "bruit" in narrower.citations[0].quote


def test_what_else_was_said_follows_an_answer_to_an_open_question(assistant: Assistant) -> None:
    """« Combien » asks for one thing, « comment » for several."""
    one = assistant.ask("Combien de repas sont servis par jour ?")
    several = assistant.ask("Comment réduire le gaspillage à la cantine ?")
    assert len(several.citations) > max(3, len(one.citations))
    assert len(several.hits) == 10
    assert [cited.number for cited in several.citations] == [*range(1, len(several.citations) + 1)]


def test_a_theme_that_nothing_treats_is_refused(assistant: Assistant) -> None:
    assert assistant.ask("Que dit-on des antennes-relais ?").status == "refused"


def test_another_theme_takes_the_place_of_the_one_before(assistant: Assistant) -> None:
    previous = "Que dit-on de la voirie ?"
    answer = assistant.ask("et du gaspillage ?", previous=previous)
    assert (answer.intent, answer.subject) == ("overview", previous)
    assert not any("voirie" in one.passage.document_id for one in answer.citations)
