"""What French questions ask for, and the words of a sentence that answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.answer_spans import answering_spans
from assistant.query.answer_type import (
    Kind,
    asked_kind,
    asking_words,
    asks_list,
    asks_most,
    asks_several,
    counted_noun,
    tells_most,
)

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
}


@pytest.mark.parametrize(("question", "kind"), KINDS.items(), ids=KINDS)
def test_a_question_says_what_it_asks_for(question: str, kind: Kind) -> None:
    assert asked_kind(question) == kind


SPANS: dict[str, tuple[Kind, str, list[str]]] = {
    "thousands": ("number", "La cantine sert 2 300 repas.", ["2 300"]),
    "narrow_space": ("number", "Elle sert 2\u202f300 repas.", ["2\u202f300"]),
    "unit": ("number", "Soit 12,5 % ou 1 200,50 euros.", ["12,5 %", "1 200,50 euros"]),
    "point": ("number", "Une hausse de 12.5 % en un an.", ["12.5 %", "un"]),
    "millions": ("number", "Un budget de 2,5 millions d'euros.", ["2,5 millions"]),
    "letters": ("number", "Environ quarante-deux mille repas.", ["quarante-deux mille"]),
    "per_cent": ("number", "Soit soixante-dix pour cent.", ["soixante-dix pour cent"]),
    "and_one": ("number", "vingt et un ou trente-et-une", ["vingt et un", "trente-et-une"]),
    "and_eleven": ("number", "Soixante et onze agents.", ["Soixante et onze"]),
    "article": ("number", "Un agent suit une école.", []),
    "one_month": ("number", "Le délai est d'un mois.", ["un"]),
    "part_of_a_word": ("number", "Le sixième centre, en CO2.", []),
    "day": ("date", "Le mardi 3 mars 2026, puis le 1er avril.", ["mardi 3 mars 2026", "1er avril"]),
    "year": ("date", "Ouvert en 1998, avec 2300 places.", ["1998"]),
    "hour": ("date", "À 14 h 30, 9h ou 18 heures.", ["14 h 30", "9h", "18 heures"]),
    "weekdays": ("date", "Les lundis, et demain.", ["lundis", "demain"]),
    "participle": ("date", "Le service a été créé.", []),
    "summer": ("date", "Pendant l'été, en été ou cet été.", ["été", "été", "été"]),
    "person": ("name", "Le projet est porté par Anne Martin.", ["Anne Martin"]),
    "particle": ("name", "Ainsi parle Jean-Pierre d'Ormesson.", ["Jean-Pierre d'Ormesson"]),
    "institution": ("name", "C'est l'Agence du Numérique.", ["Agence du Numérique"]),
    "role": ("name", "C'est écrit par un groupe d'agents.", ["par un groupe"]),
    "chief": ("name", "C'est le chef qui décide.", ["le chef"]),
    "sentence_start": ("name", "Bonjour. Merci ! Elle dirige la cantine.", []),
    "cells": ("name", "Ville : Lille | Habitants : 12 | Bus : 3", []),
    "bullet": ("name", "- Effectivement, c'est Anne Martin.", ["Anne Martin"]),
    "place": ("place", "La salle est à Villeurbanne.", ["Villeurbanne"]),
    "room": ("place", "L'atelier a lieu salle Écluse.", ["salle Écluse"]),
    "numbers": ("place", "En salle 12 du bâtiment B.", ["salle 12", "bâtiment B"]),
    "hall": ("place", "Dans la salle des mariages.", ["salle des mariages"]),
    "street": ("place", "Au 3, rue de la Gare.", ["rue de la Gare"]),
    "storey": ("place", "Au 2e étage ou au rez-de-chaussée.", ["2e étage", "rez-de-chaussée"]),
    "no_place": ("place", "Il remplace la salle par une autre.", []),
    "because": ("reason", "C'est fermé parce qu'il gèle.", ["parce qu'"]),
    "because_of": ("reason", "En raison du vent, à cause du gel", ["En raison du", "à cause du"]),
    "no_reason": ("reason", "Pour finir, 12 pour cent, le parc pour ne pas le citer.", []),
    "purpose": ("reason", "On a coupé l'eau pour réparer.", ["pour"]),
    "nothing_asked": ("", "La cantine sert 2 300 repas.", []),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "sentence", "spans"), SPANS.values(), ids=SPANS)
def test_the_answering_spans_are_those_of_the_kind(
    kind: Kind, sentence: str, spans: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans(kind, "Qui ?", sentence)] == spans


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "spans"),
    [
        ("number", "Combien de repas en 2024 ?", "En 2024, 2 300 repas.", ["2 300"]),
        ("number", "Combien de fois deux ?", "Deux fois trois.", ["trois"]),
        ("date", "Quand, en mars ?", "En mars, le 3 mars.", ["3 mars"]),
        ("name", "Qui dirige Valdeclair ?", "À Valdeclair, c'est Anne Martin.", ["Anne Martin"]),
        ("place", "Où est l'ecole ?", "Au pied de l'École.", []),
        ("place", "Dans quelle salle est l'Écluse ?", "La salle Écluse est salle 3.", ["salle 3"]),
        ("reason", "Pourquoi fermer pour travaux ?", "Fermé pour travaux.", ["pour"]),
    ],
)
def test_what_the_question_holds_already_does_not_answer(
    kind: Kind, question: str, sentence: str, spans: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans(kind, question, sentence)] == spans


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_written_spans_are_ordered_and_not_empty(question: str, sentence: str) -> None:
    for kind in (asked_kind(question), "number", "date", "name", "place", "reason"):
        flat = [at for span in answering_spans(kind, question, sentence) for at in span]
        assert flat == sorted(set(flat))
        assert all(0 <= at <= len(sentence) for at in flat)


@pytest.mark.parametrize(
    "piece", ["12 000 ", "deux cents ", "Qui ", "Anne d'", "3 mars ", "salle de ", "1"]
)
def test_a_very_long_text_is_looked_through(piece: str) -> None:
    text = piece * 5_000
    for kind in ("number", "date", "name", "place", "reason"):
        assert all(a < b for a, b in answering_spans(kind, "", text))
    assert asked_kind(text) in ("", "name")


@pytest.mark.parametrize(
    ("question", "sentence", "spans"),
    [
        ("Combien coûte le pilote ?", "Les 14 agents ont payé 18 600 €.", ["18 600 €"]),
        ("Quel est le budget ?", "En 2024, deux millions d'euros.", ["deux millions"]),
        ("Combien de temps dure l'essai ?", "Les 14 agents y passent 3 jours.", ["3"]),
        ("Quel délai pour répondre ?", "Il y a 12 agents.", []),
        ("Combien d'agents ?", "Les 14 agents ont payé 9 €.", ["14"]),
        ("Combien d'élèves mangent ici ?", "Soit 12 % de 300 élèves.", ["300"]),
        (
            "Quel taux de casse ?",
            "En 3 mois, 12 % de casse, 7 pour cent ici.",
            ["12 %", "7 pour cent"],
        ),
        ("How much does the pool cost?", "Les 25 mètres coûtent 4 euros.", ["4 euros"]),
        ("How long is the course?", "Les 14 agents y passent 3 jours.", ["3"]),
        ("tarifs piscine", "Le bassin de 25 mètres, 4 euros.", ["4 euros"]),
    ],
)
def test_a_number_is_counted_in_what_is_asked(
    question: str, sentence: str, spans: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans("number", question, sentence)] == spans


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
    ("question", "sentence", "spans"),
    [
        ("À quelle heure ouvre le hall ?", "Le mardi, il ouvre à 8 h 30.", ["8 h 30"]),
        (
            "À quelle heure ouvre le hall ?",
            "Il ouvre à six heures et demie.",
            ["six heures et demie"],
        ),
        ("Quel jour passe la benne ?", "En janvier, elle passe le mardi.", ["mardi"]),
        ("En quelle année a-t-il ouvert ?", "Le 3 mars 2026, un mardi.", ["3 mars 2026"]),
        ("Quand ouvre le hall ?", "Le mardi, il ouvre à 8 h 30.", ["mardi", "8 h 30"]),
    ],
)
def test_who_asks_for_an_hour_or_a_day_gets_that(
    question: str, sentence: str, spans: list[str]
) -> None:
    found = answering_spans("date", question, sentence)
    assert [sentence[start:end] for start, end in found] == spans
