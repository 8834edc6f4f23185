"""Stems: a word meets its plural, and no word that only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.analysis import terms
from assistant.text.folding import fold
from assistant.text.spelling import french_words
from assistant.text.stems import singular, stem

#: Written by hand, kind by kind: what a town hall speaks of.
PLURALS = {
    "in s": """emploi/emplois loi/lois élu/élus vélo/vélos numéro/numéros conseiller/conseillers
        opinion/opinions crédit/crédits conflit/conflits délai/délais essai/essais envoi/envois
        photo/photos vidéo/vidéos info/infos agenda/agendas caméra/caméras revenu/revenus
        tissu/tissus menu/menus ami/amis abri/abris quai/quais souci/soucis mission/missions
        réunion/réunions région/régions avion/avions million/millions danger/dangers
        étranger/étrangers loisir/loisirs avenir/avenirs directeur/directeurs élue/élues
        citoyen/citoyens habitant/habitants forêt/forêts foyer/foyers loyer/loyers
        environ/environs boisson/boissons poisson/poissons hiver/hivers cahier/cahiers
        atelier/ateliers métier/métiers quartier/quartiers cour/cours école/écoles""",
    "in x": """enjeu/enjeux jeu/jeux lieu/lieux milieu/milieux feu/feux cheveu/cheveux vœu/vœux
        bijou/bijoux caillou/cailloux genou/genoux tuyau/tuyaux préau/préaux bureau/bureaux
        réseau/réseaux chef-lieu/chefs-lieux eau/eaux""",
    "in -al": """journal/journaux canal/canaux hôpital/hôpitaux municipal/municipaux
        local/locaux animal/animaux tribunal/tribunaux idéal/idéaux métal/métaux végétal/végétaux
        cheval/chevaux communal/communaux""",
    "in -ail": "travail/travaux bail/baux vitrail/vitraux corail/coraux soupirail/soupiraux",
    "of another gender": "petit/petite gratuit/gratuites étranger/étrangère conseiller/conseillère",
}  # fmt: skip
PAIRS = [
    pytest.param(*pair.split("/"), id=f"{kind}: {pair}")
    for kind, pairs in PLURALS.items()
    for pair in pairs.split()
]


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_a_word_meets_its_plural(one: str, many: str) -> None:
    assert terms(one) == terms(many)


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_it_does_so_in_capitals(one: str, many: str) -> None:
    assert terms(one.upper()) == terms(many.capitalize())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pair.split("/")
        for pair in """loyer/loi foyer/foi noyer/noix mairie/maire voirie/voir voirie/voix
            librairie/libraire mois/moi fois/foi pays/payer poids/poli mars/mari bois/boire
            internet/interne internet/internat périscolaire/préscolaire scolaire/école
            université/univers taux/tôt taxe/taxi cas/caserne repas/réparer propos/propre
            conseil/console voie/voix police/politique équipement/équipe
            environnement/environ collectivité/collecte publicité/public café/caf
            commune/communication centre/central parc/parcours""".split()
    ],
)
def test_words_that_look_alike_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pair.split("/")
        for pair in """pris/prise anglais/anglaise chinois/chinoise promis/promise confus/confuse
            refus/refuser propos/proposer permis/permise exclus/exclu radieux/radieuse
            nombreux/nombreuse gris/grise identifier/identification vérifier/vérifié
            employer/emploi essayer/essai""".split()
    ],
)
def test_what_snowball_brings_together_stays_so(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    "word",
    """sécurité accessibilité mobilité priorité activité collectivité données journée première
    dernières manière matière particulièrement musée autorités capacités identité publicité
    directeur école élève état énergie déchets""".split(),
)
def test_a_word_typed_without_its_accents_has_the_same_stem(word: str) -> None:
    assert stem(fold(word)) == stem(word)


def test_words_of_the_dictionary_meet_their_plural() -> None:
    """Whichever are two words by rule, and not one: "moi" and "mois" are."""
    known = french_words()
    pairs = [
        (one, many)
        for many in known
        if len(many) > 4
        for one in _singulars(many)
        if one in known and many + "e" not in known
    ]
    apart = [pair for pair in pairs if stem(pair[0]) != stem(pair[1])]
    assert len(pairs) > 30_000
    assert len(apart) <= len(pairs) / 1000, apart


def _singulars(many: str) -> list[str]:
    if many.endswith("aux"):
        return [many[:-3] + "al"]
    return [many[:-1]] if many.endswith(("s", "eux", "eaux")) and many[-2] != "s" else []


def test_words_of_the_dictionary_keep_their_stem_in_the_singular() -> None:
    again = [word for word in french_words() if stem(singular(word)) != stem(word)]
    assert len(again) <= 20, again


@given(st.text(max_size=30))
def test_any_text_has_a_stem(word: str) -> None:
    assert isinstance(stem(word.lower()), str)
