"""What questions ask for, and the words that say it."""

from __future__ import annotations

import pytest

from assistant.query.answer_type import (
    Kind,
    asked_kind,
    asked_verb,
    asking_words,
    asks_list,
    asks_most,
    asks_several,
    counted_noun,
    counted_terms,
    measured_noun,
    tells_most,
)
from assistant.text.analysis import terms

KINDS: dict[str, Kind] = {
    "Combien de repas sert la cantine ?": "number",
    "La cantine sert combien de repas ?": "number",
    "À combien s'élève le budget ?": "number",
    "Depuis combien de temps la piscine est-elle fermée ?": "number",
    "Qui sait combien coûte un repas ?": "number",
    "combien coute la licence": "number",
    "Quel est le montant de la pénalité de retard ?": "number",
    "Quelle est la durée du marché ?": "number",
    "Quel est l'âge minimum ?": "number",
    "Quels sont les tarifs de la piscine ?": "number",
    "Quel pourcentage des agents est formé ?": "number",
    "Quelle part du budget va à la voirie ?": "number",
    "Quel délai pour répondre ?": "number",
    "Quelle subvention pour le stade ?": "number",
    "stade subvention": "number",
    "tarif piscine enfants": "number",
    "nombre de lampadaires": "number",
    "délai raccordement fibre": "number",
    "date inscription crèche": "date",
    "C'était quand la formation ?": "date",
    "C'est quand la réunion ?": "date",
    "Jusqu'à quand les garde-t-on ?": "date",
    "Quel a été le budget du marché ?": "number",
    "Quelle surface fait le parc ?": "number",
    "Quelle est l'indemnité du maire ?": "number",
    "Quel cabinet a fait l'étude ?": "name",
    "Prévenir avant quand ?": "date",
    "horaires déchèterie": "date",
    "le budget participatif est-il reconduit": "",
    "note de synthèse du projet": "",
    "comment le budget de la piscine est réparti": "",
    "le calcul du montant de la taxe de séjour des campings": "",
    "Quand a lieu la collecte ?": "date",
    "Depuis quand le service existe-t-il ?": "date",
    "La piscine ouvre quand ?": "date",
    "et quand a lieu le marché": "date",
    "prix de l'eau quand plusieurs familles partagent un compteur": "",
    "Que faire quand il neige ?": "",
    "En quelle année le service a-t-il ouvert ?": "date",
    "Quel jour passe la collecte des déchets ?": "date",
    "À quelle heure ouvre la mairie ?": "date",
    "Quel est l'horaire de la navette ?": "date",
    "Quand les personnes qui travaillent seront-elles formées ?": "date",
    "Qui a présenté le projet ?": "name",
    "Par qui le projet est-il porté ?": "name",
    "À qui s'adresser ?": "name",
    "Qui est-ce qui gère les bornes ?": "name",
    "Qui explique pourquoi la collecte change ?": "name",
    "Où se trouve la salle ?": "place",
    "Ou se trouve la salle ?": "place",
    "OÙ SE GARER ?": "place",
    "D'où viennent les repas ?": "place",
    "Sait-on d'où viennent les repas ?": "place",
    "La salle de l'atelier, où est-elle ?": "place",
    "Où vont les enfants qui mangent à la cantine ?": "place",
    "Dans quelle ville ?": "place",
    "L'atelier 3, c'est dans quelle salle ?": "place",
    "À quel endroit se garer ?": "place",
    "Quelle est la salle de l'atelier 2 ?": "place",
    "De quelles communes viennent les inscrits ?": "place",
    "À quelle adresse envoyer le dossier ?": "place",
    "À quelle adresse électronique écrire ?": "",
    "Dans quelle mesure est-ce utile ?": "",
    "Pourquoi la collecte change-t-elle ?": "reason",
    "Pour quelle raison la collecte change-t-elle ?": "reason",
    "Quelle est la cause du retard ?": "reason",
    "Pourquoi les agents qui saisissent les données se trompent-ils ?": "reason",
    "Qu'est-ce que le RGPD ?": "",
    "Qu'est-ce qui change en septembre ?": "",
    "Ce qui change en septembre": "",
    "Que font ceux qui arrivent en retard ?": "",
    "Le pain ou les repas ?": "",
    "La cantine est-elle ouverte ou fermée ?": "",
    "Comment inscrire un enfant à la crèche ?": "",
    "Que dit le rapport ?": "",
    "How many meals?": "number",
    "How long does the trial last?": "number",
    "When does the library open?": "date",
    "Who runs the swimming pool?": "name",
    "Where is the library?": "place",
    "Why was the bridge closed?": "reason",
    "What is the RGPD?": "",
    "Que gagnent les élèves qui jettent le moins ?": "",
    "Quel logiciel mesure le remplissage ?": "name",
    "nb d'agents à la cuisine": "number",
    "part de bio à la cantine": "number",
    "surcoût par carrefour": "number",
    "Qui est Camille Bertin ?": "",
    "Qui était M. Morel ?": "",
    "Qui est le chef de projet ?": "name",
    "🙂": "",
    "": "",
    "Prix d'un repas cent pour cent bio à la cantine du bourg": "number",
    "Coût total de la mise à jour du site de la ville": "number",
    "Date limite pour envoyer le dossier de demande de subvention": "date",
    "Part à prendre dans le débat de mardi avec les élus": "",
    "Quel % de femmes postulent": "number",
    "L'indemnité du maire en %": "number",
    "Qui a payé 50 % du projet ?": "name",
    "À partir de quelle puissance ?": "number",
}


