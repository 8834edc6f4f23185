"""Which sessions a phrase names, and which titles speak of a theme."""

from __future__ import annotations

import pytest

from assistant.query.titles import entitled, named_in, says_its_theme, titled
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


MEETINGS = (
    Session("v/reseaux", "v", "La 5G en ville", speakers=("Élue Première", "Animatrice, réseaux")),
    Session("v/2025-03-04", "v", "Conseil municipal du 4 mars 2025", date="2025-03-04"),
    Session("v/2025-06-02", "v", "Conseil municipal du 2 juin 2025", date="2025-06-02"),
    Session("v/reunion-2", "v", "Réunion 2 : le tri", speakers=("Élu Second",)),
    *(
        Session(f"v/suite-{at}", "v", title, speakers=("Élu Présent",))
        for at, title in enumerate(("Les bus", "Le marché", "La cantine"))
    ),
)


@pytest.mark.parametrize(
    ("phrase", "named"),
    [
        ("l'épisode sur la 5G", ["v/reseaux"]),
        ("le conseil du 4 mars", ["v/2025-03-04"]),
        ("le conseil municipal du 2 juin 2025", ["v/2025-06-02"]),
        ("la réunion du 2 juin", ["v/2025-06-02"]),
        ("la réunion 2", ["v/reunion-2"]),
        ("la réunion sur le tri", ["v/reunion-2"]),
        ("l'émission avec Élu Second", ["v/reunion-2"]),
        ("Élue Première", ["v/reseaux"]),
        ("élu second", ["v/reunion-2"]),
        ("la réunion 3", []),
        ("le conseil du 5 mars", []),
        ("Élue", []),
        ("Première", []),
        ("Élu Présent", []),
        ("la 4G", []),
    ],
)
def test_a_session_that_is_no_workshop_is_named_too_and_one_by_who_speaks_there(
    phrase: str, named: list[str]
) -> None:
    found = named_in(phrase, MEETINGS)
    assert ([one.id for one in found.sessions] if found else []) == named


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


MINUTES = tuple(
    Session(f"c/{folder}", "c", title, document_titles=(of,))
    for folder, title, of in (
        ("6 mars 2017", "Séance du 6 mars 2017", "Conseil"),
        ("juin", "Bureau juin", "Réunion de bureau du 24 juin 2017"),
        ("conseil 29 avril", "Conseil 29 avril", "Compte rendu"),
        ("a", "Budget du 1er mars", "Le budget"),
        ("b", "Forêt du 1er mars", "La forêt"),
    )
)


@pytest.mark.parametrize(
    ("phrase", "named"),
    [
        ("le compte rendu du 6 mars 2017", ["c/6 mars 2017"]),
        ("la réunion de bureau du 24 juin 2017", ["c/juin"]),
        ("le conseil municipal de Lille du 29 avril 2024", ["c/conseil 29 avril"]),
        ("le conseil du 1er mars", []),
        ("le conseil du 29 avril sur les bus", ["c/conseil 29 avril"]),
        ("le marché du 6 mars 2017", []),
        ("le compte rendu du 6 mars 2018", []),
    ],
)
def test_minutes_are_named_by_their_day_or_by_their_document(phrase: str, named: list[str]) -> None:
    found = named_in(phrase, MINUTES)
    assert [one.id for one in (found.sessions if found else ())] == named


@pytest.mark.parametrize(
    ("title", "says"),
    [("Séance du 21 juin 2019", False), ("26 novembre 2021", False), ("Le bruit", True)],
)
def test_a_day_is_no_theme(title: str, says: bool) -> None:
    assert says_its_theme(Session("c/a", "c", title)) is says
