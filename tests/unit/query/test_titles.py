"""Which sessions a phrase names, and which titles speak of a theme."""

from __future__ import annotations

import pytest

from assistant.query.titles import entitled, named_in, titled
from assistant.records import Session

SESSIONS = tuple(
    Session(f"f/{slug}", "f", title, "Forum des quartiers", type_, (who,), "2025-06-02", time)
    for slug, title, type_, time, who in (
        ("conference-1-accueil", "Accueil", "conférence", "09:00", "Maire"),
        ("atelier-1-bruit", "Le bruit en ville : mesurer, agir", "atelier", "10:00", "Acousticien"),
        ("atelier-2-dechets", "Collecte des déchets", "atelier", "11:00", "Animatrice, propreté"),
        ("atelier-3-velo", "Le plan vélo des écoles", "atelier", "14:00", "Animatrice, mobilités"),
    )
)


@pytest.mark.parametrize(
    ("phrase", "named", "theme"),
    [
        ("l'atelier 2", ["f/atelier-2-dechets"], ""),
        ("à l'atelier 2", ["f/atelier-2-dechets"], ""),
        ("l'atelier 2 sur le verre", ["f/atelier-2-dechets"], "le verre"),
        ("l'atelier sur le bruit", ["f/atelier-1-bruit"], ""),
        ("l'atelier sur les poubelles", ["f/atelier-2-dechets"], ""),
        ("« Le plan vélo des écoles »", ["f/atelier-3-velo"], ""),
        ("le troisième atelier", ["f/atelier-3-velo"], ""),
        ("l'après-midi", ["f/atelier-3-velo"], ""),
        ("les ateliers du matin", ["f/atelier-1-bruit", "f/atelier-2-dechets"], ""),
        ("après-midi sur le verre", ["f/atelier-3-velo"], "le verre"),
        ("atelier déchets", ["f/atelier-2-dechets"], ""),
        ("le bruit en ville", ["f/atelier-1-bruit"], ""),
        ("l'atelier de l'acousticien", ["f/atelier-1-bruit"], ""),
        ("le discours du maire", ["f/conference-1-accueil"], ""),
        ("l'intervention de l'animatrice mobilités", ["f/atelier-3-velo"], ""),
        ("les ateliers", ["f/atelier-1-bruit", "f/atelier-2-dechets", "f/atelier-3-velo"], ""),
    ],
)
def test_a_session_is_named_by_its_number_or_its_theme(
    phrase: str, named: list[str], theme: str
) -> None:
    found = named_in(phrase, SESSIONS)
    assert found is not None
    assert ([one.id for one in found.sessions], found.theme) == (named, theme)
    assert not found.is_event


@pytest.mark.parametrize("phrase", ["le forum", "la journée", "Forum des quartiers"])
def test_the_event_is_all_its_sessions(phrase: str) -> None:
    found = named_in(phrase, SESSIONS)
    assert found is not None
    assert found.is_event
    assert len(found.sessions) == 4


@pytest.mark.parametrize(
    "phrase", ["l'atelier 9", "la piscine", "le compost", "le maire", "le soir", ""]
)
def test_what_is_not_on_the_programme_names_nothing(phrase: str) -> None:
    assert named_in(phrase, SESSIONS) is None


@pytest.mark.parametrize(
    ("theme", "ids"),
    [
        ("bruit", ["f/atelier-1-bruit"]),
        ("les poubelles", ["f/atelier-2-dechets"]),
        ("le vélo à l'école", ["f/atelier-3-velo"]),
        ("la piscine", []),
        ("le bruit des poubelles", []),
        ("la formation des écoles", []),
        ("la formation vélo", ["f/atelier-3-velo"]),
        ("", []),
    ],
)
def test_a_title_speaks_of_a_theme_by_all_its_words_or_synonyms(theme: str, ids: list[str]) -> None:
    assert [one.id for one in entitled(theme, SESSIONS)] == ids


def test_a_synonym_of_one_stem_with_another_word_of_a_title_is_not_in_it() -> None:
    """« Agent » is also called « personnel », which is no word of « données personnelles »."""
    sessions = (Session("f/donnees", "f", "Les données personnelles"),)
    assert entitled("les agents", sessions) == ()
    assert entitled("les agents", (Session("f/p", "f", "Le personnel des crèches"),))


ALIKE = (
    Session("f/ecoconception", "f", "Écoconception des services numériques"),
    Session("f/ministere", "f", "L'écoconception dans un ministère international"),
    Session("f/a", "f", "Mesurer le vélo des écoles"),
    Session("f/b", "f", "Payer le vélo des écoles"),
)


@pytest.mark.parametrize(
    ("phrase", "named"),
    [
        ("la formation écoconception", ["f/ecoconception"]),
        ("la séance vélo école", []),
    ],
)
def test_of_several_titles_that_fit_it_is_the_one_that_says_little_else(
    phrase: str, named: list[str]
) -> None:
    found = named_in(phrase, ALIKE)
    assert [one.id for one in found.sessions] == named if found else named == []


def test_a_whole_title_or_folder_names_a_session_and_a_part_of_it_does_not() -> None:
    found = {name: [one.id for one in titled(name, SESSIONS)] for name in ("Accueil", "vélo")}
    assert found == {"Accueil": ["f/conference-1-accueil"], "vélo": []}
    assert [one.id for one in titled("atelier 3 vélo", SESSIONS)] == ["f/atelier-3-velo"]