@pytest.mark.parametrize(("question", "kind"), KINDS.items(), ids=KINDS)
def test_a_question_says_what_it_asks_for(question: str, kind: Kind) -> None:
    assert asked_kind(question) == kind


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Combien de repas sert-on ?", "repas"),
        ("Il y a combien d'élèves ?", "élèves"),
        ("Quel est le nombre d'habitants ?", "habitants"),
        ("Combien de temps dure l'essai ?", ""),
        ("Combien coûte un repas ?", ""),
    ],
)
def test_what_is_counted_is_named_by_the_question(question: str, noun: str) -> None:
    assert counted_noun(question) == noun


@pytest.mark.parametrize(
    ("question", "asking"),
    [
        ("Combien coûte la piscine ?", ["coûte"]),
        ("Quel délai pour répondre ?", ["délai"]),
        ("Combien de repas par jour ?", []),
        ("À quelle date le stade ouvre-t-il ?", ["date"]),
        ("Dans quelle salle ?", ["salle"]),
        ("Pourquoi ce prix ?", []),
    ],
)
def test_some_words_only_say_what_kind_is_asked_for(question: str, asking: list[str]) -> None:
    assert asking_words(asked_kind(question), question) == asking


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Quelles sont les six clauses ?", True),
        ("Quels métiers vont changer ?", True),
        ("Liste des ateliers", True),
        ("Quel est le prix ?", False),
        ("Combien de repas ?", False),
    ],
)
def test_a_plural_asks_for_more_than_one_thing(question: str, several: bool) -> None:
    assert asks_several(question) is several


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Quelles sont les quatre saisons ?", True),
        ("Liste des parcs", True),
        ("Quelles sont les étapes du chantier ?", True),
        ("Quels parcs ferment ?", False),
        ("Quel parc ferme à six heures ?", False),
    ],
)
def test_a_list_is_wanted_where_its_length_or_the_word_says_so(question: str, wanted: bool) -> None:
    assert asks_list(question) is wanted


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("Quelle école a le plus d'élèves ?", True),
        ("Quelle est la meilleure saison ?", True),
        ("Répondez le plus vite possible", False),
        ("Est-ce plus cher ?", False),
    ],
)
def test_a_superlative_is_told_from_a_comparison(text: str, most: bool) -> None:
    assert asks_most(text) is most
    assert tells_most(text) is most


@pytest.mark.parametrize(
    ("question", "verb"),
    [
        ("Qui a traduit le guide ?", "traduit"),
        ("Qui préside le comité ?", "préside"),
        ("Comment renouveler mon passeport ?", "renouveler"),
        ("Comment faire un don ?", ""),
        ("Qui a expliqué les clauses ?", ""),
        ("Qui est le chef ?", ""),
        ("Que dit-on du pain ?", ""),
    ],
)
def test_what_is_done_is_said_by_a_verb_that_others_repeat(question: str, verb: str) -> None:
    assert asked_verb(question) == verb


def test_people_are_counted_by_any_name() -> None:
    assert {"salar", "agent"} & counted_terms("Combien de personnes travaillent ici ?")
    assert counted_terms("Combien de fours ?") == {"four"}
    assert counted_terms("Où sont les fours ?") == frozenset()


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Combien de km par jour ?", "kilomètres"),
        ("Combien d'agents dans la mission ?", "personnes"),
        ("Combien de kWh par an ?", "kilowattheures"),
    ],
)
def test_what_is_counted_has_other_names(question: str, named: str) -> None:
    assert set(terms(named)) <= counted_terms(question)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Taux de satisfaction des habitants", "satisfaction"),
        ("Quel est le budget total de la voirie ?", "voirie"),
        ("Combien de repas ?", ""),
        ("Quel est le prix ?", ""),
    ],
)
def test_what_is_measured_is_named_by_the_question(question: str, noun: str) -> None:
    assert measured_noun(question) == noun


@pytest.mark.parametrize(
    "text", ["Un frein puissant.", "C'est le problème n°1.", "C'est essentiellement la chaleur."]
)
def test_the_most_is_told_by_other_words(text: str) -> None:
    assert tells_most(text)
