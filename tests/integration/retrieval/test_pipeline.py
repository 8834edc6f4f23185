"""Questions as agents type them, on the demonstration with the real encoder."""

from __future__ import annotations

from assistant.core import Assistant
from assistant.records import Filters

ORDERS = "forum-ia-demonstration/conference-2-achats-publics"


def test_a_named_session_is_where_is_searched(assistant: Assistant) -> None:
    answer = assistant.ask("Dans la conférence 2, combien le pilote a-t-il coûté ?")
    assert answer.scope
    assert {hit.passage.document_id.rpartition("/")[0] for hit in answer.hits} == {ORDERS}


def test_what_a_session_does_not_tell_is_searched_everywhere(assistant: Assistant) -> None:
    answer = assistant.ask("Dans la conférence 2, quelle est la recette de la tarte au sucre ?")
    assert not answer.scope
    assert len({hit.passage.document_id.rpartition("/")[0] for hit in answer.hits}) > 1


def test_a_filter_that_is_given_wins_over_what_the_words_name(assistant: Assistant) -> None:
    (canteens,) = (one.id for one in assistant.view().sessions if "restauration" in one.id)
    asked = "Dans la conférence 2, que dit-on du gaspillage ?"
    answer = assistant.ask(asked, Filters(sessions=(canteens,)))
    assert not answer.scope
    assert all(hit.passage.document_id.startswith(canteens) for hit in answer.hits)


def test_mistyped_and_everyday_words_are_understood_and_told(assistant: Assistant) -> None:
    answer = assistant.ask("combien de repas sert la cantnie")
    assert ("cantnie", "cantine") in answer.changes
    assert answer.question == "combien de repas sert la cantnie"
    assert "restauration" in answer.hits[0].passage.document_id


def test_a_question_typed_well_is_left_as_it_is(assistant: Assistant) -> None:
    assert assistant.ask("Combien de repas sert la cantine ?").changes == ()


def test_a_follow_up_must_be_met_itself_besides_its_subject(assistant: Assistant) -> None:
    previous = "Combien d'appels le standard reçoit-il chaque année ?"
    assert assistant.ask("Et combien de SMS ?", previous=previous).status == "refused"
    found = assistant.ask("Et pour l'assistant du site, quelles langues ?", previous=previous)
    assert found.status == "answered"
