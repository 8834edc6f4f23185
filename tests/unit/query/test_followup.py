"""What leans on the question before, told by form; and what is then searched."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.follow_up_phrase import complement
from assistant.query.followup import carried, thread, with_subject
from assistant.query.intent import asks_more
from assistant.query.leaning import leans
from tests.conftest import ROOT

COST = "Combien coûte l'assistant d'accueil ?"
BREAD = "Combien de pain est jeté dans les cantines scolaires en 2023 ?"

LEANING = {
    "opening": "Et pour les cantines ?",
    "opening, no sign": "et pour les cantines",
    "but": "Mais en 2023 ?",
    "what if": "Et si le capteur tombe en panne ?",
    "opening, short question": "Et combien de temps dure la formation ?",
    "same question": "Même question pour les crèches ?",
    "what about": "Qu'en est-il des cantines ?",
    "opinion": "Qu'en pense le syndicat ?",
    "il": "Combien coûte-t-il par an ?",
    "elles": "Quand ont-elles été formées ?",
    "not impersonal": "Est-il gratuit ?",
    "ça": "Qu'est-ce que ça coûte ?",
    "celui-ci": "Quel est le prix de celui-ci ?",
    "celle de": "Quelle est celle de la médiathèque ?",
    "possessive": "Quel est son coût ?",
    "plural possessive": "Quel est leur avis ?",
    "this project": "Qui pilote ce projet ?",
    "these agents": "Ces agents sont-ils volontaires ?",
    "after another noun": "Quelles sont les limites de cet outil ?",
    "y": "Combien d'agents y travaillent ?",
    "there": "Que fait-on là-bas ?",
    "the same": "Les mêmes agents ?",
    "object": "Quand peut-on la visiter ?",
    "object of an infinitive": "Comment les former ?",
    "elided object": "Qui l'a décidé ?",
    "en": "Combien d'exemplaires en a-t-on imprimés ?",
    "long, but pointing": "Et combien d'agents de la cuisine ont suivi la formation à cet outil ?",
    "phrase": "Pour les écoles ?",
    "noun": "Les cantines ?",
    "one word": "cantines",
    "year": "En 2024 ?",
    "only a question word": "Pourquoi ?",
    "what they use": "quels outils utilisent-ils",
    "how much they have": "Combien de repas servent-ils ?",
    "what they do not agree with": "quelle part représente-t-il ?",
    "how long": "Combien de temps dure-t-il ?",
    "curly apostrophe": "Qu’en pense le syndicat ?",
}
ALONE = {
    "whole question": COST,
    "its own subject": "Combien le pilote des achats a-t-il coûté ?",
    "its own subjects": "Comment les tournées de collecte ont-elles été ajustées ?",
    "subject beside what is asked": "Quels outils les agents utilisent-ils ?",
    "what is counted": "Combien de communes participent-elles ?",
    "what there is": "Combien d'agents y a-t-il ?",
    "what is needed": "Quels documents faut-il ?",
    "what agrees": "Quelle date est-elle prévue ?",
    "a name": "Pourquoi Valdeclair a-t-elle acheté des capteurs ?",
    "set apart": "Combien ça coûte, la balance ?",
    "set apart, spoken": "il a coûté combien ce forum ?",
    "impersonal": "Faut-il déclarer une IA ?",
    "there is": "Y a-t-il un vestiaire ?",
    "possible": "Est-il possible de visiter la cuisine centrale ?",
    "infinitive": "Où se garer ?",
    "one's own": "Comment protéger ses données ?",
    "definition": "C'est quoi l'IA ?",
    "acronym": "Qu'est-ce que le RIFSEEP ?",
    "keywords": "budget cantines 2024",
    "this year": "Quels projets cette année ?",
    "these last months": "Quels incidents ces derniers mois en mairie ?",
    "reported": "Qui a dit qu'ils avaient bloqué le site ?",
    "long, beginning with et": "Et combien d'agents de la cuisine ont suivi la formation IA ?",
    "puis-je": "Puis-je coller un dossier social dans un outil gratuit ?",
    "nothing": "",
    "no word": "?!",
}


@pytest.mark.parametrize("question", LEANING.values(), ids=LEANING)
def test_what_leaves_something_out_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", ALONE.values(), ids=ALONE)
def test_what_says_all_is_searched_alone(question: str) -> None:
    assert not leans(question)
    assert with_subject(COST, question) == question


def test_questions_asked_first_hardly_ever_lean() -> None:
    lines = (ROOT / "docs/demonstration/questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    # What speakers were asked in the room begins with "Et…" or speaks of "il".
    assert sum(map(leans, questions)) / len(questions) < 0.03


KEPT = {
    "object": (COST, "et pour les cantines ?", "Combien coûte"),
    "object without a preposition": (COST, "Et la voirie ?", "Combien coûte"),
    "of what": ("Quel est le budget du pont ?", "Et pour la voirie ?", "Quel est le budget"),
    "another thing": ("Quel est le prix du pont ?", "Et les plans ?", "du pont"),
    "of another": ("Quel est le prix du pont ?", "Et la route ?", "Quel est le prix"),
    "session": ("Combien d'inscrits à l'atelier 7 ?", "Et l'atelier 5 ?", "Combien d'inscrits"),
    "session alone": ("Combien d'inscrits à l'atelier 7 ?", "atelier 5 ?", "Combien d'inscrits"),
    "year": (BREAD, "Et en 2024 ?", "Combien de pain est jeté dans les cantines scolaires"),
    "place": (BREAD, "Et dans les crèches ?", "Combien de pain est jeté en 2023"),
    "month": ("Combien d'appels en mars ?", "Et en avril ?", "Combien d'appels"),
    "moment": ("Taux de tri avant ?", "et après ?", "Taux de tri"),
    "purpose": ("Quelles règles pour les badges ?", "Et pour les clés ?", "Quelles règles"),
    "question word": (COST, "Et combien de temps ça prend ?", "coûte l'assistant d'accueil"),
    "date": ("À quelle date le pilote commence-t-il ?", "Et où ?", "le pilote commence-t-il"),
    "attribute": ("Quel est le coût de la balance ?", "Et sa durée ?", "de la balance"),
    "which place is not known": (
        "Combien d'agents au standard ont été formés à la prévision ?",
        "Et à la voirie ?",
        "Combien d'agents au standard ont été formés à la prévision",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("previous", "question", "kept"), KEPT.values(), ids=KEPT)
def test_what_is_kept_is_what_the_new_question_leaves_out(
    previous: str, question: str, kept: str
) -> None:
    assert with_subject(previous, question) == f"{question} {kept}"


PHRASES = {
    "et pour la voirie ?": "pour la voirie",
    "Et les résultats ?": "les résultats",
    "et combien de bus ?": "bus",
    "Même question pour les crèches ?": "pour les crèches",
    "et en 2026 ?": "en 2026",
    "atelier 5 ?": "atelier 5",
    "Et sa durée ?": "",
    "pourquoi ?": "",
    "Et combien ça coûte ?": "",
    "Qui l'a décidé ?": "",
    "Et combien ont été arrachés ?": "",
}


@pytest.mark.parametrize(("question", "phrase"), PHRASES.items(), ids=PHRASES)
def test_a_mere_phrase_is_what_a_follow_up_asks_about(question: str, phrase: str) -> None:
    assert complement(question) == phrase


@pytest.mark.parametrize(
    "question",
    [
        "donne moi plus de détails",
        "Peux-tu m'en dire plus ?",
        "Plus de précisions ?",
        "développe",
        "Et quoi d'autre ?",
        "des détails sur ce point ?",
        "tell me more",
    ],
)
def test_more_of_the_same_may_be_asked(question: str) -> None:
    assert asks_more(question)
    assert leans(question)


@pytest.mark.parametrize("question", ["Plus de vélos en ville ?", "Quels détails du plan ?", COST])
def test_a_question_of_its_own_asks_no_more_of_the_same(question: str) -> None:
    assert not asks_more(question)


@pytest.mark.parametrize("previous", ["", "   ", "?!", "Et alors ?"])
def test_nothing_is_kept_of_a_question_that_says_nothing(previous: str) -> None:
    assert with_subject(previous, "Et pour les cantines ?") == "Et pour les cantines ?"


def test_what_a_follow_up_replaced_stays_replaced() -> None:
    both = thread(thread("", BREAD), "Et en 2024 ?")
    assert both == f"{BREAD} Et en 2024 ?"
    fused = with_subject(both, "Et dans les crèches ?")
    assert "2024" in fused
    assert "2023" not in fused
    assert "cantines" not in fused


def test_a_question_that_stood_alone_begins_anew() -> None:
    assert thread("", COST) == COST


def test_a_question_without_its_sign_gets_it() -> None:
    assert thread("coût de l'assistant", "et en 2024") == "coût de l'assistant ? et en 2024"


def test_what_is_kept_together_has_an_end() -> None:
    kept = COST
    for number in range(200):
        kept = thread(kept, f"Et en {1900 + number} ?")
    assert len(kept) <= 500
    assert kept.startswith(COST)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_question_is_always_searched_as_asked_first(previous: str, question: str) -> None:
    assert with_subject(previous, question).startswith(question)


@pytest.mark.parametrize(
    "hostile", ["? " * 5000, "et a ? " * 2000, "et " * 3000, "le l' " * 2000, "a" * 10_000]
)
def test_endless_text_is_read(hostile: str) -> None:
    assert with_subject(hostile, hostile).startswith(hostile)
    assert with_subject(hostile, "Et pour les cantines ?").startswith("Et pour")


def test_tools_of_those_just_spoken_of_are_not_gathered_from_all_sessions() -> None:
    asked = "quels outils utilisent-ils ?"
    assert carried("", asked).is_gathered
    assert not carried("Combien d'agents sont formés ?", asked).is_broad
