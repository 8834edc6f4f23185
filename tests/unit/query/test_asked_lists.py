"""Which things a question for several asks for."""

from __future__ import annotations

import pytest

from assistant.query.asked_lists import asked_noun, wants_list
from assistant.text.analysis import terms


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Quels critères pour juger les offres ?", "critères"),
        ("quelles sont les obligations de transparence", "obligations"),
        ("Liste des interdictions", "interdictions"),
        ("les 5 engagements du forum", "engagements"),
        ("Les quatre cas de cession", "cas"),
        ("étapes du projet", "étapes"),
        ("axes de la stratégie", "axes"),
    ],
)
def test_what_is_asked_for_stands_after_what_asks_for_several(question: str, noun: str) -> None:
    assert wants_list(question)
    assert asked_noun(question) == set(terms(noun))


@pytest.mark.parametrize("question", ["Quel critère ?", "Combien de repas ?", "le budget", ""])
def test_who_asks_for_one_thing_wants_no_list(question: str) -> None:
    assert not wants_list(question)
