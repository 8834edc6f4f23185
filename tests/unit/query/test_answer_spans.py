"""Which words of a sentence are of the kind that a question asks for."""

from __future__ import annotations

import pytest

from assistant.query.answer_spans import answering_spans, holds_asked, named_moments
from assistant.query.answer_type import asked_kind


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
        ("À quel âge jeter un PC ?", "On en recycle 31 %. Après 10 ans, tous.", ["10"]),
        ("Depuis combien de temps est-elle là ?", "Trente minutes, et sept ans.", ["sept"]),
        ("heure de la clôture", "La clôture, 16 h 30.", ["16 h 30"]),
        ("Où se tient le forum ?", "Le forum se tient à Rennes.", ["Rennes"]),
        ("Dans quel pays est-ce ?", "C'est ce que consomme la Suède.", ["Suède"]),
        ("Où a-t-il parlé ?", "Au Muséum, jeudi.", ["Muséum"]),
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
