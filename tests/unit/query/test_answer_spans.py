"""Which words of a sentence are of the kind that a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.answer_spans import answering_spans, holds_asked, named_moments
from assistant.query.answer_type import Kind, asked_kind


def spans(question: str, sentence: str) -> list[str]:
    """Return what answers in a sentence, as the question says what it asks."""
    found = answering_spans(asked_kind(question), question, sentence)
    return [sentence[start:end] for start, end in found]


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        # "Il" is nobody, and a town where something is, neither.
        ("Qui relit les fiches ?", "Il cherche dans 340 fiches relues", []),
        ("Qui anime la voirie ?", "À Lille, il y a 118 kilomètres.", []),
        ("Qui dirige le service ?", "Camille Rozier dirige le service.", ["Camille Rozier"]),
        # Whoever speaks is not told to be the one.
        ("Qui a payé ?", "– Anne Martin : c'est payé.", []),
        # A tool has a name, and is no agent.
        ("Quel logiciel lit la voix ?", "Un agent emploie Whisper.", ["Whisper"]),
        ("nom de l'outil de relecture", "L'outil Relectio relit.", ["Relectio"]),
        # A share of what is counted tells how many; another unit doesn't.
        ("Combien d'agents handicapés ?", "Elle emploie 6,8 % d'agents, en dix jours.", ["6,8 %"]),
        ("Combien de CO2 par an ?", "Elle émet 20 grammes de CO2 en 3 heures.", ["20"]),
        ("Combien de jours ?", "Dans un délai de dix jours.", ["dix"]),
        ("Combien de fours en tout ?", "Depuis mai 2024, trois fours.", ["trois"]),
        # What is saved is no cost.
        ("Que coûte un capteur ? Quel prix ?", "L'économie est de 900 euros.", []),
        ("Combien d'euros économisés ?", "L'économie est de 900 euros.", ["900 euros"]),
        ("Quel prix ?", "L'économie tient au coût du repas, 2 euros.", ["2 euros"]),
        ("Quel prix ?", "Selon le rapport, le four vaut 90 euros.", ["90 euros"]),
        ("À quel âge jeter un PC ?", "On en recycle 31 %. Après 10 ans, tous.", ["10"]),
        ("Depuis combien de temps est-elle là ?", "Trente minutes, et sept ans.", ["sept"]),
        ("heure de la clôture", "La clôture, 16 h 30.", ["16 h 30"]),
        ("Où se tient le forum ?", "Le forum se tient à Rennes.", ["Rennes"]),
        ("Dans quel pays est-ce ?", "C'est ce que consomme la Suède.", ["Suède"]),
        ("Où a-t-il parlé ?", "Au Muséum, jeudi.", ["Muséum"]),
        # Somebody's name, or the title of a talk, is no town.
        ("Dans quelle ville est-ce ?", "Intervention de Camille Rozier, Pot d'Avril", []),
        ("Dans quelle ville est-ce ?", "Elle vient de la ville de Pau.", ["ville de Pau"]),
        # A unit may stand right behind its number.
        ("Combien de temps ?", "C'est prévu de 9h à 10h30, en 45min.", ["9", "10", "45"]),
        ("Combien d'années encore ?", "Il reste 12 jours, puis quatre ans.", ["12", "quatre"]),
        ("À quelle heure ?", "À 10h30, ou 23H.", ["10h30", "23H"]),
        ("Quelle longueur de piste ?", "8 000 € pour 5km de piste.", ["5"]),
        ("Quelle surface ?", "12 lots sur 3 hectares.", ["3"]),
        ("Quel poids de déchets ?", "12 sacs, soit 31 kg.", ["31"]),
        ("Quelle part des habitants ?", "28 ans, 40 %, un tiers.", ["40 %", "un tiers"]),
        # The unit is that of what is asked, not of any word.
        ("Quel poids a le prix dans la note ?", "Entre 40 et 45 % de la note.", ["40", "45 %"]),
        ("Quel pourcentage du budget ?", "2 000 € soit 4 %.", ["4 %"]),
        # "30 millions d'Amis" is no price, and what is saved none either.
        ("Quel prix ?", "Avec 30 millions d'Amis.", []),
        ("Quel prix ?", "Un total de 30 millions d'euros.", ["30 millions"]),
        ("Combien coûte la cellule ?", "On compte 70 000 € d'économies.", []),
        ("Quelle est l'indemnité ?", "Deux adjoints reçoivent 900 euros.", ["900 euros"]),
        ("Quel a été le budget ?", "En 2015, puis 250 000 €.", ["250 000 €"]),
        # The first word of a sentence is no part of a name.
        ("Quelle entreprise ?", "Camille Rozier Voilà, c'est dit.", ["Camille Rozier"]),
    ],
)
def test_what_answers_is_of_the_kind_that_is_asked(
    question: str, sentence: str, found: list[str]
) -> None:
    assert spans(question, sentence) == found


@pytest.mark.parametrize(
    ("question", "text", "told", "holds"),
    [
        ("Où partent les restes ?", "Les restes partent à la ferme.", 0.9, True),
        ("Où partent les restes ?", "On en parle à la fin.", 0.9, False),
        ("Où partent les restes ?", "On en parle à la ferme.", 0.4, False),
        ("Comment s'appelle la colonne ?", "La colonne « relecture ».", 0.9, True),
        ("Comment s'appelle la colonne ?", "La colonne est neuve.", 0.9, False),
        # A name further on is another's.
        ("Comment s'appelle le préfet ?", "Le préfet, Jean Martin, est là.", 0.9, True),
        (
            "Comment s'appelle le préfet ?",
            "Le préfet a sorti un texte qui vaut, selon lui et tous ses services, un PTGE.",
            0.9,
            False,
        ),
        ("Quel est le numéro de téléphone du musée ?", "Le musée a un numéro.", 1.0, False),
        ("Quel est le numéro de téléphone du musée ?", "Le musée : 01 02 03 04 05.", 1.0, True),
        ("À quelle adresse mail écrire ?", "Écrire à contact@ville.example.", 1.0, True),
        ("À quelle adresse est le musée ?", "Le musée donne à Saint-Vincent.", 1.0, False),
        ("À quelle adresse est le musée ?", "Le musée, 3 rue de la Gare.", 1.0, True),
        ("Pourquoi le musée ferme ?", "Le musée ferme.", 1.0, False),
        ("Quelle marque de caméra ?", "Une caméra est posée.", 0.9, False),
        ("Quel outil est retiré ?", "Un outil de notation est retiré.", 0.9, True),
        ("Combien de repas ?", "Des repas sont servis.", 1.0, False),
        ("Que dit la charte ?", "La charte est courte.", 1.0, True),
    ],
)
def test_what_is_claimed_holds_what_is_asked(
    question: str, text: str, told: float, *, holds: bool
) -> None:
    assert holds_asked(asked_kind(question), question, text, told=told) is holds


def test_months_and_years_are_named_however_they_are_written() -> None:
    assert named_moments("En Août 2024, puis en août") == {"aout", "2024"}
    assert named_moments("Le maire a 2 400 euros.") == frozenset()


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


@pytest.mark.parametrize(("kind", "sentence", "found"), SPANS.values(), ids=SPANS)
def test_the_answering_spans_are_those_of_the_kind(
    kind: Kind, sentence: str, found: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans(kind, "Qui ?", sentence)] == found


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "found"),
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
    kind: Kind, question: str, sentence: str, found: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans(kind, question, sentence)] == found


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
    ("question", "sentence", "found"),
    [
        ("Combien coûte le pilote ?", "Les 14 agents ont payé 18 600 €.", ["18 600 €"]),
        ("Quel est le budget ?", "En 2024, deux millions d'euros.", ["deux millions"]),
        ("Combien de temps dure l'essai ?", "Les 14 agents y passent 3 jours.", ["3"]),
        ("Quel délai pour répondre ?", "Il y a 12 agents.", []),
        ("Combien d'agents ?", "Les 14 agents ont payé 9 €.", ["14"]),
        ("Combien de centres ?", "Sur 415 TWh et 20 MW, 8 hectares, 352 centres.", ["352"]),
        ("Combien d'élèves ?", "Le 19 octobre et le 1er mai, 30 élèves.", ["30"]),
        ("Combien de km par jour ?", "En 3 heures, 30 kilomètres.", ["30"]),
        ("Jusqu'à quelle température ?", "En 9 mois, de 20 °C à moins quatre.", ["20", "quatre"]),
        ("À partir de quelle puissance ?", "En 2025, 40 mégawatts ou 3 kW.", ["40", "3"]),
        ("L'indemnité du maire en %", "Maire : 31 % de 4 000 euros.", ["31 %"]),
        ("Combien d'élèves mangent ici ?", "Soit 12 % de 300 élèves.", ["300"]),
        ("Combien d'élèves ?", "Les 45 prochaines minutes sur les 300 élèves.", ["300"]),
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
    question: str, sentence: str, found: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans("number", question, sentence)] == found


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
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
    question: str, sentence: str, found: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans("date", question, sentence)] == found


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("Quand finissent les travaux ?", "Compte-rendu n°6 de la réunion du 23 février", []),
        ("Quand finissent les travaux ?", "Le canal\nSÉANCE DU 6 MARS 2017", []),
        ("Quand finissent les travaux ?", "Fait à Aubenval, le 7 mars 2017", []),
        ("Quand finissent les travaux ?", "Réunion du 6 mars, travaux finis.", ["6 mars"]),
        ("Quand finissent les travaux ?", "La séance du 6 mars y met fin.", ["6 mars"]),
        ("Quand était la réunion ?", "Compte rendu de la réunion du 6 mars", ["6 mars"]),
        ("Quand ?", "Durant les vacances de la Toussaint", ["vacances de la Toussaint"]),
        ("Quand ?", "À Noël, ou dès la rentrée", ["Noël", "rentrée"]),
        ("Quand ?", "Le marché de Noël de la commune", []),
    ],
)
def test_the_day_of_a_document_is_no_answer_and_holidays_are(
    question: str, sentence: str, found: list[str]
) -> None:
    assert [sentence[a:b] for a, b in answering_spans("date", question, sentence)] == found
