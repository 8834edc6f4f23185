"""Which themes come up in several sessions, and what tells most of each."""

from __future__ import annotations

from assistant.sheets.themes import Excerpt, themes


def excerpt(text: str, heading: str = "", worth: float = 0.5) -> Excerpt:
    return Excerpt(text, heading, worth)


SESSIONS = {
    "forum/cantines": [
        excerpt("Économie estimée : 31 000 € par an", "Coûts"),
        excerpt("Le délégué à la protection des données a demandé des effectifs seuls.", "Outil"),
    ],
    "forum/voirie": [
        excerpt("Une campagne revient à 27 000 euros.", "Ce que cela coûte"),
        excerpt("Nous avons consulté le délégué à la protection des données.", "Caméras"),
        excerpt("La caméra ne garde aucune image.", "Caméras"),
    ],
    "forum/dechets": [
        excerpt("L'abonnement coûtera 5 200 euros.", "Coûts", 0.4),
        excerpt("Le coût du capteur est de 155 euros.", "Capteurs", 0.5),
    ],
    "forum/achats": [excerpt("Nous n'avons pas publié le prix.", "Nos erreurs")],
}


def test_a_theme_stands_in_the_headings_of_several_sessions_or_is_a_phrase_of_several() -> None:
    found = {one.words: [*one.excerpts] for one in themes(SESSIONS)}
    (cost,) = (sessions for words, sessions in found.items() if words in ("coût", "coûts"))
    assert cost == ["forum/cantines", "forum/voirie", "forum/dechets"]
    assert found["protection des données"] == ["forum/cantines", "forum/voirie"]
    assert not {"erreurs", "caméra", "caméras", "prix"} & found.keys()


def test_the_excerpt_under_the_heading_of_the_theme_tells_most_of_it() -> None:
    (cost,) = (one for one in themes(SESSIONS) if one.words in ("coût", "coûts"))
    assert cost.excerpts["forum/dechets"] == 0
    assert cost.excerpts["forum/cantines"] == 0


def test_what_all_sessions_say_and_what_one_says_is_no_theme() -> None:
    alike = {f"forum/{n}": [excerpt("La mairie a choisi un outil.", "Outil")] for n in range(8)}
    assert themes(alike) == []
    assert themes({"forum/seule": SESSIONS["forum/cantines"]}) == []
    assert themes({}) == []
